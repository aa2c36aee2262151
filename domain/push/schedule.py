"""What push does when the clock says so."""

from datetime import datetime, timedelta

from domain.push.crossing import Crossed, Fate, cross_out
from infra.db import Tx
from infra.jobs import Job

# An order that comes again is known for so long after its end.
KNOWN = timedelta(days=7)
SWEEP_MAX = 1_000

# What is not parked is found by whoever takes it.
EXPIRED = """
SELECT w.programme, w.id, w.device, o.label
FROM push_waiting AS w JOIN push_order AS o ON o.programme = w.programme AND o.id = w.id
WHERE w.parked AND o.expires_at <= $1 LIMIT $2 FOR UPDATE OF w SKIP LOCKED
"""
# Of a template that was resumed just while these were being ordered.
LEFT_LYING = """
UPDATE push_waiting AS w SET parked = false FROM (
    SELECT o.programme, o.id, o.device FROM push_waiting AS o
    JOIN push_order AS p ON p.programme = o.programme AND p.id = o.id
    WHERE o.parked AND NOT EXISTS (
        SELECT FROM push_stopped AS s WHERE s.programme = p.programme AND s.template = p.template)
    LIMIT $1 FOR UPDATE OF o SKIP LOCKED
) AS lying
WHERE w.programme = lying.programme AND w.id = lying.id AND w.device = lying.device
"""
FORGET = """
DELETE FROM push_order AS o USING (
    SELECT programme, id FROM push_order WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
    FOR UPDATE SKIP LOCKED
) AS old
WHERE o.programme = old.programme AND o.id = old.id
"""
LOUD = "DELETE FROM push_quiet WHERE until <= $1"


async def sweep(at: datetime, tx: Tx) -> int:
    """Cross out what expired while it was stopped, and send what no one stops any more; how
    many."""
    rows = await tx.rows(EXPIRED, at, SWEEP_MAX)
    keys = [(row["programme"], row["id"], row["device"]) for row in rows]
    crossed = [
        Crossed(key, row["label"], Fate.EXPIRED) for key, row in zip(keys, rows, strict=True)
    ]
    await cross_out(crossed, tx=tx)
    return len(rows) + await tx.run(LEFT_LYING, SWEEP_MAX)


async def forget(at: datetime, tx: Tx) -> int:
    """Know no more of orders that ended a week ago, nor of what became of them; how many."""
    await tx.run(LOUD, at)
    return await tx.run(FORGET, at - KNOWN, SWEEP_MAX)


JOBS = (
    Job("push.sweep", timedelta(minutes=1), sweep),
    Job("push.forget", timedelta(hours=1), forget),
)
