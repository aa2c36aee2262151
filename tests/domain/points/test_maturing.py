"""Promised points arrive in their time, and it is told once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from domain import ledger, points
from domain.activities import Proof
from domain.points import ClaimState, Matured
from domain.points.maturing import mature_due
from infra import db
from infra.db import Tx
from tests.domain.points.judgements import (
    MINUTE,
    a_club,
    a_run,
    again,
    award_of,
    deliver,
    has,
    sold,
    spent,
)
from tests.support import given
from tests.support.given import NOON

TOMORROW = NOON + timedelta(hours=24)
TOLD = "SELECT count(*) FROM event WHERE subject = $1 AND action = 'points.Matured'"


async def mature(at: datetime, tx: Tx) -> None:
    while await mature_due(at, tx):
        pass


async def test_given_promised_points_when_their_time_comes_then_they_arrive_and_it_is_told(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada, outcome="PENDING")
    await deliver([run], tx)

    await mature(TOMORROW - MINUTE, tx)
    assert await has(ada, tx) == (0, 50)
    await mature(TOMORROW, tx)
    told = len(tx.staged)
    await mature(TOMORROW + MINUTE, tx)

    assert await has(ada, tx) == (50, 0)
    matured = tx.staged[-1]
    assert isinstance(matured, Matured)
    assert (matured.subject, matured.object, matured.points) == (ada.id, run.object, 50)
    assert len(tx.staged) == told
    await sold(ada, tx)


async def test_given_points_that_the_ledger_matured_first_when_due_then_it_is_told_too(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada, outcome="PENDING")
    await deliver([run], tx)
    posting = (await award_of(run, tx)).posting
    assert posting is not None
    await ledger.mature([posting], book=ada.book, at=TOMORROW, tx=tx)

    await mature(TOMORROW, tx)

    assert await has(ada, tx) == (50, 0)
    assert isinstance(tx.staged[-1], Matured)


async def test_given_a_withdrawn_run_when_its_time_comes_then_nothing_matures(tx: Tx) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada, outcome="PENDING")
    await deliver([run, again(run, outcome="WITHDRAWN")], tx)
    told = len(tx.staged)

    await mature(TOMORROW, tx)

    assert await has(ada, tx) == (0, 0)
    assert len(tx.staged) == told


async def test_given_an_open_claim_when_promised_points_arrive_then_it_is_settled(tx: Tx) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await spent(50, ada, tx)
    later = a_run(ada, metres=5_000, outcome="PENDING", at=NOON + MINUTE)
    await deliver([later, again(run, outcome="WITHDRAWN")], tx)

    await mature(TOMORROW + MINUTE, tx)

    (claim,) = await points.claims(ada.programme, limit=10, tx=tx)
    assert (claim.state, claim.settled, await has(ada, tx)) == (ClaimState.SETTLED, 50, (0, 0))


async def test_given_jobs_at_once_when_points_are_due_then_each_is_told_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await a_club(tx), tx=tx)
        await deliver([a_run(ada, metres=1_000, outcome="PENDING") for _ in range(5)], tx)

    async def once() -> None:
        async with db.transaction() as tx:
            await mature_due(TOMORROW, tx)

    await asyncio.gather(*(once() for _ in range(4)))

    async with db.transaction() as tx:
        assert await has(ada, tx) == (50, 0)
        assert await tx.value(TOLD, ada.id) == 5


@pytest.mark.parametrize("hours", [-1, 2_161])
async def test_given_a_wait_that_no_programme_may_have_when_set_then_refused(
    hours: int, tx: Tx
) -> None:
    club = await a_club(tx)

    with pytest.raises(points.BadMaturity):
        await points.set_maturity(club, proof=Proof.DEVICE, hours=hours, tx=tx)

    assert await points.maturities(club.id, tx=tx) == {}


async def test_given_a_wait_when_it_is_set_again_then_the_newest_holds(tx: Tx) -> None:
    club = await a_club(tx)

    await points.set_maturity(club, proof=Proof.DEVICE, hours=5, tx=tx)
    made = await points.set_maturity(club, proof=Proof.DEVICE, hours=6, tx=tx)

    assert made == points.Maturity(Proof.DEVICE, 6)
    assert await points.maturities(club.id, tx=tx) == {Proof.DEVICE: 6}
