"""What badges hands out, and its words and limits."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from domain.metrics import ANY, Fact, Filter, Metric, matches

LEVELS_MAX = 5
BADGES_MAX = 1_000
NAME_CHARACTERS_MAX = 80
LEVEL_CHARACTERS_MAX = 40
DESCRIPTION_CHARACTERS_MAX = 500
REASON_CHARACTERS_MAX = 500
# More than anybody can do of anything in a life; far within 64 bits.
THRESHOLD_MAX = 10**12

# Fewer holders than this are not told of.
TOLD_FROM = 10

# Where a page ended: the time of its last item and which it was.
Cursor: TypeAlias = tuple[datetime, UUID]


class Period(StrEnum):
    """The stretch of time in which a level must be reached, in the member's own local days."""

    LIFETIME = "LIFETIME"
    MONTH = "MONTH"  # any one calendar month
    DAY = "DAY"  # any one day
    ACTIVITY = "ACTIVITY"  # in one go


class Origin(StrEnum):
    """What gave somebody a badge."""

    RULE = "RULE"
    REWARD = "REWARD"  # of a challenge, a streak or a board
    OPERATOR = "OPERATOR"


class Ended(StrEnum):
    """Why what was given holds no longer."""

    FACTS = "FACTS"  # the activities that earned it were corrected or deleted
    REWARD = "REWARD"  # what it rewarded was undone
    OPERATOR = "OPERATOR"
    ERASURE = "ERASURE"


@dataclass(frozen=True, slots=True)
class Rule:
    """What earns a badge by itself.

    thresholds -- in the unit of the metric, rising, one for each level.
    first_day, last_day -- activities on these local days and between them count; None: all there
                  were before, or will be. The last day is set when the badge is retired.
    """

    metric: Metric
    period: Period
    thresholds: tuple[int, ...]
    filter: Filter = ANY
    first_day: date | None = None
    last_day: date | None = None

    def counts(self, fact: Fact) -> bool:
        """Whether the activity is one that the rule counts."""
        return (
            (self.first_day is None or fact.day >= self.first_day)
            and (self.last_day is None or fact.day <= self.last_day)
            and matches(fact, self.filter)
        )

    def level(self, amount: int) -> int:
        """The highest level that so much is enough for; 0: none."""
        return bisect_right(self.thresholds, amount)


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge of a programme.

    key    -- its short name, unique in the programme; what challenges and imports call it.
    levels -- what its levels are called, the lowest first; they are numbered from 1.
    rule   -- None: only ever given.
    secret -- nobody is told of it before they have it.
    kept   -- what was earned stays, also when the activities are gone.
    retired_at -- what is done since earns it no more; None: it can be earned.
    """

    id: UUID
    programme: int
    key: str
    name: str
    description: str
    levels: tuple[str, ...]
    rule: Rule | None
    secret: bool
    kept: bool
    created_at: datetime
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rarity:
    """How many of a programme's members have a level of a badge, or a higher one, as of `at`."""

    holders: int
    members: int
    at: datetime

    @property
    def percent(self) -> int | None:
        """The share in whole percent, at least 1; None where so few have it that it would tell
        who they are (k-anonymity, Sweeney 2002, with k = 10)."""
        if self.holders < TOLD_FROM or not self.members:
            return None
        return min(100, max(1, round(100 * self.holders / self.members)))


@dataclass(frozen=True, slots=True)
class Grant:
    """One reason for which a member has a level of a badge.

    badge    -- its id.
    evidence -- ids and plain numbers: which activity, how much, of what challenge.
    operator, reason -- who gave it by hand and why; None for other origins.
    """

    id: UUID
    programme: int
    member: UUID
    badge: UUID
    level: int
    origin: Origin
    given_at: datetime
    evidence: Mapping[str, Any]
    operator: UUID | None = None
    reason: str | None = None
    ended_at: datetime | None = None
    ended_why: Ended | None = None

    @property
    def cursor(self) -> Cursor:
        """Where the next page starts after this one."""
        return self.given_at, self.id
