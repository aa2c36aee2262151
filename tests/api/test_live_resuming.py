"""Taken up again anywhere, at any server: nothing is missed and nothing comes twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from domain.leaderboards import Board
from tests.api.test_live import OwnValkey
from tests.support import client, topics
from tests.support.client import Door, Person, line
from tests.support.servers import Postgres
from tests.support.topics import TOPICS, Topic, board_id, give, race, step, tell

SEEDS = [1]
EVENTS = 30


@dataclass
class Servers:
    """Two servers over one database, with the Valkey between them."""

    one: Door
    other: Door
    valkey: OwnValkey


@pytest.fixture(scope="module")
async def servers(
    postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Servers]:
    url, folder = await postgres.copy(), tmp_path_factory.mktemp("servers")
    valkey = OwnValkey()
    valkey.start()
    told: dict[str, Any] = {"database_url": url, "valkey_url": valkey.url, "folder": Path(folder)}
    try:
        async with client.door(**told) as one, client.door(**told) as other:
            other.programmes = one.programmes
            yield Servers(one, other, valkey)
    finally:
        valkey.kill()


async def pieces(
    servers: Servers, person: Person, topic: Topic, ground: Any, chance: random.Random, last: Any
) -> list[Any]:
    """All that is told, in pieces: cut at random and taken up at one of the servers, from the
    last place that was heard, until `last` says that it is all."""
    found: list[Any] = []
    cursor = None
    while not (found and last(found)):
        door = chance.choice((servers.one, servers.other))
        async with line(door, person) as opened:
            await opened.watch(topic.document, after=cursor, **ground)
            for _ in range(chance.randint(1, 6)):
                event = (await opened.event(20))[topic.field]
                found.append(event)
                cursor = event["cursor"]
                if last(found):
                    break
            opened.socket.transport.abort()
    return found


async def meanwhile(work: Any, heard: Any) -> Any:
    """What is heard while something happens."""
    listening = asyncio.create_task(heard)
    await asyncio.sleep(0.3)
    await work
    async with asyncio.timeout(60):
        return await listening


@pytest.mark.parametrize("seed", SEEDS)
async def test_given_points_when_cut_anywhere_then_each_entry_comes_once_and_in_order(
    servers: Servers, seed: int
) -> None:
    chance, ada = random.Random(seed), await servers.one.member()

    async def pay() -> None:
        for n in range(1, EVENTS + 1):
            await give(chance.choice((servers.one, servers.other)), ada, n)

    def is_all(found: list[Any]) -> bool:
        return bool(found[-1]["points"]["available"] == EVENTS * (EVENTS + 1) // 2) and (
            [one for one in found if one["entry"]][-1]["entry"]["amount"] == EVENTS
        )

    told = await meanwhile(pay(), pieces(servers, ada, TOPICS["points"], {}, chance, is_all))

    entries = [one["entry"] for one in told if one["entry"]]
    assert [one["amount"] for one in entries] == list(range(1, EVENTS + 1))


@pytest.mark.parametrize("seed", SEEDS)
async def test_given_news_when_cut_anywhere_then_each_item_comes_once_and_in_order(
    servers: Servers, seed: int
) -> None:
    chance, ada = random.Random(seed), await servers.one.member()

    async def write() -> None:
        for _ in range(EVENTS):
            await tell(chance.choice((servers.one, servers.other)), ada)

    def is_all(found: list[Any]) -> bool:
        return any(one["item"] and one["item"]["number"] == EVENTS for one in found[-1:])

    told = await meanwhile(write(), pieces(servers, ada, TOPICS["inbox"], {}, chance, is_all))

    numbers = [one["item"]["number"] for one in told if one["item"]]
    assert numbers == list(range(1, EVENTS + 1))


@pytest.mark.parametrize("seed", SEEDS)
async def test_given_challenges_when_cut_anywhere_then_each_comes_to_its_newest_and_none_twice(
    servers: Servers, seed: int
) -> None:
    chance, ada = random.Random(seed), await servers.one.member()
    names = ["A", "B", "C"]
    for name in names:
        await topics.a_challenge(servers.one, ada, name=name)

    async def run() -> None:
        for _ in range(10):
            await step(chance.choice((servers.one, servers.other)), ada)

    def reached(found: list[Any]) -> dict[str, list[int]]:
        steps: dict[str, list[int]] = {name: [] for name in names}
        for one in found:
            if one["challenge"] and one["challenge"]["name"] in steps:
                (progress,) = one["participation"]["progress"]
                steps[one["challenge"]["name"]].append(progress["reached"])
        return steps

    def is_all(found: list[Any]) -> bool:
        return all(steps and steps[-1] == 10_000 for steps in reached(found).values())

    told = await meanwhile(run(), pieces(servers, ada, TOPICS["challenges"], {}, chance, is_all))

    for steps in reached(told).values():
        assert steps == sorted(set(steps))


@pytest.mark.parametrize("seed", SEEDS)
async def test_given_a_board_when_cut_anywhere_then_it_never_looks_the_same_twice_in_a_row(
    servers: Servers, seed: int
) -> None:
    chance, ada = random.Random(seed), await servers.one.member()
    board: Board = await topics.a_board(servers.one, ada)

    async def run() -> None:
        for _ in range(10):
            await race(chance.choice((servers.one, servers.other)), ada, distance_m=10)
            await asyncio.sleep(0.2)

    ground = {"board": board_id(board)}

    def is_all(found: list[Any]) -> bool:
        return bool(found[-1]["score"] == 100)

    told = await meanwhile(run(), pieces(servers, ada, TOPICS["boards"], ground, chance, is_all))

    scores = [one["score"] for one in told]
    assert scores == sorted(set(scores))


async def test_given_a_valkey_that_dies_and_returns_when_followed_then_nothing_is_missed(
    servers: Servers,
) -> None:
    ada = await servers.one.member()
    found: dict[str, list[Any]] = {name: [] for name in TOPICS}
    async with line(servers.other, ada) as opened:
        for name, topic in TOPICS.items():
            ground = await topic.ground(servers.one, ada)
            await opened.watch(topic.document, id=name, **ground)
        await _hear(opened, found, 1)
        servers.valkey.kill()
        await give(servers.one, ada, 1)
        await tell(servers.one, ada)
        await step(servers.one, ada)
        await race(servers.one, ada)
        await _hear(opened, found, 2)
        servers.valkey.start()
        await give(servers.one, ada, 1)
        await tell(servers.one, ada)
        await step(servers.one, ada)
        await race(servers.one, ada)
        await _hear(opened, found, 3)

    assert [one["points"]["available"] for one in found["points"]] == [0, 1, 2]
    assert [one["unread"] for one in found["inbox"]] == [0, 1, 2]
    assert [one["score"] for one in found["boards"]] == [0, 100, 200]
    assert found["challenges"][-1]["participation"]["progress"] == [{"reached": 2_000}]


async def _hear(opened: Any, found: dict[str, list[Any]], count: int) -> None:
    """Until each topic has told so many."""
    while min(map(len, found.values())) < count:
        message = await opened.hear(15)
        assert message["type"] == "next", message
        found[message["id"]].append(message["payload"]["data"][TOPICS[message["id"]].field])
