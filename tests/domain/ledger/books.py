"""Books: a ledger book that commits each thing it is told, and is checked as a whole."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain import ledger
from domain.ledger import AccountClass, Item, Outcome, Result, ReturnPolicy
from infra import db, ids

START = datetime(2025, 1, 15, 12, tzinfo=UTC)
MONTH = ledger.month_of(START)

BALANCES = """
SELECT a.id FROM ledger.account AS a WHERE a.book = $1 AND (
    a.balance <> (SELECT sum(points) FROM unnest(a.lots) AS points)
    OR a.balance <> coalesce((
        SELECT sum(CASE WHEN j.credit = a.id THEN j.amount ELSE -j.amount END)
        FROM ledger.journal AS j
        WHERE j.book = a.book AND a.id IN (j.debit, j.credit) AND j.kind NOT IN (2, 4)), 0)
    OR a.seq <> (
        SELECT count(*) FROM ledger.journal AS j
        WHERE j.book = a.book AND a.id IN (j.debit, j.credit))
    OR a.held <> coalesce((
        SELECT sum(h.amount) FROM ledger.hold AS h
        WHERE h.book = a.book AND h.account = a.id AND h.state = 0), 0)
    OR a.debt <> coalesce((
        SELECT sum(r.wanted) FROM ledger.reversal AS r JOIN ledger.journal AS o
        ON o.book = r.book AND o.id = r.original
        WHERE r.book = a.book AND o.credit = a.id AND o.debit < 0), 0) * $2 - coalesce((
        SELECT sum(j.amount) FROM ledger.journal AS j
        WHERE j.book = a.book AND j.debit = a.id
          AND (j.kind = 7 OR j.kind = 6 AND j.credit < 0)), 0) * $2)
"""
# Each row's balance is the one before it plus what it moved, and seqs have no gaps.
CHAIN = """
SELECT s.account, s.seq FROM (
    SELECT e.account, e.seq, e.balance,
           lag(e.seq, 1, 0::bigint) OVER w AS last_seq,
           lag(e.balance, 1, 0::numeric) OVER w + e.change AS expected
    FROM (
        SELECT debit AS account, debit_seq AS seq, debit_balance::numeric AS balance,
               CASE WHEN kind IN (2, 4) THEN 0 ELSE -amount END AS change
        FROM ledger.journal WHERE book = $1 AND debit > 0
        UNION ALL
        SELECT credit, credit_seq, credit_balance, amount
        FROM ledger.journal WHERE book = $1 AND credit > 0
    ) AS e WINDOW w AS (PARTITION BY e.account ORDER BY e.seq)
) AS s WHERE s.seq <> s.last_seq + 1 OR s.balance <> s.expected
"""
# A row's lots add up to its amount, and what was refused was not posted.
ROWS = """
SELECT j.id FROM ledger.journal AS j WHERE j.book = $1 AND (
    j.kind NOT IN (2, 4) AND (j.month IS NULL) = (j.lots IS NULL)
    OR j.lots IS NOT NULL AND j.amount <> (
        SELECT sum(j.lots[place]) FROM generate_series(2, cardinality(j.lots), 2) AS place)
    OR EXISTS (SELECT FROM ledger.refusal AS r WHERE r.book = j.book AND r.id = j.id))
"""
STATE = "SELECT id, balance, held, debt, seq, lots FROM ledger.account WHERE book = $1 ORDER BY id"
PROGRESS = "SELECT closed_through, expired_through FROM ledger.book WHERE id = $1"
EXPIRE = "SELECT accounts, more FROM ledger.expire($1, $2, $3)"
JOURNAL = """
SELECT id, kind, debit, credit, amount, month, lots, ref, grp, actor, meta::text AS meta, at
FROM ledger.journal WHERE book = $1 ORDER BY coalesce(debit_seq, credit_seq), id
"""

_numbers = itertools.count(1_000_000)
_ids = itertools.count()


def new_id(at: datetime = START) -> UUID:
    """An id of its own, of the moment `at`."""
    return ids.derived(at, "test", next(_ids))


@dataclass
class Book:
    """A book whose every call is a transaction of its own, at the time `at` says."""

    number: int
    policy: ReturnPolicy
    at: datetime = START
    single: bool = False  # post one by one by the light path
    wallets: list[int] = field(default_factory=list)

    async def post(self, *items: Item) -> Sequence[Result]:
        async with db.transaction() as tx:
            if self.single:
                return [
                    await ledger.post_one(item, book=self.number, at=self.at, tx=tx)
                    for item in items
                ]
            return await ledger.post(items, book=self.number, at=self.at, tx=tx)

    async def outcome(self, item: Item) -> Outcome:
        return (await self.post(item))[0].outcome

    async def wallet(
        self, points: int = 0, *, month: int | None = None,
        account_class: AccountClass = AccountClass.WALLET,
    ) -> int:  # fmt: skip
        """An account that was given that many points."""
        async with db.transaction() as tx:
            account = await ledger.open_account(
                book=self.number, account_class=account_class, tx=tx
            )
        self.wallets.append(account)
        if points:
            await self.done(ledger.issue(points, account=account, id=self.id(), month=month))
        return account

    async def done(self, *items: Item) -> Sequence[Result]:
        """Post what is meant to succeed."""
        results = await self.post(*items)
        assert [result.outcome for result in results] == [Outcome.DONE] * len(items)
        return results

    def id(self) -> UUID:
        return new_id(self.at)

    async def state(self, account: int) -> dict[str, Any]:
        """The account's numbers; `lots` by month, those that are not empty."""
        async with db.reading() as tx:
            progress = await tx.row(PROGRESS, self.number)
            assert progress is not None
            for row in await tx.rows(STATE, self.number):
                if row["id"] == account:
                    return dict(row) | {"lots": lots_of(row["lots"], progress["expired_through"])}
        raise AssertionError("no such account")

    async def journal(self) -> Sequence[dict[str, Any]]:
        async with db.reading() as tx:
            return [dict(row) for row in await tx.rows(JOURNAL, self.number)]

    async def progress(self) -> tuple[int, int]:
        async with db.reading() as tx:
            row = await tx.row(PROGRESS, self.number)
            assert row is not None
            return row["closed_through"], row["expired_through"]

    async def sweep(self, *, limit: int = 1000) -> list[int]:
        """Run the monthly expiry to its end; the accounts it took from."""
        taken: list[int] = []
        for _ in range(1000):
            async with db.transaction() as tx:
                row = await tx.row(EXPIRE, self.number, self.at, limit)
            assert row is not None
            taken += row["accounts"]
            if not row["more"]:
                return taken
        raise AssertionError("the sweep has no end")

    async def check(self) -> None:
        """Everything that must be true of a book, whatever happened to it."""
        debts = int(self.policy is ReturnPolicy.NEGATIVE_ALLOWED)
        async with db.reading() as tx:
            assert not await tx.rows(BALANCES, self.number, debts), "balances are the journal's"
            assert not await tx.rows(CHAIN, self.number), "each account's rows are a chain"
            assert not await tx.rows(ROWS, self.number), "each row is sound"


async def a_book(
    *,
    expiry_months: int | None = None,
    return_policy: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE,
    at: datetime = START,
) -> Book:
    """A new book, committed."""
    number = next(_numbers)
    async with db.transaction() as tx:
        await ledger.open_book(
            number, unit="PTS", at=at, tx=tx, expiry_months=expiry_months,
            return_policy=return_policy,
        )  # fmt: skip
    return Book(number, return_policy, at)


def months_later(count: int, *, day: int = 15) -> datetime:
    """That many months after START, at noon."""
    month = MONTH + count
    return datetime(month // 12, month % 12 + 1, day, 12, tzinfo=UTC)


def lots_of(slots: Sequence[int], expired_through: int) -> dict[int, int]:
    """The 38 numbers of an account as points by month."""
    months = range(expired_through + 1, expired_through + 38)
    found = {month: slots[month % 37] for month in months if slots[month % 37]}
    return found | ({ledger.NEVER: slots[37]} if slots[37] else {})


@asynccontextmanager
async def open_beside() -> AsyncIterator[db.Tx]:
    """A transaction left open by somebody else: what the block does is not in it."""
    ready, over = asyncio.get_running_loop().create_future(), asyncio.Event()

    async def stay() -> None:
        async with db.transaction() as tx:
            ready.set_result(tx)
            await over.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(stay())
        yield await ready
        over.set()


DAY = timedelta(days=1)
