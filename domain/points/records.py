"""What points hands out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.activities import Proof, Type
from domain.ledger import Expiring
from infra.ids import EPOCH


class Measure(StrEnum):
    """What of an activity is paid for."""

    METRES = "METRES"
    SECONDS = "SECONDS"
    ACTIVITIES = "ACTIVITIES"
    QUANTITY = "QUANTITY"  # what its type counts by itself: steps, watt-hours, openings ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of what one type of activity earns.

    points, per -- so many points for each `per` of the measure, or for the activity.
    day_max     -- most points that the rule gives a member on one local day.
    active_from -- it holds for activities that started then or later, until the next version.
    week_max, month_max -- most points in one ISO week and one calendar month of the member's
                   local days; None: no limit of that kind.
    set_at      -- when it was set; what had been judged before is none of its business.
    """

    activity: Type
    version: int
    measure: Measure
    points: int
    per: int
    day_max: int
    active_from: datetime
    week_max: int | None = None
    month_max: int | None = None
    set_at: datetime = EPOCH


@dataclass(frozen=True, slots=True)
class Multiplier:
    """What makes rules give more, or less, for a while or for some; several of them multiply.

    activity     -- the type it is for; None: every type.
    tier, segment -- the label that a member must have had when the activity started; None: any.
    percent      -- 200 doubles, 50 halves.
    active_from, active_until -- it holds for activities that started then or later, and before;
                    None: until it is ended.
    """

    number: int
    name: str
    activity: Type | None
    tier: str | None
    segment: str | None
    percent: int
    active_from: datetime
    active_until: datetime | None = None
    set_at: datetime = EPOCH


@dataclass(frozen=True, slots=True)
class Applied:
    """A multiplier that an award was made with."""

    number: int
    name: str
    percent: int


@dataclass(frozen=True, slots=True)
class Award:
    """What one revision of an activity earned under one rule.

    activity -- its id; rule -- the activity type that the rule pays for.
    revision -- which judgement of the activity it pays for; a later one undoes it.
    measured -- in the rule's measure; 1 for ACTIVITIES.
    wanted, given -- points the rule asked for with its multipliers, points given.
    day_took, week_took, month_took -- points that each limit took, in this order.
    matures_at -- when promised points arrive; None: they came at once, or there are none.
    posting  -- id in the ledger; None when nothing was given.
    text     -- the reckoning in plain English.
    undone_at -- when a later revision took it back; None: it stands.
    returned -- points that came back then; those missing are a claim, or the ledger's debt.
    """

    activity: UUID
    rule: str
    version: int
    revision: int
    member: UUID
    day: date
    measured: int
    wanted: int
    given: int
    day_took: int
    week_took: int
    month_took: int
    multipliers: tuple[Applied, ...]
    matures_at: datetime | None
    posting: UUID | None
    text: str
    at: datetime
    undone_at: datetime | None = None
    returned: int | None = None

    @property
    def key(self) -> tuple[UUID, str, int]:
        """What tells it from every other award: its activity, its rule and its revision."""
        return self.activity, self.rule, self.revision

    @property
    def capped(self) -> int:
        """Points that the limits took."""
        return self.wanted - self.given

    @property
    def pending(self) -> bool:
        """True when the points were promised rather than given at once."""
        return self.matures_at is not None


@dataclass(frozen=True, slots=True)
class Maturity:
    """What activities of a proof earn waits so many hours; 0: it is there at once."""

    proof: Proof
    hours: int


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points that an operator gave or, negative, took; `balance` is the member's right after."""

    member: UUID
    points: int
    balance: int


class ClaimState(StrEnum):
    """What became of points that were spent before they were taken back."""

    OPEN = "OPEN"  # taken from what the member earns next
    SETTLED = "SETTLED"  # all came back
    WRITTEN_OFF = "WRITTEN_OFF"  # given up, by an operator or by the programme's return policy


@dataclass(frozen=True, slots=True)
class Claim:
    """Points of an undone award that the member no longer had.

    activity, rule, revision -- the award.
    points, settled -- what was missing, and what of it has come back since.
    """

    id: UUID
    member: UUID
    activity: UUID
    rule: str
    revision: int
    points: int
    settled: int
    state: ClaimState
    at: datetime
    closed_at: datetime | None

    @property
    def open_points(self) -> int:
        """What may still be taken."""
        return self.points - self.settled if self.state is ClaimState.OPEN else 0


@dataclass(frozen=True, slots=True)
class Points:
    """What a member has, in whole points.

    available -- can be spent now; pending -- promised; held -- set aside, as for transfers
    that wait for an answer.
    expiring  -- what can be spent until some day soon only, soonest first.
    """

    available: int
    pending: int
    held: int
    expiring: Sequence[Expiring]
