"""A million: a book with 1 M wallets and 10 M journal rows, consistent to the last lot.

Loaded by the owner in bulk, since posting it would take hours: in even rounds every wallet
earns 100, in odd rounds it sends 10 to another. Rows are spread over the last eight weeks.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from domain import ledger
from infra import db

BOOK = 2
ROUNDS = 10
PAGE = 20
BOOK_ROW = """
INSERT INTO ledger.book (id, unit, closed_through, expired_through, created_at)
SELECT $1, 'PTS', m - 1, m - 1, $2
FROM (SELECT extract(year FROM $2::timestamptz AT TIME ZONE 'UTC') * 12
             + extract(month FROM $2::timestamptz AT TIME ZONE 'UTC') - 1 AS m) AS month
"""
ACCOUNTS = """
INSERT INTO ledger.account (book, id, class, balance, seq, lots)
SELECT $1, n, 1, 500, 15, array_fill(0::bigint, ARRAY[37]) || 500::bigint
FROM generate_series(1, $2::bigint) AS n
"""
EARN = """
INSERT INTO ledger.journal (book, kind, month, id, debit, credit, amount, credit_seq,
                            credit_balance, xid, at)
SELECT $1, 1, 32767, bench_id($4::timestamptz + n * interval '1 ms' * $5::float8, n), -1, n, 100,
       3 * $2::int + 1, 100 * ($2::int + 1), pg_current_xact_id()::text::bigint,
       $4::timestamptz + n * interval '1 ms' * $5::float8
FROM generate_series(1, $3::bigint) AS n
"""
SEND = """
INSERT INTO ledger.journal (book, kind, month, id, debit, credit, amount, debit_seq,
                            debit_balance, credit_seq, credit_balance, xid, at)
SELECT $1, 1, 32767, bench_id($4::timestamptz + n * interval '1 ms' * $5::float8, n), n,
       (n + 7919 * ($2::int + 1)) % $3::bigint + 1, 10, 3 * $2::int + 2, 100 * ($2::int + 1) - 10,
       3 * $2::int + 3, 100 * ($2::int + 1), pg_current_xact_id()::text::bigint,
       $4::timestamptz + n * interval '1 ms' * $5::float8
FROM generate_series(1, $3::bigint) AS n
"""
ID = """
CREATE FUNCTION bench_id(at timestamptz, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0')
            || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))::uuid
$$
"""
SPAN_MS = 56 * 24 * 3600 * 1000
TIDY = "VACUUM (ANALYZE) ledger.account, ledger.journal"


async def load(url: str, *, wallets: int, at: datetime) -> float:
    """Fill the book on two connections; the seconds it took."""
    began = time.perf_counter()
    first, second = [await asyncpg.connect(url) for _ in range(2)]
    try:
        await first.execute(ID)
        await first.execute(BOOK_ROW, BOOK, at)
        await first.execute("INSERT INTO ledger.upkeep (book, totalled_xid) VALUES ($1, 0)", BOOK)
        await asyncio.gather(
            _fill(first, range(0, ROUNDS, 2), wallets=wallets, at=at, opening=True),
            _fill(second, range(1, ROUNDS, 2), wallets=wallets, at=at, opening=False),
        )
        await first.execute(TIDY)
    finally:
        await first.close()
        await second.close()
    return time.perf_counter() - began


async def _fill(
    link: asyncpg.Connection, rounds: Sequence[int], *, wallets: int, at: datetime, opening: bool
) -> None:
    await link.execute("SET synchronous_commit = off")
    if opening:
        await link.execute(ACCOUNTS, BOOK, wallets)
    step_ms = SPAN_MS / ROUNDS / wallets
    for number in rounds:
        begin = at.timestamp() - SPAN_MS / 1000 * (ROUNDS - number) / ROUNDS
        moment = datetime.fromtimestamp(begin, at.tzinfo)
        sql = SEND if number % 2 else EARN
        await link.execute(sql, BOOK, number // 2, wallets, moment, step_ms)


async def statement_p50_ms(*, wallets: int, seed: int) -> float:
    """The median time of one statement page, of wallets that were looked at once before."""
    accounts = random.Random(seed).sample(range(1, wallets + 1), 300)
    taken: list[float] = []
    for warm in (False, True):
        for account in accounts:
            began = time.perf_counter()
            async with db.reading() as tx:
                page = await ledger.statement(
                    account, book=BOOK, before_seq=None, limit=PAGE, tx=tx
                )
            assert page, f"wallet {account} has a statement"
            if warm:
                taken.append(time.perf_counter() - began)
    return sorted(taken)[len(taken) // 2] * 1e3


async def reconcile_seconds() -> float:
    """How long the whole book takes to be compared with its journal; it must be in order."""
    began = time.perf_counter()
    async with db.transaction() as tx:
        wrong = await ledger.reconcile(BOOK, tx=tx)
    assert not wrong, wrong[:3]
    return time.perf_counter() - began
