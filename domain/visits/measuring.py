"""Measuring: how far places are from each other, and whether anybody gets there so fast. Pure."""

from math import asin, cos, radians, sin, sqrt

from domain.visits.records import Position

# Mean radius of the earth, IUGG.
EARTH_M = 6_371_008.8
# An airliner; nothing that takes passengers is faster from door to door.
SPEED_M_PER_S_MAX = 250.0


def distance_m(a: Position, b: Position) -> float:
    """Metres along the surface, by the haversine formula; within 0.6 % of the ellipsoid's."""
    north = radians(b.latitude - a.latitude)
    east = radians(b.longitude - a.longitude)
    part = sin(north / 2) ** 2
    part += cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_M * asin(min(sqrt(part), 1.0))


def is_too_fast(metres: float, seconds: float, *, leeway_m: float) -> bool:
    """True when nobody travels that far in that time; `leeway_m`: the places' own size."""
    return metres - leeway_m > SPEED_M_PER_S_MAX * max(seconds, 0.0)
