"""What happens to activities."""

from dataclasses import dataclass
from datetime import date, datetime

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Event):
    """An upload was read and judged: subject is the member, object the activity.

    type, outcome -- values of Type and of State, never PROCESSING.
    day           -- the member's local date of the start.
    duration_s    -- seconds without pauses.
    Where a REJECTED file did not tell the time, started_at is when it was sent, day its date,
    and the numbers are 0.
    """

    type: str
    outcome: str
    day: date
    started_at: datetime
    duration_s: int
    distance_m: int
