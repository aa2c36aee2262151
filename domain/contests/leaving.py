"""Leave a contest, or call it off.

Before it begins a stake goes back with its owner. Afterwards it stays: whoever is behind would
otherwise go with their points, and those who are ahead would win nothing.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import challenges
from domain.contests import staking
from domain.contests.errors import ContestClosed, NotTheCreator
from domain.contests.events import CalledOff, Departed
from domain.contests.holding import Held, hold, hold_whole
from domain.contests.reading import get
from domain.contests.records import Contest, Part, Player, Seat, State
from domain.contests.staking import Stake
from domain.members import Member
from infra.db import Tx
from infra.outbox import emit

GO = """
UPDATE contest_player SET state = $4, answered_at = coalesce(answered_at, $5),
    stake = CASE $4 WHEN 'FORFEITED' THEN stake ELSE 0 END,
    hold = CASE $4 WHEN 'FORFEITED' THEN hold END,
    day = CASE $4 WHEN 'FORFEITED' THEN day END
WHERE programme = $1 AND contest = $2 AND member = ANY($3::uuid[])
"""
CALL_OFF = """
UPDATE contest SET state = 'CALLED_OFF', ended_at = $3 WHERE programme = $1 AND id = $2
"""


async def leave(contest: UUID, *, member: Member, at: datetime, tx: Tx) -> Seat:
    """Go: WITHDRAWN with one's stake while the contest is open, FORFEITED without it later.

    Leaving again answers the same.
    Refuses, in this order: members.NoSuchMember, NoSuchContest, ContestClosed (it is over).
    """
    held = await hold(contest, member=member, tx=tx)
    player = held.player(member.id, Part.PLAYING, Part.WITHDRAWN, Part.FORFEITED)
    if player.state is Part.PLAYING:
        if held.contest.state not in (State.OPEN, State.RUNNING):
            raise ContestClosed(held.contest.state)
        player = await go(player, held.members[member.id], contest=held.contest, at=at, tx=tx)
    return Seat(held.contest, player)


async def call_off(contest: UUID, *, creator: Member, at: datetime, tx: Tx) -> Seat:
    """Call one's contest off before it begins; every stake is free again. Doing it again is fine.

    Refuses, in this order: NoSuchContest, NotTheCreator, ContestClosed.
    """
    held = await hold_whole(contest, programme=creator.programme, tx=tx)
    player = held.player(creator.id, *Part)
    if held.contest.creator != creator.id:
        raise NotTheCreator("only the one who created it calls a contest off")
    if held.contest.state is State.CALLED_OFF:
        return Seat(held.contest, player)
    if held.contest.state is not State.OPEN:
        raise ContestClosed(held.contest.state)
    await end_before_start(held, at=at, tx=tx)
    return await get(contest, member=creator, at=at, tx=tx)


async def end_before_start(held: Held, *, at: datetime, tx: Tx) -> None:
    """Nothing comes of the contest: every stake is free again, and its owner is told."""
    contest, playing = held.contest, held.of(Part.PLAYING)
    await withdraw(held.stakes(playing), contest=contest, at=at, tx=tx)
    await tx.run(CALL_OFF, contest.programme, contest.id, at)
    for player in playing:
        told = CalledOff(
            programme=contest.programme, subject=player.member, object=contest.id, at=at
        )
        emit(told, tx=tx)


async def withdraw(stakes: Collection[Stake], *, contest: Contest, at: datetime, tx: Tx) -> None:
    """These are out of a contest that has not begun, with what they staked."""
    await staking.release(stakes, contest=contest, at=at, tx=tx)
    gone = [stake.player.member for stake in stakes]
    await tx.run(GO, contest.programme, contest.id, gone, Part.WITHDRAWN, at)


async def go(player: Player, member: Member, *, contest: Contest, at: datetime, tx: Tx) -> Player:
    """Somebody who plays, and is locked, goes out of a contest that is locked and not over."""
    ends, forfeited = (contest.programme, contest.id), 0
    if contest.state is State.OPEN:
        await withdraw([Stake(player, member.account)], contest=contest, at=at, tx=tx)
        gone = replace(player, state=Part.WITHDRAWN, hold=None, stake=0)
    else:
        await tx.run(GO, *ends, [member.id], Part.FORFEITED, at)
        await _stop_counting(contest, member, at, tx)
        gone, forfeited = replace(player, state=Part.FORFEITED), player.stake
    told = Departed(
        programme=contest.programme,
        subject=member.id,
        object=contest.id,
        at=at,
        forfeited=forfeited,
    )
    emit(told, tx=tx)
    return gone


async def _stop_counting(contest: Contest, member: Member, at: datetime, tx: Tx) -> None:
    """What they do counts no more, unless they are out of the challenge already."""
    assert contest.challenge is not None, "what has begun has a challenge"
    if member.is_active:
        with suppress(challenges.NotJoined, challenges.ChallengeClosed):
            await challenges.leave(contest.challenge, member=member, at=at, tx=tx)
