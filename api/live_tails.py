"""Tails: what one process knows of a log or a board that somebody follows here, read once for all
who do.

Nothing is buffered for a slow follower: each keeps only its place, and reads the database again
when it falls behind what the tail still has.
"""

import asyncio
from collections.abc import AsyncGenerator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from api.faults import Fault, FaultCode
from api.live_logs import Head, Item, Log, T
from api.live_sharing import Encodings, Sharing
from domain.members import Member
from infra import db
from infra.db import Tx

RECENT_MAX = 256

S = TypeVar("S")


class Tail(Protocol):
    """What the hub knows of a tail."""

    @property
    def channel(self) -> str:
        """Where its hints come."""
        ...

    def members(self) -> Sequence[Member]:
        """Who follows it."""
        ...

    def hinted(self) -> float | None:
        """In how many seconds it is to be read, now that there was a hint; None: it will be."""
        ...

    async def advance(self) -> None:
        """Read what is new, and wake those to whom it is."""
        ...

    def know(self, found: Mapping[UUID, Member | None]) -> None:
        """Take in who members are by now; None: they are none any more, and are told so. Who is
        not in it was not asked for yet."""
        ...


@dataclass(frozen=True, slots=True)
class Change(Generic[T, S]):
    """What a follower is told: what it has come to, and what happened.

    item   -- None when nothing did: the first thing told, or only `state` is another.
    number -- the follower's place, to go on from later.
    """

    state: S
    item: T | None
    number: int
    sharing: Sharing


def gone(message: str) -> Fault:
    """What ends a stream whose follower may follow it no more."""
    return Fault(FaultCode.GONE, message)


def parted() -> Fault:
    """What a follower is told who is no member any more."""
    return gone("You are not a member any more, or sign in as another.")


@dataclass(slots=True, eq=False)
class LogTail(Generic[T, S]):
    """The tail of one member's log.

    told   -- the number that followers were woken for.
    turn   -- counts the readings that found something, so that events can be told apart.
    recent -- the last items by key; nothing after `floor` is missing among them.
    over   -- why it ended for everybody.
    """

    log: Log[T, S]
    member: Member
    followers: int = 0
    number: int = 0
    told: int = 0
    turn: int = 0
    floor: int = 0
    head: Head | None = None
    state: S | None = None
    over: Fault | None = None
    recent: dict[Hashable, Item[T]] = field(default_factory=dict)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    kept: Encodings = field(default_factory=Encodings)

    @property
    def channel(self) -> str:
        """Where its hints come."""
        return self.log.channel(self.member)

    def members(self) -> Sequence[Member]:
        """The one whose log it is."""
        return (self.member,)

    def hinted(self) -> float | None:
        """At once."""
        return 0.0

    def know(self, found: Mapping[UUID, Member | None]) -> None:
        """End for all when the member is none any more."""
        now = found.get(self.member.id, self.member)
        if now is not None:
            self.member = now
        elif self.over is None:
            self.over = parted()
            self._wake()

    async def changes(self, *, after: int | None) -> AsyncGenerator[Change[T, S], None]:
        """Everything that happens, for ever, without gaps or repeats. Raises Fault.

        after -- the place to go on from; None starts now. The first comes at once: what was
        missed, or what there is.
        """
        async with self.lock:
            if self.head is None:
                await self._open()
            elif after is not None and after > self.number:
                # Another process told this follower more than the tail has heard of.
                await self._read()
        number = self.number if after is None else min(after, self.number)
        while True:
            changed, told = self.changed, False
            while items := await self._since(number):
                for item in items:
                    told, number = True, item.number
                    yield self._change(item.value, number)
            if self.over is not None:
                raise self.over
            if not told:
                yield self._change(None, number)
            await changed.wait()

    async def advance(self) -> None:
        """Read what is new; a tail that nobody has opened knows nothing to compare with."""
        async with self.lock:
            if self.head is not None:
                await self._read()

    async def _open(self) -> None:
        """Note where the log stands; everything after that is told."""
        async with db.reading() as tx:
            head = await self._head(tx)
            self.state = await self.log.state(self.member, tx)
        self.number = self.told = self.floor = head.number
        self.head = head

    async def _read(self) -> None:
        """Read what is new, items before the state: one read later can only know more."""
        async with db.reading() as tx:
            head = await self._head(tx)
            before = self.state
            while self.number < head.number:
                items = await self.log.after(self.member, self.number, tx)
                if not items:
                    break  # What there is by then is in the archive.
                for item in items:
                    self._keep(item)
                self.number = items[-1].number
            self.state = await self.log.state(self.member, tx)
        self.head = head
        # Against what was told, not what was read: a reading that failed half-way told nobody.
        if self.number != self.told or self.state != before:
            self._wake()

    async def _since(self, number: int) -> Sequence[Item[T]]:
        """What came after `number`, from memory when it reaches back that far."""
        if number >= self.number:
            return ()
        if number >= self.floor:
            return [item for item in self.recent.values() if item.number > number]
        async with db.reading() as tx:
            return await self.log.after(self.member, number, tx)

    async def _head(self, tx: Tx) -> Head:
        return (await self.log.heads([self.member], tx))[self.channel]

    def _keep(self, item: Item[T]) -> None:
        self.recent.pop(item.key, None)
        self.recent[item.key] = item
        if len(self.recent) > RECENT_MAX:
            self.floor = self.recent.pop(next(iter(self.recent))).number

    def _change(self, item: T | None, number: int) -> Change[T, S]:
        state: Any = self.state
        sharing = Sharing(self.kept, (item is None, number, self.turn))
        return Change(state, item, number, sharing)

    def _wake(self) -> None:
        self.told = self.number
        self.turn += 1
        self.changed.set()
        self.changed = asyncio.Event()
