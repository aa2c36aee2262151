"""What rewards keeps about a member: told on request, and forgotten.

What a merged member has had stays theirs: the limits of who they are now begin anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import outlets
from infra.db import Tx

TABLES = frozenset({"reward_take"})

TAKES = """
SELECT t.id, r.name AS reward, t.outlet, t.quantity, t.free, t.state, t.day, t.taken_at
FROM reward_take AS t JOIN reward AS r ON r.programme = t.programme AND r.id = t.reward
WHERE t.programme = $1 AND t.member = $2 ORDER BY t.taken_at, t.id
"""
# When to the minute is theirs; what was taken stays counted.
FORGET = """
UPDATE reward_take SET taken_at = date_trunc('day', taken_at)
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that rewards keeps of the member, by table."""
    rows = await tx.rows(TAKES, programme, member)
    seen = {row["outlet"] for row in rows if row["outlet"] is not None}
    places = await outlets.several(seen, programme=programme, tx=tx)
    named = {id: place.name for id, place in places.items()}
    return {"reward_take": [{**row, "outlet": named.get(row["outlet"])} for row in rows]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """When the member took something is gone; that they did stays in the sums."""
    await tx.run(FORGET, programme, member)
