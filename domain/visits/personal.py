"""What visits keeps about a member, for them to have and to have forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"visit"})

TOLD = """
SELECT v.id, v.place, p.name, v.at FROM visit AS v
JOIN visit_place AS p ON p.programme = v.programme AND p.id = v.place
WHERE v.programme = $1 AND v.member = $2 ORDER BY v.at
"""
# Several visits of one place on one day stay apart by their microseconds.
BLUR = """
UPDATE visit AS v SET at = date_trunc('day', v.at) + n.place * interval '1 microsecond'
FROM (SELECT programme, id, row_number() OVER (ORDER BY at, id) AS place FROM visit
      WHERE programme = $1 AND member = $2) AS n
WHERE v.programme = n.programme AND v.id = n.id
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The member's visits, by table."""
    return {"visit": [dict(row) for row in await tx.rows(TOLD, programme, member)]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Where somebody was, and when to the minute, is theirs: only the day stays."""
    await tx.run(BLUR, programme, member)
