"""What privacy hands out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Erasure:
    """A member who was forgotten.

    points -- how many they gave up then; what landed later is not in it.
    """

    member: UUID
    programme: int
    points: int
    at: datetime
