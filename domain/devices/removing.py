"""Remove devices: by their owner, by support, with the sign-in they came with, or by the clock.

A device that goes takes its token along: it proves nothing from the commit on, and the session
that it was is ended as any other, so that open conversations hear of it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from domain import members
from domain.devices import believing
from domain.devices.errors import NoSuchDevice
from domain.devices.records import KEPT, session_of
from domain.members import Left, Member, State
from infra.db import Row, Tx
from infra.outbox import Delivery

FORGET_BATCH = 1_000

REMOVE = """
DELETE FROM device WHERE programme = $1 AND member = $2 AND id = $3 RETURNING id, hash
"""
# The token of a watch is a session too: it may sign itself out.
REMOVE_SESSION = """
DELETE FROM device
WHERE programme = $1 AND member = $2
  AND (session = $3 AND token IS NULL OR token IS NOT NULL AND 'device:' || id = $3)
RETURNING id, hash
"""
# Whoever has approved a watch that has not come for its token yet has not done so any more.
REMOVE_ALL = """
WITH taken_back AS (
    UPDATE device_code SET state = 'REFUSED'
    WHERE programme = $1 AND member = ANY($2::uuid[]) AND state = 'APPROVED'
)
DELETE FROM device WHERE programme = $1 AND member = ANY($2::uuid[]) RETURNING id, hash
"""
FORGET = """
DELETE FROM device WHERE (programme, id) IN (
    SELECT programme, id FROM device WHERE seen_at < $1 ORDER BY seen_at LIMIT $2
    FOR UPDATE SKIP LOCKED
) RETURNING id, hash
"""


async def remove(id: UUID, *, member: Member, at: datetime, tx: Tx) -> None:
    """The device is none of the member's any more, and its token proves nothing. Raises
    NoSuchDevice, for that of somebody else too."""
    row = await tx.row(REMOVE, member.programme, member.id, id)
    if row is None:
        raise NoSuchDevice("there is no such device")
    await _disown([row], member, at, tx)


async def sign_out(member: Member, *, session: str | None = None, at: datetime, tx: Tx) -> None:
    """End one session of the member, or, with None, every one, and remove the devices that came
    with it. A watch has a session of its own, which outlives that of the phone that approved it.

    Refuses: members.BadSession.
    """
    await members.sign_out(member, session=session, at=at, tx=tx)
    if session is None:
        rows = await tx.rows(REMOVE_ALL, member.programme, [member.id])
    else:
        rows = await tx.rows(REMOVE_SESSION, member.programme, member.id, session)
    distrust(rows, tx)


async def part(deliveries: Sequence[Delivery[Left]], tx: Tx) -> None:
    """Remove the devices of those who left and have not come back since."""
    for programme in sorted({delivery.event.programme for delivery in deliveries}):
        left = {d.event.subject for d in deliveries if d.event.programme == programme}
        known = await members.lock(left, programme=programme, tx=tx)
        gone = [one.id for one in known.values() if one.state is State.LEFT]
        await drop(gone, programme=programme, tx=tx)


async def drop(owners: Collection[UUID], *, programme: int, tx: Tx) -> None:
    """Remove all devices of members who are gone: nobody asks with their tokens any more."""
    distrust(await tx.rows(REMOVE_ALL, programme, list(owners)), tx)


async def forget_silent(at: datetime, tx: Tx) -> int:
    """Remove a bounded number of devices that were silent for 270 days; how many."""
    rows = await tx.rows(FORGET, at - KEPT, FORGET_BATCH)
    distrust(rows, tx)
    return len(rows)


def distrust(rows: Sequence[Row], tx: Tx) -> None:
    """What was noted of the tokens of these devices, `hash`, is believed no longer once `tx` has
    committed: it is looked up."""
    hashes = [bytes(row["hash"]) for row in rows if row["hash"] is not None]
    if hashes:
        tx.after_commit(lambda: believing.disbelieve(hashes))


async def _disown(rows: Sequence[Row], member: Member, at: datetime, tx: Tx) -> None:
    for row in rows:
        if row["hash"] is not None:
            await members.sign_out(member, session=session_of(row["id"]), at=at, tx=tx)
    distrust(rows, tx)
