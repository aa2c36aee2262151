"""Watching: a member's points as they change, over the same subscription that phones use."""

import asyncio

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from cli import telling
from cli.operating import mint
from cli.telling import USAGE, Stop
from cli.touring import address
from infra import issuing
from infra.settings import Settings

PROTOCOL = Subprotocol("graphql-transport-ws")
WATCH = (
    "subscription { pointsChanged { points { available pending held } "
    "entry { kind amount text at friend { handle } } cursor } }"
)


async def watch(settings: Settings, handle: str, *, slug: str, as_json: bool) -> None:
    """Print every change of a member's points until stopped. Raises Stop."""
    issuer = issuing.development_issuer(settings)
    if issuer is None:
        raise Stop("There is no development issuer here: run `laurel up` first.", code=USAGE)
    url = address(settings).replace("http", "ws", 1) + "/graphql"
    try:
        async with connect(url, subprotocols=[PROTOCOL], proxy=None) as line:
            await _open(line, mint(issuer, handle, slug=slug))
            async for message in line:
                _tell(orjson.loads(message), as_json=as_json)
    except (OSError, ConnectionClosed) as error:
        raise Stop(f"The API at {url} is not there, or hung up: {error}") from error
    except asyncio.CancelledError:
        telling.people.print("Stopped.")


async def _open(line: ClientConnection, token: str) -> None:
    payload = {"authorization": f"Bearer {token}"}
    await line.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
    await line.recv()
    subscribe = {"id": "1", "type": "subscribe", "payload": {"query": WATCH}}
    await line.send(orjson.dumps(subscribe).decode())


def _tell(message: dict[str, object], *, as_json: bool) -> None:
    match message:
        case {"type": "next", "payload": {"data": {"pointsChanged": dict() as change}}}:
            telling.as_json(change) if as_json else telling.answers.print(_sentence(change))
        case {"type": "error" | "next", "payload": refused}:
            raise Stop(f"The API refused: {orjson.dumps(refused).decode()}")


def _sentence(change: dict[str, dict[str, object]]) -> str:
    points, entry = change["points"], change["entry"]
    has = f"{points['available']} available, {points['held']} held, {points['pending']} pending"
    return f"{entry['amount']:+} {entry['kind']}: {entry['text']}  ({has})" if entry else has
