"""Create a contest, and ask friends into it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import friends, ledger, members
from domain.contests.beginning import CUTOFF_HOURS
from domain.contests.errors import (
    BadDays,
    BadPayout,
    BadPeople,
    BadStake,
    BadTarget,
    NotContestFriends,
)
from domain.contests.events import Entered, Invited
from domain.contests.policies import check_room, check_stake, limits
from domain.contests.reading import find, players
from domain.contests.records import (
    AHEAD_MOST_DAYS,
    PEOPLE_LEAST,
    STAKE_MOST,
    Contest,
    Payout,
    Seat,
    State,
)
from domain.contests.staking import stake
from domain.contests.templates import RULES, Template
from domain.members import Member
from domain.metrics import Metric
from infra.db import Tx
from infra.outbox import emit

DAY = timedelta(days=1)
# A day that is over everywhere: the last zone is twelve hours behind UTC.
OVER_EVERYWHERE = timedelta(hours=36)

ADD = """
INSERT INTO contest (programme, id, creator, template, target, payout, stake, book, account,
                     first_day, last_day, state, created_at, starts_at, pays_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'OPEN', $12, $13, $14)
"""
SEAT = """
WITH invited AS (
    INSERT INTO contest_player (programme, contest, member, state, invited_at)
    SELECT $1, $2, friend, 'INVITED', $4 FROM unnest($7::uuid[]) AS f (friend)
)
INSERT INTO contest_player (programme, contest, member, state, invited_at, answered_at, hold,
                            stake, day)
VALUES ($1, $2, $3, 'PLAYING', $4, $4, $5, $8, $6)
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody would like to compete in.

    target    -- in the unit of the template's metric; None: for the most.
    stake     -- points that each sets aside; 0: none.
    days      -- how many local days it lasts.
    first_day -- None: tomorrow, where the creator lives.
    """

    template: Template
    target: int | None = None
    payout: Payout = Payout.WINNER
    stake: int = 0
    days: int = 7
    first_day: date | None = None


async def create(
    wish: Wish, *, creator: Member, invited: Sequence[UUID], id: UUID, at: datetime, tx: Tx
) -> Seat:
    """Ask friends into a contest, and set one's own stake aside for it.

    Friends may come in until its first day begins where the creator lives.
    id -- a UUIDv7 made from the creator and the client's key: creating again with the same id and
    content answers with the contest as it stands now.
    Refuses, in this order: BadDays (how many), BadTarget, BadPayout, BadDays (the first), BadStake,
    BadPeople, members.NoSuchMember, ledger.KeyReused, NotContestFriends, TooManyContests,
    OverStakeLimit, OverStakeDayLimit, then what the ledger refuses: KeyExpired,
    InsufficientPoints.
    """
    first_day = _checked(wish, creator, at)
    allowed = await limits(creator.programme, tx=tx)
    if not _are_people(invited, creator, most=allowed.people_max - 1):
        raise BadPeople(most=allowed.people_max - 1)
    locked = await members.lock([creator.id, *invited], programme=creator.programme, tx=tx)
    if creator.id not in locked:
        raise members.NoSuchMember("there is no such member")
    creator = locked[creator.id]
    first = await find(id, member=creator.id, programme=creator.programme, tx=tx)
    if first is not None:
        return await _same(first, wish, creator, invited, tx)
    known = await friends.among(creator.id, others=invited, programme=creator.programme, tx=tx)
    if not all(friend in known and locked[friend].is_active for friend in invited):
        raise NotContestFriends("only friends are asked into a contest")
    await check_room(creator, allowed, tx=tx)
    day = await check_stake(wish.stake, allowed, member=creator, at=at, tx=tx)
    contest = await _opened(wish, creator, first_day, id, at, tx)
    return await _seated(contest, creator, invited, day, at, tx)


def _checked(wish: Wish, creator: Member, at: datetime) -> date:
    """The first day. Raises BadDays, BadTarget, BadPayout, BadStake."""
    if not 1 <= wish.days <= AHEAD_MOST_DAYS:
        raise BadDays("days")
    rules = RULES[wish.template]
    most = min(rules.most, wish.days) if rules.metric is Metric.DAYS else rules.most
    if wish.target is not None and not rules.least <= wish.target <= most:
        raise BadTarget(least=rules.least, most=most)
    if wish.payout is Payout.COMPLETED and wish.target is None:
        raise BadPayout("there is no target that could be completed")
    today = members.day_in(creator.zone, at)
    ahead = 1 if wish.first_day is None else (wish.first_day - today).days
    if not 1 <= ahead <= AHEAD_MOST_DAYS + 1 - wish.days:
        raise BadDays("first_day")
    if not 0 <= wish.stake <= STAKE_MOST:
        raise BadStake("a stake is a whole number of points")
    return today + ahead * DAY


def _are_people(invited: Sequence[UUID], creator: Member, *, most: int) -> bool:
    return (
        PEOPLE_LEAST - 1 <= len(invited) <= most
        and len(set(invited)) == len(invited)
        and creator.id not in invited
    )


async def _same(first: Seat, wish: Wish, creator: Member, invited: Sequence[UUID], tx: Tx) -> Seat:
    made = first.contest
    days = (made.last_day - made.first_day).days + 1
    was = Wish(made.template, made.target, made.payout, made.stake, days, made.first_day)
    asked = replace(wish, first_day=wish.first_day or made.first_day)
    everybody = {one.member for one in await players(made, tx=tx)}
    if made.creator != creator.id or was != asked or everybody != {creator.id, *invited}:
        raise ledger.KeyReused
    return first


async def _opened(
    wish: Wish, creator: Member, first_day: date, id: UUID, at: datetime, tx: Tx
) -> Contest:
    account = None
    if wish.stake:
        account = await ledger.open_account(
            book=creator.book, account_class=ledger.AccountClass.ESCROW, tx=tx
        )
    last_day = first_day + (wish.days - 1) * DAY
    midnight = datetime.combine(first_day, time(), ZoneInfo(creator.zone)).astimezone(UTC)
    over = datetime.combine(last_day, time(), UTC) + OVER_EVERYWHERE
    return Contest(
        id=id,
        programme=creator.programme,
        creator=creator.id,
        template=wish.template,
        target=wish.target,
        payout=wish.payout,
        stake=wish.stake,
        book=creator.book,
        account=account,
        first_day=first_day,
        last_day=last_day,
        state=State.OPEN,
        challenge=None,
        created_at=at,
        starts_at=midnight,
        pays_at=over + timedelta(hours=CUTOFF_HOURS),
    )


async def _seated(
    contest: Contest, creator: Member, invited: Sequence[UUID], day: date, at: datetime, tx: Tx
) -> Seat:
    hold = await stake(contest, member=creator, at=at, tx=tx)
    await tx.run(
        ADD,
        contest.programme,
        contest.id,
        contest.creator,
        contest.template,
        contest.target,
        contest.payout,
        contest.stake,
        contest.book,
        contest.account,
        contest.first_day,
        contest.last_day,
        at,
        contest.starts_at,
        contest.pays_at,
    )
    ends = (contest.programme, contest.id, creator.id)
    await tx.run(SEAT, *ends, at, hold, day, list(invited), contest.stake)
    _tell(contest, invited, tx)
    seat = await find(contest.id, member=creator.id, programme=contest.programme, tx=tx)
    assert seat is not None, "it was written just now"
    return seat


def _tell(contest: Contest, invited: Sequence[UUID], tx: Tx) -> None:
    programme, id, at, points = contest.programme, contest.id, contest.created_at, contest.stake
    entered = Entered(programme=programme, subject=contest.creator, object=id, at=at, stake=points)
    emit(entered, tx=tx)
    for friend in invited:
        asked = Invited(
            programme=programme,
            subject=friend,
            object=id,
            at=at,
            other=contest.creator,
            stake=points,
        )
        emit(asked, tx=tx)
