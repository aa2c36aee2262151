"""Turning: loops that do what waits, sleep until something may wait again, and stop cleanly."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress

import structlog

from infra import db, signals

POLL_SECONDS = 0.5
BACK_OFF_SECONDS_MAX = 15.0

_log = structlog.get_logger(__name__)


class Bell:
    """Wakes the loops that a hint concerns, and tells them all when to stop."""

    def __init__(self) -> None:
        self.closed = False
        self._loops: list[tuple[frozenset[str] | None, asyncio.Event]] = []

    def listener(self, words: Collection[str] | None = None) -> asyncio.Event:
        """An event of one loop, set at each hint that says one of `words`; the loop clears it.

        words -- None: at each hint, whatever it says.
        """
        event = asyncio.Event()
        self._loops.append((None if words is None else frozenset(words), event))
        return event

    def ring(self, *words: str) -> None:
        """Wake every loop that listens to one of these words; every loop when none is said."""
        for listened, event in self._loops:
            if not words or listened is None or not listened.isdisjoint(words):
                event.set()

    def close(self) -> None:
        """Let every loop end after what it is doing now."""
        self.closed = True
        self.ring()

    async def hear(self, *channels: str) -> None:
        """Ring at each hint on these channels, from Valkey and from this process, for ever.

        The words are those of the hint, or the channel where it says none.
        """
        with signals.near(channels, self._told):
            async for channel, payload in signals.hear(*channels):
                words = signals.about(payload)
                if not channel:
                    self.ring()  # Connected again: who knows what was missed.
                elif words is not None:
                    self._told(channel, words)

    def _told(self, channel: str, words: Collection[str]) -> None:
        self.ring(*(words or (channel,)))


async def keep_doing(
    name: str,
    work: Callable[[], Awaitable[int]],
    bell: Bell,
    *,
    words: Collection[str] | None = None,
    poll_seconds: float = POLL_SECONDS,
) -> None:
    """Call `work` until the bell is closed: again at once after it did something.

    work -- does one bounded piece and returns how much it did. While the database is away the
            calls become rarer; what stood in another one's way is done again; any other error is
            ours and ends the process.
    words -- the hints that wake it; None: all.
    """
    wake, pause = bell.listener(words), poll_seconds
    while not bell.closed:
        wake.clear()
        try:
            done = await work()
            pause = poll_seconds
        except db.Unavailable as error:
            _log.warning("database.away", loop=name, error=type(error).__name__)
            done, pause = 0, min(pause * 2, BACK_OFF_SECONDS_MAX)
        except db.Contended as error:
            _log.warning("database.contended", loop=name, error=type(error).__name__)
            done = 0
        if not done and not bell.closed:
            await _sleep(pause, wake)


async def _sleep(seconds: float, wake: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wake.wait()
