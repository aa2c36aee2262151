"""Totals: what the system accounts gave and took, which is what became of all points.

System accounts have no row. Closed stretches of the journal are summed by day already; the
rest is summed here, so the answer is exact at the moment it is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from infra.db import Tx

TOTALS = """
SELECT t.account, sum(t.debits)::bigint AS debits, sum(t.credits)::bigint AS credits
FROM (
    SELECT account, debits, credits FROM ledger.day_total
    WHERE book = $1 AND ($2::date IS NULL OR day >= $2) AND ($3::date IS NULL OR day <= $3)
    UNION ALL
    SELECT s.account, s.debits, s.credits
    FROM ledger.upkeep AS u
    JOIN ledger.journal AS j ON j.book = u.book AND j.xid >= u.totalled_xid
    CROSS JOIN LATERAL (VALUES (j.debit, j.amount, 0), (j.credit, 0, j.amount))
        AS s (account, debits, credits)
    WHERE u.book = $1 AND s.account < 0
      AND ($2 IS NULL OR (j.at AT TIME ZONE 'UTC')::date >= $2)
      AND ($3 IS NULL OR (j.at AT TIME ZONE 'UTC')::date <= $3)
) AS t
GROUP BY t.account
"""


@dataclass(frozen=True, slots=True)
class Total:
    """What left a system account (debits) and came to it (credits), in points."""

    debits: int = 0
    credits: int = 0

    @property
    def net(self) -> int:
        """How much more left the account than came."""
        return self.debits - self.credits


async def totals(
    book: int, *, first_day: date | None = None, last_day: date | None = None, tx: Tx
) -> Mapping[int, Total]:
    """The total of each system account that moved, over all days or those given (UTC)."""
    rows = await tx.rows(TOTALS, book, first_day, last_day)
    return {row["account"]: Total(row["debits"], row["credits"]) for row in rows}
