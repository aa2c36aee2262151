"""Tally: what a replay comes to, for a programme and for its members. Pure.

A tally of one part of the members can be added to that of another; the sum is that of both.
"""

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

# Changes of a member's points, in steps of ten: fewer than -1,000, then to -101, and so on.
STEPS = (-1_000, -100, -10, 0, 1, 11, 101, 1_001)
TOP = 10


@dataclass(slots=True)
class Tally:
    """Points as they were given and as they would have been, in whole points.

    judgements -- how many were replayed; members -- of how many members.
    today, proposed -- by (activity type, month of the local day as year * 12 + month - 1).
    gained, lost -- the members with the largest change each way, as (change, id), best first;
                    at most TOP.
    spread     -- how many members' change lies in each part that STEPS cut.
    """

    judgements: int = 0
    members: int = 0
    today: Counter[tuple[str, int]] = field(default_factory=Counter)
    proposed: Counter[tuple[str, int]] = field(default_factory=Counter)
    gained: list[tuple[int, UUID]] = field(default_factory=list)
    lost: list[tuple[int, UUID]] = field(default_factory=list)
    spread: list[int] = field(default_factory=lambda: [0] * (len(STEPS) + 1))

    @property
    def change(self) -> int:
        """What the proposal costs more than today, or, negative, less."""
        return self.proposed.total() - self.today.total()

    def note(self, member: UUID, *, change: int) -> None:
        """One more member, whose points would change by so many."""
        self.members += 1
        self.spread[bisect_right(STEPS, change)] += 1
        if change:
            _keep(self.gained if change > 0 else self.lost, (abs(change), member))

    def by_type(self) -> dict[str, tuple[int, int]]:
        """Today's points and the proposal's, by activity type."""
        return self._by(lambda key: key[0])

    def by_month(self) -> dict[str, tuple[int, int]]:
        """Today's points and the proposal's, by month, such as 2026-11."""
        return self._by(lambda key: f"{key[1] // 12}-{key[1] % 12 + 1:02}")

    def _by(self, name: Callable[[tuple[str, int]], str]) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for key in sorted(self.today.keys() | self.proposed.keys()):
            today, proposed = found.get(name(key), (0, 0))
            found[name(key)] = today + self.today[key], proposed + self.proposed[key]
        return found


def summed(tallies: Iterable[Tally]) -> Tally:
    """The tally of all the members of several."""
    total = Tally()
    for tally in tallies:
        total.judgements += tally.judgements
        total.members += tally.members
        total.today.update(tally.today)
        total.proposed.update(tally.proposed)
        for one in tally.gained:
            _keep(total.gained, one)
        for one in tally.lost:
            _keep(total.lost, one)
        total.spread = [a + b for a, b in zip(total.spread, tally.spread, strict=True)]
    return total


def _keep(top: list[tuple[int, UUID]], one: tuple[int, UUID]) -> None:
    """Keep a heap of the TOP largest."""
    if len(top) < TOP:
        heapq.heappush(top, one)
    elif one > top[0]:
        heapq.heapreplace(top, one)
