"""Reports: what a partner, a platform or another capability tells of an activity, and what it is
answered. Only shapes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.activities.records import SPORTS, Proof, Recorder, State, Type
from infra import ids

SOURCE_CHARACTERS_MAX = 120
EXTERNAL_ID_CHARACTERS_MAX = 255
MANUAL_SOURCE = "manual"


class Lane(StrEnum):
    """What a member can do only once at a time; see uniting."""

    MOTION = "MOTION"
    STEPS = "STEPS"
    SLEEP = "SLEEP"
    VOLUNTEERING = "VOLUNTEERING"


LANES = {sport: Lane.MOTION for sport in SPORTS} | {
    Type.STEPS: Lane.STEPS,
    Type.SLEEP: Lane.SLEEP,
    Type.VOLUNTEERING: Lane.VOLUNTEERING,
}


class Status(StrEnum):
    """What became of a report."""

    ACCEPTED = "ACCEPTED"  # it is an activity now, and judged
    KNOWN = "KNOWN"  # it has been one before
    REFUSED = "REFUSED"  # nothing was kept


@dataclass(frozen=True, slots=True)
class Report:
    """One activity as its source tells it.

    id          -- by `id_of`, so that a repeat makes the same.
    duration_s  -- seconds without pauses.
    quantity    -- what the type counts: STEPS steps; SLEEP and VOLUNTEERING seconds; SHARE
                   openings by strangers; ENERGY watt-hours saved; PURCHASE minor units of
                   currency; SURVEY, REFERRAL and VISIT 1.
    source      -- who tells: "partner:<slug>", "strava", "healthkit", "manual" ...
    external_id -- what the source calls it; unique there for ever.
    device      -- what recorded it, in words.
    recorder    -- what kind of thing that is; None: MANUAL where the member only claims it, else
                   PLATFORM.
    indoor      -- True where a machine measured the distance.
    """

    id: UUID
    member: UUID
    type: Type
    started_at: datetime
    ended_at: datetime
    duration_s: int = 0
    distance_m: int = 0
    quantity: int = 0
    proof: Proof = Proof.CLAIMED
    source: str = MANUAL_SOURCE
    external_id: str = ""
    device: str | None = None
    recorder: Recorder | None = None
    indoor: bool = False

    @property
    def recorded_by(self) -> Recorder:
        """What recorded it, said or not."""
        if self.recorder is not None:
            return self.recorder
        typed = self.source == MANUAL_SOURCE or (self.proof is Proof.CLAIMED and self.type in LANES)
        return Recorder.MANUAL if typed else Recorder.PLATFORM


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one report is answered.

    activity, state, reasons -- where it is one, new or KNOWN, as it stands now.
    code, path -- where it is REFUSED: why, and which field of the report says so.
    """

    status: Status
    activity: UUID | None = None
    state: State | None = None
    reasons: tuple[str, ...] = ()
    code: str | None = None
    path: tuple[str, ...] = ()


def id_of(*, programme: int, source: str, external_id: str, started_at: datetime) -> UUID:
    """The id of a reported activity: the same for the same words of the same source."""
    return ids.derived(started_at, "activities", programme, source, external_id)
