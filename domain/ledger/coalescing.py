"""Coalesce: requests that arrive together are posted together, in one call and one commit.

There is no timer: while one batch is at the database the next one gathers, so a lone request
waits for nobody and a busy process makes large batches by itself. An answer is given only after
the commit. Each batch may be sent again whole, since every item is known by its id: after a
lost connection nobody has to guess whether the commit was made.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import structlog

from domain.ledger.items import Item
from domain.ledger.outcomes import Result
from domain.ledger.posting import POST, channel, columns, count, read, touched
from infra import clock, db, signals
from infra.db import Tx

BATCH_MAX = 256
QUEUE_MAX = 4096
LANES = 1
PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.1
# Deadlock, serialisation failure, lock not available: the batch was undone and may go again.
PASSING = frozenset({"40P01", "40001", "55P03"})
ATTEMPTS_MAX = 5
# A statement time-out: sending the halves would only wait twice.
CANCELLED = "57014"
# An operating system's error too: a local server that is away has no socket.
AWAY = (*db.Unavailable, OSError)

Answer: TypeAlias = asyncio.Future[Sequence[Result]]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Items that belong together, and the promise of their results."""

    book: int
    items: Sequence[Item]
    answer: Answer


class Coalescer:
    """One process's door to the ledger for postings that need nothing else in their transaction."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._books: dict[int, deque[Request]] = {}
        self._flying: set[UUID] = set()
        self._waiting = 0
        self._closing = False
        self._hushed = False
        self._work = asyncio.Event()
        self._space = asyncio.Event()
        self._hints: set[str] = set()
        self._hinted = asyncio.Event()

    async def post(self, item: Item, *, book: int) -> Result:
        """Post one item, at the moment of its batch; the result once it has committed."""
        if item.group is not None:
            return (await self.post_linked([item], book=book))[0]
        return (await self._ask([item], book))[0]

    async def post_linked(self, items: Sequence[Item], *, book: int) -> Sequence[Result]:
        """Post at most 256 items, all or none; their group becomes the id of the first."""
        assert 0 < len(items) <= BATCH_MAX, f"at most {BATCH_MAX} items can be linked"
        group = items[0].id
        return await self._ask([replace(item, group=group) for item in items], book)

    async def _ask(self, items: Sequence[Item], book: int) -> Sequence[Result]:
        while self._waiting >= QUEUE_MAX:
            self._space.clear()
            await self._space.wait()
        assert not self._closing, "a closed coalescer takes nothing more"
        request = Request(book, items, asyncio.get_running_loop().create_future())
        self._waiting += len(items)
        queue = self._books.get(book)
        if queue is None:
            queue = self._books[book] = deque()
        queue.append(request)
        self._work.set()
        return await request.answer

    # The books take turns. A request whose id is already on its way waits for the next batch.
    def _gather(self) -> list[Request]:
        for book in list(self._books):
            queue = self._books.pop(book)
            batch: list[Request] = []
            later: deque[Request] = deque()
            size = 0
            while queue and size + len(queue[0].items) <= BATCH_MAX:
                request = queue.popleft()
                if any(item.id in self._flying for item in request.items):
                    later.append(request)
                    continue
                self._flying.update(item.id for item in request.items)
                batch.append(request)
                size += len(request.items)
            later.extend(queue)
            if later:
                self._books[book] = later
            if batch:
                self._waiting -= size
                self._space.set()
                return batch
        return []

    async def run_lane(self) -> None:
        """Post batches until the coalescer is closed and empty; on a connection of its own."""
        clock = asyncio.get_running_loop().time
        batch: list[Request] = []
        away_since: float | None = None
        while True:
            try:
                # No transaction: the call is its own, so its answer means that it committed.
                async with db.reading() as tx:
                    while batch := batch or await self._next():
                        await self._post(batch, tx)
                        batch, away_since = self._land(batch), None
                    return
            except AWAY as error:
                away_since = away_since or clock()
                batch = batch or self._gather()
                _log.warning("ledger.batch.again", size=len(batch), error=type(error).__name__)
                if clock() - away_since > PATIENCE_SECONDS:
                    _fail(batch, error)
                    batch = self._land(batch)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _next(self) -> list[Request]:
        while True:
            if batch := self._gather():
                return batch
            if self._closing and not self._books:
                return []
            self._work.clear()
            await self._work.wait()

    def _land(self, batch: list[Request]) -> list[Request]:
        for request in batch:
            self._flying.difference_update([item.id for item in request.items])
        self._work.set()
        return []

    async def _post(self, batch: list[Request], tx: Tx, *, attempt: int = 1) -> None:
        book, items = batch[0].book, [item for request in batch for item in request.items]
        try:
            row = await tx.row(POST, book, self._now(), *columns(items))
        except Exception as error:
            # Whatever it is, it is the answer of those whose items caused it. The driver says
            # that it cannot encode a value by an error of both families.
            if isinstance(error, AWAY) and not isinstance(error, ValueError):
                raise
            await self._recover(batch, tx, error, attempt)
            return
        assert row is not None, "the function answers with one row"
        results = read(items, row)
        count(results)
        start = 0
        for request in batch:
            end = start + len(request.items)
            if not request.answer.done():
                request.answer.set_result(results[start:end])
            start = end
        accounts = await touched(items, results, book=book, tx=tx)
        self._hints.update(channel(book, account) for account in accounts if account > 0)
        self._hinted.set()

    # A batch fails as a whole for one item's sake: a value no column holds, or an id that
    # somebody else posted with other content at the same moment. The halves are posted apart,
    # so that only the one at fault suffers. An id alone is tried once more: by then the other
    # posting can be seen, and the answer is KEY_REUSED.
    async def _recover(self, batch: list[Request], tx: Tx, error: Exception, attempt: int) -> None:
        state = getattr(error, "sqlstate", None)
        if state in PASSING and attempt < ATTEMPTS_MAX:
            await asyncio.sleep(PAUSE_SECONDS * attempt)
            await self._post(batch, tx, attempt=attempt + 1)
        elif len(batch) > 1 and state != CANCELLED:
            half = len(batch) // 2
            await self._post(batch[:half], tx)
            await self._post(batch[half:], tx)
        elif isinstance(error, db.UniqueViolation) and attempt < ATTEMPTS_MAX:
            await self._post(batch, tx, attempt=ATTEMPTS_MAX)
        else:
            _fail(batch, error)

    async def publish(self) -> None:
        """Publish hints apart from the lanes, so that a slow Valkey delays no posting."""
        while not self._hushed:
            await self._hinted.wait()
            self._hinted.clear()
            hints, self._hints = self._hints, set()
            if hints:
                await signals.publish(hints)

    def drain(self) -> None:
        """Refuse new requests; the lanes end when every accepted one has its answer."""
        self._closing = True
        self._space.set()
        self._work.set()

    def hush(self) -> None:
        """Publish what is left and no more."""
        self._hushed = True
        self._hinted.set()


@asynccontextmanager
async def coalescer(
    *, lanes: int = LANES, now: Callable[[], datetime] = clock.now
) -> AsyncIterator[Coalescer]:
    """A coalescer for the length of the block, on `lanes` connections of the pool.

    now -- the time of a batch. The end of the block waits for what was accepted.
    """
    one = Coalescer(now)
    async with asyncio.TaskGroup() as group:
        publisher = group.create_task(one.publish())
        workers = [group.create_task(one.run_lane()) for _ in range(lanes)]
        try:
            yield one
        finally:
            one.drain()
            await asyncio.gather(*workers)
            one.hush()
            await publisher


def _fail(batch: list[Request], error: BaseException) -> None:
    for request in batch:
        if not request.answer.done():
            request.answer.set_exception(error)
