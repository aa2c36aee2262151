"""Endings: tells open conversations that their session was ended somewhere else.

A request is checked when it comes; a WebSocket came long ago. A hint over Valkey says that
sessions of somebody were ended; which ones, the database says. A lost hint costs seconds: all
open conversations are compared from time to time, and whenever Valkey is there again.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from api.lasting import for_ever
from domain import members
from domain.members import SignIn
from infra import db, signals
from infra.identity import Identity

CHANNELS = "laurel:signout:*"
POLL_SECONDS = 5.0


def sign_in_of(who: Identity) -> SignIn:
    """Where a token came from, as the members' own words."""
    since = who.authenticated_at or who.issued_at
    return SignIn(who.programme, who.issuer, who.subject, who.session, since)


@dataclass(slots=True, eq=False)
class Watched:
    """One conversation, until its session has ended."""

    sign_in: SignIn
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Endings:
    """The conversations of one process that want to know of their end."""

    def __init__(self) -> None:
        self._watched: defaultdict[str, set[Watched]] = defaultdict(set)
        self._hinted: set[str] = set()
        self._all = False
        self._look = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def running(cls) -> AsyncIterator["Endings"]:
        """Listens for the length of the block."""
        endings = cls()
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(for_ever(step)) for step in (endings._listen, endings._compare)
            ]
            try:
                yield endings
            finally:
                for task in tasks:
                    task.cancel()

    async def ended(self, who: Identity) -> None:
        """Return once the session of `who` has been ended; it may never be."""
        watched = Watched(sign_in_of(who))
        channel = members.channel(who.programme, issuer=who.issuer, subject=who.subject)
        self._watched[channel].add(watched)
        # It may have been ended before anybody listened for it.
        self._hint(channel)
        try:
            await watched.over.wait()
        finally:
            self._watched[channel].discard(watched)
            if not self._watched[channel]:
                del self._watched[channel]

    def _hint(self, channel: str) -> None:
        if channel in self._watched:
            self._hinted.add(channel)
            self._look.set()

    async def _listen(self) -> None:
        async for channel, _ in signals.hear(CHANNELS):
            if channel:
                self._hint(channel)
            else:
                self._all = True  # Connected again: who knows what was missed.
                self._look.set()

    async def _compare(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._look.wait()
        except TimeoutError:
            self._all = True
        self._look.clear()
        # What fails now is looked at again with all the others, when the time is up.
        hinted, everything = self._hinted, self._all
        self._hinted, self._all = set(), False
        looked = [
            one
            for channel in (list(self._watched) if everything else hinted)
            for one in self._watched.get(channel, ())
        ]
        for start in range(0, len(looked), members.SIGN_INS_MAX):
            await _tell(looked[start : start + members.SIGN_INS_MAX])


async def _tell(some: Sequence[Watched]) -> None:
    async with db.reading() as tx:
        ended = await members.signed_out([one.sign_in for one in some], tx=tx)
    for one, over in zip(some, ended, strict=True):
        if over:
            one.over.set()
