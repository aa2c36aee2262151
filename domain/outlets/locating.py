"""Locate: which H3 cells a position is in (h3geo.org). Pure.

The library is loaded by the first who asks for cells: most processes never do.
"""

from domain import visits
from domain.activities import CELL_RESOLUTION
from domain.outlets.errors import BadPosition
from domain.visits import Position

# Streets, and a part of a town: hexagons of about 0.1 and 5 km².
NEAR, AREA = 9, 7


def cell_of(position: Position) -> int:
    """The coarse cell of somebody's position, of activities.CELL_RESOLUTION. Refuses
    BadPosition."""
    if not visits.is_on_earth(position):
        raise BadPosition("a position is -90 to 90 and -180 to 180 degrees")
    from h3.api import basic_int as h3

    cell: int = h3.latlng_to_cell(position.latitude, position.longitude, CELL_RESOLUTION)
    return cell


def cells_of(position: Position) -> tuple[int, int]:
    """The cells by which an outlet at the position is found: of NEAR, and of AREA."""
    from h3.api import basic_int as h3

    where = (position.latitude, position.longitude)
    return h3.latlng_to_cell(*where, NEAR), h3.latlng_to_cell(*where, AREA)
