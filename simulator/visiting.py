"""Visiting: members and partners as clients of a running API, a few each second.

Everything goes over HTTP with tokens and keys of its own, as from phones and partners' servers: a
look at the points, a present for a friend, sport that has just ended. Nobody does two things at
once, so what is told stays believable however fast time is filled.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import httpx
import orjson

from domain.activities import Type
from infra import clock, ids

LOOK = (
    "query Look { viewer { points { available pending } statement(first: 3) { nodes { text } } } }"
)
FRIENDS = "query Friends { viewer { friends(first: 20) { nodes { id } } } }"
GIVE = """
mutation Give($friend: ID!, $points: Points!, $key: ID!) {
  sendPoints(input: {friendId: $friend, points: $points}) @idempotent(key: $key) {
    __typename ... on UserError { code }
  }
}
"""
AT_ONCE_MAX = 16
ANSWER_SECONDS = 10.0
LOOKS, GIFTS = 0.55, 0.12  # shares; the rest is sport
POINTS = (1, 10)
# (minutes, metres a second) of what is told.
SPORTS: dict[Type, tuple[tuple[int, int], float]] = {
    Type.RUN: ((20, 50), 2.8),
    Type.RIDE: ((25, 90), 6.0),
    Type.WALK: ((20, 60), 1.35),
    Type.SWIM: ((20, 45), 0.75),
    Type.STRENGTH: ((30, 60), 0.0),
}


class Done(StrEnum):
    """What came of one visit."""

    LOOKED = "looked"
    GAVE = "gave"
    MOVED = "moved"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(slots=True)
class Visitor:
    """One member's phone.

    token  -- called for a bearer token each time.
    ref    -- what the partner calls the member.
    key    -- the API key of the partner who tells of the member's sport.
    source -- that partner's slug.
    weight -- how often they come, against the others.
    free_at -- until then they are still doing what was told last.
    """

    token: Callable[[], str]
    ref: str
    key: str
    source: str
    sport: Type
    weight: float
    free_at: datetime


async def visit(
    url: str,
    visitors: Sequence[Visitor],
    *,
    rate: float,
    dice: random.Random,
    told: Callable[[Counter[Done]], None],
) -> None:
    """Let visitors come at random, `rate` a second on average, until cancelled.

    told -- called after each visit with how many there were of each kind.
    """
    tally: Counter[Done] = Counter()
    gate = asyncio.Semaphore(AT_ONCE_MAX)
    weights = [visitor.weight for visitor in visitors]
    limits = httpx.Limits(max_connections=AT_ONCE_MAX)
    async with (
        httpx.AsyncClient(
            base_url=url, timeout=ANSWER_SECONDS, limits=limits, trust_env=False
        ) as http,
        asyncio.TaskGroup() as group,
    ):

        async def come(visitor: Visitor) -> None:
            async with gate:
                tally[await _visit(http, visitor, dice)] += 1
                told(tally)

        while True:
            # The times between arrivals that do not know of each other are exponential.
            await asyncio.sleep(dice.expovariate(rate))
            if not gate.locked():
                group.create_task(come(dice.choices(visitors, weights)[0]))


async def _visit(http: httpx.AsyncClient, visitor: Visitor, dice: random.Random) -> Done:
    chance = dice.random()
    try:
        if chance < GIFTS:
            return await _give(http, visitor, dice)
        if chance < GIFTS + LOOKS:
            return await _look(http, visitor)
        return await _move(http, visitor, dice)
    except (httpx.TransportError, orjson.JSONDecodeError):
        return Done.FAILED


async def _look(http: httpx.AsyncClient, visitor: Visitor) -> Done:
    answer = await _ask(http, visitor, LOOK)
    return Done.LOOKED if answer else Done.FAILED


async def _give(http: httpx.AsyncClient, visitor: Visitor, dice: random.Random) -> Done:
    found = await _ask(http, visitor, FRIENDS)
    friends = found["viewer"]["friends"]["nodes"] if found and found["viewer"] else []
    if not friends:
        return await _look(http, visitor)
    asked = {
        "friend": dice.choice(friends)["id"],
        "points": dice.randint(*POINTS),
        "key": str(ids.new(clock.now())),
    }
    answer = await _ask(http, visitor, GIVE, **asked)
    if answer is None or answer["sendPoints"] is None:
        return Done.FAILED
    gave = answer["sendPoints"]["__typename"] == "SendPointsSuccess"
    return Done.GAVE if gave else Done.REFUSED


async def _move(http: httpx.AsyncClient, visitor: Visitor, dice: random.Random) -> Done:
    (shortest, longest), speed = SPORTS[visitor.sport]
    length = timedelta(minutes=dice.randint(shortest, longest))
    ended_at = clock.now()
    if ended_at - length < visitor.free_at:
        return await _look(http, visitor)
    visitor.free_at = ended_at
    seconds = int(length.total_seconds())
    event = {
        "specversion": "1.0",
        "id": str(ids.new(ended_at)),
        "source": visitor.source,
        "type": f"laurel.activity.{visitor.sport.value.lower()}.v1",
        "subject": visitor.ref,
        "data": {
            "startedAt": _plain(ended_at - length),
            "endedAt": _plain(ended_at),
            "durationSeconds": seconds,
            "recorder": "DEVICE",
        }
        | ({"distanceMetres": round(seconds * speed * dice.gauss(1, 0.08))} if speed else {}),
    }
    answer = await http.post(
        "/partner/activities",
        content=orjson.dumps([event]),
        headers={
            "authorization": f"Bearer {visitor.key}",
            "content-type": "application/cloudevents-batch+json",
        },
    )
    if not answer.is_success:
        return Done.FAILED
    taken = orjson.loads(answer.content)["items"][0]["status"].lower() == "accepted"
    return Done.MOVED if taken else Done.REFUSED


async def _ask(
    http: httpx.AsyncClient, visitor: Visitor, query: str, **variables: Any
) -> dict[str, Any] | None:
    """The `data` of an answer; None when there is none, or errors."""
    answer = await http.post(
        "/graphql",
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {visitor.token()}"},
    )
    told = orjson.loads(answer.content)
    return None if "errors" in told else told["data"]


def _plain(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
