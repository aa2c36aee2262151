"""Live subscriptions: what it costs to tell an event to many, and to keep them open.

    python -m bench.push_live [subscriptions]

A server in a process of its own, real WebSockets, and each event told to all of them: of one board
that all follow, and of each member's own points. The rival executes each event for each subscriber
(bench/push_live_rival.py). Both take turns: the same members, documents and events.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect

import domain
from api import globalids
from api.globalids import Kind
from bench import api_places
from bench.api_places import Place
from bench.api_serving import Child, free_port
from domain import leaderboards, ledger, members, programmes
from domain.leaderboards import Board, Measure, Scope, Span
from domain.members import Member
from infra import clock, db, ids, issuing, signals
from infra.settings import Settings
from tests.domain.leaderboards.boards import RECOUNTED, happen
from tests.support.facts import fact, new

SUBSCRIPTIONS = 2_000
ROUNDS = 5
SETTLE_SECONDS = 2.5
OPENED_AT_ONCE = 50
PATIENCE_SECONDS = 120.0
START_SECONDS = 300.0
SLUG = "live"
MEMORY_KIB_MAX, RATIO_MIN = 64.0, 5.0
SERVERS = {"ours": ("-m", "api"), "rival": ("-m", "bench.push_live_rival")}
BOARD = """subscription ($board: ID!) { boardMoved(boardId: $board) {
  place score reachedAt everybody ready lines { place score name own reachedAt } cursor } }"""
POINTS = """subscription { pointsChanged {
  points { available pending held } entry { number amount kind balanceAfter at text } cursor } }"""


@dataclass(frozen=True, slots=True)
class World:
    """Who listens, with their tokens, and the board that they follow."""

    people: Sequence[Member]
    tokens: Sequence[str]
    board: Board


@dataclass(frozen=True, slots=True)
class Cost:
    """What one server needed: to open one subscription, to hold it, and for one delivery."""

    open_us: float
    memory_kib: float
    delivery_us: float
    slowest_ms: float


async def measure(*, count: int = SUBSCRIPTIONS) -> dict[str, Any]:
    """The figures, by their names in the JSON line."""
    with api_places.place() as here:
        await api_places.migrated(here)
        environment = here.environment
        async with (
            db.database(here.url, domain.modules("models"), role="laurel_app"),
            signals.connection(environment["REDIS_URL"]),
        ):
            world = await _founded(count, here.folder)
            costs = {}
            for topic, (document, happens) in _topics(world).items():
                for name, command in SERVERS.items():
                    costs[topic, name] = await _cost(here, command, name, document, happens, world)
                    print(topic, name, costs[topic, name], flush=True)
    return _figures(costs, count)


def _figures(costs: dict[tuple[str, str], Cost], count: int) -> dict[str, Any]:
    told: dict[str, Any] = {"live_subscriptions": count}
    for (topic, name), cost in costs.items():
        told[f"live_{topic}_{name}_delivery_us"] = round(cost.delivery_us, 1)
        told[f"live_{topic}_{name}_memory_kib"] = round(cost.memory_kib, 1)
        told[f"live_{topic}_{name}_open_us"] = round(cost.open_us)
        told[f"live_{topic}_{name}_slowest_ms"] = round(cost.slowest_ms)
    for topic in ("board", "points"):
        ours, rival = costs[topic, "ours"], costs[topic, "rival"]
        told[f"live_{topic}_ratio"] = round(rival.delivery_us / ours.delivery_us, 1)
    largest = max(costs[topic, "ours"].memory_kib for topic in ("board", "points"))
    told["live_memory_kib"] = round(largest, 1)
    told["live_ok"] = largest <= MEMORY_KIB_MAX and told["live_board_ratio"] >= RATIO_MIN
    return told


async def _founded(count: int, folder: Path) -> World:
    at = clock.now()
    async with db.transaction() as tx:
        home = await programmes.found(
            SLUG, name="Live", unit="leaves", zone="Europe/Vienna", locale="en", at=at, tx=tx
        )
    people: list[Member] = []
    for begin in range(0, count, 50):
        async with db.transaction() as tx:
            for number in range(begin, min(begin + 50, count)):
                words = {"handle": f"runner{number}", "name": f"Runner {number}"}
                who = {"issuer": issuing.ISSUER, "subject": f"person-{number}"}
                there = {"locale": "en", "zone": "Europe/Vienna"}
                people.append(await members.join(home, **words, **who, **there, at=at, tx=tx))
    board = Board(
        ids.new(at), home.id, "Metres", Measure.DISTANCE, Span.ALL_TIME, Scope.PROGRAMME,
        home.zone, at,
    )  # fmt: skip
    async with db.transaction() as tx:
        made = await leaderboards.create(board, at=at, tx=tx)
        await tx.run(RECOUNTED, home.id)
        for place, one in enumerate(people[:10]):
            await leaderboards.show(one, pseudonym=f"Swift {place}", at=at, tx=tx)
        changes = [new(fact(one, started_at=at - timedelta(hours=2))) for one in people]
        await happen(*changes[:200], tx=tx)
    issuer = issuing.development_issuer(Settings(development_key=folder / "development.pem"))
    assert issuer is not None, "it is development"
    tokens = [issuer.mint(f"person-{n}", programme=SLUG, at=at) for n in range(count)]
    return World(people, tokens, made)


def _topics(world: World) -> dict[str, tuple[dict[str, Any], Callable[[], Awaitable[None]]]]:
    async def race() -> None:
        at = clock.now()
        first = fact(world.people[0], started_at=at - timedelta(hours=1), distance_m=1_000)
        async with db.transaction() as tx:
            await happen(new(first, at=at), tx=tx)

    async def pay() -> None:
        at: datetime = clock.now()
        items = [ledger.issue(5, account=one.account, id=ids.new(at)) for one in world.people]
        async with db.transaction() as tx:
            for begin in range(0, len(items), 500):
                some = items[begin : begin + 500]
                await ledger.post(some, book=world.people[0].book, at=at, tx=tx)

    board = globalids.of(Kind.BOARD, world.board.id)
    return {
        "board": ({"query": BOARD, "variables": {"board": board}}, race),
        "points": ({"query": POINTS}, pay),
    }


async def _cost(
    here: Place,
    command: Sequence[str],
    name: str,
    document: dict[str, Any],
    happens: Callable[[], Awaitable[None]],
    world: World,
) -> Cost:
    port = free_port()
    with here.child(name, *command, port=port) as server:
        await _served(server, port)
        async with AsyncExitStack() as stack:
            # One conversation first: what is made once is nobody's.
            await _open(stack, port, world.tokens[:OPENED_AT_ONCE], document)
            await asyncio.sleep(SETTLE_SECONDS)
            before, began = server.resident_mib(), server.processor_seconds()
            rest = world.tokens[OPENED_AT_ONCE:]
            sockets = await _open(stack, port, rest, document)
            opened = server.processor_seconds() - began
            await asyncio.sleep(SETTLE_SECONDS)
            memory = (server.resident_mib() - before) * 1024 / len(rest)
            spent, slowest = await _told(server, sockets, happens)
    return Cost(opened / len(rest) * 1e6, memory, spent * 1e6, slowest * 1e3)


async def _served(server: Child, port: int) -> None:
    """Wait until it listens, however busy the machine is."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            server.check()
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)


async def _told(
    server: Child, sockets: Sequence[ClientConnection], happens: Callable[[], Awaitable[None]]
) -> tuple[float, float]:
    """Processor seconds of the server for one delivery, what it does anyway left out; and from
    the commit until the last has heard, in the slowest round."""
    began, started = server.processor_seconds(), time.monotonic()
    await asyncio.sleep(SETTLE_SECONDS)
    idle = (server.processor_seconds() - began) / (time.monotonic() - started)
    spent = slowest = 0.0
    for _ in range(ROUNDS):
        began, started = server.processor_seconds(), time.monotonic()
        heard = [asyncio.create_task(socket.recv()) for socket in sockets]
        await happens()
        committed = time.monotonic()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*heard)
        slowest = max(slowest, time.monotonic() - committed)
        await asyncio.sleep(1.2)
        spent += server.processor_seconds() - began - idle * (time.monotonic() - started)
    return spent / (ROUNDS * len(sockets)), slowest


async def _open(
    stack: AsyncExitStack, port: int, tokens: Sequence[str], document: dict[str, Any]
) -> Sequence[ClientConnection]:
    found: list[ClientConnection] = []
    for begin in range(0, len(tokens), OPENED_AT_ONCE):
        some = tokens[begin : begin + OPENED_AT_ONCE]
        found += await asyncio.gather(*(_one(stack, port, token, document) for token in some))
    return found


async def _one(
    stack: AsyncExitStack, port: int, token: str, document: dict[str, Any]
) -> ClientConnection:
    """A subscription that has heard its first event."""
    socket = await stack.enter_async_context(
        connect(
            f"ws://127.0.0.1:{port}/graphql",
            subprotocols=["graphql-transport-ws"],
            additional_headers={"authorization": f"Bearer {token}"},
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=PATIENCE_SECONDS,
        )
    )
    said = {"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}}
    await socket.send(orjson.dumps(said).decode())
    await socket.recv()
    await socket.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": document}).decode())
    first = orjson.loads(await socket.recv())
    assert first["type"] == "next", first
    assert "errors" not in first["payload"], first
    return socket


def main() -> None:
    """Print the figures, one JSON line last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subscriptions", nargs="?", type=int, default=SUBSCRIPTIONS)
    asked = parser.parse_args()
    figures = asyncio.run(measure(count=asked.subscriptions))
    for name, figure in figures.items():
        print(f"{name:40} {figure}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
