"""What metrics hands out, and its words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.activities import Proof, Type


class Metric(StrEnum):
    """What can be counted of activities. All whole numbers."""

    COUNT = "COUNT"  # activities
    DISTANCE = "DISTANCE"  # metres
    DURATION = "DURATION"  # seconds without pauses
    ELEVATION = "ELEVATION"  # metres climbed
    ENERGY = "ENERGY"  # watt-hours saved
    STEPS = "STEPS"
    POINTS = "POINTS"  # that activities earned by the programme's rules
    DAYS = "DAYS"  # different local days of the member
    PARTNERS = "PARTNERS"  # different partners who told of it


# Those that count what is different: the sum of several activities is not the sum of each.
DISTINCT = frozenset({Metric.DAYS, Metric.PARTNERS})


@dataclass(frozen=True, slots=True)
class Fact:
    """One activity as the game sees it: its newest judgement, and what it earned.

    revision    -- of the judgement.
    counts      -- False for what is REVIEW, REJECTED or WITHDRAWN: it is worth 0 in all metrics.
    day, minute -- the member's local date, and minutes since local midnight, of its start.
    quantity    -- in the unit of its type; see activities.Report.
    points      -- what stands of its awards, promised points included; 0 while none is known.
    cell        -- where it started, an h3 cell of resolution 8; None: not known or not allowed.
    """

    programme: int
    member: UUID
    activity: UUID
    revision: int
    counts: bool
    type: Type
    day: date
    minute: int
    started_at: datetime
    ended_at: datetime
    distance_m: int
    duration_s: int
    elevation_m: int
    quantity: int
    points: int
    proof: Proof
    source: str
    cell: int | None = None

    @property
    def partner(self) -> str | None:
        """The slug of the partner who told of it; None where nobody of them did."""
        kind, _, slug = self.source.partition(":")
        return slug if kind == "partner" else None


@dataclass(frozen=True, slots=True)
class Change:
    """What a judgement, or what was earned, changed of one activity.

    before -- None: nothing was known of it.
    at     -- when it was judged, or its points came or went.
    """

    before: Fact | None
    after: Fact
    at: datetime

    @property
    def member(self) -> UUID:
        """Whose activity it is."""
        return self.after.member


@dataclass(frozen=True, slots=True)
class Filter:
    """Which activities are counted: those that fit every word that is said.

    types, sources, partners -- one of these; empty: any. Partners by their slugs.
    distance_min_m, duration_min_s, elevation_min_m, quantity_min -- each activity at least.
    proof_min  -- vouched for at least so well.
    weekdays   -- ISO, Monday is 1; of the local day of its start; empty: any.
    from_minute, until_minute -- started at or after the one and before the other, in minutes
                  since local midnight; a window over midnight has the larger first. Both or none.
    cells      -- started in one of these, h3 cells of resolution 8; empty: anywhere.
    """

    types: frozenset[Type] = frozenset()
    sources: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    distance_min_m: int = 0
    duration_min_s: int = 0
    elevation_min_m: int = 0
    quantity_min: int = 0
    proof_min: Proof = Proof.CLAIMED
    weekdays: frozenset[int] = frozenset()
    from_minute: int | None = None
    until_minute: int | None = None
    cells: frozenset[int] = frozenset()
