"""A partner's batch becomes points, and its deletion takes exactly these back."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain import points
from domain.activities import Type
from domain.points import Measure
from infra import clock, outbox
from tests.support import client
from tests.support.client import Door, Person
from tests.support.servers import Postgres
from tests.support.walks import a_deletion, a_walk, send
from workers import gathering

POINTS = "{ viewer { points { available pending } } }"
MINE = "{ viewer { activities { nodes { state revision awards { points text } } } } }"


@pytest.fixture(scope="module")
async def door(
    postgres: Postgres, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Door]:
    url, folder = await postgres.copy(), tmp_path_factory.mktemp("door")
    async with client.door(database_url=url, valkey_url=valkey_url, folder=folder) as opened:
        await opened.given(lambda tx: outbox.register(gathering.reactions(), tx=tx))
        yield opened


async def react(door: Door) -> None:
    """What the workers do, until nothing is left to do."""

    async def run() -> None:
        while any([await outbox.deliver(one, at=clock.now()) for one in gathering.reactions()]):
            pass

    await asyncio.create_task(run(), context=door.context.copy())


async def available(door: Door, person: Person) -> int:
    return (await door.ask(person, POINTS))["viewer"]["points"]["available"]


async def test_given_a_batch_when_told_repeated_and_deleted_then_points_come_once_and_go(
    door: Door,
) -> None:
    home = await door.programme()
    await door.given(
        lambda tx: points.set_rule(
            home,
            activity=Type.WALK,
            measure=Measure.METRES,
            points=10,
            per=1_000,
            day_max=1_000,
            at=clock.now(),
            tx=tx,
        )
    )
    mill, ada = await door.partner(), await door.member()
    first, second = (a_walk(mill, ada.me.external_ref, ago=ago) for ago in (9, 3))

    await send(door, mill, [first, second])
    await react(door)
    told = await available(door, ada)
    await send(door, mill, [second, first])
    await react(door)
    repeated = await available(door, ada)
    await send(door, mill, [a_deletion(mill, first["id"])])
    await react(door)
    deleted = await available(door, ada)
    await send(door, mill, [a_deletion(mill, first["id"]), first])
    await react(door)

    assert (told, repeated, deleted) == (80, 80, 40)
    assert await available(door, ada) == 40
    nodes = (await door.ask(ada, MINE))["viewer"]["activities"]["nodes"]
    assert sorted((one["state"], one["revision"]) for one in nodes) == [
        ("COUNTED", 1),
        ("WITHDRAWN", 2),
    ]
