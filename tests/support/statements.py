"""Statements: what a running server asks its database, counted at its own connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from tortoise.connection import get_connection

from tests.support.client import Door


@asynccontextmanager
async def counted(door: Door) -> AsyncIterator[list[str]]:
    """Every statement of the server within the block, as it is sent."""
    sent: list[str] = []

    def note(record: Any) -> None:
        sent.append(record.query)

    async def listen(*, hear: bool) -> None:
        pool = get_connection("default")._pool
        # All at once, so that none is left that would be opened later.
        async with AsyncExitStack() as stack:
            for _ in range(pool.get_max_size()):
                connection = await stack.enter_async_context(pool.acquire())
                (connection.add_query_logger if hear else connection.remove_query_logger)(note)

    async def inside(*, hear: bool) -> None:
        await asyncio.create_task(listen(hear=hear), context=door.context.copy())

    await inside(hear=True)
    sent.clear()
    try:
        yield sent
    finally:
        await inside(hear=False)
