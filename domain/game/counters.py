"""Counters: who counts what changed, in the order in which they are told."""

from collections.abc import Sequence
from typing import Protocol

from domain import badges, challenges, leaderboards, streaks, tiers
from domain.metrics import Change
from infra.db import Tx


class Count(Protocol):
    """Takes changes into the sums that a capability keeps; the members are locked."""

    async def __call__(self, changes: Sequence[Change], *, programme: int, tx: Tx) -> None:
        """Count `changes`, of some hundred activities, those of one member in their order."""


class Rebuild(Protocol):
    """Makes the sums that a capability keeps anew from the facts."""

    async def __call__(self, *, programme: int, tx: Tx) -> None:
        """All of one programme."""


# What is below first, so that what is above finds it counted.
COUNTERS: tuple[Count, ...] = (
    badges.count,
    streaks.count,
    tiers.count,
    challenges.count,
    leaderboards.count,
)
REBUILDS: tuple[tuple[str, Rebuild], ...] = (
    ("badges", badges.rebuild),
    ("streaks", streaks.rebuild),
    ("tiers", tiers.rebuild),
    ("challenges", challenges.rebuild),
    ("leaderboards", leaderboards.rebuild),
)
