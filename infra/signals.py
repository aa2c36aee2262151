"""Signals: hints over Valkey that something was committed; losing one loses nothing.

Whoever waits for a hint also looks for itself from time to time, so Valkey may be away or
flushed at any moment. Nothing here is ever the only copy of anything.
"""

import asyncio
import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeAlias

import structlog
from redis import asyncio as valkey
from redis.exceptions import RedisError

EVENTS = "laurel:events"
PATIENCE_SECONDS = 0.5
RECONNECT_SECONDS = 1.0
CHECK_SECONDS = 15

Near: TypeAlias = Callable[[str, Collection[str]], None]

# What this process said itself: who is near has been told, and need not be told again.
_OURS = os.urandom(6).hex()
_near: defaultdict[str, list[Near]] = defaultdict(list)

_log = structlog.get_logger(__name__)
_away = (RedisError, OSError, TimeoutError)


class _Client:
    """One process's client, and until when it is not worth trying again."""

    def __init__(self, url: str) -> None:
        self.redis = valkey.Redis.from_url(
            url,
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            health_check_interval=CHECK_SECONDS,
        )
        self.asleep_until = 0.0


_open: list[_Client] = []


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[None]:
    """Keep a client for this process open for the length of the block; Valkey may be away."""
    client = _Client(url)
    _open.append(client)
    try:
        yield
    finally:
        _open.remove(client)
        await client.redis.aclose()


async def publish(channels: Iterable[str], payload: bytes = b"") -> None:
    """Tell whoever listens on `channels`; a Valkey that is away is noted and forgotten.

    While it is away, one call a second tries it and the others return at once, so that a
    request never waits for hints.
    """
    async with present() as client:
        if client is None:
            return
        async with client.pipeline(transaction=False) as pipe:
            for channel in channels:
                pipe.publish(channel, payload)
            await pipe.execute()


@asynccontextmanager
async def present() -> AsyncIterator[valkey.Redis | None]:
    """This process's client; None while Valkey is not worth trying.

    When it goes away within the block, that is noted and the block ends there.
    """
    if not _open or time.monotonic() < _open[-1].asleep_until:
        yield None
        return
    client = _open[-1]
    try:
        yield client.redis
    except _away as error:
        client.asleep_until = time.monotonic() + RECONNECT_SECONDS
        _log.warning("valkey.away", error=type(error).__name__)


async def wake(channel: str, about: Iterable[str] = ()) -> None:
    """Tell whoever works on `channel`, in this process at once and then elsewhere.

    about -- what there is to do, in single words; nothing said: anything.
    """
    words = tuple(about)
    for listener in tuple(_near[channel]):
        listener(channel, words)
    await publish([channel], " ".join((_OURS, *words)).encode())


@contextmanager
def near(channels: Iterable[str], listener: Near) -> Iterator[None]:
    """Call `listener` with the channel and its words at each `wake` of this process on one of
    them, for the length of the block."""
    listened = list(channels)
    for channel in listened:
        _near[channel].append(listener)
    try:
        yield
    finally:
        for channel in listened:
            _near[channel].remove(listener)


def about(payload: bytes) -> Sequence[str] | None:
    """The words of a `wake` that was heard; None: this process said it, and knows."""
    whose, *words = payload.decode(errors="replace").split(" ")
    return None if whose == _OURS else words


async def events_waiting(actions: Iterable[str] = ()) -> None:
    """Tell the workers that events of these actions were committed; of any, when none is said."""
    await wake(EVENTS, actions)


async def reachable() -> bool:
    """True when Valkey answers a ping."""
    if not _open:
        return False
    with suppress(*_away):
        return bool(await _open[-1].redis.ping())
    return False


async def hear(*patterns: str) -> AsyncIterator[tuple[str, bytes]]:
    """Every hint on channels that match `patterns`, for ever, reconnecting when Valkey returns.

    Yields ("", b"") after each (re)connection: hints may have been missed before it.
    """
    while True:
        with suppress(*_away):
            async with _open[-1].redis.pubsub(ignore_subscribe_messages=True) as listener:
                await listener.psubscribe(*patterns)
                yield "", b""
                while True:
                    _stop_if_cancelled()
                    message = await listener.get_message(timeout=RECONNECT_SECONDS)
                    if message is not None:
                        yield message["channel"].decode(), message["data"]
        _stop_if_cancelled()
        await asyncio.sleep(RECONNECT_SECONDS)


def _stop_if_cancelled() -> None:
    """Cancelled while it connects, the client may swallow that, and who listens would never end."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
