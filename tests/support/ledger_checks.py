"""Ledger checks: what must hold after any fault, asked of the tables and of nobody else.

Written against the tables alone, so that a mistake in the ledger's own reconciliation cannot
hide here as well. Every check raises AssertionError and says what it found.
"""

from collections.abc import Mapping
from uuid import UUID

import asyncpg

from domain.ledger import Outcome

# Kinds 2 (hold) and 4 (release) change what is held, not who has the points.
SIDES = """
WITH side AS MATERIALIZED (
    SELECT debit AS account, debit_seq AS seq, debit_balance AS balance,
           CASE WHEN kind IN (2, 4) THEN 0 ELSE -amount END AS change
    FROM ledger.journal WHERE book = $1 AND debit > 0
    UNION ALL
    SELECT credit, credit_seq, credit_balance, CASE WHEN kind IN (2, 4) THEN 0 ELSE amount END
    FROM ledger.journal WHERE book = $1 AND credit > 0 AND kind NOT IN (2, 4)
)
"""
BALANCES = (
    SIDES
    + """
SELECT a.id, a.balance, a.seq, s.total, s.rows, s.last
FROM ledger.account AS a
LEFT JOIN (SELECT account, sum(change) AS total, count(*) AS rows, max(seq) AS last
           FROM side GROUP BY account) AS s ON s.account = a.id
WHERE a.book = $1 AND (a.balance, a.seq, a.seq)
      IS DISTINCT FROM (coalesce(s.total, 0), coalesce(s.rows, 0), coalesce(s.last, 0))
"""
)
CHAINS = (
    SIDES
    + """
SELECT * FROM (
    SELECT account, seq, balance, change,
           lag(seq, 1, 0::bigint) OVER w AS seq_before,
           lag(balance, 1, 0::bigint) OVER w AS balance_before
    FROM side WINDOW w AS (PARTITION BY account ORDER BY seq)
) AS chain
WHERE seq IS NULL OR balance IS NULL OR seq <> seq_before + 1
   OR balance <> balance_before + change OR balance < 0
"""
)
LOTS = """
SELECT id, balance, lots FROM ledger.account
WHERE book = $1 AND (balance <> (SELECT sum(lot) FROM unnest(lots) AS lot)
                     OR 0 > ANY (lots) OR held < 0 OR balance < held OR debt < 0)
"""
HOLDS = """
SELECT a.id, a.held, h.open FROM ledger.account AS a
LEFT JOIN (SELECT account, sum(amount) AS open FROM ledger.hold
           WHERE book = $1 AND state = 0 GROUP BY account) AS h ON h.account = a.id
WHERE a.book = $1 AND a.held <> coalesce(h.open, 0)
"""
RESOLVED = """
SELECT h.id, h.state, h.captured, count(j.id) AS ends, sum(j.amount) AS taken
FROM ledger.hold AS h
LEFT JOIN ledger.journal AS j ON j.book = h.book AND j.ref = h.id AND j.kind IN (3, 4)
WHERE h.book = $1 GROUP BY h.book, h.id
HAVING count(j.id) <> (h.state <> 0)::int
    OR (h.state = 1 AND sum(j.amount) <> h.captured)
"""
REVERSED = """
SELECT ref, count(*) FROM ledger.journal WHERE book = $1 AND kind = 6
GROUP BY ref HAVING count(*) <> 1
"""
BOTH = """
SELECT j.id FROM ledger.journal AS j JOIN ledger.refusal AS r ON r.book = j.book AND r.id = j.id
WHERE j.book = $1
"""
CHECKS: Mapping[str, str] = {
    "an account's order has a gap, a repeat or a wrong balance": CHAINS,
    "balances are not the sum of the journal": BALANCES,
    "lots are not the balance": LOTS,
    "held is not the sum of open holds": HOLDS,
    "a hold did not resolve exactly once": RESOLVED,
    "a posting was reversed twice": REVERSED,
    "an id was both posted and refused": BOTH,
}
POSTED = "SELECT id FROM ledger.journal WHERE book = $1 AND id = ANY($2::uuid[])"
KEPT = frozenset({Outcome.DONE, Outcome.ALREADY_DONE})


async def whole(connection: asyncpg.Connection, *, book: int) -> None:
    """Every account equals its journal, every order is gapless, every hold resolved once."""
    for wrong, sql in CHECKS.items():
        found = await connection.fetch(sql, book)
        assert not found, f"{wrong}: {[dict(row) for row in found[:3]]} of {len(found)}"


async def answers_kept(
    connection: asyncpg.Connection, answers: Mapping[UUID, Outcome], *, book: int
) -> None:
    """What was acknowledged as done is in the journal; what was refused is not."""
    posted = {row["id"] for row in await connection.fetch(POSTED, book, list(answers))}
    lost = [id for id, outcome in answers.items() if outcome in KEPT and id not in posted]
    assert not lost, f"{len(lost)} acknowledged postings are lost, such as {lost[0]}"
    extra = [id for id, outcome in answers.items() if outcome not in KEPT and id in posted]
    assert not extra, f"{len(extra)} refused postings were posted, such as {extra[0]}"


async def total(connection: asyncpg.Connection, *, book: int) -> int:
    """What all accounts of a book hold together."""
    return int(
        await connection.fetchval("SELECT sum(balance) FROM ledger.account WHERE book = $1", book)
    )
