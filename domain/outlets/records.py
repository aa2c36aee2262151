"""What outlets hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.visits import Position
from infra.hours import Hours


@dataclass(frozen=True, slots=True)
class Outlet:
    """A partner's physical place, where things are handed over.

    zone -- IANA name; hours are by its clock.
    open -- False once it was closed for good.
    """

    id: UUID
    programme: int
    partner: UUID
    name: str
    position: Position
    zone: str
    hours: Hours
    open: bool
    created_at: datetime


class Reach(StrEnum):
    """How far around somebody is looked."""

    STREETS = "STREETS"  # some 1.4 km
    TOWN = "TOWN"  # as far as anybody walks


@dataclass(frozen=True, slots=True)
class Near:
    """An outlet, and how far it is from the middle of the cell that was asked about."""

    outlet: Outlet
    distance_m: int
