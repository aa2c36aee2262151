"""Placing: areas as cells of the H3 grid (h3geo.org), resolution 8: a hexagon of about 0.7 km².

The library is loaded by the first who asks for cells: most processes never do.
"""

from math import ceil

from domain.activities import CELL_RESOLUTION
from domain.metrics.errors import BadFilter

RADIUS_M_MIN, RADIUS_M_MAX = 100, 20_000
# The middles of two neighbours are never nearer to each other, anywhere on the earth.
SPACING_M_MIN = 600


def cells_around(lat: float, lon: float, radius_m: int) -> frozenset[int]:
    """The cells whose middle is at most so far away, and the one that the point is in.

    lat, lon -- degrees, WGS 84.
    Refuses BadFilter: `latitude`, `longitude`, `radius_m`.
    """
    if not -90 <= lat <= 90:
        raise BadFilter(("latitude",), "a latitude is -90 to 90 degrees")
    if not -180 <= lon <= 180:
        raise BadFilter(("longitude",), "a longitude is -180 to 180 degrees")
    if not RADIUS_M_MIN <= radius_m <= RADIUS_M_MAX:
        raise BadFilter(("radius_m",), f"a radius is {RADIUS_M_MIN} to {RADIUS_M_MAX} metres")
    from h3.api import basic_int as h3

    middle = h3.latlng_to_cell(lat, lon, CELL_RESOLUTION)
    near = h3.grid_disk(middle, ceil(radius_m / SPACING_M_MIN) + 1)
    return frozenset(
        cell
        for cell in near
        if cell == middle
        or h3.great_circle_distance((lat, lon), h3.cell_to_latlng(cell), unit="m") <= radius_m
    )
