"""Vacating: a member who leaves the programme, or is forgotten, is in no contest any more."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain import ledger, members
from domain.contests import staking
from domain.contests.answering import decline
from domain.contests.holding import hold
from domain.contests.leaving import go
from domain.contests.records import Part
from domain.contests.staking import Stake
from domain.members import Left, Member, State
from infra.db import Tx
from infra.outbox import Delivery

# Of contests that are not over.
SEATS = """
SELECT p.contest, p.state FROM contest_player AS p
JOIN contest AS c ON c.programme = p.programme AND c.id = p.contest
WHERE p.programme = $1 AND p.member = $2 AND p.state IN ('INVITED', 'PLAYING', 'FORFEITED')
  AND c.state IN ('OPEN', 'RUNNING')
ORDER BY p.contest
"""
IN_POT = """
UPDATE contest_player SET in_pot = true WHERE programme = $1 AND contest = $2 AND member = $3
"""


async def vacate(member: Member, *, at: datetime, tx: Tx) -> Sequence[UUID]:
    """Out of every contest that is not over, of which there are few; those where a stake of
    theirs stays behind."""
    left = []
    for row in await tx.rows(SEATS, member.programme, member.id):
        held = await hold(row["contest"], member=member, tx=tx)
        player = held.players[member.id]
        if player.state is Part.INVITED:
            await decline(row["contest"], member=member, at=at, tx=tx)
        elif player.state is Part.PLAYING:
            player = await go(player, member, contest=held.contest, at=at, tx=tx)
        if player.state is Part.FORFEITED and player.stake:
            left.append(row["contest"])
    return left


async def part(deliveries: Sequence[Delivery[Left]], tx: Tx) -> None:
    """Take those out of their contests who left and have not come back since."""
    for event in (delivery.event for delivery in deliveries):
        found = await members.lock([event.subject], programme=event.programme, tx=tx)
        if found[event.subject].state is State.LEFT:
            await vacate(found[event.subject], at=event.at, tx=tx)


async def give_up(member: Member, *, at: datetime, tx: Tx) -> None:
    """Out of every contest, for good: what was forfeited goes into the pots now, since the
    wallet will be emptied."""
    for contest in await vacate(member, at=at, tx=tx):
        held = await hold(contest, member=member, tx=tx)
        player = held.players[member.id]
        if player.in_pot:
            continue
        item = staking.captured(Stake(player, member.account), contest=held.contest, at=at)
        posted = await ledger.post_one(item, book=member.book, at=at, tx=tx)
        # One that has run out has set its points free: they go the way of all the member had.
        if posted.outcome is not ledger.Outcome.HOLD_NOT_OPEN:
            ledger.require(posted)
            await tx.run(IN_POT, member.programme, contest, member.id)
