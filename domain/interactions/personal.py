"""What interactions keeps about a member, for them to have and to have forgotten.

What a member who was merged did stays under their old id: who they are now goes on by what they
do from then on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.interactions.noting import drop
from infra.db import Tx

TABLES = frozenset({"interaction"})

TOLD = """
SELECT n.id::text AS id, i.key AS item, n.weight, n.at::text AS at FROM interaction AS n
JOIN item AS i ON i.programme = n.programme AND i.number = n.item
WHERE n.programme = $1 AND n.member = $2 ORDER BY n.id
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that the member did with what, by table."""
    return {"interaction": [dict(row) for row in await tx.rows(TOLD, programme, member)]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """All of it goes: nothing else needs it."""
    await drop(member, programme=programme, tx=tx)
