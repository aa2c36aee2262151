"""Live: one tail for each log or board that is followed here, read once for all who follow it.

A hint over Valkey says that something was committed; what it was is read from the database, by
number from a log and as a whole from a board. So a lost hint loses nothing: from time to time all
that is followed is compared with what was last told, and whether who follows may still do so.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any, TypeVar
from uuid import UUID

from api import live_boards
from api.lasting import for_ever
from api.live_boards import BoardTail, Seen
from api.live_logs import CHALLENGES, INBOX, POINTS, Log
from api.live_tails import Change, LogTail, Tail
from domain import leaderboards, members
from domain.members import Member
from infra import db, signals

PATTERNS = (POINTS.channels, INBOX.channels, CHALLENGES.channels, live_boards.CHANNELS)
POLL_SECONDS = 2.0
# Of how many members rights, and logs of one kind, are asked for at once.
ASKED_MAX = 5_000
BOARD_POLL_SECONDS = 5.0
RIGHTS_SECONDS = 3.0
READERS = 2

T = TypeVar("T")
S = TypeVar("S")


class Hub:
    """All the tails of one process."""

    def __init__(self) -> None:
        self._tails: dict[str, Tail] = {}
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        self._queued: set[str] = set()
        self._look = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["Hub"]:
        """A hub that listens for the length of the block."""
        hub = cls()
        async with asyncio.TaskGroup() as group:
            steps = [hub._listen, hub._poll, hub._know, *[hub._read] * READERS]
            tasks = [group.create_task(for_ever(step)) for step in steps]
            try:
                yield hub
            finally:
                for task in tasks:
                    task.cancel()

    async def follow(
        self, log: Log[T, S], member: Member, *, after: int | None
    ) -> AsyncGenerator[Change[T, S], None]:
        """Everything that happens in the member's log, for ever, without gaps or repeats.

        after -- the place to go on from; None starts now. The first change comes at once: what
        was missed, or what there is. Raises Fault when the member is none any more.
        """
        tail: Any = self._tails.setdefault(log.channel(member), LogTail(log, member))
        tail.followers += 1
        try:
            async with aclosing(tail.changes(after=after)) as changes:
                async for change in changes:
                    yield change
        finally:
            tail.followers -= 1
            if not tail.followers:
                del self._tails[tail.channel]

    async def look(
        self, board: UUID, member: Member, *, mark: bytes | None
    ) -> AsyncGenerator[Seen, None]:
        """How the board looks to the member, for ever: whenever it looks otherwise than before.

        mark -- of what they know; None: nothing, so the first look comes at once. Raises Fault
        when the board is there no more, or the member is none.
        """
        channel = leaderboards.channel(board, programme=member.programme)
        tail: Any = self._tails.setdefault(channel, BoardTail(board, member.programme))
        viewer = tail.come(member)
        try:
            if viewer.seen is None:
                self._queue(channel)
            async with aclosing(tail.sights(viewer, mark=mark)) as sights:
                async for seen in sights:
                    yield seen
        finally:
            tail.go(viewer)
            if not tail.viewers and self._tails.get(channel) is tail:
                del self._tails[channel]

    async def _listen(self) -> None:
        async for channel, _ in signals.hear(*PATTERNS):
            if channel:
                self._hint(channel)
            else:
                self._look.set()  # Connected again: who knows what was missed.

    async def _poll(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._look.wait()
        missed = self._look.is_set()
        self._look.clear()
        logs: defaultdict[str, list[LogTail[Any, Any]]] = defaultdict(list)
        due = asyncio.get_running_loop().time() - (0 if missed else BOARD_POLL_SECONDS)
        for tail in list(self._tails.values()):
            if isinstance(tail, LogTail):
                logs[tail.log.name].append(tail)
            elif isinstance(tail, BoardTail) and tail.read_at <= due:
                self._hint(tail.channel)
        for tails in logs.values():
            for some in _parts(tails):
                await self._compare(some)

    async def _compare(self, tails: Sequence[LogTail[Any, Any]]) -> None:
        async with db.reading() as tx:
            heads = await tails[0].log.heads([one.member for one in tails], tx)
        for tail in tails:
            if tail.head is not None and heads.get(tail.channel, tail.head) != tail.head:
                self._queue(tail.channel)

    async def _know(self) -> None:
        """Find out who is a member no more."""
        await asyncio.sleep(RIGHTS_SECONDS)
        programmes: defaultdict[int, dict[UUID, Member]] = defaultdict(dict)
        for tail in self._tails.values():
            for one in tail.members():
                programmes[one.programme][one.id] = one
        found: dict[UUID, Member | None] = {}
        for programme, people in programmes.items():
            for some in _parts(list(people)):
                async with db.reading() as tx:
                    known = await members.several(some, programme=programme, tx=tx)
                active = {id: one for id, one in known.items() if one.is_active}
                found.update({id: active.get(id) for id in some})
        for tail in list(self._tails.values()):
            tail.know(found)

    def _hint(self, channel: str) -> None:
        tail = self._tails.get(channel)
        delay_s = None if tail is None else tail.hinted()
        if delay_s:
            asyncio.get_running_loop().call_later(delay_s, self._queue, channel)
        elif delay_s is not None:
            self._queue(channel)

    def _queue(self, channel: str) -> None:
        if channel in self._tails and channel not in self._queued:
            self._queued.add(channel)
            self._waiting.put_nowait(channel)

    async def _read(self) -> None:
        channel = await self._waiting.get()
        self._queued.discard(channel)
        tail = self._tails.get(channel)
        if tail is not None:
            await tail.advance()


def _parts(several: Sequence[T]) -> Iterable[Sequence[T]]:
    return (several[n : n + ASKED_MAX] for n in range(0, len(several), ASKED_MAX))
