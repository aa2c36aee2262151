"""Find activities. Those of another member or programme do not exist."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.activities.errors import NoSuchActivity
from domain.activities.records import Activity, Format, Proof, State, Type
from domain.members import Member
from infra.db import Row, Tx

READ = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at,
       quantity, proof, source, external_id, revision, cell
FROM activity WHERE programme = $1 AND member = $2 AND id = ANY($3::uuid[])
"""
LISTED = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at,
       quantity, proof, source, external_id, revision, cell
FROM activity WHERE programme = $1 AND member = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""


async def get(id: UUID, *, member: Member, tx: Tx) -> Activity:
    """The member's activity. Raises NoSuchActivity."""
    found = await several([id], member=member, tx=tx)
    if id not in found:
        raise NoSuchActivity("there is no such activity")
    return found[id]


async def several(ids: Collection[UUID], *, member: Member, tx: Tx) -> Mapping[UUID, Activity]:
    """Those of `ids` that are the member's, by id."""
    rows = await tx.rows(READ, member.programme, member.id, list(ids))
    return {row["id"]: activity_of(row) for row in rows}


async def listed(member: Member, *, before: UUID | None, limit: int, tx: Tx) -> Sequence[Activity]:
    """The member's activities, the last sent first, `limit` at most.

    By id, which tells when the member decided to send it, however late it got through.
    before -- only those sent before this one; None begins with the newest.
    """
    rows = await tx.rows(LISTED, member.programme, member.id, before, limit)
    return [activity_of(row) for row in rows]


def activity_of(row: Row) -> Activity:
    """One row with the columns of READ."""
    return Activity(
        id=row["id"],
        member=row["member"],
        programme=row["programme"],
        state=State(row["state"]),
        type=Type(row["type"]),
        reasons=tuple(row["reasons"]),
        score=row["score"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        duration_s=row["duration_s"],
        distance_m=row["distance_m"],
        elevation_m=row["elevation_m"],
        day=row["day"],
        format=None if row["format"] is None else Format(row["format"]),
        name=row["name"],
        device=row["device"],
        duplicate_of=row["duplicate_of"],
        created_at=row["created_at"],
        quantity=row["quantity"],
        proof=Proof(row["proof"]),
        source=row["source"],
        external_id=row["external_id"],
        revision=row["revision"],
        cell=row["cell"],
    )
