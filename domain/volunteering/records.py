"""What volunteering hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """How a member's hours stand. Only CONFIRMED ones count."""

    CLAIMED = "CLAIMED"  # the member says so; the organiser has not answered
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    REVOKED = "REVOKED"  # confirmed once, and taken back by the organiser


class Algorithm(StrEnum):
    """How an organiser signs, after the Standard Webhooks specification: v1a and v1."""

    ED25519 = "ED25519"
    HMAC_SHA256 = "HMAC_SHA256"


@dataclass(frozen=True, slots=True)
class Opportunity:
    """Something to help with."""

    id: UUID
    programme: int
    partner: UUID
    title: str
    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of time in which help is wanted, 24 hours at most.

    places -- how many members may help; None: any number.
    """

    id: UUID
    programme: int
    opportunity: UUID
    title: str
    partner: UUID
    starts_at: datetime
    ends_at: datetime
    places: int | None

    @property
    def minutes(self) -> int:
        """Whole minutes from its start to its end."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Hours:
    """What one member helped in one shift.

    claimed_minutes -- what the member said; None where the organiser spoke first.
    starts_at, ends_at -- what was confirmed; None before.
    activity        -- what it earns by, once confirmed.
    """

    id: UUID
    programme: int
    shift: UUID
    member: UUID
    state: State
    claimed_minutes: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    activity: UUID | None
    claimed_at: datetime

    @property
    def minutes(self) -> int | None:
        """Confirmed minutes; None before."""
        if self.starts_at is None or self.ends_at is None:
            return None
        return int((self.ends_at - self.starts_at).total_seconds()) // 60
