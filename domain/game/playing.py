"""Playing: the one reaction of the game.

All members are locked before anything else, as everywhere: see points.award.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain import members, metrics
from domain.game.counters import COUNTERS
from domain.members import Member, State
from domain.metrics import Change
from infra.db import Tx
from infra.outbox import Delivery


async def play(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Write what happened to activities as facts, and have everybody count what changed.

    The deliveries may have several of one member. What is known already changes nothing.
    """
    by_programme: defaultdict[int, list[Any]] = defaultdict(list)
    for delivery in sorted(deliveries, key=lambda delivery: delivery.number):
        by_programme[delivery.event.programme].append(delivery.event)
    programmes = sorted(by_programme)
    locked = {
        programme: await lock({one.subject for one in by_programme[programme]}, programme, tx)
        for programme in programmes
    }
    for programme in programmes:
        people = locked[programme]
        changes = await metrics.note(
            by_programme[programme], people=people, programme=programme, tx=tx
        )
        await count(changes, people=people, programme=programme, tx=tx)


async def count(
    changes: Sequence[Change], *, people: Mapping[UUID, Member], programme: int, tx: Tx
) -> None:
    """Hand on what changed, but for what is of nobody any more."""
    # An activity stays whose it was while its doer was part of them, whatever became of both.
    others = {one.member for one in changes} - people.keys()
    known = {**people, **await lock(others, programme, tx)} if others else people
    alive = [one for one in changes if known[one.member].state is not State.ERASED]
    if alive:
        for counter in COUNTERS:
            await counter(alive, programme=programme, tx=tx)


async def lock(ids: set[UUID], programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """These members, and those into whom some of them were merged."""
    found = await members.lock(ids, programme=programme, tx=tx)
    merged = {one.merged_into for one in found.values() if one.merged_into} - found.keys()
    return {**found, **await members.lock(merged, programme=programme, tx=tx)}
