"""Liability: what a book owes its members, and how much of that nobody will ever ask for.

For finance. Breakage is what is expected to expire unused; it is estimated from the cohorts
(points by the month they expire with) that have ended, in proportion to what was issued, as
IFRS 15 B44-B47 and ASC 606-10-55-46 have it. The ledger itself never acts on an estimate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.ledger import lots
from domain.ledger.items import ADJUSTMENT, BREAKAGE, CLEARING, ISSUANCE, REDEMPTION
from domain.ledger.lots import NEVER, Lot
from domain.ledger.totals import Total, totals
from infra.db import Tx

# The newest ended cohorts that the rate is taken from: a year, so that seasons even out.
COHORTS = 12

OWED = """
SELECT b.expired_through,
       (SELECT sum(balance) FROM ledger.account WHERE book = b.id)::bigint AS balance,
       (SELECT sum(held) FROM ledger.account WHERE book = b.id)::bigint AS held,
       (SELECT sum(debt) FROM ledger.account WHERE book = b.id)::bigint AS debt,
       (SELECT sum(amount) FROM ledger.pending WHERE book = b.id AND state = 0)::bigint AS pending,
       ARRAY(SELECT coalesce(sum(l.amount), 0)::bigint
             FROM generate_series(1, 38) AS s (slot)
             LEFT JOIN (
                 SELECT u.slot, u.amount FROM ledger.account AS a
                 CROSS JOIN LATERAL unnest(a.lots) WITH ORDINALITY AS u (amount, slot)
                 WHERE a.book = b.id AND a.balance > 0 AND u.amount > 0
             ) AS l ON l.slot = s.slot
             GROUP BY s.slot ORDER BY s.slot) AS lots
FROM ledger.book AS b WHERE b.id = $1
"""
# What was issued to a month, less what was taken back, and what of it expired. Most rows move
# one month; the few that moved several are taken apart.
COHORT = """
SELECT m.month, sum(m.issued)::bigint AS issued, sum(m.expired)::bigint AS expired
FROM (
    SELECT month,
           CASE WHEN kind = 1 THEN amount WHEN kind IN (6, 7) THEN -amount ELSE 0 END AS issued,
           CASE WHEN kind = 5 THEN amount ELSE 0 END AS expired
    FROM ledger.journal
    WHERE book = $1 AND month IS NOT NULL
      AND (debit < 0 AND kind = 1 OR credit < 0 AND kind IN (5, 6, 7))
    UNION ALL
    SELECT j.lots[n], CASE WHEN j.kind = 5 THEN 0 ELSE -j.lots[n + 1] END,
           CASE WHEN j.kind = 5 THEN j.lots[n + 1] ELSE 0 END
    FROM ledger.journal AS j
    CROSS JOIN LATERAL generate_series(1, cardinality(j.lots) - 1, 2) AS s (n)
    WHERE j.book = $1 AND j.lots IS NOT NULL AND j.credit < 0 AND j.kind IN (5, 6, 7)
) AS m
GROUP BY m.month ORDER BY m.month
"""


@dataclass(frozen=True, slots=True)
class Cohort:
    """All points that expire, or expired, with one month.

    issued -- to this month, less what was taken back.
    expired -- of them, so far.
    outstanding -- of them and of what reversals gave back, in accounts now.
    breakage -- how many of the outstanding ones are expected to expire.
    """

    month: int
    issued: int
    expired: int
    outstanding: int
    breakage: int

    @property
    def last_day(self) -> date | None:
        """The last day (UTC) they can be spent on; None when they never expire."""
        return Lot(self.month, self.outstanding).last_day


@dataclass(frozen=True, slots=True)
class Liability:
    """What one book owes at `at`, in points.

    outstanding -- in all accounts; it is issued + adjusted + crossed - redeemed - expired.
    held -- of the outstanding, set aside; pending -- promised besides; debt -- owed by members.
    issued, redeemed -- since the book began, less what was taken back or given back.
    crossed -- came from other books, less what left for them.
    cohorts -- by month, soonest first, those that never expire last.
    breakage_rate -- expired per issued point over the newest ended cohorts; None before any.
    breakage -- of the outstanding points, expected to expire.
    """

    book: int
    at: datetime
    outstanding: int
    held: int
    pending: int
    debt: int
    issued: int
    redeemed: int
    expired: int
    adjusted: int
    crossed: int
    cohorts: tuple[Cohort, ...]
    breakage_rate: float | None
    breakage: int


async def liability(book: int, *, at: datetime, tx: Tx) -> Liability:
    """The liability of a book; reads every account and the whole journal once.

    at -- decides which cohorts have ended; the figures are those of now. The parts are read
    one after another: run it in a REPEATABLE READ transaction when points are moving.
    """
    owed = await tx.row(OWED, book)
    assert owed is not None, f"there is no book {book}"
    total = await totals(book, tx=tx)
    cohorts, rate = await _cohorts(
        book,
        lots.unpacked(owed["lots"], expired_through=owed["expired_through"]),
        ended=min(owed["expired_through"], lots.month_of(at) - 1),
        tx=tx,
    )
    nothing = Total()
    return Liability(
        book=book,
        at=at,
        outstanding=owed["balance"] or 0,
        held=owed["held"] or 0,
        pending=owed["pending"] or 0,
        debt=owed["debt"] or 0,
        issued=total.get(ISSUANCE, nothing).net,
        redeemed=-total.get(REDEMPTION, nothing).net,
        expired=-total.get(BREAKAGE, nothing).net,
        adjusted=total.get(ADJUSTMENT, nothing).net,
        crossed=total.get(CLEARING, nothing).net,
        cohorts=cohorts,
        breakage_rate=rate,
        breakage=sum(cohort.breakage for cohort in cohorts),
    )


async def _cohorts(
    book: int, outstanding: Sequence[Lot], *, ended: int, tx: Tx
) -> tuple[tuple[Cohort, ...], float | None]:
    found = {row["month"]: (row["issued"], row["expired"]) for row in await tx.rows(COHORT, book)}
    left = {lot.month: lot.amount for lot in outstanding}
    past = [found[month] for month in sorted(found) if month <= ended][-COHORTS:]
    issued, expired = (sum(each) for each in zip(*past, strict=True)) if past else (0, 0)
    cohorts = []
    for month in sorted(found.keys() | left.keys()):
        made, gone = found.get(month, (0, 0))
        kept = left.get(month, 0)
        # The rate is of what was issued: an old cohort's spenders have spent by now.
        lost = 0
        if issued > 0 and ended < month < NEVER:
            lost = min(kept, max(made, 0) * expired // issued)
        cohorts.append(Cohort(month, made, gone, kept, lost))
    return tuple(cohorts), expired / issued if issued > 0 else None
