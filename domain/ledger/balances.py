"""Balances: what accounts have, what they may spend and what they will lose.

Reads only. A balance is what the database says at one moment; whoever must rely on it spends
or holds, which checks again under a lock.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from domain.ledger import lots
from domain.ledger.errors import NoSuchAccount
from infra import clock
from infra.db import Row, Tx

BALANCES = """
SELECT a.id, a.balance, a.held, a.debt, a.seq, a.lots, b.closed_through, b.expired_through,
       coalesce((SELECT sum(p.amount) FROM ledger.pending AS p
                 WHERE p.book = a.book AND p.account = a.id AND p.state = 0), 0)::bigint AS pending
FROM ledger.account AS a JOIN ledger.book AS b ON b.id = a.book
WHERE a.book = $1 AND a.id = ANY ($2::bigint[])
"""
# The newest entry of each side and partition; a month's entries are few beside all of them.
BALANCE_AT = """
SELECT coalesce((
    SELECT e.balance FROM (
        (SELECT debit_seq AS seq, debit_balance AS balance FROM ledger.journal
         WHERE book = a.book AND debit = a.id AND debit_seq IS NOT NULL AND at <= $3
         ORDER BY debit_seq DESC LIMIT 1)
        UNION ALL
        (SELECT credit_seq, credit_balance FROM ledger.journal
         WHERE book = a.book AND credit = a.id AND credit_seq IS NOT NULL AND at <= $3
         ORDER BY credit_seq DESC LIMIT 1)
    ) AS e ORDER BY e.seq DESC LIMIT 1
), 0)
FROM ledger.account AS a WHERE a.book = $1 AND a.id = $2
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account has, in points.

    available -- what it may spend now: the balance without what is held, or without what has
        expired and not been swept yet, whichever is more (holds protect the expired).
    balance -- all its points, held ones too.
    pending -- promised, not yet in the balance.
    debt -- what the next credits will be taken for.
    seq -- how many entries its statement has.
    """

    available: int
    balance: int
    held: int
    pending: int
    debt: int
    seq: int


class Expiring(NamedTuple):
    """Points that can be spent on `last_day` (UTC) for the last time."""

    last_day: date
    points: int


async def balance(account: int, *, book: int, at: datetime | None = None, tx: Tx) -> Balance:
    """What the account has at `at`, which is now by default. Refused: NoSuchAccount."""
    found = await balances([account], book=book, at=at, tx=tx)
    if account not in found:
        raise NoSuchAccount
    return found[account]


async def balances(
    accounts: Collection[int], *, book: int, at: datetime | None = None, tx: Tx
) -> Mapping[int, Balance]:
    """What each account has, in one statement; an account that does not exist is left out."""
    rows = await tx.rows(BALANCES, book, list(accounts))
    return {row["id"]: read(row, at=at or clock.now()) for row in rows}


def read(row: Row, *, at: datetime) -> Balance:
    """The balance in a row that BALANCES returned."""
    expired = lots.total(
        lots.unpacked(row["lots"], expired_through=row["expired_through"]),
        before=current_month(row, at=at),
    )
    return Balance(
        available=row["balance"] - max(row["held"], expired),
        balance=row["balance"],
        held=row["held"],
        pending=row["pending"],
        debt=row["debt"],
        seq=row["seq"],
    )


def current_month(row: Row, *, at: datetime) -> int:
    """The month points are soonest spent from: that of `at`, but never one that is closed."""
    return max(lots.month_of(at), int(row["closed_through"]) + 1)


async def expiring(
    account: int, *, book: int, at: datetime, within_months: int = 2, tx: Tx
) -> Sequence[Expiring]:
    """The points that expire with each of the next months, this one included; soonest first.

    Points that are held are set aside from the soonest lots, since a hold keeps them from
    expiring. What never expires is not in it. Refused: NoSuchAccount.
    """
    _, soon = await outlook(account, book=book, at=at, within_months=within_months, tx=tx)
    return soon


async def outlook(
    account: int, *, book: int, at: datetime, within_months: int = 2, tx: Tx
) -> tuple[Balance, Sequence[Expiring]]:
    """What `balance` and `expiring` answer, from one look. Refused: NoSuchAccount."""
    row = await tx.row(BALANCES, book, [account])
    if row is None:
        raise NoSuchAccount
    return read(row, at=at), _expiring(row, at=at, within_months=within_months)


def _expiring(row: Row, *, at: datetime, within_months: int) -> Sequence[Expiring]:
    first = current_month(row, at=at)
    kept = lots.unpacked(row["lots"], expired_through=row["expired_through"])
    return [
        Expiring(lots.last_day(lot.month), lot.amount)
        for lot in lots.unheld(kept, held=row["held"])
        if first <= lot.month < first + within_months
    ]


async def balance_at(account: int, *, book: int, at: datetime, tx: Tx) -> int:
    """The account's balance after its newest entry with a time up to `at`; 0 before the first.

    Refused: NoSuchAccount.
    """
    found = await tx.value(BALANCE_AT, book, account, at)
    if found is None:
        raise NoSuchAccount
    return int(found)
