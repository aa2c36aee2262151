"""Following: what members do elsewhere in the programme becomes interactions, once each.

Their ids are made of what happened, so an event that comes again changes nothing; an activity that
counts no longer takes its interactions away. Answers to offers are noted by who knows them.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import purchases
from domain.activities import Judged, State, Type
from domain.interactions.noting import (
    KEY_CHARACTERS_MAX,
    PERSONALISATION,
    drop_each,
    note,
    withdraw,
)
from domain.interactions.records import Note
from infra import ids
from infra.db import Tx
from infra.outbox import Delivery

BELIEVED = frozenset({State.COUNTED.value, State.PENDING.value})
# What may not stand in a key.
GAPS = re.compile(r"[\x00-\x20\x7f]+")
# How much one order says of one product, however much of it.
PIECES_MAX = 10


async def follow_activities(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """The newest judgement of each activity: what the member did, and what they bought by it."""
    newest: dict[UUID, Judged] = {}
    for delivery in deliveries:
        event: Judged = delivery.event
        if event.object not in newest or newest[event.object].revision <= event.revision:
            newest[event.object] = event
    for programme, events in _by_programme(list(newest.values())).items():
        bought = await purchases.products(
            {event.object: event.subject for event in events if event.type == Type.PURCHASE},
            programme=programme,
            tx=tx,
        )
        believed = [each for each in events if each.outcome in BELIEVED]
        notes = [one for each in believed for one in _notes(each, bought.get(each.object, ()))]
        others = [each for each in events if each.outcome not in BELIEVED]
        undone = [one for each in others for one in _notes(each, bought.get(each.object, ()))]
        await note(notes, programme=programme, tx=tx)
        await drop_each([(one.member, one.id) for one in undone], programme=programme, tx=tx)


async def follow_steps(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Rewards that members had, and challenges that they joined."""
    by_programme: defaultdict[int, list[Note]] = defaultdict(list)
    for delivery in deliveries:
        event = delivery.event
        reward = getattr(event, "reward", None)
        item = f"challenge:{event.object}" if reward is None else f"reward:{reward}"
        one = Note(event.subject, item, 1.0, event.at, _id(event.at, event.object, item))
        by_programme[event.programme].append(one)
    for programme, notes in by_programme.items():
        await note(notes, programme=programme, tx=tx)


async def forget(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """Who withdraws the consent leaves nothing behind."""
    withdrawn: defaultdict[int, dict[UUID, datetime]] = defaultdict(dict)
    for delivery in deliveries:
        event = delivery.event
        if event.purpose == PERSONALISATION:
            withdrawn[event.programme][event.subject] = event.at
    for programme, whose in withdrawn.items():
        await withdraw(whose, programme=programme, tx=tx)


def _notes(event: Judged, bought: Sequence[tuple[str, int]]) -> list[Note]:
    said = [(f"activity:{event.type}", 1.0)]
    said += [(_product(name), float(min(pieces, PIECES_MAX))) for name, pieces in bought]
    at = event.started_at
    return [
        Note(event.subject, item, weight, at, _id(at, event.object, item)) for item, weight in said
    ]


def _product(name: str) -> str:
    return f"product:{GAPS.sub('-', name)}"[:KEY_CHARACTERS_MAX]


def _id(at: datetime, *parts: object) -> UUID:
    return ids.derived(at, "interactions", *parts)


def _by_programme(events: Sequence[Judged]) -> Mapping[int, list[Judged]]:
    found: defaultdict[int, list[Judged]] = defaultdict(list)
    for event in events:
        found[event.programme].append(event)
    return found
