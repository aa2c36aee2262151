"""What duplicates keep about one member: for their export, and gone when they are erased."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from infra.db import Tx

TABLES = frozenset({"duplicate_suggestion", "merge"})

# Who else may be the same person is a guess about somebody else.
TOLD = """
SELECT coalesce(jsonb_agg(t), '[]')::text FROM (
    SELECT id, survivor, duplicate, points, merged_at, undone_at FROM merge
    WHERE programme = $1 AND (survivor = $2 OR duplicate = $2) ORDER BY id
) AS t
"""
# What moved names identities and contacts. Whoever is erased is not taken apart again.
FORGET = """
WITH guesses AS (
    DELETE FROM duplicate_suggestion WHERE programme = $1 AND $2 IN (a, b)
)
UPDATE merge SET moved = '{}' WHERE programme = $1 AND (survivor = $2 OR duplicate = $2)
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that duplicates keep about the member, by table."""
    rows = await tx.value(TOLD, programme, member)
    return {"merge": orjson.loads(rows), "duplicate_suggestion": []}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Leave the merges without what they moved."""
    await tx.run(FORGET, programme, member)
