"""Explaining: how an account's balance came to be and what it is made of.

For support and for a member who asks. It reads all entries of the account, so it is not for
a screen that everybody opens.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.ledger import lots
from domain.ledger.balances import Balance
from domain.ledger.balances import read as balance_of
from domain.ledger.errors import NoSuchAccount
from domain.ledger.items import Kind
from domain.ledger.lots import Lot
from infra import clock
from infra.db import Tx

# Of open holds and promises, which an account has few of.
LISTED_MAX = 1000

# One statement, so that all its parts are of one moment. Entries are summed by what they were
# and why, as `meta` says; a hold and a release move nothing.
EXPLAIN = """
SELECT a.class, a.balance, a.held, a.debt, a.seq, a.lots, b.closed_through, b.expired_through,
       coalesce((SELECT sum(p.amount) FROM ledger.pending AS p
                 WHERE p.book = a.book AND p.account = a.id AND p.state = 0), 0)::bigint AS pending,
       ARRAY(SELECT ROW (h.id, h.amount, h.expires_at) FROM ledger.hold AS h
             WHERE h.book = a.book AND h.account = a.id AND h.state = 0
             ORDER BY h.expires_at, h.id LIMIT $3) AS holds,
       ARRAY(SELECT ROW (p.id, p.amount, p.matures_at, p.at) FROM ledger.pending AS p
             WHERE p.book = a.book AND p.account = a.id AND p.state = 0
             ORDER BY p.matures_at, p.id LIMIT $3) AS promises,
       ARRAY(SELECT ROW (s.kind, s.why, s.entries, s.gained, s.lost) FROM (
                 SELECT e.kind, e.why, count(*) AS entries,
                        coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0)::bigint AS gained,
                        coalesce(-sum(e.amount) FILTER (WHERE e.amount < 0), 0)::bigint AS lost
                 FROM (
                     SELECT kind, meta ->> 'why' AS why, -amount AS amount FROM ledger.journal
                     WHERE book = a.book AND debit = a.id AND debit_seq IS NOT NULL
                       AND kind NOT IN (2, 4)
                     UNION ALL
                     SELECT kind, meta ->> 'why', amount FROM ledger.journal
                     WHERE book = a.book AND credit = a.id AND credit_seq IS NOT NULL
                 ) AS e GROUP BY e.kind, e.why ORDER BY e.kind, e.why
             ) AS s) AS reasons
FROM ledger.account AS a JOIN ledger.book AS b ON b.id = a.book
WHERE a.book = $1 AND a.id = $2
"""


@dataclass(frozen=True, slots=True)
class OpenHold:
    """Points set aside until they are captured, released or time runs out."""

    id: UUID
    amount: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """Points that are promised; `matures_at` None: only an act makes them mature."""

    id: UUID
    amount: int
    matures_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """What all postings of one kind with one `why` in their meta did to the balance."""

    kind: Kind
    why: str | None
    entries: int
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """One account at one moment: over all `reasons`, gained less lost is the balance.

    lots -- soonest first; those of a month before the current one have expired and wait for
        the sweep, unless a hold protects them.
    holds, promises -- the soonest LISTED_MAX.
    """

    account: int
    balance: Balance
    lots: tuple[Lot, ...]
    holds: tuple[OpenHold, ...]
    promises: tuple[OpenPromise, ...]
    reasons: tuple[Reason, ...]


async def explain(account: int, *, book: int, at: datetime | None = None, tx: Tx) -> Explanation:
    """Why the account has what it has. Refused: NoSuchAccount."""
    row = await tx.row(EXPLAIN, book, account, LISTED_MAX)
    if row is None:
        raise NoSuchAccount
    return Explanation(
        account=account,
        balance=balance_of(row, at=at or clock.now()),
        lots=lots.unpacked(row["lots"], expired_through=row["expired_through"]),
        holds=tuple(OpenHold(*each) for each in row["holds"]),
        promises=tuple(OpenPromise(*each) for each in row["promises"]),
        reasons=tuple(Reason(Kind(kind), *rest) for kind, *rest in row["reasons"]),
    )
