"""Placing: the outlets of partners, and which H3 cells they are in (h3geo.org).

The library is loaded by the first who asks for cells: most processes never do.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import ledger, partners
from domain.moments import checking, writing
from domain.moments.errors import NoSuchOutlet, TooManyOutlets
from domain.moments.records import Outlet
from domain.visits import Position
from infra.db import Row, Tx
from infra.hours import Hours

OPEN_MAX = 2_000
# Streets, and a part of a town: hexagons of about 0.1 and 5 km².
NEAR, AREA = 9, 7

ADD = """
INSERT INTO outlet (programme, id, partner, name, latitude, longitude, near, area, zone, hours,
                    open, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::jsonb, true, $11)
"""
CHANGE = """
UPDATE outlet SET name = $3, latitude = $4, longitude = $5, near = $6, area = $7, zone = $8,
    hours = $9::text::jsonb
WHERE programme = $1 AND id = $2
"""
CLOSE = "UPDATE outlet SET open = false WHERE programme = $1 AND id = $2"
COUNT_OPEN = "SELECT count(*) FROM outlet WHERE programme = $1 AND partner = $2 AND open"
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


async def open_outlet(
    partner: UUID,
    *,
    name: str,
    position: Position,
    zone: str,
    hours: Hours,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Outlet:
    """A place where treats are handed over from now on.

    id -- the same id again with the same words answers with the outlet as it stands now.
    Refuses, in this order: BadOutlet, partners.NoSuchPartner, ledger.KeyReused, TooManyOutlets.
    """
    title, zone, hours = checking.sound_place(name, position=position, zone=zone, hours=hours)
    await partners.get(partner, programme=programme, tx=tx)
    first = (await several_outlets([id], programme=programme, tx=tx)).get(id)
    made = Outlet(id, programme, partner, title, position, zone, hours, open=True, created_at=at)
    if first is not None:
        if _said(first) != _said(made):
            raise ledger.KeyReused
        return first
    if await tx.value(COUNT_OPEN, programme, partner) >= OPEN_MAX:
        raise TooManyOutlets(f"a partner has at most {OPEN_MAX} open outlets")
    where = (position.latitude, position.longitude, *_cells(position))
    await tx.run(ADD, programme, id, partner, title, *where, zone, writing.write_hours(hours), at)
    return made


async def change_outlet(
    id: UUID,
    *,
    name: str,
    position: Position,
    zone: str,
    hours: Hours,
    partner: UUID | None = None,
    programme: int,
    tx: Tx,
) -> Outlet:
    """Say everything about an outlet anew.

    partner -- whose it is; None: an operator asks.
    Refuses, in this order: BadOutlet, NoSuchOutlet.
    """
    title, zone, hours = checking.sound_place(name, position=position, zone=zone, hours=hours)
    found = _of(partner, await tx.row(LOCK, programme, id))
    where = (position.latitude, position.longitude, *_cells(position))
    await tx.run(CHANGE, programme, id, title, *where, zone, writing.write_hours(hours))
    words = (title, position, zone, hours, found.open, found.created_at)
    return Outlet(id, programme, found.partner, *words)


async def close_outlet(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Outlet:
    """Nobody is offered anything there any more; what was offered is still handed over. Closing
    again answers the same. Refuses NoSuchOutlet."""
    _of(partner, await tx.row(LOCK, programme, id))
    await tx.run(CLOSE, programme, id)
    return await outlet(id, partner=partner, programme=programme, tx=tx)


async def outlet(id: UUID, *, partner: UUID | None = None, programme: int, tx: Tx) -> Outlet:
    """The outlet with that id, open or closed.

    partner -- only one of that partner's is found; None: whosever it is.
    Raises NoSuchOutlet.
    """
    rows = await tx.rows(SEVERAL, programme, [id])
    return _of(partner, rows[0] if rows else None)


async def several_outlets(
    ids: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Outlet]:
    """Those outlets of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: outlet_of(row) for row in rows}


async def outlets(
    *, partner: UUID | None = None, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Outlet]:
    """The outlets, of one partner or of all, newest first, closed ones too."""
    rows = await tx.rows(LISTED, programme, partner, before, limit)
    return [outlet_of(row) for row in rows]


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


def _said(one: Outlet) -> tuple[object, ...]:
    return one.partner, one.name, one.position, one.zone, one.hours


def _cells(position: Position) -> tuple[int, int]:
    from h3.api import basic_int as h3

    where = (position.latitude, position.longitude)
    return h3.latlng_to_cell(*where, NEAR), h3.latlng_to_cell(*where, AREA)
