"""What trainings hands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class State(StrEnum):
    """What became of a model."""

    LIVE = "LIVE"  # it answers
    RETIRED = "RETIRED"  # it did, and may again
    REJECTED = "REJECTED"  # it was worse than the one in use, and may be used by hand
    DROPPED = "DROPPED"  # its files are gone


@dataclass(frozen=True, slots=True)
class Trained:
    """A model that was trained.

    reason   -- why it is not in use, where it was worse; None otherwise.
    interactions, members, items -- what it was trained with.
    seconds  -- how long that took.
    measured -- by name, as the training found it; plain values only.
    used_at  -- since when it was in use for the last time; None: never.
    """

    id: UUID
    programme: int
    state: State
    interactions: int
    members: int
    items: int
    seconds: float
    trained_at: datetime
    measured: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    used_at: datetime | None = None
