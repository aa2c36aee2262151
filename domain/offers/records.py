"""What offers hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.activities import Type
from domain.offers.rules import EVERYBODY, Rule


class OfferKind(StrEnum):
    """What somebody gets who accepts an offer."""

    MULTIPLIER = "MULTIPLIER"  # more points for what they do then
    BONUS = "BONUS"  # so many points more for an activity
    DISCOUNT = "DISCOUNT"  # a reward for fewer points
    CHALLENGE = "CHALLENGE"  # one to take part in
    CONTENT = "CONTENT"  # something to read


# What costs who pays for it; the others are told for their own sake.
PAID = frozenset({OfferKind.MULTIPLIER, OfferKind.BONUS, OfferKind.DISCOUNT})
# What is paid for activities.
EARNED = frozenset({OfferKind.MULTIPLIER, OfferKind.BONUS})


class Owner(StrEnum):
    """Who made an offer, and so who pays for it."""

    PARTNER = "PARTNER"  # out of its prepaid account
    PROGRAMME = "PROGRAMME"  # with new points


class State(StrEnum):
    """Where an offer is. Members see it while it is LIVE and within its times."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"  # an operator must look at it
    REJECTED = "REJECTED"  # may be edited and submitted again
    LIVE = "LIVE"
    PAUSED = "PAUSED"  # nobody sees it; what was accepted is kept
    ENDED = "ENDED"  # and what was left has gone back


class Placement(StrEnum):
    """Where a member sees it."""

    HOME = "HOME"
    WATCH = "WATCH"
    AFTER_ACTIVITY = "AFTER_ACTIVITY"
    EMAIL = "EMAIL"


@dataclass(frozen=True, slots=True)
class Creative:
    """What a member reads in one language.

    image  -- an https address, or none; alt: what is on it.
    action -- an https address that the button leads to, or none: it accepts the offer.
    """

    title: str
    body: str = ""
    image: str | None = None
    alt: str = ""
    action: str | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """What accepting an offer gives; what its kind does not need is left as it is here.

    points       -- BONUS: for each activity; DISCOUNT: off the price.
    hundredths   -- MULTIPLIER: 200 is twice the points that an activity earns by itself.
    most         -- MULTIPLIER: points more at most, in all.
    times        -- MULTIPLIER, BONUS: so many activities at most.
    types        -- MULTIPLIER, BONUS: of activities.
    within_hours -- MULTIPLIER, BONUS, DISCOUNT: for how long after it was accepted.
    reward       -- DISCOUNT; challenge: CHALLENGE.
    """

    points: int = 0
    hundredths: int = 100
    most: int = 0
    times: int = 1
    types: frozenset[Type] = frozenset()
    within_hours: int = 0
    reward: UUID | None = None
    challenge: UUID | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer is, for whom, and how often.

    name       -- for partners and operators, and for members whose language has no text.
    creatives  -- by language, such as "pl".
    rule       -- for whom it is.
    about      -- the keys of what it is about, such as "product:coffee"; see interactions.
    margin     -- what an acceptance is worth to who pays, in points, after what it gives; cost:
                  what showing it once costs them. Whoever ranks offers takes p x margin - cost.
    accept_max, shown_max -- how often a member may accept it, and is shown it, within member_days
                  of 24 hours; None: as often as they like.
    total_max  -- acceptances by all members together; None: as many as there are points for.
    holdout_percent -- of members who never see it, so that one can tell what it does.
    """

    kind: OfferKind
    name: str
    valid_from: datetime
    valid_until: datetime
    gain: Gain = Gain()
    creatives: Mapping[str, Creative] = field(default_factory=dict)
    rule: Rule = EVERYBODY
    placements: frozenset[Placement] = frozenset({Placement.HOME})
    about: tuple[str, ...] = ()
    margin: int = 0
    cost: int = 0
    accept_max: int | None = 1
    shown_max: int | None = None
    member_days: int = 30
    total_max: int | None = None
    holdout_percent: int = 0

    @property
    def promise(self) -> int:
        """Points that are set aside for one acceptance."""
        gain = self.gain
        if self.kind is OfferKind.MULTIPLIER:
            return gain.most
        if self.kind is OfferKind.BONUS:
            return gain.points * gain.times
        return gain.points if self.kind is OfferKind.DISCOUNT else 0


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that the programme or a partner wants members to see.

    partner  -- whose it is; None: the programme's.
    version  -- of its terms, from 1 on.
    book, account -- its own account in the ledger, out of which it is paid.
    funded   -- points that came into it; held: set aside for acceptances; captured: paid for them;
                returned: gone back to who paid.
    accepted -- how often it was.
    halted   -- an operator has paused it.
    reason   -- why it was rejected.
    """

    id: UUID
    programme: int
    owner: Owner
    partner: UUID | None
    terms: Terms
    state: State
    book: int
    account: int
    created_at: datetime
    version: int = 1
    funded: int = 0
    held: int = 0
    captured: int = 0
    returned: int = 0
    accepted: int = 0
    halted: bool = False
    reason: str | None = None
    ended_at: datetime | None = None

    @property
    def left(self) -> int:
        """Points that may still be promised."""
        return self.funded - self.held - self.captured - self.returned

    def is_open(self, *, at: datetime) -> bool:
        """True while members may accept it."""
        times = self.terms
        return self.state is State.LIVE and times.valid_from <= at < times.valid_until


@dataclass(frozen=True, slots=True)
class Entry:
    """A live offer as whoever ranks offers sees it; the words are those of Terms."""

    offer: UUID
    kind: OfferKind
    about: tuple[str, ...]
    margin: int
    cost: int
    placements: frozenset[Placement]
    valid_from: datetime
    valid_until: datetime
    created_at: datetime
    holdout_percent: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """The live offers of a programme.

    version -- higher after each change; what is paid and held does not change it.
    """

    version: int
    entries: tuple[Entry, ...] = ()


class WhyNot(StrEnum):
    """What stands between a member and an offer; the first of these."""

    CLOSED = "CLOSED"  # not live, or not within its times
    PLACEMENT = "PLACEMENT"  # it is not shown there
    RULE = "RULE"  # it is not for them
    ACCEPTED = "ACCEPTED"  # they have accepted it, and it still stands
    MEMBER_CAP = "MEMBER_CAP"  # they have accepted it as often as they may for now
    SHOWN_CAP = "SHOWN_CAP"  # they have been shown it often enough for now
    USED_UP = "USED_UP"  # no points left for one more, or accepted often enough by all
    REWARD = "REWARD"  # they cannot have its reward now
    CHALLENGE = "CHALLENGE"  # they are in its challenge, or cannot come in


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a member may be shown an offer, and may accept it.

    why_not -- None: they may.
    """

    offer: Offer
    why_not: WhyNot | None = None

    @property
    def ok(self) -> bool:
        """True when nothing stands in the way."""
        return self.why_not is None


class AcceptanceState(StrEnum):
    """What became of an acceptance."""

    OPEN = "OPEN"  # it still gives something
    TAKEN = "TAKEN"  # a reservation of its reward has it
    USED = "USED"  # all that it gives was given
    LAPSED = "LAPSED"  # its time is over


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An offer that a member has accepted, on the terms of that moment.

    decision -- by which they were shown it; they accept once for each.
    kind, gain -- of the offer as it was then; name: its title in the member's language.
    promised -- points that it may give in all; held: what of them is still set aside; paid: given.
    hold     -- in the ledger; None: nothing is held, or a reservation holds it.
    turn     -- how often a hold was made.
    until    -- for what is done or bought before then; None: nothing is awaited.
    lapses_at -- what comes late is waited for until then.
    redemption -- what has taken it.
    """

    id: UUID
    programme: int
    offer: UUID
    version: int
    member: UUID
    decision: UUID
    kind: OfferKind
    name: str
    gain: Gain
    state: AcceptanceState
    accepted_at: datetime
    promised: int = 0
    held: int = 0
    paid: int = 0
    hold: UUID | None = None
    turn: int = 0
    until: datetime | None = None
    lapses_at: datetime | None = None
    redemption: UUID | None = None
