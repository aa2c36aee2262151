"""Receive files of readings, read them in a sandbox, and take readings that come without one."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from domain import members
from domain.activities import Proof
from domain.energy import examining
from domain.energy.errors import (
    BadMeter,
    BadReadings,
    EmptyFile,
    FileTooLarge,
    MeterTaken,
    SameFile,
    TooManyFiles,
)
from domain.energy.records import (
    EnergyFile,
    Fault,
    FileState,
    Interval,
    Reading,
    Settled,
    Unreadable,
)
from domain.energy.settling import settle
from domain.energy.slotting import slots_of
from domain.members import Member
from domain.programmes import plain
from infra import db, sandbox
from infra.db import Row, Tx
from infra.sandbox import Pool

SIZE_BYTES_MAX = 10 * 1024 * 1024
METER_CHARACTERS_MAX = 40
WAITING_MAX = 5
LEASE = timedelta(seconds=90)
ATTEMPTS_MAX = 3

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::uuid, 19))"
SAME = "SELECT id FROM energy_file WHERE programme = $1 AND sha256 = $2"
COUNT = """
SELECT count(*) FROM energy_file WHERE programme = $1 AND member = $2 AND state = 'WAITING'
"""
ADD = """
INSERT INTO energy_file (programme, id, member, meter, zone, sha256, content, received_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
LISTED = """
SELECT id, programme, member, state, fault, half_hours, received_at FROM energy_file
WHERE programme = $1 AND member = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4
"""
ONE = """
SELECT id, programme, member, state, fault, half_hours, received_at FROM energy_file
WHERE programme = $1 AND member = $2 AND id = $3
"""
CLAIM = """
WITH unread AS (
    SELECT programme, id FROM energy_file WHERE state = 'WAITING' AND leased_until <= $1
    ORDER BY leased_until, id LIMIT $2 FOR UPDATE SKIP LOCKED
)
UPDATE energy_file AS f SET attempts = f.attempts + 1, leased_until = $1 + $3::interval
FROM unread AS u WHERE f.programme = u.programme AND f.id = u.id
RETURNING f.programme, f.id, f.member, f.meter, f.zone, f.content, f.attempts
"""
HOLD = """
SELECT state FROM energy_file WHERE programme = $1 AND id = $2 FOR UPDATE
"""
DONE = """
UPDATE energy_file SET state = $3, fault = $4, half_hours = $5, content = NULL
WHERE programme = $1 AND id = $2
"""

_log = structlog.get_logger(__name__)


async def receive(
    member: Member, *, content: bytes, meter: str, id: UUID, at: datetime, tx: Tx
) -> EnergyFile:
    """Keep a file until a worker has read it.

    meter -- what the member calls the meter, for a file that does not name one.
    Refuses, in this order: EmptyFile, FileTooLarge, BadMeter, SameFile, TooManyFiles.
    """
    if not content:
        raise EmptyFile("the file is empty")
    if len(content) > SIZE_BYTES_MAX:
        raise FileTooLarge("the file has more than 10 MiB")
    name = plain(meter, longest=METER_CHARACTERS_MAX)
    if not name:
        raise BadMeter(f"a meter's name is 1 to {METER_CHARACTERS_MAX} characters")
    digest = hashlib.sha256(content).digest()
    await tx.run(LOCK, member.programme, member.id)
    if await tx.value(SAME, member.programme, digest) is not None:
        raise SameFile("this very file was sent before")
    if await tx.value(COUNT, member.programme, member.id) >= WAITING_MAX:
        raise TooManyFiles(f"{WAITING_MAX} files of yours wait to be read")
    kept = (member.programme, id, member.id, name, member.zone, digest, content, at)
    try:
        async with tx.savepoint():
            await tx.run(ADD, *kept)
    except db.UniqueViolation:
        raise SameFile("this very file was sent before") from None
    return EnergyFile(id, member.programme, member.id, FileState.WAITING, None, 0, at)


async def take(
    member: Member, *, meter: str, intervals: Sequence[Interval], at: datetime, tx: Tx
) -> Settled:
    """Take readings from a partner that vouches for them.

    Refuses, in this order: BadMeter, BadReadings, MeterTaken.
    """
    name = plain(meter, longest=METER_CHARACTERS_MAX)
    if not name:
        raise BadMeter(f"a meter's name is 1 to {METER_CHARACTERS_MAX} characters")
    try:
        slots = slots_of(intervals, now_s=int(at.timestamp()))
    except Unreadable as unreadable:
        raise BadReadings(unreadable.fault.value) from None
    return await settle(
        member, meter=name, slots=slots, zone=member.zone, proof=Proof.VERIFIED, at=at, tx=tx
    )


async def listed(
    member: Member, *, before: UUID | None, limit: int, tx: Tx
) -> Sequence[EnergyFile]:
    """The member's files, the last sent first, `limit` at most."""
    rows = await tx.rows(LISTED, member.programme, member.id, before, limit)
    return [_file(row) for row in rows]


async def find(member: Member, *, id: UUID, tx: Tx) -> EnergyFile | None:
    """The member's file of that id, or None."""
    row = await tx.row(ONE, member.programme, member.id, id)
    return None if row is None else _file(row)


async def read_waiting(
    pool: Pool, *, at: datetime, limit: int, task: str = examining.EXAMINE
) -> int:
    """Read at most `limit` waiting files and settle them; how many were taken.

    Leased in one transaction, read outside any, each settled in its own. One whose reader died
    waits for its lease to run out; after three times it is refused as TOO_SLOW.
    """
    async with db.transaction() as tx:
        taken = await tx.rows(CLAIM, at, min(limit, pool.size), LEASE)
    ends = await asyncio.gather(
        *(_read_one(row, pool, task, at=at) for row in taken), return_exceptions=True
    )
    for end in ends:
        if end is not None:
            raise end
    return len(taken)


async def _read_one(row: Row, pool: Pool, task: str, *, at: datetime) -> None:
    found = await _examined(row, pool, task, at=at)
    if found is None:
        return
    async with db.transaction() as tx:
        if await tx.value(HOLD, row["programme"], row["id"]) != FileState.WAITING:
            return
        fault, half_hours = found if isinstance(found, Fault) else None, 0
        if isinstance(found, Reading):
            try:
                half_hours = await _settled(row, found, at=at, tx=tx)
            except MeterTaken:
                fault = Fault.METER_TAKEN
        state = FileState.READ if fault is None else FileState.REFUSED
        await tx.run(DONE, row["programme"], row["id"], state, fault, half_hours)


async def _settled(row: Row, found: Reading, *, at: datetime, tx: Tx) -> int:
    member = await members.get(row["member"], programme=row["programme"], tx=tx)
    # A name that a member made up is theirs alone; a utility's is the meter's.
    name = f"{member.id}/{row['meter']}"
    if found.meter is not None:
        name = f"espi:{hashlib.sha256(found.meter.encode()).hexdigest()}"
    settled = await settle(
        member,
        meter=name,
        slots=found.slots,
        zone=row["zone"],
        # Nobody signed it: it is what the member says that the meter says.
        proof=Proof.CLAIMED,
        at=at,
        tx=tx,
    )
    return settled.half_hours


async def _examined(row: Row, pool: Pool, task: str, *, at: datetime) -> Reading | Fault | None:
    if row["attempts"] > ATTEMPTS_MAX:
        return Fault.TOO_SLOW
    try:
        asked = examining.request(row["content"], zone=row["zone"], at=at)
        return examining.answer_of(await pool.run(task, asked))
    except (sandbox.TimedOut, sandbox.OutOfMemory):
        return Fault.TOO_SLOW
    except (sandbox.Crashed, ValueError, LookupError) as error:
        _log.warning("energy.reader_crashed", file=str(row["id"]), error=str(error))
        return None


def _file(row: Row) -> EnergyFile:
    fault = None if row["fault"] is None else Fault(row["fault"])
    return EnergyFile(**{**row, "state": FileState(row["state"]), "fault": fault})
