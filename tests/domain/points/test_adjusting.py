"""An operator gives or takes points by hand."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain import ledger, points
from domain.points import ADJUSTMENT_MAX
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.points.judgements import a_club, has, sold
from tests.support import given
from tests.support.given import NOON

OPERATOR = UUID(int=7)


async def test_given_a_member_when_points_are_given_and_taken_then_the_journal_says_by_whom(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)

    for amount in (70, -20):
        await points.adjust(ada, points=amount, operator=OPERATOR, id=ids.new(NOON), at=NOON, tx=tx)

    assert await has(ada, tx) == (50, 0)
    taken, gave = await ledger.statement(ada.account, book=ada.book, limit=5, tx=tx)
    assert (gave.amount, taken.amount) == (70, -20)
    assert {gave.counter_account, taken.counter_account} == {ledger.ADJUSTMENT}
    assert {gave.actor, taken.actor} == {OPERATOR}
    assert gave.meta == taken.meta == {"why": "adjustment"}
    await sold(ada, tx)


@pytest.mark.parametrize(
    ("amount", "age", "refusal"),
    [
        (0, 0, points.BadAdjustment),
        (ADJUSTMENT_MAX + 1, 0, points.BadAdjustment),
        (-ADJUSTMENT_MAX - 1, 90, points.BadAdjustment),
        (-11, 90, ledger.KeyExpired),
        (-11, 0, ledger.InsufficientPoints),
    ],
)
async def test_given_what_cannot_be_when_adjusted_then_refused(
    amount: int, age: int, refusal: type[Refused], tx: Tx
) -> None:
    ada = await given.a_member(await a_club(tx), holding=10, tx=tx)
    id = ids.new(NOON - timedelta(days=age))

    with pytest.raises(refusal):
        await points.adjust(ada, points=amount, operator=OPERATOR, id=id, at=NOON, tx=tx)

    assert await has(ada, tx) == (10, 0)


async def test_given_an_adjustment_when_it_comes_again_then_it_is_done_once(tx: Tx) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    id = ids.new(NOON)

    for _ in range(2):
        await points.adjust(ada, points=70, operator=OPERATOR, id=id, at=NOON, tx=tx)
    with pytest.raises(ledger.KeyReused):
        await points.adjust(ada, points=71, operator=OPERATOR, id=id, at=NOON, tx=tx)

    assert await has(ada, tx) == (70, 0)


async def test_given_eight_who_take_what_four_can_when_at_once_then_four_do(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await a_club(tx), holding=45, tx=tx)

    async def take() -> bool:
        try:
            async with db.transaction() as tx:
                id = ids.new(NOON)
                await points.adjust(ada, points=-10, operator=OPERATOR, id=id, at=NOON, tx=tx)
        except ledger.InsufficientPoints:
            return False
        return True

    done = await asyncio.gather(*(take() for _ in range(8)))

    async with db.transaction() as tx:
        assert (sum(done), await has(ada, tx)) == (4, (5, 0))
