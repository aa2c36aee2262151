"""Turning: loops that do what waits, sleep until something may wait again, and stop cleanly."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from infra import db, signals

POLL_SECONDS = 0.5
BACK_OFF_SECONDS_MAX = 15.0

_log = structlog.get_logger(__name__)


class Bell:
    """Wakes every loop at a hint, and tells them when to stop."""

    def __init__(self) -> None:
        self.closed = False
        self._loops: list[asyncio.Event] = []

    def listener(self) -> asyncio.Event:
        """An event of one loop, set at each hint; the loop clears it."""
        event = asyncio.Event()
        self._loops.append(event)
        return event

    def ring(self) -> None:
        """Wake every loop."""
        for event in self._loops:
            event.set()

    def close(self) -> None:
        """Let every loop end after what it is doing now."""
        self.closed = True
        self.ring()

    async def hear(self, *channels: str) -> None:
        """Ring at each hint on these channels of Valkey, for ever."""
        async for _ in signals.hear(*channels):
            self.ring()


async def keep_doing(
    name: str, work: Callable[[], Awaitable[int]], bell: Bell, *, poll_seconds: float = POLL_SECONDS
) -> None:
    """Call `work` until the bell is closed: again at once after it did something.

    work -- does one bounded piece and returns how much it did. While the database is away the
            calls become rarer; any other error is ours and ends the process.
    """
    wake, pause = bell.listener(), poll_seconds
    while not bell.closed:
        wake.clear()
        try:
            done = await work()
            pause = poll_seconds
        except db.Unavailable as error:
            _log.warning("database.away", loop=name, error=type(error).__name__)
            done, pause = 0, min(pause * 2, BACK_OFF_SECONDS_MAX)
        if not done and not bell.closed:
            await _sleep(pause, wake)


async def _sleep(seconds: float, wake: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
