"""What sharing keeps about a member, for them to have and to have forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"share_link"})

TOLD = """
SELECT l.code, l.target, l.created_at,
       coalesce((SELECT sum(d.openings) FROM share_day AS d
                 WHERE d.programme = l.programme AND d.code = l.code), 0)::int AS openings
FROM share_link AS l WHERE l.programme = $1 AND l.member = $2 ORDER BY l.code
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The member's links, by table."""
    return {"share_link": [dict(row) for row in await tx.rows(TOLD, programme, member)]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nothing here names anybody: a code stays, so that what was shared still leads somewhere."""
