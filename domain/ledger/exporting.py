"""Export: what many accounts have and what happened to them, for whoever keeps it elsewhere."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.ledger import lots
from domain.ledger.items import Kind
from domain.ledger.lots import Lot
from infra.db import Tx

LOTS = """
SELECT a.id, a.lots, b.expired_through
FROM ledger.account AS a JOIN ledger.book AS b ON b.id = a.book
WHERE a.book = $1 AND a.id = ANY($2::bigint[])
"""
# Holds and releases move nothing.
MOVES = """
SELECT a.account, p.id, p.kind, p.side * p.amount AS change, p.at, p.meta
FROM unnest($2::bigint[]) AS a (account)
CROSS JOIN LATERAL ledger.page($1, a.account, 0, NULL, 9007199254740991) AS p
WHERE p.kind NOT IN (2, 4)
ORDER BY a.account, p.seq
"""


@dataclass(frozen=True, slots=True)
class Move:
    """One posting as one of its accounts saw it; `change` is negative for points that went."""

    account: int
    id: UUID
    kind: Kind
    change: int
    at: datetime
    meta: Mapping[str, Any]


async def lots_of(accounts: Sequence[int], *, book: int, tx: Tx) -> Mapping[int, Sequence[Lot]]:
    """What each account has, by the month it is spent from for the last time."""
    rows = await tx.rows(LOTS, book, accounts)
    return {
        row["id"]: lots.unpacked(row["lots"], expired_through=row["expired_through"])
        for row in rows
    }


async def moves(accounts: Sequence[int], *, book: int, tx: Tx) -> AsyncIterator[Move]:
    """Everything that changed what these accounts have, one account after another, each from its
    first entry on; needs a transaction."""
    async for row in tx.stream(MOVES, book, accounts):
        meta = orjson.loads(row["meta"]) if row["meta"] else {}
        kind = Kind(row["kind"])
        yield Move(row["account"], row["id"], kind, row["change"], row["at"], meta)
