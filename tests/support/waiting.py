"""Waiting: for something that another process or task brings about."""

import asyncio
from collections.abc import Awaitable, Callable

TICK_SECONDS = 0.005


async def until(true: Callable[[], Awaitable[bool]], *, seconds: float = 20.0) -> None:
    """Look again and again until `true` says so; TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            if await true():
                return
            await asyncio.sleep(TICK_SECONDS)
