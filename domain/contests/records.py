"""What contests hand out, and their limits."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from domain.contests.templates import Template

PEOPLE_LEAST = 2
# The bounds of a programme's own limits.
PEOPLE_MOST = 50
OPEN_MOST = 100
STAKE_MOST = 2**53 - 1
# A hold lives for 31 days. The last day may be this many days after the one a contest is made
# on, so that days end everywhere, late activities come in and all is paid while the holds stand.
AHEAD_MOST_DAYS = 28

# Where a page ended: when the member was invited, and to which contest.
Cursor: TypeAlias = tuple[datetime, UUID]


class Payout(StrEnum):
    """Who gets the stakes; those who tie share the prizes of the places that they take."""

    WINNER = "WINNER"  # the first gets all
    TOP_THREE = "TOP_THREE"  # 50, 30 and 20 of a hundred
    COMPLETED = "COMPLETED"  # all who reached the target, the same each


class State(StrEnum):
    """Where a contest is. The last three are final."""

    OPEN = "OPEN"  # friends may still come in
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"  # the stakes are the winners'
    DRAWN = "DRAWN"  # nobody won: every stake has gone back
    CALLED_OFF = "CALLED_OFF"  # before it began: every stake has gone back


class Part(StrEnum):
    """Where somebody is in a contest."""

    INVITED = "INVITED"
    PLAYING = "PLAYING"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"  # went before it began, with their stake, or it was called off
    FORFEITED = "FORFEITED"  # went after it had begun: they cannot win, and their stake stays


@dataclass(frozen=True, slots=True)
class Policy:
    """What a programme lets its contests do; the numbers here are the defaults.

    A stake may go to a friend as well as a transfer may, so the limits of transfers hold besides:
    no stake is above the programme's transfer_max, nor are a day's above transfer_day_max.
    people_max -- most people in one contest, who created it among them.
    open_max   -- most contests of one member that are not over.
    stake_max  -- most points that each may stake on one contest; 0: no stakes at all.
    day_max    -- most points that one member may stake in a local day; what came back because
                  they went in time, or it was called off, does not count.
    """

    people_max: int = 50
    open_max: int = 10
    stake_max: int = 200
    day_max: int = 500


@dataclass(frozen=True, slots=True)
class Contest:
    """A challenge among friends.

    creator    -- a member's id.
    target     -- in the unit of the template's metric; None: whoever does the most wins.
    stake      -- points that each has set aside; 0: none.
    book, account -- the pot in the ledger; None where there are no stakes.
    first_day, last_day -- days are each player's own.
    challenge  -- what counts; None before it has begun.
    starts_at  -- midnight of the first day where the creator lives: who has not come in by then
                  does not.
    pays_at    -- from when on it is settled: late activities count until then.
    """

    id: UUID
    programme: int
    creator: UUID
    template: Template
    target: int | None
    payout: Payout
    stake: int
    book: int
    account: int | None
    first_day: date
    last_day: date
    state: State
    challenge: UUID | None
    created_at: datetime
    starts_at: datetime
    pays_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody in a contest, or invited to it.

    stake   -- what is set aside for it, or was when it ended.
    in_pot  -- True: it has left their wallet before the end, as somebody erased left it.
    reached, place, won -- how it ended, in the unit of the metric, among the winners, and what
               they got of the stakes; None before that, and where there is nothing to say.
    """

    contest: UUID
    member: UUID
    state: Part
    invited_at: datetime
    answered_at: datetime | None
    hold: UUID | None
    stake: int
    in_pot: bool
    reached: int | None
    place: int | None
    won: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A contest, as one of those whom it concerns has it."""

    contest: Contest
    player: Player

    @property
    def cursor(self) -> Cursor:
        """Where the next page of a member's contests starts after this one."""
        return self.player.invited_at, self.contest.id
