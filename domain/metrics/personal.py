"""Personal: what metrics keeps about one member, to be told and to be forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"fact"})

FACTS = """
SELECT activity::text AS activity, revision, counts, type, day::text AS day, minute,
       started_at::text AS started_at, ended_at::text AS ended_at, distance_m, duration_s,
       elevation_m, quantity, points, proof, source, cell
FROM fact WHERE programme = $1 AND member = $2 ORDER BY started_at, activity
"""
# Where somebody was is about them; what they did is a sum, and stays.
FORGET = "UPDATE fact SET cell = NULL WHERE programme = $1 AND member = $2 AND cell IS NOT NULL"


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What the member's activities are to the game, by table."""
    return {"fact": [dict(row) for row in await tx.rows(FACTS, programme, member)]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Places go; numbers and ids stay, as sums need them."""
    await tx.run(FORGET, programme, member)
