"""The database away and back: requests fail typed, a retry with the same key works."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from infra import migrating
from tests.api.test_live import amounts, give
from tests.api.test_transferring import available, friend_id, key
from tests.support import client, own_server
from tests.support.client import Door, line
from tests.support.documents import POINTS, SEND, WATCH
from tests.support.own_server import OwnServer


@pytest.fixture
def server() -> Any:
    with own_server.own_server() as server:
        yield server


@pytest.fixture
async def lonely(server: OwnServer, valkey_url: str, tmp_path: Path) -> AsyncIterator[Door]:
    await migrating.migrate(server.url())
    async with client.door(
        database_url=server.url(), valkey_url=valkey_url, folder=tmp_path
    ) as door:
        yield door


async def test_given_a_database_that_dies_when_asked_then_it_fails_typed_and_a_retry_works(
    lonely: Door, server: OwnServer
) -> None:
    ada, bob = await lonely.friends(holding=100)
    said = {"friend": friend_id(bob), "points": 30, "key": key()}
    await lonely.ask(ada, SEND, **said)
    second = said | {"key": key()}

    server.kill()
    failed = [await lonely.answer(ada, SEND, **second) for _ in range(3)]
    failed.append(await lonely.answer(ada, POINTS))
    server.start()
    retried = [(await lonely.ask(ada, SEND, **each))["sendPoints"] for each in (said, second)]

    for answer in failed:
        (error,) = answer["errors"]
        assert error["extensions"]["code"] == "UNAVAILABLE"
        assert error["extensions"]["retryable"] is True
        assert [*answer["data"].values()] == [None]
    assert {one["__typename"] for one in retried} == {"SendPointsSuccess"}
    assert await available(lonely, ada) == 40


async def test_given_a_watcher_when_the_database_restarts_then_what_happens_later_still_arrives(
    lonely: Door, server: OwnServer
) -> None:
    ada = await lonely.member()
    async with line(lonely, ada) as opened:
        await opened.watch(WATCH)
        await opened.event()
        server.kill()
        await asyncio.sleep(2.5)
        server.start()
        await give(lonely, ada, 5)

        assert await amounts(opened, 1, seconds=10) == [5]


async def test_given_a_database_that_is_away_when_watching_begins_then_it_is_told_to_try_again(
    lonely: Door, server: OwnServer
) -> None:
    ada = await lonely.member()
    server.kill()
    async with line(lonely, ada) as opened:
        await opened.watch(WATCH)
        heard = await opened.hear()

    assert heard["type"] == "error"
    assert heard["payload"][0]["extensions"]["code"] == "UNAVAILABLE"
