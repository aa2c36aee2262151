"""Planning: when each programme is trained next; whoever takes it has a lease until it is done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.programmes import Programme
from infra.db import Tx

# In the programme's own night, when hardly anybody waits for an answer.
HOUR = 3
LEASE = timedelta(hours=6)

EXPECT = """
INSERT INTO training (programme, due_at)
SELECT programme, due_at FROM unnest($1::int[], $2::timestamptz[]) AS p (programme, due_at)
ORDER BY programme ON CONFLICT DO NOTHING
"""
TAKE = """
UPDATE training SET leased_until = $2 WHERE programme = (
    SELECT programme FROM training
    WHERE due_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
    ORDER BY due_at, programme LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING programme
"""
ENDED = "UPDATE training SET due_at = $2, leased_until = NULL WHERE programme = $1"


async def expect(programmes: Sequence[Programme], *, at: datetime, tx: Tx) -> None:
    """Train each in its next night, where nothing is planned for it yet."""
    nights = [night_after(at, zone=each.zone) for each in programmes]
    await tx.run(EXPECT, [each.id for each in programmes], nights)


async def take_due(*, at: datetime, tx: Tx) -> int | None:
    """A programme whose night has come and that nobody is at; it is yours for six hours."""
    found: int | None = await tx.value(TAKE, at, at + LEASE)
    return found


async def ended(programme: Programme, *, at: datetime, tx: Tx) -> None:
    """Done for this night, whatever came of it."""
    await tx.run(ENDED, programme.id, night_after(at, zone=programme.zone))


def night_after(at: datetime, *, zone: str) -> datetime:
    """The next three o'clock in the morning there, as UTC."""
    local = at.astimezone(ZoneInfo(zone))
    night = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    later = night if night > local else night + timedelta(days=1)
    return later.astimezone(at.tzinfo)
