"""What happens to activities."""

from dataclasses import dataclass
from datetime import date, datetime

from infra.outbox import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged(Event):
    """An activity was judged, maybe not for the first time: subject is the member, object the
    activity. The judgement with the highest revision replaces all earlier ones.

    type, outcome -- values of Type and of State, never PROCESSING.
    day           -- the member's local date of the start.
    duration_s    -- seconds without pauses.
    quantity      -- in the unit of the type; see Report.
    proof         -- a value of Proof.
    source        -- who told of it; "file" for an upload.
    ended_at      -- None in what was written before it was noted.
    elevation_m   -- metres climbed.
    cell          -- where it started, an H3 cell of CELL_RESOLUTION, of members who allow their
                     place to be used only; None: not known, or not allowed.
    Where a REJECTED file did not tell the time, started_at is when it was sent, day its date,
    and the numbers are 0.
    """

    type: str
    outcome: str
    day: date
    started_at: datetime
    duration_s: int
    distance_m: int
    revision: int = 1
    quantity: int = 0
    proof: str = "DEVICE"
    source: str = "file"
    ended_at: datetime | None = None
    elevation_m: int = 0
    cell: int | None = None
