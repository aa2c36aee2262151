"""Hinting: tells whoever follows a member's challenges that something in them was committed."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from infra import signals
from infra.db import Tx

CHANNEL = "laurel:challenges:"


def hint(members: Collection[UUID], *, programme: int, tx: Tx) -> None:
    """Hint once `tx` has committed that something of these members has moved."""
    channels = [channel(one, programme=programme) for one in members]
    if channels:
        tx.after_commit(partial(signals.publish, channels))


def channel(member: UUID, *, programme: int) -> str:
    """Where it is hinted that something has moved for that member."""
    return f"{CHANNEL}{programme}:{member}"
