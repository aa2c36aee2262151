"""Search: which open outlets are near somebody."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain import visits
from domain.outlets.finding import outlet_of
from domain.outlets.locating import AREA, NEAR
from domain.outlets.records import Near, Outlet, Reach
from domain.visits import Position
from infra.db import Tx
from infra.hours import open_at

# Nobody walks further than half an hour for a drink.
DISTANCE_M_MAX = 2_500
# Rings of cells: some 1.4 km of streets, and a part of a town of 2.5 km at least.
NEAR_RINGS, AREA_RINGS = 4, 1
NEAREST_MAX = 500
# Who is sent to a shop must find it open when they get there.
OPEN_FOR = timedelta(minutes=15)

NEAREST = """
SELECT id, programme, partner, name, latitude, longitude, zone, hours::text AS hours, open,
       created_at
FROM outlet
WHERE programme = $1 AND open AND (near = ANY($2::bigint[]) OR area = ANY($3::bigint[]))
ORDER BY (latitude - $4) ^ 2 + ((longitude - $5) * cos(radians($4))) ^ 2, id LIMIT $6
"""


async def near(cell: int, *, reach: Reach, programme: int, at: datetime, tx: Tx) -> Sequence[Near]:
    """The outlets around the middle of a coarse cell, nearest first, at most DISTANCE_M_MAX away
    and NEAREST_MAX of them, that are open at `at` and for a while after.

    cell -- of activities.CELL_RESOLUTION, as `cell_of` tells.
    """
    from h3.api import basic_int as h3

    middle = Position(*h3.cell_to_latlng(cell))
    streets: Sequence[int] = ()
    town: Sequence[int] = ()
    if reach is Reach.STREETS:
        streets = h3.grid_disk(h3.cell_to_center_child(cell, NEAR), NEAR_RINGS)
    else:
        town = h3.grid_disk(h3.cell_to_parent(cell, AREA), AREA_RINGS)
    asked = (list(streets), list(town), middle.latitude, middle.longitude, NEAREST_MAX)
    found = [outlet_of(row) for row in await tx.rows(NEAREST, programme, *asked)]
    told = [
        Near(one, round(visits.distance_m(middle, one.position)))
        for one in found
        if _is_open(one, at) and _is_open(one, at + OPEN_FOR)
    ]
    told = [one for one in told if one.distance_m <= DISTANCE_M_MAX]
    return sorted(told, key=lambda one: one.distance_m)


def _is_open(one: Outlet, at: datetime) -> bool:
    return open_at(one.hours, one.zone, at)
