"""What push keeps about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from infra.db import Tx

TABLES = frozenset({"push_order"})

ORDERS = """
SELECT id, kind, template, (content - 'live')::text AS content, ordered_at, expires_at
FROM push_order WHERE programme = $1 AND member = $2 ORDER BY ordered_at, id
"""
# In the order in which senders hold them.
HOLD = """
SELECT count(*) FROM (
    SELECT w.id FROM push_waiting AS w
    JOIN push_order AS o ON o.programme = w.programme AND o.id = w.id
    WHERE o.programme = $1 AND o.member = $2
    ORDER BY w.programme, w.id, w.device FOR UPDATE OF w
) AS held
"""
# With it goes what still waits for their devices.
FORGET = "DELETE FROM push_order WHERE programme = $1 AND member = $2"


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What was to be pushed to the member, by table."""
    rows = await tx.rows(ORDERS, programme, member)
    return {"push_order": [{**dict(row), "content": orjson.loads(row["content"])} for row in rows]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nothing more is pushed, and what was is not known."""
    await tx.value(HOLD, programme, member)
    await tx.run(FORGET, programme, member)
