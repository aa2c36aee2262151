"""What happens on boards that others may care about."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowClosed(Event):
    """A window of the board, subject and object, is closed; nothing changes it any more."""

    starts_on: date
    places: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrizeWon(Event):
    """The subject had a place on the board, the object, that pays."""

    prize: UUID
    starts_on: date
    place: int
    points: int
    badge: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionChanged(Event):
    """The subject was promoted or demoted in the league, the object."""

    starts_on: date
    before: int
    after: int
