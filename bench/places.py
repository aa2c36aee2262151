"""Places: several databases open in one process, so that contestants can take turns.

The app has one pool a process, kept in a context variable. A place is a context with a pool of
its own; whatever must see that pool runs in a task of that context.
"""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from tortoise.context import TortoiseContext

from bench.rival_tortoise import CONNECTION
from domain import ledger
from infra import db
from tests.support import apart

T = TypeVar("T")


@dataclass(slots=True)
class Place:
    """Where one database's pool is seen; `poster` is its coalescer."""

    context: contextvars.Context
    poster: ledger.Coalescer | None = None

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` where this place's pool is."""
        return await asyncio.create_task(work, context=self.context)


@asynccontextmanager
async def ours(url: str, *, pool: int) -> AsyncIterator[Place]:
    """The app's pool, as the app's role, and its coalescer."""
    async with _kept(_open_ours, url, pool) as place:
        yield place


@asynccontextmanager
async def tortoise(url: str, *, pool: int) -> AsyncIterator[Place]:
    """A pool for the rival models."""
    async with _kept(_open_tortoise, url, pool) as place:
        yield place


async def _open_ours(stack: AsyncExitStack, url: str, pool: int, place: Place) -> None:
    await stack.enter_async_context(apart.database(url, pool=pool, name="bench"))
    place.poster = await stack.enter_async_context(ledger.coalescer())


async def _open_tortoise(stack: AsyncExitStack, url: str, pool: int, place: Place) -> None:
    found = db.configuration(url, {CONNECTION: ["bench.rival_tortoise"]}, pool=pool)
    found["connections"] = {CONNECTION: found["connections"]["default"]}
    found["apps"][CONNECTION]["default_connection"] = CONNECTION
    context = await stack.enter_async_context(TortoiseContext())
    await context.init(config=found)


@asynccontextmanager
async def _kept(open_: Any, url: str, pool: int) -> AsyncIterator[Place]:
    """Opened and closed by one task, because what it opens belongs to the task's context."""
    place = Place(contextvars.copy_context())
    opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    closing = asyncio.Event()

    async def keep() -> None:
        async with AsyncExitStack() as stack:
            await open_(stack, url, pool, place)
            opened.set_result(None)
            await closing.wait()

    keeper = asyncio.create_task(keep(), context=place.context)
    await asyncio.wait({keeper, opened}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if opened.done():
            yield place
    finally:
        closing.set()
        await keeper
