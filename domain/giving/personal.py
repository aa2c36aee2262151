"""What giving keeps about one member: for their export, and gone when they are erased.

The donation and its points stay; the donor is no longer shown to anyone.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from infra.db import Tx

TABLES = frozenset({"donation"})

DONATIONS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT id, cause, points, named, month, given_at, undone_at
    FROM donation WHERE programme = $1 AND member = $2 ORDER BY id
) AS t
"""
FORGET = "UPDATE donation SET named = false WHERE programme = $1 AND member = $2 AND named"


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that giving keeps about the member, by table."""
    rows = await tx.rows(DONATIONS, programme, member)
    return {"donation": [orjson.loads(row["row"]) for row in rows]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Name the member as a donor no more."""
    await tx.run(FORGET, programme, member)
