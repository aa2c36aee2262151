"""Places: where a visit counts."""

import math
import os
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.programmes import plain
from domain.visits import coding
from domain.visits.errors import BadPlace, NoSuchPlace
from domain.visits.records import Place, Position
from infra.db import Row, Tx

NAME_CHARACTERS_MAX = 80
RADIUS_M = (10, 5_000)
INTERVAL_S = (3_600, 366 * 86_400)

ADD = """
INSERT INTO visit_place (programme, id, partner, name, latitude, longitude, radius_m, interval_s,
                         secret, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
CLOSE = """
UPDATE visit_place SET open = false WHERE programme = $1 AND id = $2
RETURNING id, programme, partner, name, latitude, longitude, radius_m, interval_s, open
"""
BY_ID = """
SELECT id, programme, partner, name, latitude, longitude, radius_m, interval_s, open, secret
FROM visit_place WHERE programme = $1 AND id = $2 AND open
"""
LISTED = """
SELECT id, programme, partner, name, latitude, longitude, radius_m, interval_s, open
FROM visit_place WHERE programme = $1 AND (open OR $4) AND ($2::uuid IS NULL OR id > $2)
ORDER BY id LIMIT $3
"""


async def open_place(
    *,
    name: str,
    position: Position,
    radius_m: int,
    interval_s: int,
    partner: UUID | None,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Place:
    """A place where visits count from now on. Refuses BadPlace."""
    title = plain(name, longest=NAME_CHARACTERS_MAX)
    if not title:
        raise BadPlace("name", f"a name is 1 to {NAME_CHARACTERS_MAX} characters")
    if not is_on_earth(position):
        raise BadPlace("latitude", "a position is -90 to 90 and -180 to 180 degrees")
    if not RADIUS_M[0] <= radius_m <= RADIUS_M[1]:
        raise BadPlace("radius_m", f"a radius is {RADIUS_M[0]} to {RADIUS_M[1]} metres")
    if not INTERVAL_S[0] <= interval_s <= INTERVAL_S[1]:
        raise BadPlace("interval_s", "an interval is an hour to a year")
    where = (position.latitude, position.longitude, radius_m, interval_s)
    await tx.run(ADD, programme, id, partner, title, *where, os.urandom(32), at)
    return Place(id, programme, partner, title, position, radius_m, interval_s, open=True)


async def close_place(id: UUID, *, programme: int, tx: Tx) -> Place:
    """Visits there count no more. Refuses NoSuchPlace."""
    row = await tx.row(CLOSE, programme, id)
    if row is None:
        raise NoSuchPlace("there is no such place")
    return _place(row)


async def places(
    *, programme: int, after: UUID | None, limit: int, closed: bool = False, tx: Tx
) -> Sequence[Place]:
    """The places, oldest first, `limit` at most; `closed`: also what was one."""
    return [_place(row) for row in await tx.rows(LISTED, programme, after, limit, closed)]


async def place_by_id(id: UUID, *, programme: int, tx: Tx) -> Place:
    """The open place of that id. Raises NoSuchPlace."""
    place, _ = await found(id, programme=programme, tx=tx)
    return place


async def found(id: UUID, *, programme: int, tx: Tx) -> tuple[Place, bytes]:
    """The open place and its secret. Raises NoSuchPlace."""
    row = await tx.row(BY_ID, programme, id)
    if row is None:
        raise NoSuchPlace("there is no such place")
    return _place(row), bytes(row["secret"])


async def code_of(
    id: UUID, *, partner: UUID | None = None, programme: int, at: datetime, tx: Tx
) -> str:
    """What the place shows at `at`. Raises NoSuchPlace.

    partner -- who wants to show it, if a partner: only its own places are its to show.
    """
    place, secret = await found(id, programme=programme, tx=tx)
    if partner is not None and place.partner != partner:
        raise NoSuchPlace("there is no such place")
    return coding.code_of(id, secret=secret, at=at)


def is_on_earth(position: Position) -> bool:
    """True for degrees that exist."""
    numbers = (position.latitude, position.longitude)
    return all(map(math.isfinite, numbers)) and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180


def _place(row: Row) -> Place:
    return Place(
        id=row["id"],
        programme=row["programme"],
        partner=row["partner"],
        name=row["name"],
        position=Position(row["latitude"], row["longitude"]),
        radius_m=row["radius_m"],
        interval_s=row["interval_s"],
        open=row["open"],
    )
