"""What happens to duplicates that others may care about."""

from dataclasses import dataclass
from uuid import UUID

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Event):
    """`duplicate` became part of `subject`; `object` is the merge."""

    duplicate: UUID
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged(Event):
    """`duplicate` is a member of its own again, no part of `subject`; `object` is the merge."""

    duplicate: UUID
    points: int
