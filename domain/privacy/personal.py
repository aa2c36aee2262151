"""What privacy keeps about one member: that they were erased, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"erasure"})


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Nothing: whoever can still ask has not been erased."""
    return {"erasure": []}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nothing: it names nobody."""
