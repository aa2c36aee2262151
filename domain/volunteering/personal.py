"""What volunteering keeps about a member, for them to have and to have forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"volunteer_hours"})

TOLD = """
SELECT h.id, h.shift, o.title, h.state, h.claimed_minutes, h.starts_at, h.ends_at, h.claimed_at
FROM volunteer_hours AS h
JOIN volunteer_shift AS s ON s.programme = h.programme AND s.id = h.shift
JOIN volunteer_opportunity AS o ON o.programme = s.programme AND o.id = s.opportunity
WHERE h.programme = $1 AND h.member = $2 ORDER BY h.id
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The member's hours, by table."""
    return {"volunteer_hours": [dict(row) for row in await tx.rows(TOLD, programme, member)]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nothing here is more than a time and a sum: those stay."""
