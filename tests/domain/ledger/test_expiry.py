"""Expiry: the monthly sweep takes what has passed, never what is held, and may run anyhow."""

import asyncio
from datetime import UTC, datetime, timedelta

from domain import ledger
from domain.ledger import BREAKAGE, NEVER, Outcome, schedule
from infra import db
from tests.domain.ledger import books
from tests.domain.ledger.books import DAY, EXPIRE, MONTH, START, Book, months_later

UPKEEP = "SELECT closing_xid, closed_xid FROM ledger.upkeep WHERE book = $1"
TOTALS = "SELECT day, account, debits, credits FROM ledger.day_total WHERE book = $1 ORDER BY 1, 2"
INDEXES = """
SELECT count(*) FROM pg_index AS i WHERE i.indrelid = ('ledger.' || $1)::regclass
"""
TOTAL = "SELECT ledger.total_days($1)"


async def step(book: Book) -> tuple[list[int], bool]:
    async with db.transaction() as tx:
        row = await tx.row(EXPIRE, book.number, book.at, 100)
    assert row is not None
    return row["accounts"], row["more"]


async def test_given_lots_of_many_months_when_they_pass_then_each_is_a_row(book: Book) -> None:
    ada, bob = await book.wallet(9), await book.wallet(2, month=MONTH + 1)
    for month, amount in ((MONTH, 1), (MONTH + 1, 2), (MONTH + 2, 4)):
        await book.done(ledger.issue(amount, account=ada, id=book.id(), month=month))
    book.at = months_later(2, day=1)

    taken = await book.sweep(limit=1)
    again = await book.sweep()

    assert (taken, again) == ([ada, bob], [])
    assert (await book.state(ada))["lots"] == {MONTH + 2: 4, NEVER: 9}
    rows = [(r["debit"], r["month"], r["amount"]) for r in await book.journal() if r["kind"] == 5]
    assert sorted(rows) == [(ada, MONTH, 1), (ada, MONTH + 1, 2), (bob, MONTH + 1, 2)]
    assert all(r["credit"] == BREAKAGE for r in await book.journal() if r["kind"] == 5)
    assert await book.progress() == (MONTH + 1, MONTH + 1)


async def test_given_a_sweep_years_late_when_it_runs_then_it_takes_all_that_has_passed(
    book: Book,
) -> None:
    ada = await book.wallet(3)
    for month in range(MONTH, MONTH + 10):
        await book.done(ledger.issue(1, account=ada, id=book.id(), month=month))
    book.at = months_later(12)

    await book.sweep()

    assert (await book.state(ada))["lots"] == {NEVER: 3}
    assert await book.progress() == (MONTH + 11, MONTH + 11)


async def test_given_held_points_when_their_month_passes_then_the_sweep_waits_for_the_hold(
    book: Book,
) -> None:
    ada = await book.wallet(10, month=MONTH)
    hold = ledger.hold(4, account=ada, id=book.id(), expires_at=START + 20 * DAY)
    await book.done(hold)
    book.at = months_later(1, day=1)

    first = await book.sweep()
    held = await book.progress()
    await book.done(ledger.release(hold=hold.id, account=ada, id=book.id()))
    freed = await book.outcome(ledger.spend(1, account=ada, id=book.id()))
    second = await book.sweep()

    assert (first, second) == ([ada], [ada])
    assert held == (MONTH, MONTH - 1)
    assert freed is Outcome.INSUFFICIENT, "what was held has passed all the same"
    assert (await book.state(ada))["balance"] == 0
    assert await book.progress() == (MONTH, MONTH)


async def test_given_two_sweeps_at_once_when_they_meet_then_points_go_once(book: Book) -> None:
    wallets = [await book.wallet(3, month=MONTH) for _ in range(5)]
    book.at = months_later(1)

    both = await asyncio.gather(book.sweep(limit=2), book.sweep(limit=2))

    # Each may have found the other under way, and left it all to the next one.
    rest = await book.sweep()
    assert sorted([*both[0], *both[1], *rest]) == wallets
    assert [(await book.state(one))["balance"] for one in wallets] == [0] * 5


async def test_given_a_writer_who_still_believes_in_the_month_when_it_closes_then_it_is_waited_for(
    book: Book,
) -> None:
    ada, bob = await book.wallet(1), await book.wallet(1, month=MONTH)
    late = ledger.issue(5, account=ada, id=book.id(), month=MONTH)
    async with books.open_beside() as slow:
        await ledger.post([late], book=book.number, at=book.at, tx=slow)
        book.at = months_later(1, day=1)
        closed, marked, waited = await step(book), await step(book), await step(book)
        before = await book.state(bob)

    swept = await book.sweep()

    assert (closed, marked, waited) == (([], True), ([], True), ([], False))
    assert before["balance"] == 1, "nothing is swept while somebody may still add"
    assert swept == [ada, bob]
    assert (await book.state(ada))["lots"] == {NEVER: 1}


async def test_given_one_transaction_when_it_closes_a_month_then_it_does_not_sweep_it(
    book: Book,
) -> None:
    await book.wallet(1, month=MONTH)
    book.at = months_later(1)

    async with db.transaction() as tx:
        steps = [await tx.row(EXPIRE, book.number, book.at, 100) for _ in range(3)]

    assert [(row["accounts"], row["more"]) for row in steps] == [
        ([], True),
        ([], False),
        ([], False),
    ]
    async with db.reading() as tx:
        assert (await tx.row(UPKEEP, book.number))["closed_xid"] is None


async def test_given_holds_when_they_run_out_then_they_are_released_once(book: Book) -> None:
    ada = await book.wallet(10)
    soon = ledger.hold(3, account=ada, id=book.id(), expires_at=START + DAY)
    later = ledger.hold(4, account=ada, id=book.id(), expires_at=START + 2 * DAY)
    await book.done(soon, later)
    book.at = START + 60 * DAY
    capture = ledger.capture(1, hold=later.id, account=ada, id=book.id())

    async def release() -> list[int]:
        async with db.transaction() as tx:
            return await tx.value("SELECT ledger.release_due($1, $2, 1)", book.number, book.at)

    both = await asyncio.gather(release(), release())
    late = await book.outcome(capture)
    rest = [await release(), await release()]

    assert [account for found in [*both, *rest] for account in found] == [ada, ada]
    assert late is Outcome.HOLD_NOT_OPEN
    assert (await book.state(ada))["held"] == 0
    assert [row["kind"] for row in await book.journal()].count(4) == 2


async def test_given_postings_when_days_are_totalled_then_each_row_is_counted_once(
    book: Book,
) -> None:
    ada = await book.wallet(10)
    hold = ledger.hold(3, account=ada, id=book.id())
    await book.done(hold, ledger.capture(2, hold=hold.id, account=ada, id=book.id()))

    async def total() -> list[tuple[object, ...]]:
        async with db.transaction() as tx:
            await tx.value(TOTAL, book.number)
        async with db.reading() as tx:
            return [tuple(row.values()) for row in await tx.rows(TOTALS, book.number)]

    async with books.open_beside() as slow:
        await ledger.post(
            [ledger.spend(1, account=ada, id=book.id())], book=book.number, at=START, tx=slow
        )
        await book.wallet(5)
        early = await total()
    book.at = START + DAY
    await book.done(ledger.spend(4, account=ada, id=book.id()))
    for _ in range(3):
        late = await total()

    day = START.date()
    assert early == [(day, -2, 0, 2), (day, -1, 10, 0)]
    assert late == [(day, -2, 0, 3), (day, -1, 15, 0), (day + timedelta(days=1), -2, 0, 4)]


async def test_given_old_refusals_when_they_are_purged_then_their_ids_are_refused_for_their_age(
    book: Book,
) -> None:
    ada = await book.wallet()
    item = ledger.spend(1, account=ada, id=book.id())
    assert await book.outcome(item) is Outcome.INSUFFICIENT

    async def purge() -> int:
        async with db.transaction() as tx:
            return await tx.value("SELECT ledger.purge_refusals($1, $2, 9)", book.number, book.at)

    book.at = START + 32 * DAY
    early = await purge()
    book.at += timedelta(milliseconds=1)

    assert (early, await purge(), await purge()) == (0, 1, 0)
    assert await book.outcome(item) is Outcome.OUTSIDE_WINDOW


async def test_the_jobs_do_their_work_for_every_book(book: Book) -> None:
    ada, bob = await book.wallet(5), await book.wallet(1, month=MONTH)
    await book.done(ledger.hold(3, account=ada, id=book.id(), expires_at=START + DAY))
    promised = ledger.Promise(book.id(), ada, 7, matures_at=START + DAY)
    async with db.transaction() as tx:
        await ledger.promise([promised], book=book.number, at=START, tx=tx)
    at = datetime(2025, 2, 3, tzinfo=UTC)

    for job in schedule.JOBS:
        for _ in range(200):
            async with db.transaction() as tx:
                done = await job.body(at, tx)
            if not done:
                break

    state = await book.state(ada)
    assert (state["balance"], state["held"]) == (12, 0)
    assert (await book.state(bob))["balance"] == 0
    assert await book.progress() == (MONTH, MONTH)
    other = await books.a_book(at=at)
    assert await other.progress() == (MONTH, MONTH)


async def test_given_a_posting_under_way_when_a_month_is_prepared_then_neither_waits(
    book: Book,
) -> None:
    ada = await book.wallet(5)
    gone = datetime(2019, 7, 1, tzinfo=UTC)
    async with books.open_beside() as slow:
        spend = ledger.spend(1, account=ada, id=book.id())
        await ledger.post([spend], book=book.number, at=START, tx=slow)

        async with db.transaction(statement_timeout_ms=5000) as tx:
            made = [await tx.value("SELECT ledger.keep_months($1, $1)", gone) for _ in range(2)]

    assert made == [1, 0]
    async with db.reading() as tx:
        assert await tx.value(INDEXES, "journal_201907") == await tx.value(
            INDEXES, "journal_202501"
        )
