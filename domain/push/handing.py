"""Handing: what can go at once goes from whoever orders it to the sender of the same process.

A worker both orders and sends. What it orders for now is leased as it is written down, so that
nobody has to look for it; whoever dies meanwhile has it taken by another when the lease is over.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol

from domain.push.records import Due


class SenderBeside(Protocol):
    """Somebody in this process who sends what is for one member."""

    @property
    def lease(self) -> timedelta:
        """How long sending may last."""

    @property
    def room(self) -> int:
        """How many more it takes now."""

    async def give(self, due: Sequence[Due]) -> None:
        """Have these sent, which are leased and committed."""


_beside: list[SenderBeside] = []


@contextmanager
def handing(sender: SenderBeside) -> Iterator[None]:
    """What is ordered for now goes to `sender`, for the length of the block."""
    _beside.append(sender)
    try:
        yield
    finally:
        _beside.remove(sender)


def sender_beside(count: int) -> SenderBeside | None:
    """Who has room for so many; None: they are to be found by whoever looks for them."""
    found = _beside[-1] if _beside else None
    return found if found is not None and found.room >= count else None
