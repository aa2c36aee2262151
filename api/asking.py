"""Asking: what every operation has, whoever asks it: a time, a request id, one connection."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from api.cursors import Cursors
from api.faults import Fault
from infra import db
from infra.db import Tx


@dataclass(slots=True, kw_only=True)
class Asking:
    """One operation. `at` is fixed at arrival, so every verb in it sees the same time.

    denied -- why whoever asks is nobody, found out on the way: then that is the whole answer.
    Reads share one connection, taken when the first of them needs it and given back by `rest`:
    a mutation must not hold two. Fields that run side by side wait for each other.
    """

    at: datetime
    request_id: str
    cursors: Cursors
    denied: Fault | None = None
    _tx: Tx | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """The operation's connection, for one read after another. Not to be nested."""
        async with self._lock:
            if self._tx is None:
                self._tx = await self._stack.enter_async_context(self._opened())
            yield self._tx

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Tx]:
        """A transaction of its own, for a read that leaves a note. The operation's connection is
        given back before it, so that nobody holds two. Not to be nested."""
        async with self._lock:
            await self.rest()
            async with db.transaction() as tx:
                yield tx

    async def pause(self) -> None:
        """Give the connection back before waiting for somebody else than the database."""
        async with self._lock:
            await self.rest()

    async def rest(self) -> None:
        """Give the connection back, at the end or before a mutation opens its transaction."""
        self._tx = None
        await self._stack.aclose()

    def _opened(self) -> AbstractAsyncContextManager[Tx]:
        """A connection to read from."""
        return db.reading()
