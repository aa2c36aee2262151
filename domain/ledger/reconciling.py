"""Reconciling: compare what the ledger keeps for speed with the journal it keeps for ever.

Each check is one set-based statement that returns only what is wrong, so it is of one moment
even while points move, and a book in order costs no rows. It trusts the journal; `verify`
is what doubts the journal too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from infra.db import Tx

# Of each check; a book that is as wrong as that needs no longer list.
FOUND_MAX = 1000
# Sums over all accounts stay in memory and need not be sorted on disk.
MORE_MEMORY = "SELECT set_config('work_mem', '256MB', true)"

# The sums of numbers and of their squares tell 1, 2, 3 ... from any other numbers that are as
# many and end alike, short of a set chosen for it, which `verify` would see.
ENTRIES = """
WITH summed AS (
    SELECT e.account, sum(e.change) AS balance, count(*) AS entries, max(e.seq) AS last,
           sum(e.seq) AS seqs, sum(e.seq * e.seq) AS squares
    FROM (
        SELECT debit AS account, debit_seq AS seq,
               CASE WHEN kind IN (2, 4) THEN 0 ELSE -amount END AS change
        FROM ledger.journal WHERE book = $1 AND debit_seq IS NOT NULL
        UNION ALL
        SELECT credit, credit_seq, amount
        FROM ledger.journal WHERE book = $1 AND credit_seq IS NOT NULL
    ) AS e GROUP BY e.account
)
SELECT f.what, coalesce(a.id, s.account) AS account, NULL::uuid AS posting,
       f.expected::bigint AS expected, f.found::bigint AS found
FROM (SELECT id, balance, seq FROM ledger.account WHERE book = $1) AS a
FULL JOIN summed AS s ON s.account = a.id
CROSS JOIN LATERAL (VALUES
    ('BALANCE', coalesce(s.balance, 0), a.balance),
    ('ENTRIES', coalesce(s.entries, 0), a.seq),
    ('GAPLESS', s.entries, s.last),
    ('GAPLESS', CASE WHEN s.entries = s.last AND (
                    s.seqs <> s.entries::numeric * (s.entries + 1) / 2
                    OR s.squares <> s.entries::numeric * (s.entries + 1) * (2 * s.entries + 1) / 6)
                THEN s.entries END, NULL)
) AS f (what, expected, found)
WHERE (s.account IS NULL AND (a.balance <> 0 OR a.seq <> 0)
       OR a.id IS NULL OR a.balance <> s.balance OR a.seq <> s.entries OR s.last <> s.entries
       OR s.seqs <> s.entries::numeric * (s.entries + 1) / 2
       OR s.squares <> s.entries::numeric * (s.entries + 1) * (2 * s.entries + 1) / 6)
  AND f.expected IS DISTINCT FROM f.found
LIMIT $2
"""
LOTS = """
SELECT 'LOTS' AS what, a.id AS account, NULL::uuid AS posting, a.balance AS expected,
       ledger.sum_of(a.lots) AS found
FROM ledger.account AS a WHERE a.book = $1 AND a.balance <> ledger.sum_of(a.lots)
LIMIT $2
"""
HELD = """
SELECT 'HELD' AS what, coalesce(a.id, h.account) AS account, NULL::uuid AS posting,
       coalesce(h.amount, 0)::bigint AS expected, a.held AS found
FROM (SELECT id, held FROM ledger.account WHERE book = $1) AS a
FULL JOIN (SELECT account, sum(amount) AS amount FROM ledger.hold
           WHERE book = $1 AND state = 0 GROUP BY account) AS h ON h.account = a.id
WHERE a.held IS DISTINCT FROM coalesce(h.amount, 0)
LIMIT $2
"""
# A hold has the posting that made it and, when it is not open, exactly one that resolved it.
HOLDS = """
SELECT 'HOLD' AS what, coalesce(h.account, m.debit) AS account,
       coalesce(h.id, m.id, r.ref) AS posting, m.amount AS expected, h.amount AS found
FROM (SELECT id, account, amount, captured, state FROM ledger.hold WHERE book = $1) AS h
FULL JOIN (SELECT id, debit, amount FROM ledger.journal WHERE book = $1 AND kind = 2) AS m
       ON m.id = h.id
FULL JOIN (SELECT ref, count(*) AS times, max(kind) AS kind, max(debit) AS account,
                  sum(amount) AS amount
           FROM ledger.journal WHERE book = $1 AND kind IN (3, 4) GROUP BY ref) AS r
       ON r.ref = coalesce(h.id, m.id)
WHERE h.id IS NULL OR m.id IS NULL OR h.account <> m.debit OR h.amount <> m.amount
   OR coalesce(r.times, 0) <> CASE h.state WHEN 0 THEN 0 ELSE 1 END
   OR r.account <> h.account OR r.kind <> CASE h.state WHEN 1 THEN 3 ELSE 4 END
   OR h.captured <> CASE WHEN r.kind = 3 THEN r.amount ELSE 0 END
   OR r.kind = 4 AND r.amount <> h.amount
LIMIT $2
"""
# One that could take nothing has no posting; its answer is kept among the refusals, as done.
REVERSALS = """
SELECT 'REVERSAL' AS what, NULL::bigint AS account, coalesce(v.original, j.ref) AS posting,
       v.wanted AS expected, j.amount AS found
FROM (SELECT original, id, wanted FROM ledger.reversal WHERE book = $1) AS v
FULL JOIN (SELECT id, ref, debit, credit, amount FROM ledger.journal
           WHERE book = $1 AND kind = 6) AS j ON j.id = v.id
LEFT JOIN ledger.journal AS o ON o.book = $1 AND o.id = v.original
LEFT JOIN ledger.refusal AS f ON f.book = $1 AND f.id = v.id AND f.outcome = 2
WHERE v.id IS NULL OR o.id IS NULL OR o.kind NOT IN (1, 3) OR v.wanted <> o.amount
   OR j.id IS NULL AND f.id IS NULL
   OR j.id IS NOT NULL AND (j.ref IS DISTINCT FROM v.original OR j.amount > v.wanted
                            OR j.debit <> o.credit OR j.credit <> o.debit)
LIMIT $2
"""
REFUSALS = """
SELECT 'REFUSAL' AS what, NULL::bigint AS account, f.id AS posting, NULL::bigint AS expected,
       j.amount AS found
FROM ledger.refusal AS f JOIN ledger.journal AS j ON j.book = f.book AND j.id = f.id
WHERE f.book = $1
LIMIT $2
"""
PROMISES = """
SELECT 'PROMISE' AS what, p.account, p.id AS posting,
       CASE p.state WHEN 1 THEN p.amount END AS expected, j.amount AS found
FROM ledger.pending AS p LEFT JOIN ledger.journal AS j ON j.book = p.book AND j.id = p.id
WHERE p.book = $1
  AND (p.state = 1) IS DISTINCT FROM
      (j.id IS NOT NULL AND j.debit = p.source AND j.credit = p.account AND j.amount = p.amount)
LIMIT $2
"""
CROSSINGS = """
SELECT 'CROSSING' AS what, c.to_account AS account, c.id AS posting,
       CASE WHEN c.arrived THEN c.amount END AS expected, there.amount AS found
FROM ledger.crossing AS c
LEFT JOIN ledger.journal AS here ON here.book = c.book AND here.id = c.id AND here.credit = -4
LEFT JOIN ledger.journal AS there ON there.book = c.to_book AND there.id = c.id
WHERE c.book = $1
  AND (here.id IS NULL OR (c.arrived AND there.amount IS DISTINCT FROM c.amount)
       OR there.id IS NOT NULL AND (there.debit <> -4 OR there.credit <> c.to_account))
LIMIT $2
"""
# A debt is what reversals could not take and no settlement has taken since; where the book
# did not allow it, what could not be taken is no debt, so this is the most it may be.
DEBTS = """
SELECT 'DEBT' AS what, a.id AS account, NULL::uuid AS posting,
       (coalesce(r.missed, 0) - coalesce(s.settled, 0))::bigint AS expected, a.debt AS found
FROM ledger.account AS a
LEFT JOIN (SELECT o.credit AS account, sum(v.wanted - coalesce(j.amount, 0)) AS missed
           FROM ledger.reversal AS v
           JOIN ledger.journal AS o ON o.book = v.book AND o.id = v.original
           LEFT JOIN ledger.journal AS j ON j.book = v.book AND j.id = v.id
           WHERE v.book = $1 GROUP BY o.credit) AS r ON r.account = a.id
LEFT JOIN (SELECT debit AS account, sum(amount) AS settled FROM ledger.journal
           WHERE book = $1 AND kind = 7 GROUP BY debit) AS s ON s.account = a.id
WHERE a.book = $1 AND a.debt > coalesce(r.missed, 0) - coalesce(s.settled, 0)
LIMIT $2
"""
# All points that are anywhere came from the system accounts, whose totals are kept by day.
BOOK = """
SELECT 'TOTAL' AS what, NULL::bigint AS account, NULL::uuid AS posting,
       kept.net AS expected, owned.balance AS found
FROM (SELECT coalesce(sum(t.net), 0)::bigint AS net FROM (
          SELECT debits - credits AS net FROM ledger.day_total WHERE book = $1
          UNION ALL
          SELECT CASE WHEN j.debit < 0 THEN j.amount ELSE 0 END
                 - CASE WHEN j.credit < 0 THEN j.amount ELSE 0 END
          FROM ledger.upkeep AS u
          JOIN ledger.journal AS j ON j.book = u.book AND j.xid >= u.totalled_xid
          WHERE u.book = $1
      ) AS t) AS kept,
     (SELECT coalesce(sum(balance), 0)::bigint AS balance FROM ledger.account
      WHERE book = $1) AS owned
WHERE kept.net <> owned.balance AND $2 > 0
"""
CHECKS = (ENTRIES, LOTS, HELD, HOLDS, REVERSALS, REFUSALS, PROMISES, CROSSINGS, DEBTS, BOOK)


class Wrong(StrEnum):
    """What does not agree with the journal."""

    BALANCE = "BALANCE"  # the account's balance and the sum of its entries
    ENTRIES = "ENTRIES"  # its number of entries, and whether it exists
    GAPLESS = "GAPLESS"  # its entries are not numbered 1, 2, 3 ...
    LOTS = "LOTS"  # the sum of its lots and its balance
    HELD = "HELD"  # what it has held and its open holds
    HOLD = "HOLD"  # a hold and the postings that made and resolved it
    REVERSAL = "REVERSAL"  # a reversal, its original, and its own posting
    REFUSAL = "REFUSAL"  # something was refused and yet posted
    PROMISE = "PROMISE"  # pending points and the posting they matured to
    CROSSING = "CROSSING"  # points between books and their two legs
    DEBT = "DEBT"  # more debt than reversals left and settlements took
    TOTAL = "TOTAL"  # all balances and the totals of the system accounts


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that is wrong, on an account, a posting, or the book when both are None.

    expected -- what the journal says; found -- what is kept. None: there is none.
    """

    wrong: Wrong
    account: int | None
    posting: UUID | None
    expected: int | None
    found: int | None


async def reconcile(book: int, *, tx: Tx) -> Sequence[Discrepancy]:
    """Everything of the book that does not agree with its journal; empty when all is well.

    Reads the whole journal some times over. At most FOUND_MAX of each check. Raises this
    transaction's work_mem.
    """
    await tx.run(MORE_MEMORY)
    found = []
    for check in CHECKS:
        found += [
            Discrepancy(
                Wrong(row["what"]), row["account"], row["posting"], row["expected"], row["found"]
            )
            for row in await tx.rows(check, book, FOUND_MAX)
        ]
    return found
