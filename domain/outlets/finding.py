"""Find outlets, always inside one programme."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.outlets import writing
from domain.outlets.errors import NoSuchOutlet
from domain.outlets.records import Outlet
from domain.visits import Position
from infra.db import Row, Tx

SEVERAL = """
SELECT id, programme, partner, name, latitude, longitude, zone, hours::text AS hours, open,
       created_at
FROM outlet WHERE programme = $1 AND id = ANY($2::uuid[])
"""
LOCK = """
SELECT id, programme, partner, name, latitude, longitude, zone, hours::text AS hours, open,
       created_at
FROM outlet WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE
"""
LISTED = """
SELECT id, programme, partner, name, latitude, longitude, zone, hours::text AS hours, open,
       created_at
FROM outlet
WHERE programme = $1 AND ($2::uuid IS NULL OR partner = $2) AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""


async def get(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Outlet:
    """The outlet with that id, open or closed.

    partner -- only one of that partner's is found; None: whosever it is.
    Raises NoSuchOutlet.
    """
    rows = await tx.rows(SEVERAL, programme, [id])
    return _of(partner, rows[0] if rows else None)


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Outlet]:
    """Those outlets of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: outlet_of(row) for row in rows}


async def listed(
    *, partner: UUID | None = None, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Outlet]:
    """The outlets, of one partner or of all, newest first, closed ones too."""
    return [outlet_of(row) for row in await tx.rows(LISTED, programme, partner, before, limit)]


async def locked(id: UUID, *, partner: UUID | None, programme: int, tx: Tx) -> Outlet:
    """As `get`, held until `tx` ends."""
    return _of(partner, await tx.row(LOCK, programme, id))


def outlet_of(row: Row) -> Outlet:
    """One row of the table as a value."""
    return Outlet(
        id=row["id"],
        programme=row["programme"],
        partner=row["partner"],
        name=row["name"],
        position=Position(row["latitude"], row["longitude"]),
        zone=row["zone"],
        hours=writing.read_hours(row["hours"]),
        open=row["open"],
        created_at=row["created_at"],
    )


def _of(partner: UUID | None, row: Row | None) -> Outlet:
    """To a partner, another's outlet is as if there were none."""
    if row is None or partner not in (None, row["partner"]):
        raise NoSuchOutlet("there is no such outlet")
    return outlet_of(row)
