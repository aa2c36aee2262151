"""Statement: what happened to one account, entry by entry, from either end.

An account's entries are numbered without gaps, so a page is the entries of a range of numbers
and is complete as soon as there are as many. `ledger.page` looks at the journal's months from the
newest backwards and stops there, which keeps it quick on a journal of any length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.ledger import lots
from domain.ledger.errors import NoSuchAccount
from domain.ledger.items import Kind
from domain.ledger.lots import Lot
from infra.db import Row, Tx

PAGE = """
SELECT seq, id, kind, side, amount, balance, counter, at, ref, grp, actor, month, lots, meta
FROM ledger.page($1, $2, $3, $4, $5) ORDER BY seq
"""
ACCOUNT = "SELECT 1 FROM ledger.account WHERE book = $1 AND id = $2"


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of one posting, as its account saw it.

    seq -- the account's entries are numbered 1, 2, 3 ... without gaps.
    amount -- what the account gained or, negative, lost. A hold is negative and a release
        positive, though they only move points between available and held: `change` is then 0.
    balance_after -- the account's balance after it, held points included.
    counter_account -- where the points came from or went to; None for a hold and a release.
    ref -- the hold that was captured or released, the posting that was reversed or settled.
    group -- linked postings share it.
    lots -- the points by the month they expire with; of a reversal, as they were given back.
    """

    seq: int
    id: UUID
    kind: Kind
    amount: int
    balance_after: int
    counter_account: int | None
    at: datetime
    ref: UUID | None
    group: UUID | None
    actor: UUID | None
    lots: tuple[Lot, ...]
    meta: Mapping[str, Any]

    @property
    def change(self) -> int:
        """By how much the balance changed."""
        return 0 if self.kind in (Kind.HOLD, Kind.RELEASE) else self.amount


async def statement(
    account: int, *, book: int, before_seq: int | None = None, limit: int, tx: Tx
) -> Sequence[Entry]:
    """The account's newest entries, or those before one, newest first.

    Refused: NoSuchAccount.
    """
    rows = await tx.rows(PAGE, book, account, None, before_seq, limit)
    await _require(account, book, rows, tx)
    return [_entry(row) for row in reversed(rows)]


async def entries_after(
    account: int, *, book: int, after_seq: int, limit: int, tx: Tx
) -> Sequence[Entry]:
    """The account's next entries after one, oldest first; 0 begins at the first.

    Refused: NoSuchAccount.
    """
    rows = await tx.rows(PAGE, book, account, after_seq, None, limit)
    await _require(account, book, rows, tx)
    return [_entry(row) for row in rows]


async def _require(account: int, book: int, rows: Sequence[Row], tx: Tx) -> None:
    # A page with entries is of an account; only an empty one may be of none.
    if not rows and await tx.value(ACCOUNT, book, account) is None:
        raise NoSuchAccount


def _entry(row: Row) -> Entry:
    kind = Kind(row["kind"])
    sign = 1 if kind is Kind.RELEASE else row["side"]
    return Entry(
        seq=row["seq"],
        id=row["id"],
        kind=kind,
        amount=sign * row["amount"],
        balance_after=row["balance"],
        counter_account=row["counter"] or None,
        at=row["at"],
        ref=row["ref"],
        group=row["grp"],
        actor=row["actor"],
        lots=tuple(lots.moved(row["month"], row["lots"], row["amount"])),
        meta=orjson.loads(row["meta"]) if row["meta"] else {},
    )
