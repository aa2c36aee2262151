"""Loops: how long the event loop was held up."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

TICK_SECONDS = 0.002


@dataclass
class Pause:
    """seconds on the clock, with what other processes took; busy_seconds of our own thread."""

    seconds: float = 0.0
    busy_seconds: float = 0.0


@asynccontextmanager
async def longest_pause() -> AsyncIterator[Pause]:
    """The longest time, in the block, that a task ready to run had to wait for the loop."""
    pause = Pause()

    async def watch() -> None:
        while True:
            before, busy_before = time.perf_counter(), time.thread_time()
            await asyncio.sleep(TICK_SECONDS)
            pause.seconds = max(pause.seconds, time.perf_counter() - before - TICK_SECONDS)
            pause.busy_seconds = max(pause.busy_seconds, time.thread_time() - busy_before)

    watcher = asyncio.ensure_future(watch())
    try:
        yield pause
    finally:
        watcher.cancel()
