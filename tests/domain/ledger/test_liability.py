"""Liability and totals: what a book owes and what became of all points."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from domain import ledger
from domain.ledger import AccountClass, Cohort, ReturnPolicy, Total, schedule
from infra import db, ids
from infra.db import Tx
from tests.support import databases, given
from tests.support.ledger_history import a_book, a_wallet, jobs_run, posted
from tests.support.servers import Postgres

AT = given.NOON
MONTH = ledger.month_of(AT)
NEXT_MONTH = datetime.combine(ledger.last_day(MONTH), AT.timetz()) + timedelta(days=1)


@pytest.fixture
async def own(postgres: Postgres) -> AsyncIterator[str]:
    async with databases.own(postgres) as url:
        yield url


async def issued(amount: int, *, months: int, at: datetime = AT, tx: Tx) -> int:
    wallet = await a_wallet(1, at=at, tx=tx)
    month = ledger.NEVER if months < 0 else MONTH + months
    item = ledger.issue(amount, account=wallet, id=ids.new(at), month=month)
    await posted(item, book=1, at=at, tx=tx)
    return wallet


async def test_given_everything_that_moves_points_when_totalled_then_each_account_has_its_part(
    tx: Tx,
) -> None:
    await a_book(at=AT, tx=tx, return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
    await a_book(2, at=AT, tx=tx)
    wallet, there = await issued(100, months=-1, tx=tx), await a_wallet(2, at=AT, tx=tx)
    spent, earned = ids.new(AT), ids.new(AT)
    for item in (
        ledger.spend(30, account=wallet, id=spent),
        ledger.reverse(original=spent, id=ids.new(AT)),
        ledger.spend(60, account=wallet, id=ids.new(AT)),
        ledger.issue(8, account=wallet, id=earned, source=ledger.ADJUSTMENT),
        ledger.reverse(original=earned, id=ids.new(AT)),
        ledger.hold(5, account=wallet, id=ids.new(AT)),
    ):
        await posted(item, book=1, at=AT, tx=tx)
    yesterday = AT - timedelta(days=1)
    item = ledger.issue(1, account=wallet, id=ids.new(yesterday))
    await posted(item, book=1, at=yesterday, tx=tx)
    await ledger.cross(
        25, book=1, account=wallet, to_book=2, to_account=there, to_amount=50, id=ids.new(AT),
        at=AT, tx=tx,
    )  # fmt: skip
    await schedule.recover_crossings(AT, tx)

    here = await ledger.totals(1, tx=tx)
    today = await ledger.totals(1, first_day=AT.date(), tx=tx)
    before = await ledger.totals(1, last_day=yesterday.date(), tx=tx)
    other = await ledger.totals(2, tx=tx)

    assert here == {
        ledger.ISSUANCE: Total(101, 0),
        ledger.REDEMPTION: Total(30, 90),
        ledger.ADJUSTMENT: Total(8, 8),
        ledger.CLEARING: Total(0, 25),
    }
    assert today == {**here, ledger.ISSUANCE: Total(100, 0)}
    assert before == {ledger.ISSUANCE: Total(1, 0)}
    assert other == {ledger.CLEARING: Total(50, 0)}


async def test_given_closed_days_when_totalled_then_they_and_the_open_rows_count_once(
    own: str,
) -> None:
    async with db.transaction() as tx:
        await a_book(at=AT, tx=tx)
        wallet = await issued(100, months=-1, tx=tx)
    found = []
    for amount in (7, 5):
        async with db.transaction() as tx:
            item = ledger.spend(amount, account=wallet, id=ids.new(AT))
            await posted(item, book=1, at=AT, tx=tx)
        for close in (False, True):
            if close:
                async with db.transaction() as tx:
                    await schedule.total_days(AT, tx)
            async with db.reading() as tx:
                found.append(await ledger.totals(1, tx=tx))
                kept = await tx.value("SELECT count(*) FROM ledger.day_total")

    assert [each[ledger.REDEMPTION] for each in found] == [Total(0, n) for n in (7, 7, 12, 12)]
    assert [each[ledger.ISSUANCE] for each in found] == 4 * [Total(100, 0)]
    assert kept == 2


async def test_given_an_ended_cohort_when_reported_then_its_rate_tells_what_will_expire(
    own: str,
) -> None:
    async with db.transaction() as tx:
        await a_book(at=AT, tx=tx)
        one = await issued(100, months=0, tx=tx)
        await issued(60, months=0, tx=tx)
        await issued(1000, months=2, tx=tx)
        almost = await issued(200, months=1, tx=tx)
        await issued(40, months=-1, tx=tx)
        for item in (
            ledger.spend(80, account=one, id=ids.new(AT)),
            ledger.spend(190, account=almost, id=ids.new(AT)),
        ):
            await posted(item, book=1, at=AT, tx=tx)
        await ledger.promise([ledger.Promise(ids.new(AT), one, 9)], book=1, at=AT, tx=tx)
    async with db.transaction() as tx:
        now = await ledger.liability(1, at=AT, tx=tx)
    await jobs_run(at=NEXT_MONTH)
    async with db.transaction() as tx:
        item = ledger.hold(15, account=almost, id=ids.new(NEXT_MONTH))
        refused = await ledger.post_one(item, book=1, at=NEXT_MONTH, tx=tx)
        item = ledger.hold(10, account=almost, id=ids.new(NEXT_MONTH))
        await posted(item, book=1, at=NEXT_MONTH, tx=tx)
        later = await ledger.liability(1, at=NEXT_MONTH, tx=tx)

    assert refused.outcome is ledger.Outcome.INSUFFICIENT
    assert (now.outstanding, now.issued, now.redeemed, now.expired) == (1130, 1400, 270, 0)
    assert (now.pending, now.held, now.breakage_rate, now.breakage) == (9, 0, None, 0)
    # Of the 160 that could be spent until the end of this month, 80 expired: a half.
    assert later.breakage_rate == 0.5
    assert later.cohorts == (
        Cohort(MONTH, 160, 80, 0, 0),
        Cohort(MONTH + 1, 200, 0, 10, 10),
        Cohort(MONTH + 2, 1000, 0, 1000, 500),
        Cohort(ledger.NEVER, 40, 0, 40, 0),
    )
    assert [each.last_day for each in later.cohorts][::3] == [ledger.last_day(MONTH), None]
    assert (later.outstanding, later.expired, later.held, later.breakage) == (1050, 80, 10, 510)
    assert later.outstanding == (
        later.issued + later.adjusted + later.crossed - later.redeemed - later.expired
    )


async def test_given_an_earn_taken_back_when_reported_then_its_cohort_is_smaller(tx: Tx) -> None:
    await a_book(at=AT, tx=tx, return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
    wallet = await a_wallet(1, at=AT, tx=tx)
    earned = ids.new(AT)
    for item in (
        ledger.issue(30, account=wallet, id=earned, month=MONTH),
        ledger.issue(10, account=wallet, id=ids.new(AT), month=MONTH + 1),
        ledger.spend(25, account=wallet, id=ids.new(AT)),
        ledger.reverse(original=earned, id=ids.new(AT)),
    ):
        await posted(item, book=1, at=AT, tx=tx)

    found = await ledger.liability(1, at=AT, tx=tx)

    assert (found.outstanding, found.issued, found.redeemed, found.debt) == (0, 25, 25, 15)
    assert [(each.month, each.issued) for each in found.cohorts] == [(MONTH, 25), (MONTH + 1, 0)]


async def test_given_an_empty_book_when_reported_then_all_is_nothing(tx: Tx) -> None:
    await a_book(at=AT, tx=tx)
    await ledger.open_account(book=1, account_class=AccountClass.PREPAID, tx=tx)

    found = await ledger.liability(1, at=AT, tx=tx)

    assert (found.outstanding, found.issued, found.cohorts, found.breakage) == (0, 0, (), 0)
    assert await ledger.totals(1, tx=tx) == {}
