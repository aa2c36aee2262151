"""Walks: the events and requests by which tests tell activities as a partner."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import orjson

from infra import clock
from tests.support.client import Door, System

INTAKE = "/partner/activities"
BATCH = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"
_numbers = count(1)


def moment(hours_ago: float) -> str:
    """A time so long ago, as events write it."""
    at = clock.now().replace(microsecond=0) - timedelta(hours=hours_ago)
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def a_walk(system: System, subject: str, *, ago: float = 3, **data: Any) -> dict[str, Any]:
    """The event of a walk of 4 km in an hour, with `data` over it."""
    assert system.partner is not None
    number = next(_numbers)
    told = {
        "startedAt": moment(ago),
        "endedAt": moment(ago - 1),
        "durationSeconds": 3_400,
        "distanceMetres": 4_000,
    }
    return {
        "specversion": "1.0",
        "id": f"walk-{number}",
        "source": system.partner.slug,
        "type": "laurel.activity.walk.v1",
        "subject": subject,
        "data": {**told, **data},
    }


def a_deletion(system: System, name: str) -> dict[str, Any]:
    """The event that what was told as `name` is deleted."""
    event = a_walk(system, "x")
    return {
        **{key: event[key] for key in ("specversion", "id", "source")},
        "type": "laurel.activity.deleted.v1",
        "data": {"activity": name},
    }


async def send(
    door: Door,
    system: System,
    said: object,
    *,
    media: str = BATCH,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """POST it with the system's key."""
    body = said if isinstance(said, bytes) else orjson.dumps(said)
    told = {**system.headers, "content-type": media, **(headers or {})}
    return await door.http.post(door.at(INTAKE), content=body, headers=told)


def at(text: str) -> datetime:
    """The time that an event wrote."""
    return datetime.fromisoformat(text)
