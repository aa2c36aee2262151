"""Standard Webhooks: what the npm library signs is taken here, and what we sign is taken there."""

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest

from domain import partners
from domain.partners import Kind, Scope
from infra import clock
from tests.support import client
from tests.support.client import Door, Person, System
from tests.support.servers import Postgres
from tests.support.walks import INTAKE, STRUCTURED, a_walk

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
SIGN = """
const { Webhook } = require("standardwebhooks");
const [secret, id, seconds, body] = process.argv.slice(1);
console.log(new Webhook(secret).sign(id, new Date(Number(seconds) * 1000), body));
"""
VERIFY = """
const { Webhook } = require("standardwebhooks");
const [secret, id, seconds, signature, body] = process.argv.slice(1);
const headers = {
  "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature,
};
try { new Webhook(secret).verify(body, headers); console.log("verified"); }
catch (error) { console.log(error.message); }
"""


@pytest.fixture(scope="module")
async def door(
    postgres: Postgres, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Door]:
    url, folder = await postgres.copy(), tmp_path_factory.mktemp("door")
    async with client.door(database_url=url, valkey_url=valkey_url, folder=folder) as opened:
        yield opened


@pytest.fixture
async def mill(door: Door) -> System:
    return await door.partner(Scope.ACTIVITIES_WRITE)


async def a_secret(door: Door, system: System) -> str:
    async def make(tx) -> str:
        made = await partners.create_key(
            system.partner.id,
            programme=system.partner.programme,
            kind=Kind.SIGNING,
            scopes=[Scope.ACTIVITIES_WRITE],
            at=clock.now(),
            tx=tx,
        )
        return made.secret

    return await door.given(make)


async def node(program: str, *arguments: str) -> str:
    """What a Node program prints."""
    process = await asyncio.create_subprocess_exec(
        *(str(NODE), "-e", program, *arguments),
        cwd=HERE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, failed = await process.communicate()
    assert process.returncode == 0, failed.decode()
    return said.decode().strip()


async def post(door: Door, mill: System, body: str, **headers: str):
    named = {f"webhook-{name}": value for name, value in headers.items()}
    return await door.http.post(
        f"{door.at(INTAKE)}?partner={mill.partner.id}",
        content=body,
        headers={**named, "content-type": STRUCTURED},
    )


async def test_given_an_event_that_npm_signed_when_sent_then_it_is_taken_and_not_when_changed(
    door: Door, mill: System
) -> None:
    ada: Person = await door.member()
    secret = await a_secret(door, mill)
    body = orjson.dumps(a_walk(mill, ada.me.external_ref, device="Laufuhr für Ada")).decode()
    seconds = str(int(clock.now().timestamp()))
    signature = await node(SIGN, secret, "msg-1", seconds, body)

    sent = {"id": "msg-1", "timestamp": seconds, "signature": signature}
    good = await post(door, mill, body, **sent)
    changed = await post(door, mill, body.replace("4000", "9000"), **sent)
    renamed = await post(door, mill, body, **{**sent, "id": "msg-2"})

    assert good.json()["counts"]["accepted"] == 1
    assert (changed.status_code, renamed.status_code) == (401, 401)


async def test_given_a_message_that_we_signed_when_npm_verifies_it_then_it_does_and_not_changed(
    door: Door, mill: System
) -> None:
    secret, at, body = await a_secret(door, mill), clock.now(), '{"points": 30, "to": "Jürgen"}'
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    signature = partners.sign(body.encode(), id="msg-1", at=at, secret=raw)
    seconds = str(int(at.timestamp()))

    good = await node(VERIFY, secret, "msg-1", seconds, signature, body)
    changed = await node(VERIFY, secret, "msg-1", seconds, signature, body.replace("30", "31"))

    assert good == "verified"
    assert changed != "verified"
