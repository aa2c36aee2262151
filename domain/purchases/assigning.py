"""Assign orders whose buyer was unknown, once somebody has linked them to a member."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain import members
from domain.purchases.errors import NoPurchasePolicy
from domain.purchases.policing import policy_of
from domain.purchases.records import Buyer
from domain.purchases.storing import Key, hold
from domain.purchases.taking import LOOK_AGAIN_MAX, UNASSIGNED_MAX, matched, refs_of, settle
from infra.db import Row, Tx

# Looking for them costs a statement for each shop; only those who are found cost more.
LOOKED_AT = 500
ASSIGNED_MAX = 50

DUE = """
SELECT programme, source, order_ref, customer, loyalty, email_sha256 FROM purchase
WHERE look_at <= $1 ORDER BY look_at LIMIT $2 FOR UPDATE SKIP LOCKED
"""
# What was kept to know a buyer by is dropped when it has been of no use for too long.
PUT_OFF = """
UPDATE purchase AS p
SET look_at = CASE WHEN p.heard_at >= $5::timestamptz THEN $4::timestamptz END,
    customer = CASE WHEN p.heard_at >= $5 THEN p.customer END,
    loyalty = CASE WHEN p.heard_at >= $5 THEN p.loyalty END,
    email_sha256 = CASE WHEN p.heard_at >= $5 THEN p.email_sha256 END
FROM unnest($1::int[], $2::text[], $3::text[]) AS n (programme, source, order_ref)
WHERE p.programme = n.programme AND p.source = n.source AND p.order_ref = n.order_ref
"""


async def assign_due(at: datetime, tx: Tx) -> int:
    """Look again for the buyers of some orders; how many were found."""
    by_shop: defaultdict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in await tx.rows(DUE, at, LOOKED_AT):
        by_shop[row["programme"], row["source"]].append(row)
    found: list[Key] = []
    for (programme, source), rows in by_shop.items():
        found += await _found(rows, source=source, programme=programme, tx=tx)
    waiting = [row for rows in by_shop.values() for row in rows]
    keys = [[row[name] for row in waiting] for name in ("programme", "source", "order_ref")]
    await tx.run(PUT_OFF, *keys, at + LOOK_AGAIN_MAX, at - UNASSIGNED_MAX)
    return sum([await _assign(key, at=at, tx=tx) for key in found[:ASSIGNED_MAX]])


async def _found(rows: Sequence[Row], *, source: str, programme: int, tx: Tx) -> list[Key]:
    """Those of one shop's orders whose buyer is somebody now."""
    buyers = [Buyer(row["customer"], row["loyalty"], row["email_sha256"]) for row in rows]
    refs = [ref for buyer in buyers for ref in refs_of(buyer)]
    known = await members.referred(refs, source=source, programme=programme, tx=tx)
    pairs = zip(rows, buyers, strict=True)
    return [
        Key(programme, source, row["order_ref"])
        for row, buyer in pairs
        if matched(buyer, known) is not None
    ]


async def _assign(key: Key, *, at: datetime, tx: Tx) -> bool:
    try:
        policy = await policy_of(key.programme, tx=tx)
    except NoPurchasePolicy:
        return False
    member: UUID | None = (await settle(await hold(key, at=at, tx=tx), policy, at=at, tx=tx)).member
    return member is not None
