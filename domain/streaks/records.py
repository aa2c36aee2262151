"""What streaks hands out, and its words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.metrics import ANY, Filter, Metric


class Cadence(StrEnum):
    """How long a period is, in the member's own local days."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"  # ISO weeks, from Monday to Sunday


class Lapse(StrEnum):
    """What a missed period takes back of the length."""

    ALL = "ALL"
    SHARE = "SHARE"  # so many percent, rounded up
    STEPS = "STEPS"  # so many periods


@dataclass(frozen=True, slots=True)
class Milestone:
    """What a length gives: points, a badge, or both.

    badge, level -- the key of a badge of the programme, and which of its levels; None: no badge.
    again  -- True: each streak that gets there from nothing; False: once for ever.
    """

    length: int
    points: int = 0
    badge: str | None = None
    level: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a streak that may change from some period on.

    metric, minimum, filter -- what of one period must be there for it to be kept.
    freezes_max  -- how many a member may have; each stands in for one missed period by itself.
    freeze_every -- so many kept periods earn one; None: none is earned.
    freeze_price -- points for one; None: they are not sold.
    lapse, lapse_size -- what a missed period takes back; the size is of SHARE and STEPS.
    repair_price -- points for each missed period that is made good; None: that cannot be done.
    repair_periods -- how many periods ago the miss may be; 0 where there is no repair.
    """

    metric: Metric
    minimum: int
    filter: Filter = ANY
    freezes_max: int = 0
    freeze_every: int | None = None
    freeze_price: int | None = None
    lapse: Lapse = Lapse.ALL
    lapse_size: int = 0
    repair_price: int | None = None
    repair_periods: int = 0
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """Terms, and the first day of the first period that they hold for."""

    since: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Streak:
    """One streak of a programme, as it is defined.

    grace_hours -- what starts so many hours after a period counts for it, if it needs that; and a
                 period is not missed before they are over.
    first_day, last_day -- the days that count; the last is None until the streak is retired.
    versions   -- of the terms, the oldest first; never empty.
    """

    id: UUID
    programme: int
    name: str
    description: str
    cadence: Cadence
    grace_hours: int
    first_day: date
    last_day: date | None
    versions: tuple[Version, ...]
    created_at: datetime

    def terms_on(self, day: date) -> Terms:
        """The terms that hold for the period with that day in it; before the first: the first."""
        for version in reversed(self.versions):
            if version.since <= day:
                return version.terms
        return self.versions[0].terms

    def counts_on(self, day: date) -> bool:
        """True for a day that the streak counts at all."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


class Mark(StrEnum):
    """What became of one period of a member."""

    KEPT = "KEPT"
    FROZEN = "FROZEN"  # missed, and a freeze stood in
    REPAIRED = "REPAIRED"  # missed, and made good
    SHORT = "SHORT"  # travel took most of it away: it need not be kept
    MISSED = "MISSED"
    OPEN = "OPEN"  # it can still be kept


class Today(StrEnum):
    """Where a member is with a streak now."""

    NONE = "NONE"  # nothing to lose
    SAFE = "SAFE"  # this period is kept
    DUE = "DUE"  # this period waits to be kept
    FROZEN = "FROZEN"  # this period waits, and a freeze stood in for the one before
    AT_RISK = "AT_RISK"  # the period before can be kept only until its grace is over
    OVER = "OVER"  # the streak is retired


class Bought(StrEnum):
    """What a member bought."""

    FREEZE = "FREEZE"
    REPAIR = "REPAIR"


@dataclass(frozen=True, slots=True)
class Purchase:
    """Points that a member paid for a streak.

    id      -- also of the ledger's posting.
    periods -- the first days of the periods that were made good; of a freeze, the one from which
              on it may be used.
    """

    id: UUID
    programme: int
    streak: UUID
    member: UUID
    kind: Bought
    periods: tuple[date, ...]
    points: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """Missed periods that can be made good now.

    periods -- their first days; points -- for all of them together.
    length  -- of the streak when they are made good.
    until   -- the last local day on which all of them can.
    """

    periods: tuple[date, ...]
    points: int
    length: int
    until: date


@dataclass(frozen=True, slots=True)
class Day:
    """One period of a member's calendar, by its first day."""

    period: date
    mark: Mark


@dataclass(frozen=True, slots=True)
class Keeping:
    """A member's streak, as it stands.

    length, best -- in kept periods, now and at its best.
    since    -- the first day of the period it has lasted from; None where it has no length.
    today    -- the local date that it is for the member.
    due_by   -- when the first period that waits is missed; None: none waits, or nothing is lost.
    freezes  -- that the member has; earned_in -- so many kept periods earn the next; None: none is
               to be earned now.
    offer    -- None: there is nothing to be made good.
    calendar -- the last weeks, the oldest first.
    """

    streak: Streak
    member: UUID
    length: int
    best: int
    since: date | None
    state: Today
    today: date
    due_by: datetime | None
    freezes: int
    earned_in: int | None
    offer: Offer | None
    calendar: tuple[Day, ...]
