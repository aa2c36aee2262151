"""What glances keep about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"glance"})

TOLD = "SELECT version, content, changed_at FROM glance WHERE programme = $1 AND member = $2"
FORGET = "DELETE FROM glance WHERE programme = $1 AND member = $2"


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What the member's watch was last told."""
    return {"glance": [dict(row) for row in await tx.rows(TOLD, programme, member)]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """No watch was told anything."""
    await tx.run(FORGET, programme, member)
