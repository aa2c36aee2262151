"""From a judged activity to points, the way the workers bring it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain import ledger, points
from domain.activities import Judged, Type
from domain.members import Member
from domain.points import Measure
from domain.points.reactions import REACTIONS
from infra import db, ids, outbox
from infra.db import Tx
from infra.outbox import emit
from tests.support import given
from tests.support.given import NOON

(AWARD,) = REACTIONS
LISTEN = "INSERT INTO event_subscription (reaction, action) VALUES ($1, 'activities.Judged')"
STOP = "DELETE FROM event_subscription WHERE reaction = $1"
TOLD = "SELECT count(*) FROM event WHERE subject = $1 AND action = 'points.Earned'"


async def judged(member: Member, *, metres: int, tx: Tx) -> None:
    event = Judged(
        programme=member.programme,
        subject=member.id,
        object=ids.new(NOON),
        at=NOON,
        type=Type.RUN,
        outcome="COUNTED",
        day=NOON.date(),
        started_at=NOON - timedelta(hours=1),
        duration_s=1_800,
        distance_m=metres,
    )
    emit(event, tx=tx)


@pytest.fixture
async def listening(database: None) -> AsyncIterator[None]:
    async with db.transaction() as tx:
        await tx.run(STOP, AWARD.name)
        await tx.run(LISTEN, AWARD.name)
    yield
    async with db.transaction() as tx:
        await tx.run(STOP, AWARD.name)


@pytest.mark.usefixtures("listening")
async def test_given_activities_of_two_members_when_delivered_then_both_are_paid() -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        await points.set_rule(
            club,
            activity=Type.RUN,
            measure=Measure.METRES,
            points=10,
            per=1_000,
            day_max=70,
            at=NOON,
            tx=tx,
        )
        ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
        for member, metres in ((ada, 5_000), (bob, 2_000), (ada, 4_000)):
            await judged(member, metres=metres, tx=tx)

    while await outbox.deliver(AWARD, at=NOON):
        pass

    async with db.transaction() as tx:
        balances = await ledger.balances([ada.account, bob.account], book=club.book, at=NOON, tx=tx)
        told = [await tx.value(TOLD, member.id) for member in (ada, bob)]
    assert balances[ada.account].available == 70
    assert balances[bob.account].available == 20
    assert told == [2, 1]
