"""What leaderboards hands out, and its words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.metrics import ANY, Filter, Metric

PLACES_KEPT = 1_000
COUNT_MAX = 100


class Measure(StrEnum):
    """What a board counts: a metric of activities, or progress in a challenge.

    POINTS are those earned, by activities and by what else gives them (see `Earning`); a board's
    own prizes are not among them.
    """

    COUNT = "COUNT"
    DISTANCE = "DISTANCE"
    DURATION = "DURATION"
    ELEVATION = "ELEVATION"
    ENERGY = "ENERGY"
    STEPS = "STEPS"
    POINTS = "POINTS"
    DAYS = "DAYS"
    PARTNERS = "PARTNERS"
    PROGRESS = "PROGRESS"

    @property
    def metric(self) -> Metric | None:
        """The metric of the same name; None for PROGRESS."""
        return METRICS[self]


# Looked up, for it is asked with every activity.
METRICS = {one: None if one is Measure.PROGRESS else Metric(one.value) for one in Measure}


class Span(StrEnum):
    """How long a window of a board is; then it begins anew.

    An activity belongs to the window in which it started, by the zone of the programme when the
    board was made. Weeks are those of ISO 8601, from Monday on.
    """

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    SEASON = "SEASON"  # one window, between two dates
    ALL_TIME = "ALL_TIME"


class Scope(StrEnum):
    """Among whom a member has a place."""

    PROGRAMME = "PROGRAMME"
    FRIENDS = "FRIENDS"  # the member's own
    CHALLENGE = "CHALLENGE"  # who takes part in it
    TEAM = "TEAM"  # the member's, in a challenge
    CITY = "CITY"  # the same town of residence when they first scored in the window
    COHORT = "COHORT"  # 25 to 50 members of one division of a league


# Ordered by Valkey; the other groups are small enough to be ordered when they are read.
ORDERED = frozenset({Scope.PROGRAMME, Scope.CHALLENGE, Scope.CITY})


@dataclass(frozen=True, slots=True)
class Prize:
    """What each of the places `first` to `last`, counted from 1, of each group gets.

    points       -- new points of the programme.
    badge, level -- a badge's key and one of its levels; None: no badge, its lowest level.
    """

    first: int
    last: int
    points: int = 0
    badge: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class League:
    """Divisions that members climb.

    divisions -- their names, the lowest first.
    promoted, demoted -- so many of each cohort go up, from the top, or down, from the bottom;
                 never more than a third of it.
    idle_max  -- whoever has scored nothing for so many windows in a row plays no longer, until
                 they score again.
    """

    divisions: tuple[str, ...]
    promoted: int = 7
    demoted: int = 7
    idle_max: int = 4


@dataclass(frozen=True, slots=True)
class Board:
    """One board.

    first_day, last_day -- of a SEASON, both inclusive.
    zone         -- the programme's when the board was made: its windows never move.
    challenge    -- whose progress it shows, or who of it take part; else None.
    expiring     -- True: what was earned leaves a POINTS board when its time to live is over.
    cutoff_hours -- how long after a window's end what comes late still counts.
    league       -- for COHORT only.
    retired_at   -- from then on it counts nothing and opens no window; None: it goes on.
    """

    id: UUID
    programme: int
    name: str
    measure: Measure
    span: Span
    scope: Scope
    zone: str
    created_at: datetime
    filter: Filter = ANY
    first_day: date | None = None
    last_day: date | None = None
    challenge: UUID | None = None
    expiring: bool = False
    cutoff_hours: int = 24
    prizes: tuple[Prize, ...] = ()
    league: League | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One window of a board; None: it has no such end.

    starts_on -- its first date in the board's zone, and its name.
    closes_at -- from then on nothing changes it.
    """

    starts_on: date
    starts_at: datetime | None
    ends_at: datetime | None
    closes_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """True for a moment within the window."""
        return (self.starts_at is None or self.starts_at <= at) and (
            self.ends_at is None or at < self.ends_at
        )


@dataclass(frozen=True, slots=True)
class Earning:
    """Points that something other than an activity gave.

    id     -- of what gave them; told again, the newer word holds.
    points -- what stands of them now; 0: nothing.
    at     -- when they were given; it stays.
    """

    id: UUID
    member: UUID
    points: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """What somebody has reached; the time is 1970 where that is 0.

    reached_at -- when the last of what counts came to be: the end of an activity, or when other
                  points were given. Of equal scores the earlier one ranks higher.
    """

    score: int
    reached_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a board, as a certain member may see it.

    member     -- only of the member who asks, and of friends among friends; else None.
    name       -- what they are shown as; None: somebody who is not shown to the one who asks.
    reached_at -- None without a name: at which hour a stranger was out is theirs to tell.
    """

    place: int
    score: int
    reached_at: datetime | None
    member: UUID | None
    name: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class View:
    """A part of a board, for one member.

    window   -- which one; None: the board has none yet.
    grouping -- among whom: a town, a team, a cohort such as "2/14"; empty: all.
    ready    -- False: the order is being rebuilt, ask again; the member's own score is known.
    place    -- the member's own; None: they have none, or it is not ready.
    score    -- the member's own; 0 without one.
    everybody -- how many have a place.
    """

    window: Window | None
    grouping: str
    ready: bool
    place: int | None
    score: int
    reached_at: datetime | None
    everybody: int
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Face:
    """As whom a member is shown on boards to those who do not know them."""

    pseudonym: str


class PrizeState(StrEnum):
    """What became of a prize."""

    WAITING = "WAITING"
    PAID = "PAID"
    LAPSED = "LAPSED"  # whoever had won it was erased


@dataclass(frozen=True, slots=True)
class Won:
    """A prize that a member won."""

    id: UUID
    board: UUID
    starts_on: date
    place: int
    points: int
    badge: str | None
    level: int | None
    state: PrizeState
    at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """What a closed window came to.

    places -- how many were kept: the first thousand of each group, all of a cohort.
    hash   -- SHA-256 of them; see `closing.canonical`.
    """

    board: UUID
    starts_on: date
    closed_at: datetime
    places: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Rank:
    """Where a member is in a league: division 1 is the lowest.

    idle  -- windows in a row without a score.
    plays -- False: idle for too long, until they score again.
    """

    division: int
    name: str
    idle: int
    plays: bool
