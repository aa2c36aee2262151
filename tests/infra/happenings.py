"""Happenings: an event of the tests, and reactions that note, fail or wait as they are told."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from infra import db, outbox
from infra.db import Tx
from infra.outbox import Delivery, Event, Reaction

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
NOTES = "CREATE TABLE note (place serial, reaction text, subject uuid, number bigint, word text)"
NOTE = "INSERT INTO note (reaction, subject, number, word) VALUES ($1, $2, $3, $4)"
NOTED = "SELECT word FROM note WHERE reaction = $1 ORDER BY place"
NOTED_OF = "SELECT word FROM note WHERE reaction = $1 AND subject = $2 ORDER BY place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Event):
    """Something, for the tests; `word` tells it from the others."""

    word: str
    day: date = date(2026, 11, 2)
    other: UUID | None = None
    until: datetime | None = None


class Noting:
    """A reaction that notes each word; one in `broken` fails, one in `slow` waits for `leave`."""

    def __init__(self, name: str = "tests.note") -> None:
        self.broken: set[str] = set()
        self.slow: set[str] = set()
        self.entered, self.leave = asyncio.Event(), asyncio.Event()
        self.inside: Counter[UUID] = Counter()
        self.overlaps = 0
        self.rounds: list[list[UUID]] = []
        self.reaction = Reaction(name, (Happened,), self.note)

    async def note(self, deliveries: Sequence[Delivery[Happened]], tx: Tx) -> None:
        subjects = [delivery.event.subject for delivery in deliveries]
        self.rounds.append(subjects)
        self.overlaps += sum(self.inside[subject] for subject in subjects)
        self.inside.update(subjects)
        try:
            for delivery in deliveries:
                await self._note_one(delivery, tx)
        finally:
            self.inside.subtract(subjects)

    async def _note_one(self, delivery: Delivery[Happened], tx: Tx) -> None:
        event = delivery.event
        if event.word in self.broken:
            raise ValueError(f"cannot note {event.word}")
        if event.word in self.slow:
            self.entered.set()
            await self.leave.wait()
        await tx.run(NOTE, self.reaction.name, event.subject, delivery.number, event.word)

    async def noted(self, subject: UUID | None = None) -> list[str]:
        async with db.reading() as tx:
            if subject is None:
                rows = await tx.rows(NOTED, self.reaction.name)
            else:
                rows = await tx.rows(NOTED_OF, self.reaction.name, subject)
        return [row["word"] for row in rows]


def happened(subject: UUID, word: str, *, at: datetime = NOON) -> Happened:
    return Happened(programme=1, subject=subject, object=uuid4(), at=at, word=word)


async def registered(*reactions: Reaction) -> None:
    async with db.transaction() as tx:
        await outbox.register(reactions, only=True, tx=tx)


async def emitted(*events: Event) -> None:
    async with db.transaction() as tx:
        for event in events:
            outbox.emit(event, tx=tx)


async def drained(reaction: Reaction, *, at: datetime = NOON) -> int:
    total = 0
    while taken := await outbox.deliver(reaction, at=at):
        total += taken
    return total
