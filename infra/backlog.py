"""Backlog: what waits to be delivered, what was given up, and how to run it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.db import Tx

WAITING = """
SELECT q.reaction, q.waiting, e.at AS oldest
FROM (
    SELECT reaction, count(*) AS waiting, min(number) AS first FROM event_queue GROUP BY reaction
) AS q
JOIN event_queue AS f ON f.reaction = q.reaction AND f.number = q.first
JOIN event AS e ON e.id = f.event
ORDER BY q.reaction
"""
DEAD_COUNT = "SELECT reaction, count(*) AS dead FROM event_dead GROUP BY reaction"
DEAD = """
SELECT d.number, d.reaction, d.subject, d.attempts, d.error, d.at, e.action, e.object
FROM event_dead AS d JOIN event AS e ON e.id = d.event
WHERE $1::text IS NULL OR d.reaction = $1 ORDER BY d.number LIMIT $2
"""
REVIVE = """
WITH revived AS (
    DELETE FROM event_dead
    WHERE ($1::text IS NULL OR reaction = $1) AND ($2::bigint IS NULL OR number = $2)
    RETURNING reaction, subject, number, event
)
INSERT INTO event_queue (reaction, subject, number, event)
SELECT reaction, subject, number, event FROM revived
ON CONFLICT DO NOTHING
"""
# What is dead is queued again too, so it must not be left to be revived a second time.
REPLAY = """
WITH again AS (
    SELECT s.reaction, e.subject, e.number, e.id
    FROM event AS e JOIN event_subscription AS s ON s.action = e.action
    WHERE s.reaction = $1 AND e.at >= $2
), buried AS (
    DELETE FROM event_dead AS d USING again AS a
    WHERE d.reaction = a.reaction AND d.number = a.number
)
INSERT INTO event_queue (reaction, subject, number, event)
SELECT reaction, subject, number, id FROM again
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of one reaction's queue is left; `oldest` is when its first event happened."""

    reaction: str
    waiting: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Dead:
    """A delivery that failed too often; it waits for an operator."""

    number: int
    reaction: str
    action: str
    subject: UUID
    object: UUID
    attempts: int
    error: str
    at: datetime


async def waiting(*, tx: Tx) -> Sequence[Waiting]:
    """What is queued, by reaction."""
    return [Waiting(**row) for row in await tx.rows(WAITING)]


async def dead_by_reaction(*, tx: Tx) -> dict[str, int]:
    """How many deliveries each reaction has given up."""
    return {row["reaction"]: row["dead"] for row in await tx.rows(DEAD_COUNT)}


async def dead(*, reaction: str | None = None, limit: int = 100, tx: Tx) -> Sequence[Dead]:
    """The deliveries that were given up, oldest first."""
    return [Dead(**row) for row in await tx.rows(DEAD, reaction, limit)]


async def revive(*, reaction: str | None = None, number: int | None = None, tx: Tx) -> int:
    """Queue dead deliveries again: those of one reaction, of one event, or all; how many."""
    return await tx.run(REVIVE, reaction, number)


async def replay(reaction: str, *, since: datetime, tx: Tx) -> int:
    """Queue every event since then for `reaction` again; how many. Rebuilds what it derives."""
    return await tx.run(REPLAY, reaction, since)
