"""Answer an invitation: come into a contest, or say no."""

from datetime import datetime
from uuid import UUID

from domain import friends
from domain.contests.errors import ContestClosed, NoSuchContest
from domain.contests.events import Entered
from domain.contests.holding import hold
from domain.contests.policies import check_room, check_stake, limits
from domain.contests.reading import find
from domain.contests.records import Contest, Part, Seat, State
from domain.contests.staking import stake
from domain.members import Member
from infra.db import Tx
from infra.outbox import emit

ENTER = """
UPDATE contest_player SET state = 'PLAYING', answered_at = $4, hold = $5, stake = $6, day = $7
WHERE programme = $1 AND contest = $2 AND member = $3
"""
DECLINE = """
UPDATE contest_player SET state = 'DECLINED', answered_at = $4
WHERE programme = $1 AND contest = $2 AND member = $3 AND state = 'INVITED'
"""


async def accept(contest: UUID, *, member: Member, at: datetime, tx: Tx) -> Seat:
    """Come into a contest one was asked into, and set one's stake aside. Accepting again answers
    the same.

    Refuses, in this order: members.NoSuchMember, NoSuchContest (also where the one who asked is
    no friend any more), ContestClosed, TooManyContests, OverStakeLimit, OverStakeDayLimit,
    ledger.InsufficientPoints.
    """
    held = await hold(contest, member=member, tx=tx)
    player, asked = held.player(member.id, Part.INVITED, Part.PLAYING), held.contest
    member = held.members[member.id]
    if player.state is Part.PLAYING:
        return Seat(asked, player)
    await _check(asked, member, at, tx)
    allowed = await limits(member.programme, tx=tx)
    await check_room(member, allowed, tx=tx)
    day = await check_stake(asked.stake, allowed, member=member, at=at, tx=tx)
    put = await stake(asked, member=member, at=at, tx=tx)
    ends = (member.programme, contest, member.id)
    await tx.run(ENTER, *ends, at, put, asked.stake, day)
    told = Entered(
        programme=member.programme, subject=member.id, object=contest, at=at, stake=asked.stake
    )
    emit(told, tx=tx)
    seat = await find(contest, member=member.id, programme=member.programme, tx=tx)
    assert seat is not None, "it was changed just now"
    return seat


async def decline(contest: UUID, *, member: Member, at: datetime, tx: Tx) -> None:
    """Say no to an invitation; nothing happens when there is none."""
    await tx.run(DECLINE, member.programme, contest, member.id, at)


async def _check(contest: Contest, member: Member, at: datetime, tx: Tx) -> None:
    known = await friends.are_friends(contest.creator, member.id, programme=member.programme, tx=tx)
    if not known:
        raise NoSuchContest("you have no such contest")
    if contest.state is not State.OPEN:
        raise ContestClosed(contest.state)
    if at >= contest.starts_at:
        raise ContestClosed(State.RUNNING)
