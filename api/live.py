"""Live: one tail per watched account, read once for all who follow it.

A hint over Valkey says that something was committed; what it was is read from the ledger by
sequence number, so a lost hint loses nothing: every two seconds one query for each book compares
all watched accounts with what was last told. Nothing is buffered for a slow follower: each one
keeps only its place, and reads the database again when it falls behind what the tail still has.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from api.lasting import for_ever
from domain import ledger, points
from domain.ledger import Balance, Entry
from domain.members import Member
from domain.points import Points
from infra import clock, db, signals
from infra.db import Tx

CHANNELS = "laurel:account:*"
POLL_SECONDS = 2.0
RECENT_MAX = 256
PAGE = 100
READERS = 2

Key: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What a follower is told: what the member has now, and the entry that changed it.

    entry -- None when no entry did: the first thing told, a hold, points promised.
    seq   -- the follower's place, to go on from later.
    """

    points: Points
    entry: Entry | None
    seq: int


@dataclass(slots=True, eq=False)
class Tail:
    """What is known of one watched account; `told` is the seq that followers were woken for."""

    member: Member
    followers: int = 0
    seq: int = 0
    told: int = 0
    balance: Balance | None = None
    points: Points | None = None
    recent: deque[Entry] = field(default_factory=lambda: deque(maxlen=RECENT_MAX))
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def key(self) -> Key:
        """Book and account."""
        return self.member.book, self.member.account

    def tell(self) -> None:
        """Wake every follower."""
        self.told = self.seq
        self.changed.set()
        self.changed = asyncio.Event()


class Hub:
    """All the tails of one process."""

    def __init__(self) -> None:
        self._tails: dict[Key, Tail] = {}
        self._waiting: asyncio.Queue[Key] = asyncio.Queue()
        self._queued: set[Key] = set()
        self._look = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["Hub"]:
        """A hub that listens for the length of the block."""
        hub = cls()
        async with asyncio.TaskGroup() as group:
            steps = [hub._listen, hub._poll, *[hub._read] * READERS]
            tasks = [group.create_task(for_ever(step)) for step in steps]
            try:
                yield hub
            finally:
                for task in tasks:
                    task.cancel()

    async def follow(self, member: Member, *, after: int | None) -> AsyncGenerator[Change, None]:
        """Everything that changes for the member, for ever, without gaps or repeats.

        after -- the place to go on from; None starts now. The first change comes at once: what
        was missed, or what the member has.
        """
        tail = self._tails.setdefault((member.book, member.account), Tail(member))
        tail.followers += 1
        try:
            async with tail.lock:
                if tail.points is None:
                    await _open(tail)
                elif after is not None and after > tail.seq:
                    # Another process told this follower more than the tail has heard of.
                    await _advance(tail)
            seq = tail.seq if after is None else min(after, tail.seq)
            while True:
                changed, told = tail.changed, False
                while entries := await _since(tail, seq):
                    for entry in entries:
                        told, seq = True, entry.seq
                        yield Change(_known(tail), entry, seq)
                if not told:
                    yield Change(_known(tail), None, seq)
                await changed.wait()
        finally:
            tail.followers -= 1
            if not tail.followers:
                del self._tails[tail.key]

    async def _listen(self) -> None:
        async for channel, _ in signals.hear(CHANNELS):
            if not channel:
                self._look.set()  # Connected again: who knows what was missed.
                continue
            book, _, account = channel.removeprefix(CHANNELS[:-1]).partition(":")
            if book.isdecimal() and account.isdecimal():
                self._queue((int(book), int(account)))

    async def _poll(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._look.wait()
        self._look.clear()
        accounts: defaultdict[int, list[int]] = defaultdict(list)
        for book, account in self._tails:
            accounts[book].append(account)
        for book, watched in accounts.items():
            async with db.reading() as tx:
                found = await ledger.balances(watched, book=book, tx=tx)
            self._compare(book, found)

    def _compare(self, book: int, found: Mapping[int, Balance]) -> None:
        for account, balance in found.items():
            tail = self._tails.get((book, account))
            if tail is not None and tail.balance not in (None, balance):
                self._queue(tail.key)

    def _queue(self, key: Key) -> None:
        if key in self._tails and key not in self._queued:
            self._queued.add(key)
            self._waiting.put_nowait(key)

    async def _read(self) -> None:
        key = await self._waiting.get()
        self._queued.discard(key)
        tail = self._tails.get(key)
        if tail is not None:
            async with tail.lock:
                if tail.points is not None:
                    await _advance(tail)


async def _open(tail: Tail) -> None:
    """Note where the account stands; everything after that is told."""
    async with db.reading() as tx:
        tail.balance = await _balance(tail, tx)
        tail.points = await points.summary(tail.member, at=clock.now(), tx=tx)
    tail.seq = tail.told = tail.balance.seq


async def _advance(tail: Tail) -> None:
    """Read what is new, entries before the sum: a sum read later can only know more."""
    async with db.reading() as tx:
        balance = await _balance(tail, tx)
        before = tail.points
        while entries := await _after(tail, tail.seq, tx):
            tail.recent.extend(entries)
            tail.seq = entries[-1].seq
        tail.points = await points.summary(tail.member, at=clock.now(), tx=tx)
    tail.balance = balance
    # Against what was told, not what was read: a reading that failed half-way told nobody.
    if tail.seq != tail.told or tail.points != before:
        tail.tell()


async def _since(tail: Tail, seq: int) -> Sequence[Entry]:
    """The next entries after `seq`, from memory when it reaches back that far."""
    if seq >= tail.seq:
        return ()
    if tail.recent and tail.recent[0].seq <= seq + 1:
        return [entry for entry in tail.recent if entry.seq > seq]
    async with db.reading() as tx:
        return await _after(tail, seq, tx)


async def _after(tail: Tail, seq: int, tx: Tx) -> Sequence[Entry]:
    book, account = tail.key
    return await ledger.entries_after(account, book=book, after_seq=seq, limit=PAGE, tx=tx)


async def _balance(tail: Tail, tx: Tx) -> Balance:
    book, account = tail.key
    return await ledger.balance(account, book=book, tx=tx)


def _known(tail: Tail) -> Points:
    assert tail.points is not None, "a tail is opened before it is followed"
    return tail.points
