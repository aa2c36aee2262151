"""Hinting: tells whoever follows a board that something on it may have moved."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from infra import signals
from infra.db import Tx

CHANNEL = "laurel:board:"


def hint(boards: Collection[UUID], *, programme: int, tx: Tx) -> None:
    """Hint once `tx` has committed that something has moved on these boards."""
    channels = [channel(one, programme=programme) for one in boards]
    if channels:
        tx.after_commit(partial(signals.publish, channels))


def channel(board: UUID, *, programme: int) -> str:
    """Where it is hinted that something has moved on that board."""
    return f"{CHANNEL}{programme}:{board}"
