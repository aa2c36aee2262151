"""What inbox keeps about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from infra.db import Tx

TABLES = frozenset({"inbox", "inbox_item", "inbox_receipt", "interest"})

BOX = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT last, cleared, unread FROM inbox WHERE programme = $1 AND member = $2
) AS t
"""
ITEMS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT number, id, topic, key, args, title, body, refs, at, read_at, archived_at
    FROM inbox_item WHERE programme = $1 AND member = $2 ORDER BY number
) AS t
"""
RECEIPTS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT number, kind, device, at FROM inbox_receipt
    WHERE programme = $1 AND member = $2 ORDER BY number, kind
) AS t
"""
INTERESTS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT topic, delivered, opened, dismissed, delivered_at, opened_at, dismissed_at
    FROM interest WHERE programme = $1 AND member = $2 ORDER BY topic
) AS t
"""
TOLD = {
    "inbox": BOX,
    "inbox_item": ITEMS,
    "inbox_receipt": RECEIPTS,
    "interest": INTERESTS,
}
# First, and before there is anything: a reaction that is just telling the member something waits
# here, or sees afterwards that nobody is told anything any more.
CLOSE = """
INSERT INTO inbox (programme, member, closed) VALUES ($1, $2, true)
ON CONFLICT (programme, member) DO UPDATE SET closed = true, unread = 0
"""
FORGET_ITEMS = "DELETE FROM inbox_item WHERE programme = $1 AND member = $2"
FORGET_INTERESTS = "DELETE FROM interest WHERE programme = $1 AND member = $2"


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that the member was told, and what they made of it, by table."""
    return {
        table: [orjson.loads(row["row"]) for row in await tx.rows(sql, programme, member)]
        for table, sql in TOLD.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nothing that they were told is left, and nothing is told to them any more."""
    await tx.run(CLOSE, programme, member)
    await tx.run(FORGET_ITEMS, programme, member)
    await tx.run(FORGET_INTERESTS, programme, member)
