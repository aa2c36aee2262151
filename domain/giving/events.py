"""What happens around causes that others may care about."""

from dataclasses import dataclass
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Donated(Event):
    """The subject gave points to a cause; the object is the donation."""

    points: int
    cause: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Event):
    """The programme gave the subject a donation back; the object is the donation."""

    points: int
    cause: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseClosed(Event):
    """The cause, subject and object, takes no more donations."""

    points: int
