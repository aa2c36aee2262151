"""Statements: pages from either end, both sides, all partitions, few of them read."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest

from domain import ledger
from domain.ledger import Entry, Kind, Lot, ReturnPolicy
from infra import db, ids
from infra.db import Tx
from tests.support import databases, given
from tests.support.ledger_history import a_book, a_wallet, posted
from tests.support.servers import Postgres

AT = given.NOON
MONTHS = 14


def told(entries: Any) -> list[tuple[int, Kind, int, int]]:
    return [(each.seq, each.kind, each.amount, each.balance_after) for each in entries]


async def test_given_every_kind_when_read_then_each_entry_says_what_the_account_saw(
    tx: Tx,
) -> None:
    await a_book(at=AT, tx=tx, return_policy=ReturnPolicy.NEGATIVE_ALLOWED)
    wallet, friend = [await a_wallet(1, at=AT, tx=tx) for _ in range(2)]
    month = ledger.month_of(AT)
    new = [ids.new(AT) for _ in range(9)]
    items = [
        ledger.issue(50, account=wallet, id=new[0], month=month, meta={"why": "run"}),
        ledger.issue(20, account=wallet, id=new[1], month=month + 2),
        ledger.hold(30, account=wallet, id=new[2], actor=new[2]),
        ledger.hold(10, account=wallet, id=new[3]),
        ledger.capture(25, hold=new[2], account=wallet, id=new[4], credit=friend),
        ledger.release(hold=new[3], account=wallet, id=new[5]),
        ledger.move(30, debit=wallet, credit=friend, id=new[6], group=new[6]),
        ledger.reverse(original=new[0], id=new[7]),
        ledger.issue(40, account=wallet, id=new[8], month=month),
    ]
    for item in items:
        await posted(item, book=1, at=AT, tx=tx)

    entries = await ledger.entries_after(wallet, book=1, after_seq=0, limit=20, tx=tx)
    theirs = await ledger.statement(friend, book=1, limit=20, tx=tx)

    assert told(entries) == [
        (1, Kind.MOVE, 50, 50),
        (2, Kind.MOVE, 20, 70),
        (3, Kind.HOLD, -30, 70),
        (4, Kind.HOLD, -10, 70),
        (5, Kind.CAPTURE, -25, 45),
        (6, Kind.RELEASE, 10, 45),
        (7, Kind.MOVE, -30, 15),
        (8, Kind.REVERSE, -15, 0),
        (9, Kind.MOVE, 40, 40),
        (10, Kind.SETTLE, -35, 5),
    ]
    assert [each.change for each in entries] == [50, 20, 0, 0, -25, 0, -30, -15, 40, -35]
    assert told(theirs) == [(2, Kind.MOVE, 30, 55), (1, Kind.CAPTURE, 25, 25)]
    assert entries[0].meta == {"why": "run"}
    assert (entries[1].meta, entries[1].counter_account) == ({}, ledger.ISSUANCE)
    assert (entries[2].counter_account, entries[2].actor, entries[2].lots) == (None, new[2], ())
    assert (entries[4].ref, entries[4].counter_account) == (new[2], friend)
    assert entries[6].lots == (Lot(month, 25), Lot(month + 2, 5))
    assert (entries[6].group, entries[7].ref, entries[9].ref) == (new[6], new[0], new[8])
    assert theirs[0].id == entries[6].id


async def a_long_history(tx: Tx) -> tuple[int, int]:
    """Two wallets with an entry for every week of 14 months; ids late and early by weeks."""
    opened = AT - timedelta(days=30 * MONTHS)
    await tx.run("SELECT ledger.keep_months($1, $2)", opened - timedelta(days=40), AT)
    await a_book(at=opened, tx=tx)
    busy, quiet = [await a_wallet(1, at=opened, tx=tx) for _ in range(2)]
    for week in range(60):
        moment = opened + timedelta(weeks=week)
        late = moment - timedelta(days=(week % 4) * 9)
        items = [ledger.issue(2, account=busy, id=ids.new(late), month=ledger.NEVER)]
        items.append(ledger.move(1, debit=busy, credit=quiet, id=ids.new(late)))
        for item in items[: 2 if week < 10 else 1]:
            await posted(item, book=1, at=moment, tx=tx)
    return busy, quiet


@pytest.mark.parametrize("limit", [1, 7, 25, 100])
async def test_given_many_partitions_when_paged_from_either_end_then_nothing_is_missed(
    tx: Tx, limit: int
) -> None:
    busy, quiet = await a_long_history(tx)
    for wallet, count in ((busy, 70), (quiet, 10)):
        down: list[Entry] = []
        while page := await ledger.statement(
            wallet, book=1, before_seq=down[-1].seq if down else None, limit=limit, tx=tx
        ):
            down += page
        up: list[Entry] = []
        while page := await ledger.entries_after(
            wallet, book=1, after_seq=len(up), limit=limit, tx=tx
        ):
            up += page

        assert [each.seq for each in up] == list(range(1, count + 1))
        assert down == up[::-1]
        assert all(b.balance_after == a.balance_after + b.change for a, b in pairwise(up))


async def test_given_odd_cursors_when_paged_then_the_page_is_what_there_is(tx: Tx) -> None:
    await a_book(at=AT, tx=tx)
    wallet = await a_wallet(1, holding=5, at=AT, tx=tx)
    empty = await a_wallet(1, at=AT, tx=tx)

    async def before(seq: int | None, account: int = wallet) -> list[int]:
        page = await ledger.statement(account, book=1, before_seq=seq, limit=5, tx=tx)
        return [each.seq for each in page]

    async def after(seq: int, limit: int = 5) -> list[int]:
        page = await ledger.entries_after(wallet, book=1, after_seq=seq, limit=limit, tx=tx)
        return [each.seq for each in page]

    assert [await before(seq) for seq in (None, 99, 2, 1, 0, -4)] == [[1], [1], [1], [], [], []]
    assert [await after(seq) for seq in (-3, 0, 1, 99)] == [[1], [1], [], []]
    assert await after(0, limit=0) == []
    assert await before(None, account=empty) == []


async def test_given_a_future_time_when_posted_then_its_entry_is_on_the_newest_page(
    tx: Tx,
) -> None:
    later = AT + timedelta(days=300)
    await tx.run("SELECT ledger.keep_months($1, $1)", later)
    await a_book(at=AT, tx=tx)
    wallet = await a_wallet(1, holding=5, at=AT, tx=tx)
    await posted(ledger.spend(1, account=wallet, id=ids.new(later)), book=1, at=later, tx=tx)

    page = await ledger.statement(wallet, book=1, limit=5, tx=tx)

    assert told(page) == [(2, Kind.MOVE, -1, 4), (1, Kind.MOVE, 5, 5)]


# What the newest page may touch, in 8 kB blocks, of the 2,000 of a journal of 14 months: the
# account, its book, and a look-up on each side of each of the newest partitions.
BLOCKS_MAX = 24
PLAN = (
    "EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) SELECT * FROM ledger.page($1,$2,$3,$4,$5)"
)
SCANS = """
SELECT coalesce(sum(idx_scan), 0)::int AS looked, coalesce(sum(seq_scan), 0)::int AS scanned
FROM pg_stat_xact_user_tables WHERE schemaname = 'ledger' AND relname LIKE 'journal_%'
"""
GROW = """
INSERT INTO ledger.journal (book, kind, month, id, debit, credit, amount, credit_seq,
                            credit_balance, xid, at)
SELECT 1, 1, 32767,
       overlay(uuid7_floor(t.at)::text placing '7abc-8abc-' || lpad(to_hex(n), 12, '0')
               from 15)::uuid,
       -1, 1000000 + n % 50, 1, n / 50 + 1, n / 50 + 1, 1, t.at
FROM generate_series(0, 69999) AS s (n)
CROSS JOIN LATERAL (SELECT $1::timestamptz + n * interval '8 minutes' AS at) AS t
"""


async def test_given_a_long_journal_when_the_newest_page_is_read_then_old_partitions_are_not(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres), db.transaction() as tx:
        await tx.run("SET LOCAL ROLE NONE")
        opened: datetime = AT - timedelta(days=30 * MONTHS)
        await tx.run("SELECT ledger.keep_months($1, $2)", opened - timedelta(days=40), AT)
        await a_book(at=opened, tx=tx)
        wallet = await a_wallet(1, at=opened, tx=tx)
        await tx.run(GROW, opened)
        await tx.run("ANALYZE ledger.journal")
        for _ in range(30):
            item = ledger.issue(1, account=wallet, id=ids.new(AT), month=ledger.NEVER)
            await posted(item, book=1, at=AT, tx=tx)
        await ledger.statement(wallet, book=1, limit=20, tx=tx)  # the first call also plans
        before = await tx.row(SCANS)

        plan = orjson.loads(await tx.value(PLAN, 1, wallet, None, None, 20))[0]["Plan"]
        after = await tx.row(SCANS)

    assert before is not None
    assert after is not None
    assert plan["Actual Rows"] == 20
    assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < BLOCKS_MAX
    # The months before, this one and the empty ones to come, on two sides.
    assert after["looked"] + after["scanned"] - before["looked"] - before["scanned"] <= 12
