"""GraphQL over SSE: the npm library graphql-sse follows members' points here."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from tests.support import client
from tests.support.client import Door
from tests.support.documents import WATCH
from tests.support.servers import Postgres
from tests.support.topics import give

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
FOLLOW = """
const { createClient } = require("graphql-sse");
const [url, token, query, count, variables] = process.argv.slice(1);
const client = createClient({ url, headers: { authorization: `Bearer ${token}` } });
const heard = [];
const done = (said) => { console.log(JSON.stringify(said)); client.dispose(); };
client.subscribe({ query, variables: JSON.parse(variables) }, {
  next: (event) => {
    heard.push(event);
    console.error("heard");
    if (heard.length === Number(count)) done(heard);
  },
  error: (error) => done({ failed: String(error) }),
  complete: () => { if (heard.length < Number(count)) done(heard); },
});
"""


@pytest.fixture(scope="module")
async def door(
    postgres: Postgres, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Door]:
    url, folder = await postgres.copy(), tmp_path_factory.mktemp("door")
    async with client.door(database_url=url, valkey_url=valkey_url, folder=folder) as opened:
        yield opened


async def followed(door: Door, token: str, query: str, count: int, **variables: str):
    """The library, running; `heard` waits for an event, `said` for what it made of them all."""
    return await asyncio.create_subprocess_exec(
        *(str(NODE), "-e", FOLLOW, door.url, token, query, str(count)),
        orjson.dumps(variables).decode(),
        cwd=HERE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_given_the_npm_client_when_points_come_then_it_hears_them_and_goes_on_from_there(
    door: Door,
) -> None:
    ada = await door.member(holding=1)
    async with asyncio.timeout(60):
        first = await followed(door, ada.token, WATCH, 2)
        await first.stderr.readline()
        await give(door, ada, 5)
        heard = orjson.loads((await first.communicate())[0])
        await give(door, ada, 7)
        cursor = heard[-1]["data"]["pointsChanged"]["cursor"]
        again = await followed(door, ada.token, WATCH, 1, after=cursor)
        missed = orjson.loads((await again.communicate())[0])

    assert [one["data"]["pointsChanged"]["points"]["available"] for one in heard] == [1, 6]
    assert missed[0]["data"]["pointsChanged"]["entry"]["amount"] == 7


async def test_given_the_npm_client_when_it_asks_what_cannot_run_then_it_hears_why(
    door: Door,
) -> None:
    ada = await door.member()
    async with asyncio.timeout(60):
        wrong = await followed(door, ada.token, "subscription { nope }", 9)
        query = await followed(door, ada.token, "{ viewer { name } }", 9)
        heard = [orjson.loads((await one.communicate())[0]) for one in (wrong, query)]

    assert heard[0][0]["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    assert heard[1] == [{"data": {"viewer": {"name": "Ada"}}}]
