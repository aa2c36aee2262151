"""Loops: how much work of ours held the event loop up."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

TICK_SECONDS = 0.002


@dataclass
class Pause:
    """busy_seconds -- of our own thread; what other processes took is not in it."""

    busy_seconds: float = 0.0


@asynccontextmanager
async def longest_pause() -> AsyncIterator[Pause]:
    """The longest stretch of work, in the block, during which no other task could run.

    Without the garbage collector: how long it needs is a matter of all the tests that ran
    before, not of the code that is being watched.
    """
    pause = Pause()

    async def watch() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(TICK_SECONDS)
            pause.busy_seconds = max(pause.busy_seconds, time.thread_time() - before)

    gc.collect()
    gc.disable()
    watcher = asyncio.ensure_future(watch())
    try:
        yield pause
    finally:
        watcher.cancel()
        gc.enable()
