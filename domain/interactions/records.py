"""What interactions takes and hands out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Note:
    """A member did something with an item.

    item   -- its key: a kind and a name, such as `offer:<uuid>`, `reward:<uuid>`, `treat:<uuid>`,
              `challenge:<uuid>`, `activity:RUN`, `product:<sku>` or `outlet:<uuid>`.
    weight -- how much it says, of 0.001 to 1000: 1 is what is usual.
    id     -- a UUIDv7 of `at`, so that a member's notes are in the order of their times; the same
              id again is the same note.
    """

    member: UUID
    item: str
    weight: float
    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Seen:
    """Something a member did with an item, as it is kept."""

    item: str
    weight: float
    at: datetime
