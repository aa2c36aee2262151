"""Visits: members at places, by a code that changes or by their position.

A place counts once in its interval. Who is at two places faster than anybody travels is looked
at by an operator first. Positions are checked and never kept. It does not know what a visit
earns.
"""

from domain.visits.errors import (
    BadPlace,
    BadVisitCode,
    NoSuchPlace,
    TooFarAway,
    VisitedAlready,
)
from domain.visits.measuring import distance_m
from domain.visits.placing import (
    close_place,
    code_of,
    is_on_earth,
    open_place,
    place_by_id,
    places,
)
from domain.visits.records import Place, Position, Visit
from domain.visits.visiting import visit_by_code, visit_by_position

__all__ = [
    "BadPlace",
    "BadVisitCode",
    "NoSuchPlace",
    "Place",
    "Position",
    "TooFarAway",
    "Visit",
    "VisitedAlready",
    "close_place",
    "code_of",
    "distance_m",
    "is_on_earth",
    "open_place",
    "place_by_id",
    "places",
    "visit_by_code",
    "visit_by_position",
]
