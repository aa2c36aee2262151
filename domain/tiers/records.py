"""What tiers hands out, and its words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.metrics import ANY, Filter


class Basis(StrEnum):
    """What leads to a tier. Never a balance: who spends points loses no tier by it."""

    EARNED = "EARNED"  # all points earned, by activities and out of challenges
    QUALIFYING = "QUALIFYING"  # points earned by the activities that a filter says, nothing else


class Period(StrEnum):
    """In how long a tier must be reached. Months are those of the member's local days."""

    YEAR = "YEAR"  # from January of each year
    ROLLING = "ROLLING"  # the last so many months, this one included


class Downgrade(StrEnum):
    """Where a member falls to, when a tier was not reached again in time."""

    ONE_STEP = "ONE_STEP"  # the tier below, or the one reached meanwhile where that is higher
    TO_REACHED = "TO_REACHED"  # the tier that was reached meanwhile


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a ladder.

    key       -- its lasting name, and the label of the members in it; see members.label.
    threshold -- points in the period from which on it is reached; 0: everybody has it.
    """

    key: str
    name: str
    threshold: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a programme's ladder.

    tiers         -- the lowest first.
    qualifying    -- for QUALIFYING: whose points count.
    period_months -- for ROLLING.
    valid_months  -- how long a tier is kept after the end of the year, or the month, in which it
                     was reached last.
    grace_days    -- how long beyond that until the member falls.
    levels        -- points in a whole life from which on level 1, 2, ... is reached.
    """

    tiers: tuple[Tier, ...]
    basis: Basis = Basis.EARNED
    qualifying: Filter = ANY
    period: Period = Period.YEAR
    period_months: int = 12
    valid_months: int = 12
    grace_days: int = 0
    downgrade: Downgrade = Downgrade.ONE_STEP
    levels: tuple[int, ...] = ()

    @property
    def base(self) -> int:
        """The place of the tier that everybody has; -1: nobody has one from the beginning."""
        return 0 if self.tiers and self.tiers[0].threshold == 0 else -1


@dataclass(frozen=True, slots=True)
class Ladder:
    """The ladder of a programme.

    version  -- counts its changes.
    counting -- the version that last changed which points count.
    """

    programme: int
    version: int
    counting: int
    terms: Terms
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a ladder a member is.

    tier -- its place, 0 is the lowest; -1: none.
    until -- the last day of its validity; None: it does not end.
    due   -- the day on which the member falls, if nothing happens before; None: never.
    """

    tier: int
    until: date | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Way:
    """From where a member is to another tier, or to the same again.

    tier   -- where to.
    points -- still missing; 0: enough, as things stand.
    by     -- the last day on which they would do.
    """

    tier: Tier
    points: int
    by: date


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member is, and where that leads.

    tier, since  -- None: no tier.
    until, due   -- see Place.
    level        -- 0: the first is not reached; next_level_xp: the points it takes, None: the last.
    xp           -- points of a whole life.
    points       -- in the period that runs, from `first_day` to `last_day`.
    stay, rise   -- None: nothing to lose, or nothing higher.
    projected    -- what is reached by the end of the period if it goes on as in it so far; None:
                    no tier.
    """

    ladder: Ladder
    tier: Tier | None
    since: datetime | None
    until: date | None
    due: date | None
    level: int
    xp: int
    next_level_xp: int | None
    points: int
    first_day: date
    last_day: date
    stay: Way | None
    rise: Way | None
    projected: Tier | None


class CreditKind(StrEnum):
    """What was given beside the points of activities."""

    CREDIT = "CREDIT"  # for a tier only; cannot be spent
    EARNED = "EARNED"  # points that were earned, such as in a challenge


@dataclass(frozen=True, slots=True)
class Credit:
    """Points towards a tier that no activity earned.

    undone_at -- None: they stand.
    """

    id: UUID
    member: UUID
    kind: CreditKind
    points: int
    reason: str
    at: datetime
    undone_at: datetime | None = None
