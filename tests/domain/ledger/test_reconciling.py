"""Reconciling: a book in order costs nothing to hear; each disorder is named."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain import ledger
from domain.ledger import Discrepancy, ReturnPolicy, Wrong, schedule
from infra import db, ids
from tests.support import apart, given
from tests.support.ledger_history import a_book, a_wallet, posted
from tests.support.servers import Postgres

AT = given.NOON
# Wallet 1 has 40 points, 10 of them held; wallet 2 has 0 points and a debt of 60.
MADE = "(SELECT id FROM ledger.account WHERE book = 1 ORDER BY id LIMIT 1)"
POORER = "(SELECT id FROM ledger.account WHERE book = 1 ORDER BY id OFFSET 1 LIMIT 1)"
OPEN_HOLD = "(SELECT id FROM ledger.hold WHERE state = 0)"
COPIED = """
INSERT INTO ledger.journal (book, kind, month, id, debit, credit, amount, debit_seq, debit_balance,
                            credit_seq, credit_balance, xid, at, ref)
SELECT book, {kind}, month, overlay(id::text placing 'abcdef' from 31)::uuid, debit, credit, amount,
       debit_seq + 100, debit_balance, credit_seq + 100, credit_balance, xid, at, ref
FROM ledger.journal WHERE book = 1 AND kind = {kind} LIMIT 1
"""


@pytest.fixture(scope="module")
async def template(postgres: Postgres) -> AsyncIterator[str]:
    url = await postgres.copy()
    async with apart.database(url):
        await a_history()
    yield url
    await postgres.drop(url)


@pytest.fixture
async def url(postgres: Postgres, template: str) -> AsyncIterator[str]:
    """A copy of the history for one test to break."""
    name = template.rpartition("?")[0].rpartition("/")[2]
    await postgres.run(f"CREATE DATABASE disordered TEMPLATE {name}")
    url = postgres.url("disordered")
    try:
        async with apart.database(url, pool=2):
            yield url
    finally:
        await postgres.drop(url)


async def a_history() -> None:
    async with db.transaction() as tx:
        await a_book(1, at=AT, tx=tx, return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
        await a_book(2, at=AT, tx=tx)
        one, two = [await a_wallet(1, at=AT, tx=tx) for _ in range(2)]
        there = await a_wallet(2, at=AT, tx=tx)
        earned, spent, open_hold, taken, freed = [ids.new(AT) for _ in range(5)]
        for item in (
            ledger.issue(100, account=one, id=ids.new(AT)),
            ledger.issue(60, account=two, id=earned),
            ledger.spend(60, account=two, id=spent),
            ledger.reverse(original=earned, id=ids.new(AT)),
            ledger.hold(10, account=one, id=open_hold),
            ledger.hold(20, account=one, id=taken),
            ledger.capture(15, hold=taken, account=one, id=ids.new(AT)),
            ledger.hold(5, account=one, id=freed),
            ledger.release(hold=freed, account=one, id=ids.new(AT)),
        ):
            await posted(item, book=1, at=AT, tx=tx)
        too_much = ledger.spend(999, account=one, id=ids.new(AT))
        await ledger.post_one(too_much, book=1, at=AT, tx=tx)
        promises = [ledger.Promise(ids.new(AT), one, n) for n in (5, 6, 7)]
        await ledger.promise(promises, book=1, at=AT, tx=tx)
        await ledger.mature([promises[0].id], book=1, at=AT, tx=tx)
        await ledger.cancel([promises[1].id], book=1, at=AT, tx=tx)
        await ledger.cross(
            50, book=1, account=one, to_book=2, to_account=there, id=ids.new(AT), at=AT, tx=tx
        )
    async with db.transaction() as tx:
        await schedule.recover_crossings(AT, tx)
    async with db.transaction() as tx:
        await schedule.total_days(AT, tx)


async def reconciled(book: int = 1) -> list[Discrepancy]:
    async with db.transaction() as tx:
        return list(await ledger.reconcile(book, tx=tx))


async def test_given_a_book_with_everything_when_in_order_then_nothing_is_found(url: str) -> None:
    assert await reconciled() == []
    assert await reconciled(2) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            f"UPDATE ledger.account SET balance = balance + 1, lots[38] = lots[38] + 1"
            f" WHERE id = {MADE}",
            {(Wrong.BALANCE, 40, 41), (Wrong.TOTAL, 40, 41)},
        ),
        (f"UPDATE ledger.account SET seq = 99 WHERE id = {MADE}", {(Wrong.ENTRIES, 8, 99)}),
        (
            f"UPDATE ledger.journal SET debit_seq = 50 WHERE debit = {MADE} AND debit_seq = 8",
            {(Wrong.GAPLESS, 8, 50)},
        ),
        # As many entries, the same last one, one number on both sides: only the sums tell.
        (
            f"UPDATE ledger.journal SET debit_seq = 1 WHERE debit = {MADE} AND kind = 3",
            {(Wrong.GAPLESS, 8, None)},
        ),
        (f"UPDATE ledger.account SET lots[1] = 7 WHERE id = {MADE}", {(Wrong.LOTS, 40, 47)}),
        (f"UPDATE ledger.account SET held = 11 WHERE id = {MADE}", {(Wrong.HELD, 10, 11)}),
        (
            f"UPDATE ledger.hold SET amount = 9 WHERE id = {OPEN_HOLD}",
            {(Wrong.HOLD, 10, 9), (Wrong.HELD, 9, 10)},
        ),
        (
            f"UPDATE ledger.hold SET state = 2 WHERE id = {OPEN_HOLD}",
            {(Wrong.HOLD, 10, 10), (Wrong.HELD, 0, 10)},
        ),
        ("UPDATE ledger.hold SET captured = 14 WHERE state = 1", {(Wrong.HOLD, 20, 20)}),
        ("UPDATE ledger.hold SET state = 1 WHERE state = 2", {(Wrong.HOLD, 5, 5)}),
        (
            f"DELETE FROM ledger.hold WHERE id = {OPEN_HOLD}",
            {(Wrong.HOLD, 10, None), (Wrong.HELD, 0, 10)},
        ),
        ("DELETE FROM ledger.reversal", {(Wrong.DEBT, 0, 60)}),
        ("UPDATE ledger.reversal SET wanted = 61", {(Wrong.REVERSAL, 61, None)}),
        ("DELETE FROM ledger.refusal WHERE outcome = 2", {(Wrong.REVERSAL, 60, None)}),
        (
            "UPDATE ledger.refusal SET id = (SELECT id FROM ledger.hold WHERE state = 1)"
            " WHERE outcome = 1",
            {(Wrong.REFUSAL, None, 20)},
        ),
        ("UPDATE ledger.pending SET state = 0 WHERE state = 1", {(Wrong.PROMISE, None, 5)}),
        ("UPDATE ledger.pending SET state = 1 WHERE state = 2", {(Wrong.PROMISE, 6, None)}),
        ("UPDATE ledger.crossing SET amount = 49", {(Wrong.CROSSING, 49, 50)}),
        (
            "DELETE FROM ledger.journal WHERE book = 2",
            {(Wrong.CROSSING, 50, None)},
        ),
        (f"UPDATE ledger.account SET debt = 61 WHERE id = {POORER}", {(Wrong.DEBT, 60, 61)}),
        (
            "UPDATE ledger.day_total SET debits = debits + 1 WHERE book = 1 AND account = -1",
            {(Wrong.TOTAL, 41, 40)},
        ),
        (
            COPIED.format(kind=2),
            {(Wrong.HOLD, 10, None), (Wrong.ENTRIES, 9, 8), (Wrong.GAPLESS, 9, 102)},
        ),
    ],
)
async def test_given_a_book_when_something_is_out_of_order_then_it_is_named(
    url: str, change: str, expected: set[tuple[Wrong, int | None, int | None]]
) -> None:
    async with apart.owner(url) as connection:
        await connection.execute("SET session_replication_role = replica")
        status = await connection.execute(change)
        assert status.rsplit(" ", 1)[-1] == "1", status

    found = await reconciled()

    assert {(each.wrong, each.expected, each.found) for each in found} == expected


async def test_given_entries_of_no_account_when_reconciled_then_they_are_found(url: str) -> None:
    async with apart.owner(url) as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(f"DELETE FROM ledger.account WHERE id = {POORER}")

    found = await reconciled()

    # It had 60 and spent 60 in two entries: the balance agrees with nothing at all.
    assert (Wrong.ENTRIES, 2, None) in {(each.wrong, each.expected, each.found) for each in found}


async def test_given_partial_returns_when_nothing_is_owed_then_the_book_is_in_order(
    postgres: Postgres,
) -> None:
    url = await postgres.copy()
    try:
        async with apart.database(url):
            async with db.transaction() as tx:
                await a_book(1, at=AT, tx=tx)
                wallet = await a_wallet(1, at=AT, tx=tx)
                earned = ids.new(AT)
                for item in (
                    ledger.issue(60, account=wallet, id=earned),
                    ledger.spend(50, account=wallet, id=ids.new(AT)),
                    ledger.reverse(original=earned, id=ids.new(AT)),
                ):
                    await posted(item, book=1, at=AT + timedelta(seconds=1), tx=tx)

            assert await reconciled() == []
    finally:
        await postgres.drop(url)
