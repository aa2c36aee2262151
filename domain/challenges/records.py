"""What challenges hands out, and its words: what may be asked, and where things are."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.metrics import ANY, Filter, Metric


class Owner(StrEnum):
    """Who made a challenge, and so who pays for it."""

    PARTNER = "PARTNER"  # from its prepaid account
    PROGRAMME = "PROGRAMME"  # an operator, with new points
    MEMBER = "MEMBER"  # among friends; nothing but stakes


class State(StrEnum):
    """Where a challenge is.

    Activities count from APPROVED on, so that nothing is lost where days begin early, and until
    the cut-off after ENDED. PAUSED: nobody joins and nothing is paid, but what members do counts
    and is paid once it goes on.
    """

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"  # an operator must look at it
    REJECTED = "REJECTED"  # may be edited and submitted again
    APPROVED = "APPROVED"  # begins by itself
    LIVE = "LIVE"
    PAUSED = "PAUSED"
    ENDED = "ENDED"  # late activities still count, until the cut-off
    SETTLED = "SETTLED"  # all is paid, and what was left has gone back
    CANCELLED = "CANCELLED"  # given up before it began; all has gone back


COUNTING = frozenset({State.APPROVED, State.LIVE, State.PAUSED, State.ENDED})


class Span(StrEnum):
    """How long a member has, all in the member's own local days."""

    FIXED = "FIXED"  # from the challenge's first to its last day
    ROLLING = "ROLLING"  # so many days from joining
    WEEK = "WEEK"  # each ISO week from Monday to Sunday
    MONTH = "MONTH"  # each calendar month


class Again(StrEnum):
    """When a ROLLING challenge begins anew for a member; WEEK and MONTH always do."""

    NEVER = "NEVER"
    ON_EXPIRY = "ON_EXPIRY"  # the day after its days are over, completed or not
    ON_COMPLETION = "ON_COMPLETION"  # the day after it was completed


class Entry(StrEnum):
    """How a member comes in."""

    AUTOMATIC = "AUTOMATIC"  # by the first activity that counts
    OPT_IN = "OPT_IN"
    INVITED = "INVITED"


class Mode(StrEnum):
    """Whose efforts count together."""

    INDIVIDUAL = "INDIVIDUAL"
    COOPERATIVE = "COOPERATIVE"  # all of them together towards one target
    COMPETITIVE = "COMPETITIVE"  # teams; the best ones at the end win


@dataclass(frozen=True, slots=True)
class Personal:
    """A target out of the member's own past: what they did in the weeks before, and more.

    percent -- 110 is ten percent more than a usual stretch as long as theirs is now.
    weeks   -- how far to look back from the day they begin.
    at_least -- the target where that comes to less, as for who did nothing.
    """

    percent: int
    weeks: int
    at_least: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to reach.

    target   -- in the unit of the metric; where it is personal, the most it may be.
    """

    metric: Metric
    target: int
    filter: Filter = ANY
    personal: Personal | None = None


@dataclass(frozen=True, slots=True)
class Reward:
    """What somebody gets; at least one of these.

    badge, level -- the key of a badge of the programme, and which of its levels; None: no badge.
    unit         -- the code of a unit of a reward, which redemptions hand out; None: none.
    tier_credit  -- points towards a tier that cannot be spent.
    """

    points: int = 0
    badge: str | None = None
    level: int | None = None
    unit: str | None = None
    tier_credit: int = 0


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of the way: at so many percent, 1 to 99."""

    percent: int
    reward: Reward


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may take part: all that is said must hold when they come in.

    segments, tiers, areas -- one of these; empty: any. Areas are towns of residence, in any case.
    level_min      -- by tiers.levels; 0: any.
    challenges, badges -- all of these completed, or held, before.
    """

    entry: Entry = Entry.OPT_IN
    segments: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    level_min: int = 0
    challenges: frozenset[UUID] = frozenset()
    badges: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a challenge, whole.

    Overall progress is the sum of what was reached, each criterion up to its target, by the sum
    of the targets.
    first_day, last_day -- of the challenge; days are each member's own.
    rolling_days -- for ROLLING.
    from_joining -- True: only activities that started after the member joined count.
    cutoff_hours -- how long after the last day has ended everywhere late activities still count.
    winners_max  -- only so many are rewarded, the first by when the activity that completed it
                    ended, decided at the cut-off; None: all, at once.
    teams_max    -- for COMPETITIVE: so many of the best teams win.
    team_size_max -- for COMPETITIVE.
    """

    criteria: tuple[Criterion, ...]
    reward: Reward
    first_day: date
    last_day: date
    milestones: tuple[Milestone, ...] = ()
    audience: Audience = Audience()
    span: Span = Span.FIXED
    rolling_days: int | None = None
    again: Again = Again.NEVER
    mode: Mode = Mode.INDIVIDUAL
    from_joining: bool = True
    cutoff_hours: int = 48
    winners_max: int | None = None
    teams_max: int = 1
    team_size_max: int = 50

    @property
    def price(self) -> int:
        """Points of one completion with all its milestones."""
        return self.reward.points + sum(one.reward.points for one in self.milestones)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge.

    partner, creator -- who made it: a partner, an operator, or a member; creator is None for a
                    partner's.
    version       -- counts the changes of the terms.
    book, account -- its escrow in the ledger.
    budget        -- the most it may ever pay; funded -- what has come into the escrow;
    spent         -- what was paid out of it, less what came back.
    exhausted_at  -- since when the escrow cannot pay a completion; None: it can.
    disclosed_at  -- until then only those who made it see it; None: no secret.
    reason        -- of the last rejection.
    cutoff_at     -- when it is settled: the last day has ended everywhere, and the hours after.
    returned      -- what went back to the payer when it was over.
    halted        -- an operator has paused it, so that only an operator resumes it.
    """

    id: UUID
    programme: int
    owner: Owner
    partner: UUID | None
    creator: UUID | None
    name: str
    description: str
    state: State
    terms: Terms
    version: int
    book: int
    account: int
    budget: int
    funded: int
    spent: int
    created_at: datetime
    cutoff_at: datetime
    exhausted_at: datetime | None = None
    disclosed_at: datetime | None = None
    reason: str | None = None
    live_at: datetime | None = None
    ended_at: datetime | None = None
    settled_at: datetime | None = None
    returned: int = 0
    halted: bool = False

    @property
    def left(self) -> int:
        """Points that the escrow can still pay."""
        return self.funded - self.spent - self.returned


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What whoever makes a challenge says about it; the words are as for Challenge."""

    name: str
    description: str = ""
    terms: Terms
    budget: int = 0
    disclosed_at: datetime | None = None


class Part(StrEnum):
    """Where a member is in a challenge."""

    OFFERED = "OFFERED"  # invited
    JOINED = "JOINED"
    ACTIVE = "ACTIVE"  # something has counted
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"  # the days are over
    LEFT = "LEFT"
    REFUSED = "REFUSED"  # the invitation


@dataclass(frozen=True, slots=True)
class Participation:
    """One member in one challenge, in one round of it.

    round        -- counts from 1.
    first_day, last_day -- the member's days in this round.
    targets, reached -- of each criterion, in its metric's unit; reached is not capped. For a
                    COOPERATIVE challenge reached is what all did together, `own` the member's.
    percent      -- overall, 0 to 100, rounded down: 100 only when it is complete.
    milestones   -- percents of those that are reached now.
    completed_at -- when the activity that completed it ended; None: it is not complete.
    """

    challenge: UUID
    member: UUID
    round: int
    state: Part
    team: UUID | None
    first_day: date
    last_day: date
    targets: tuple[int, ...]
    reached: tuple[int, ...]
    own: tuple[int, ...]
    percent: int
    milestones: tuple[int, ...]
    joined_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody's place in a challenge: those who reached as much earlier come first.

    reached_at, completed_at -- when the activity ended that brought it so far, and the one that
    completed it; None: there is none.
    """

    place: int
    member: UUID
    team: UUID | None
    reached: int
    percent: int
    reached_at: datetime | None
    completed_at: datetime | None = None
