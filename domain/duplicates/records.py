"""What duplicates hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Merge:
    """One member who became part of another.

    points    -- what the duplicate had; what landed later is not in it.
    posting   -- the ledger's move of them; None: there were none.
    undone_at -- None: it holds.
    """

    id: UUID
    programme: int
    survivor: UUID
    duplicate: UUID
    points: int
    posting: UUID | None
    merged_at: datetime
    undone_at: datetime | None = None


class Reason(StrEnum):
    """Why two members may be one person."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    NAME = "NAME"
    BIRTH_DATE = "BIRTH_DATE"
    RESIDENCE = "RESIDENCE"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two members who may be one person; `a` has the lower id.

    score -- 0 to 100; 90 and more: both have proved the same contact.
    """

    a: UUID
    b: UUID
    score: int
    reasons: tuple[Reason, ...]
    found_at: datetime


def merge_of(row: Mapping[str, Any]) -> Merge:
    """One row of the table as a value."""
    return Merge(**row)
