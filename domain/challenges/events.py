"""What happens to members in challenges; the subject is the member, the object the challenge.

round, percent -- of which round, and how far it was then.
reached, targets -- of each criterion in its metric's unit, as "5000 2".
activity -- whose judgement made it so; None: no activity did.
"""

from dataclasses import dataclass
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Event):
    """`subject` may take part, and has been asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Event):
    """`subject` takes part; `activity` brought them in where nobody asked to."""

    activity: UUID | None = None
    team: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Event):
    """`subject` takes part no more; what they have reached stays theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(Event):
    """`subject` was asked, and does not want to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed(Event):
    """What all that happens to a round tells; never written by itself."""

    round: int
    percent: int
    reached: str
    targets: str
    activity: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated(Progressed):
    """Something `subject` did has counted for the first time in the round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neared(Progressed):
    """The round has come to 80 percent for the first time, and is not complete: once a round,
    also where it falls below and comes there again. `subject` does it on their own, and the
    round's days are not over everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed(Progressed):
    """The round is complete; `activity` is the one that made it so in the order they ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionUndone(Progressed):
    """What completed the round was corrected or deleted: it is not complete after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Progressed):
    """The round's days are over and it is not complete; or it is, and could not be paid.

    reason -- BUDGET_EXHAUSTED for the latter; None: the days are over.
    """

    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewarded(Event):
    """`subject` got something for a milestone, or for completion where `percent` is 100.

    reward -- its row's id, which is also the posting's in the ledger.
    points -- that moved; less than promised for who still had some from an earlier time.
    unit   -- the code of a unit of a reward, for who hands it out; None: none.
    """

    reward: UUID
    round: int
    percent: int
    points: int
    badge: str | None = None
    activity: UUID | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardReturned(Event):
    """What `subject` got is taken back, for it is not reached after all.

    points   -- what had been given.
    returned -- what of it is back in the challenge's escrow; what was spent the programme's
                return policy leaves with the member, or makes their debt.
    """

    reward: UUID
    round: int
    percent: int
    points: int
    returned: int
