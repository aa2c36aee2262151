"""What decisions hands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.offers import Placement

# How many numbers describe a member and a candidate to the bandit.
DIMENSIONS = 20
# What items are called among those who estimate; see interactions.
OFFER, TREAT, KIND = "offer:", "treat:", "kind:"


class Chooser(StrEnum):
    """Who chose."""

    LEARNT = "LEARNT"  # a model's estimates, by Thompson sampling
    RULE = "RULE"  # the best as estimated with a little chance, until enough is known
    PLAIN = "PLAIN"  # the plain list as it is: for holdouts, and without consent or a model


class Response(StrEnum):
    """What a member makes of what they are shown."""

    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"
    NOT_NOW = "NOT_NOW"


class Kind(StrEnum):
    """What is known of a decision after it was made, once each."""

    IMPRESSION = "IMPRESSION"  # it was seen
    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"
    NOT_NOW = "NOT_NOW"
    REDEEMED = "REDEEMED"  # what was accepted was used


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that one member was shown, at one place of a slate.

    item       -- "offer:<uuid>" or "treat:<uuid>"; subject: that id.
    about      -- what a refusal makes weaker: "kind:<kind>", and the items that it is about.
    position   -- 0: the first.
    propensity -- the probability of this choice, given those above it.
    value      -- points that it was expected to bring; p: the probability that it is taken.
    exploring  -- chance brought it.
    holdout    -- the member, or this offer for them, is held out of the learnt choice.
    why        -- the name of the reason, and what it names, see `explaining`.
    taken      -- accepted, or handed over at once.
    answer     -- the newest of ACCEPT, REFUSE, NOT_NOW; None: none yet.
    """

    id: UUID
    programme: int
    slate: UUID
    member: UUID
    placement: Placement
    position: int
    item: str
    subject: UUID
    about: Sequence[str]
    propensity: float
    value: float
    p: float
    model: str
    chooser: Chooser
    exploring: bool
    holdout: bool
    why: str
    at: datetime
    expires_at: datetime
    seen_at: datetime | None = None
    answer: Response | None = None
    answered_at: datetime | None = None
    taken: bool = False

    @property
    def is_offer(self) -> bool:
        """True for an offer, which is answered here; a treat is answered where it is shown."""
        return self.item.startswith(OFFER)


@dataclass(frozen=True, slots=True)
class Slate:
    """What a member was shown together at one placement.

    model       -- what estimated; "" where nobody did.
    stays_until -- until when the same is shown again.
    """

    id: UUID
    programme: int
    member: UUID
    placement: Placement
    at: datetime
    stays_until: datetime
    model: str
    chooser: Chooser
    decisions: Sequence[Decision] = ()


@dataclass(frozen=True, slots=True)
class Sums:
    """What the bandit has seen, as sums: of x xT in `a`, of rewards times x in `b`.

    n -- how many were seen; a: 400 numbers, row by row; b: 20. All shards together.
    """

    n: int
    a: Sequence[float]
    b: Sequence[float]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a programme decides.

    holdout_percent -- how many members see the plain list for good.
    plain           -- offers that come first in the plain list, in this order.
    """

    holdout_percent: int = 5
    plain: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of an offer until now, by counts.

    chosen -- how often it was chosen; seen: of them seen; the others: answers.
    """

    chosen: int = 0
    seen: int = 0
    accepted: int = 0
    refused: int = 0
    put_off: int = 0
    redeemed: int = 0
