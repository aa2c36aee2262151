"""Residing: the town that members say they live in."""

from collections.abc import Collection, Mapping
from uuid import UUID

from infra.db import Tx

TOWNS = """
SELECT member, words FROM profile_value
WHERE programme = $1 AND member = ANY($2::uuid[]) AND key = 'residence' AND words IS NOT NULL
"""


async def towns(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, str]:
    """The town of residence of each, as they wrote it; whoever has said none is left out."""
    rows = await tx.rows(TOWNS, programme, list(ids)) if ids else []
    return {row["member"]: row["words"] for row in rows}
