"""Resuming: what waits, what was laid aside or stopped, and how it goes on.

And labels that are held, released and dropped as a whole, by whoever ordered them.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from domain.push.ordering import ABOUT, CHANNEL
from domain.push.records import Dead, Stopped, Waiting
from infra import signals
from infra.db import Tx

WAITING = """
SELECT w.programme, o.template, count(*) AS waiting, count(*) FILTER (WHERE w.parked) AS parked,
       min(o.ordered_at) AS oldest
FROM push_waiting AS w JOIN push_order AS o ON o.programme = w.programme AND o.id = w.id
WHERE $1::int IS NULL OR w.programme = $1
GROUP BY w.programme, o.template ORDER BY w.programme, o.template LIMIT $2
"""
DEAD = """
SELECT d.programme, d.id, d.device, o.template, d.attempts, d.error, d.at
FROM push_dead AS d JOIN push_order AS o ON o.programme = d.programme AND o.id = d.id
WHERE $1::int IS NULL OR d.programme = $1 ORDER BY d.at DESC, d.id, d.device LIMIT $2
"""
STOPPED = """
SELECT programme, template, error, at FROM push_stopped
WHERE NOT held AND ($1::int IS NULL OR programme = $1)
ORDER BY at DESC, programme, template LIMIT $2
"""
# First, and in the order in which senders hold them; $3: only those that are parked.
KEEP = """
SELECT count(*) FROM (
    SELECT w.id FROM push_waiting AS w
    JOIN push_order AS o ON o.programme = w.programme AND o.id = w.id
    WHERE ($1::int IS NULL OR w.programme = $1) AND ($2::text IS NULL OR o.template = $2)
      AND (w.parked OR NOT $3)
    ORDER BY w.programme, w.id, w.device FOR UPDATE OF w
) AS held
"""
LIFT = """
DELETE FROM push_stopped
WHERE NOT held AND ($1::int IS NULL OR programme = $1) AND ($2::text IS NULL OR template = $2)
"""
# What has expired meanwhile stays among the dead.
REVIVE = """
WITH revived AS (
    DELETE FROM push_dead AS d USING push_order AS o
    WHERE o.programme = d.programme AND o.id = d.id AND o.expires_at > $3
      AND ($1::int IS NULL OR d.programme = $1) AND ($2::text IS NULL OR o.template = $2)
    RETURNING d.programme, d.id, d.device, d.lane, d.alone, o.template
)
INSERT INTO push_waiting (programme, id, device, lane, due_at, parked, alone)
SELECT r.programme, r.id, r.device, r.lane, $3, EXISTS (
           SELECT FROM push_stopped AS s WHERE s.programme = r.programme
              AND s.template = r.template AND s.held), r.alone
FROM revived AS r ON CONFLICT DO NOTHING
"""
UNPARK = """
UPDATE push_waiting AS w SET parked = false FROM push_order AS o
WHERE w.parked AND o.programme = w.programme AND o.id = w.id
  AND ($1::int IS NULL OR w.programme = $1) AND ($2::text IS NULL OR o.template = $2)
  AND NOT EXISTS (SELECT FROM push_stopped AS s
                   WHERE s.programme = o.programme AND s.template = o.template)
"""
HOLD = """
INSERT INTO push_stopped (programme, template, held, at) VALUES ($1, $2, true, $3)
ON CONFLICT (programme, template) DO UPDATE SET held = true
"""
# They keep the time that they were due at.
PARK = """
UPDATE push_waiting AS w SET parked = true FROM push_order AS o
WHERE w.programme = $1 AND NOT w.parked AND o.programme = w.programme AND o.id = w.id
  AND o.template = $2
"""
RELEASE = "DELETE FROM push_stopped WHERE programme = $1 AND template = $2"
DROP = """
DELETE FROM push_waiting AS w USING push_order AS o
WHERE w.programme = $1 AND o.programme = w.programme AND o.id = w.id AND o.template = $2
"""


async def waiting(*, programme: int | None = None, limit: int = 100, tx: Tx) -> Sequence[Waiting]:
    """What waits to be sent, by programme and template."""
    return [Waiting(**row) for row in await tx.rows(WAITING, programme, limit)]


async def dead(*, programme: int | None = None, limit: int = 100, tx: Tx) -> Sequence[Dead]:
    """What was laid aside, newest first."""
    return [Dead(**row) for row in await tx.rows(DEAD, programme, limit)]


async def stopped(*, programme: int | None = None, limit: int = 100, tx: Tx) -> Sequence[Stopped]:
    """The templates that are stopped, newest first."""
    return [Stopped(**row) for row in await tx.rows(STOPPED, programme, limit)]


async def resume(
    *, programme: int | None = None, template: str | None = None, at: datetime, tx: Tx
) -> int:
    """Send again what was stopped and laid aside: of one programme, of one template, or all; how
    many pushes wait again. A template that is still bad is stopped by its first message."""
    await tx.value(KEEP, programme, template, True)
    await tx.run(LIFT, programme, template)
    revived = await tx.run(REVIVE, programme, template, at)
    revived += await tx.run(UNPARK, programme, template)
    if revived:
        tx.after_commit(partial(signals.wake, CHANNEL, list(ABOUT.values())))
    return revived


async def hold(label: str, *, programme: int, at: datetime, tx: Tx) -> None:
    """Send nothing of this label until it is released, of what will be ordered neither."""
    await tx.value(KEEP, programme, label, False)
    await tx.run(HOLD, programme, label, at)
    await tx.run(PARK, programme, label)


async def release(label: str, *, programme: int, tx: Tx) -> None:
    """Send again what was held of this label, and what will be ordered."""
    await tx.value(KEEP, programme, label, True)
    await tx.run(RELEASE, programme, label)
    if await tx.run(UNPARK, programme, label):
        tx.after_commit(partial(signals.wake, CHANNEL, list(ABOUT.values())))


async def drop(label: str, *, programme: int, tx: Tx) -> int:
    """Never send what still waits of this label; how many pushes that were."""
    await tx.value(KEEP, programme, label, False)
    await tx.run(RELEASE, programme, label)
    return await tx.run(DROP, programme, label)
