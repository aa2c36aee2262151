"""What visits hands out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Position:
    """Degrees of latitude and longitude, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place worth visiting.

    radius_m   -- how near is there.
    interval_s -- how long until a visit of the same member counts again.
    partner    -- who may show its code; None: operators only.
    """

    id: UUID
    programme: int
    partner: UUID | None
    name: str
    position: Position
    radius_m: int
    interval_s: int
    open: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One member at one place; `doubted`: nobody gets there so fast, so an operator looks."""

    id: UUID
    place: UUID
    member: UUID
    at: datetime
    activity: UUID | None
    doubted: bool
