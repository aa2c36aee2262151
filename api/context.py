"""Context: who is asking, when, and the one connection their reads share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import strawberry

from api.cursors import Cursors
from api.live import Hub
from api.loading import Loading
from domain import members
from domain.members import Member
from infra import db
from infra.db import Tx
from infra.identity import Identity


@dataclass(slots=True)
class Context:
    """One operation. `at` is fixed at arrival, so every verb in it sees the same time.

    Reads share one connection, taken when the first of them needs it and given back by `rest`:
    a mutation must not hold two. Fields that run side by side wait for each other.
    """

    identity: Identity
    at: datetime
    request_id: str
    cursors: Cursors
    hub: Hub
    _asker: Member | None = None
    _asked: bool = False
    _tx: Tx | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    _loading: Loading | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Tx]:
        """The operation's connection, for one read after another. Not to be nested."""
        async with self._lock:
            if self._tx is None:
                self._tx = await self._stack.enter_async_context(db.reading())
            yield self._tx

    async def asker(self) -> Member | None:
        """The member who asks; None for somebody who has not joined the programme."""
        if not self._asked:
            async with self.reading() as tx:
                await self.recognise(tx=tx)
        return self._asker

    async def recognise(self, *, tx: Tx) -> Member | None:
        """Like `asker`, in a transaction that is open anyway."""
        if not self._asked:
            who = self.identity
            try:
                self._asker = await members.identified(
                    who.programme, issuer=who.issuer, subject=who.subject, tx=tx
                )
            except members.NoSuchMember:
                self._asker = None
            self._asked = True
        return self._asker

    @property
    def loading(self) -> Loading:
        """What this operation loads in batches."""
        if self._loading is None:
            assert self._asker is not None, "only a member sees anything to load"
            self._loading = Loading(self._asker, self.reading)
        return self._loading

    async def rest(self) -> None:
        """Give the connection back, at the end or before a mutation opens its transaction."""
        self._tx = None
        await self._stack.aclose()

    def forget(self, *, asker: bool) -> None:
        """Read anew what a mutation has changed; `asker`: who asks may have changed, too."""
        self._loading = None
        if asker:
            self._asker, self._asked = None, False

    def renewed(self, *, at: datetime) -> "Context":
        """The same asker at a later time: for each event of a subscription."""
        again = Context(self.identity, at, self.request_id, self.cursors, self.hub)
        again._asker, again._asked = self._asker, self._asked
        return again


Info: TypeAlias = strawberry.Info[Context, None]
