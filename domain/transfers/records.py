"""What transfers hand out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class State(StrEnum):
    """Where a transfer stands; PENDING, REVIEW and COOLING can still change, the rest is final."""

    PENDING = "PENDING"
    REVIEW = "REVIEW"
    COOLING = "COOLING"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"


OPEN = frozenset({State.PENDING, State.REVIEW, State.COOLING})


@dataclass(frozen=True, slots=True)
class Transfer:
    """Points from one member to another; sender and receiver are member ids.

    expires_at  -- when an unanswered one, or one that nobody reviewed, goes back; None: it
                   arrived without asking.
    resolved_at -- when it reached its final state; None before.
    ready_at    -- when a COOLING one goes on; None: it need not cool.
    request     -- the point request that it pays; None: nobody asked for it.
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
    ready_at: datetime | None = None
    request: UUID | None = None


class RequestState(StrEnum):
    """Where a point request stands, as the one who asked sees it; all but OPEN are final."""

    OPEN = "OPEN"
    PAID = "PAID"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"


@dataclass(frozen=True, slots=True)
class PointRequest:
    """Points that one member asks a friend for; asker and payer are member ids.

    transfer    -- what paid it; None while it is not PAID.
    resolved_at -- when it was paid, cancelled or expired; None while OPEN. One that was declined
                   stays OPEN for the asker, and does not exist for the payer any more.
    """

    id: UUID
    programme: int
    asker: UUID
    payer: UUID
    points: int
    memo: str | None
    state: RequestState
    transfer: UUID | None
    asked_at: datetime
    expires_at: datetime
    resolved_at: datetime | None
