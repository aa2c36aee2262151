"""What transfers hand out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Where a transfer stands; every state but PENDING is final."""

    PENDING = "PENDING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    RETURNED = "RETURNED"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Points from one member to another; sender and receiver are member ids.

    expires_at  -- when an unanswered one goes back; None: it arrived without asking.
    resolved_at -- when it reached its final state; None while PENDING.
    """

    id: UUID
    programme: int
    sender: UUID
    receiver: UUID
    points: int
    memo: str | None
    state: State
    sent_at: datetime
    expires_at: datetime | None
    resolved_at: datetime | None
