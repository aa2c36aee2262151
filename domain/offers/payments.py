"""Payments: what acceptances give for single activities, as a value."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class PayState(StrEnum):
    """Where a payment for an activity is."""

    CLAIMED = "CLAIMED"  # the activity has earned points that wait; this waits with them
    PAID = "PAID"
    TAKEN_BACK = "TAKEN_BACK"  # the activity no longer earns, so neither does this


@dataclass(frozen=True, slots=True)
class Payment:
    """What an acceptance gives for one activity.

    revision -- of the activity, whose points it adds to.
    returned -- what of it came back once it was taken back.
    """

    programme: int
    acceptance: UUID
    activity: UUID
    member: UUID
    revision: int
    state: PayState
    points: int
    at: datetime
    posting: UUID | None = None
    returned: int = 0
