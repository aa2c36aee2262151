"""Crossing: what leaves one book arrives in the other, once, and expires no later."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain import ledger
from domain.ledger import CLEARING, NEVER, Outcome, Result
from domain.ledger.crossing import recover
from infra import db
from tests.domain.ledger import books
from tests.domain.ledger.books import MONTH, Book, months_later


@dataclass
class Pair:
    """Two books, a wallet of 10 points in the first, an empty one in the second."""

    near: Book
    far: Book
    ada: int
    bob: int

    async def cross(
        self, amount: int, *, id: UUID, only_leg_1: bool = False, **other: Any
    ) -> Result:
        facts = {"to_account": self.bob, "to_book": self.far.number} | other
        async with db.transaction() as tx:
            result = await ledger.cross(
                amount, account=self.ada, book=self.near.number, id=id, at=self.near.at, tx=tx,
                **facts,
            )  # fmt: skip
            if only_leg_1:
                tx._committed.clear()  # as if the process had died right after the commit
        return result

    async def recover(self, at: datetime | None = None) -> int:
        async with db.transaction() as tx:
            return await recover(limit=100, at=at or self.near.at, tx=tx)


@pytest.fixture
async def pair(calendar: None) -> Pair:
    near, far = await books.a_book(), await books.a_book()
    return Pair(near, far, await near.wallet(10), await far.wallet())


async def test_given_two_books_when_points_cross_then_they_leave_and_arrive_under_one_id(
    pair: Pair,
) -> None:
    id = pair.near.id()

    result = await pair.cross(4, id=id, to_amount=40, meta={"why": "exchange"})

    assert (result.outcome, result.debit_balance) == (Outcome.DONE, 6)
    assert (await pair.far.state(pair.bob))["lots"] == {NEVER: 40}
    out, back = (await pair.near.journal())[-1], (await pair.far.journal())[-1]
    assert (out["id"], out["credit"], back["id"], back["debit"]) == (id, CLEARING, id, CLEARING)
    assert back["meta"] == '{"why": "exchange"}'
    assert (await pair.cross(4, id=id, to_amount=40)).outcome is Outcome.ALREADY_DONE
    assert await pair.recover() == 0
    await pair.near.check()
    await pair.far.check()


async def test_given_a_crash_between_the_legs_when_recovery_runs_twice_then_they_arrive_once(
    pair: Pair,
) -> None:
    await pair.cross(4, id=pair.near.id(), only_leg_1=True)
    lost = (await pair.far.state(pair.bob))["balance"]

    arrived = [await pair.recover(months_later(3)), await pair.recover(months_later(3))]

    assert lost == 0
    assert arrived == [1, 0]
    assert (await pair.far.state(pair.bob))["balance"] == 4


async def test_given_lots_when_they_cross_then_all_expire_with_the_soonest(pair: Pair) -> None:
    soon = ledger.issue(3, account=pair.ada, id=pair.near.id(), month=MONTH + 2)
    await pair.near.done(soon)

    await pair.cross(4, id=pair.near.id())
    await pair.cross(4, id=pair.near.id())

    assert (await pair.far.state(pair.bob))["lots"] == {MONTH + 2: 4, NEVER: 4}


async def test_given_a_leg_that_comes_late_when_its_month_has_passed_then_it_gets_this_month(
    pair: Pair,
) -> None:
    await pair.near.done(ledger.issue(3, account=pair.ada, id=pair.near.id(), month=MONTH))
    await pair.cross(3, id=pair.near.id(), only_leg_1=True)

    await pair.recover(months_later(2))

    assert (await pair.far.state(pair.bob))["lots"] == {MONTH + 2: 3}


async def test_given_bad_crossings_when_they_are_asked_for_then_nothing_leaves(
    pair: Pair,
) -> None:
    done = pair.near.id()
    await pair.cross(1, id=done)
    plain = ledger.move(1, debit=pair.ada, credit=CLEARING, id=pair.near.id())
    await pair.near.done(plain)
    nobody = pair.near.id()

    assert (await pair.cross(9, id=pair.near.id())).outcome is Outcome.INSUFFICIENT
    assert (await pair.cross(0, id=pair.near.id())).outcome is Outcome.INVALID
    assert (await pair.cross(1, id=pair.near.id(), to_amount=0)).outcome is Outcome.INVALID
    assert (
        await pair.cross(1, id=pair.near.id(), to_book=pair.near.number)
    ).outcome is Outcome.INVALID
    assert (await pair.cross(1, id=nobody, to_account=1 << 60)).outcome is Outcome.NO_ACCOUNT
    assert (await pair.cross(1, id=nobody, to_account=1 << 60)).outcome is Outcome.NO_ACCOUNT
    assert (await pair.cross(1, id=done, to_amount=2)).outcome is Outcome.KEY_REUSED
    assert (await pair.cross(2, id=done, to_amount=1)).outcome is Outcome.KEY_REUSED
    assert (await pair.cross(1, id=plain.id)).outcome is Outcome.KEY_REUSED
    assert (await pair.near.state(pair.ada))["balance"] == 8
    assert (await pair.far.state(pair.bob))["balance"] == 1
