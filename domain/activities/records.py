"""What activities hands out, and its words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

DEVICE_CHARACTERS_MAX = 80
# Of the H3 grid (h3geo.org): a place is no more exact than a hexagon of about 0.7 km².
CELL_RESOLUTION = 8


class Type(StrEnum):
    """What a member did. Motor sports are no activity; an e-bike's ride is OTHER."""

    RUN = "RUN"
    RIDE = "RIDE"
    WALK = "WALK"
    HIKE = "HIKE"
    SWIM = "SWIM"
    ROW = "ROW"
    SKI = "SKI"
    STRENGTH = "STRENGTH"
    OTHER = "OTHER"
    STEPS = "STEPS"
    SLEEP = "SLEEP"
    SHARE = "SHARE"  # strangers opened the member's own link
    VOLUNTEERING = "VOLUNTEERING"
    ENERGY = "ENERGY"  # used less than usual
    SURVEY = "SURVEY"
    REFERRAL = "REFERRAL"
    PURCHASE = "PURCHASE"
    VISIT = "VISIT"


# What is done with the body, and recorded with a track.
SPORTS = tuple(Type)[: list(Type).index(Type.STEPS)]


class Proof(StrEnum):
    """Who vouches for an activity, the weakest first."""

    CLAIMED = "CLAIMED"  # the member says so
    DEVICE = "DEVICE"  # a device or platform recorded it
    PARTNER = "PARTNER"  # a partner vouches for it
    VERIFIED = "VERIFIED"  # signed, metered or paid


class Recorder(StrEnum):
    """What recorded an activity; the order here is that of belief where a programme says none."""

    DEVICE = "DEVICE"  # made for it and worn: a watch, a bike computer, a ring
    PLATFORM = "PLATFORM"  # somebody's servers, which got it from something
    PHONE = "PHONE"
    MANUAL = "MANUAL"  # typed in


class State(StrEnum):
    """Where an activity is: waiting to be read, or judged. A later judgement replaces it."""

    PROCESSING = "PROCESSING"
    COUNTED = "COUNTED"  # believed
    PENDING = "PENDING"  # believed unless something speaks against it soon
    REVIEW = "REVIEW"  # an operator must look at it
    REJECTED = "REJECTED"  # it counts for nothing
    WITHDRAWN = "WITHDRAWN"  # deleted at its source, or refunded


class Format(StrEnum):
    """The file formats that are read."""

    FIT = "FIT"
    GPX = "GPX"
    TCX = "TCX"


class Fault(StrEnum):
    """Why a file, or what it tells, can never count: the only reason of a REJECTED activity."""

    CORRUPT = "CORRUPT"  # cut off, damaged, or not what its format demands
    UNSAFE_XML = "UNSAFE_XML"  # declares a document type or entities
    NOT_AN_ACTIVITY = "NOT_AN_ACTIVITY"  # settings, a workout plan, weight ...; or a motor sport
    MULTISPORT = "MULTISPORT"  # several sports in one file: upload each leg
    EMPTY = "EMPTY"  # nothing was recorded
    NO_TIMES = "NO_TIMES"  # when it happened is not in it
    TOO_MANY_POINTS = "TOO_MANY_POINTS"
    TOO_LONG = "TOO_LONG"  # more than three days
    TOO_SLOW = "TOO_SLOW"  # reading took longer than allowed
    TOO_BIG = "TOO_BIG"  # reading took more memory than allowed
    UNREADABLE = "UNREADABLE"  # three attempts to read it died
    CLOCK_BEFORE_2000 = "CLOCK_BEFORE_2000"
    CLOCK_IN_FUTURE = "CLOCK_IN_FUTURE"
    CLOCK_REVERSED = "CLOCK_REVERSED"  # time mostly runs backwards
    DUPLICATE = "DUPLICATE"  # the member has it already
    BAD_MEASURE = "BAD_MEASURE"  # a number that no measure can have
    IMPOSSIBLE = "IMPOSSIBLE"  # more than anybody can do in that time
    MANUAL_REFUSED = "MANUAL_REFUSED"  # the programme takes nothing that is typed in
    INDOOR_REFUSED = "INDOOR_REFUSED"  # nor what a machine measured
    REFUSED_IN_REVIEW = "REFUSED_IN_REVIEW"  # somebody of the programme looked at it


class Withdrawal(StrEnum):
    """Why an activity is WITHDRAWN: its only reason."""

    DELETED_AT_SOURCE = "DELETED_AT_SOURCE"
    REFUNDED = "REFUNDED"
    REVOKED = "REVOKED"  # what vouched for it no longer does
    ERASED = "ERASED"  # its member had everything about them erased


class Doubt(StrEnum):
    """What speaks against an activity without settling it: the reasons of the other outcomes."""

    MANUAL = "MANUAL"  # a total without a recording
    INDOOR = "INDOOR"  # a machine measured the distance
    NO_POSITIONS = "NO_POSITIONS"
    NO_SENSORS = "NO_SENSORS"  # no heart rate, cadence or power
    TOO_SHORT = "TOO_SHORT"
    MISSING_TIMES = "MISSING_TIMES"
    TIME_REVERSED = "TIME_REVERSED"
    GPS_JUMP = "GPS_JUMP"
    FAST_SEGMENT = "FAST_SEGMENT"
    TOO_FAST = "TOO_FAST"
    RECORD_BROKEN = "RECORD_BROKEN"
    CADENCE_AGAINST_SPEED = "CADENCE_AGAINST_SPEED"
    HEART_RATE_AGAINST_SPEED = "HEART_RATE_AGAINST_SPEED"
    HEART_RATE_CONSTANT = "HEART_RATE_CONSTANT"
    DISTANCE_MISMATCH = "DISTANCE_MISMATCH"
    BEFORE_JOINING = "BEFORE_JOINING"
    OVERLAP = "OVERLAP"  # a smaller part of it is in another activity
    OVERLAPS_OTHER_TYPE = "OVERLAPS_OTHER_TYPE"  # the larger part, of another type
    CONTAINS_ANOTHER = "CONTAINS_ANOTHER"  # the larger part of a shorter one is in it
    SAME_TRACK = "SAME_TRACK"  # this very track came before: another member's, or other hours
    COVERED_IN_PART = "COVERED_IN_PART"  # a better recording has a part; only the rest counts
    MORE_THAN_A_DAY_HOLDS = "MORE_THAN_A_DAY_HOLDS"  # with what the day has already


class Unreadable(Exception):
    """The file cannot become a track; `fault` says why.

    detail -- what exactly, for whoever reads a file by hand. It may quote the file, which is
              private, so it never leaves the sandbox.
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file tells, and what its own numbers say against it.

    moving_s    -- seconds without pauses.
    distance_m  -- metres, without what only a GPS jump covered.
    elevation_m -- metres climbed.
    device      -- who recorded it, as the file says; None when it does not.
    score       -- 0 to 100, before anything outside the file is known.
    sketch      -- the track in 16 numbers or fewer (see sketching); empty without positions.
    cell        -- where it starts, an H3 cell of CELL_RESOLUTION; None without positions. It is
                   kept only of members who allow it.
    """

    type: Type
    started_at: datetime
    ended_at: datetime
    moving_s: int
    distance_m: int
    elevation_m: int
    device: str | None
    score: int
    doubts: tuple[Doubt, ...]
    sketch: tuple[int, ...]
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing a member did, uploaded or reported, and what became of it.

    type        -- as stated, or OTHER, until the file has been read.
    reasons     -- Fault and Doubt codes, the weightiest first; clients may translate them.
    score       -- 0 to 100, how much it is believed; None while it is PROCESSING.
    started_at  -- UTC; this, ended_at and day are None when the file does not tell.
    duration_s  -- seconds without pauses.
    distance_m, elevation_m -- metres, and metres climbed.
    quantity    -- what else counts, in the unit of its type (see Report). Where a better
                   recording covers a part, these are what is left.
    day         -- the member's local date of the start.
    format, name -- of the file; None where nobody uploaded one.
    duplicate_of -- for the reason DUPLICATE: the activity that has it already.
    source, external_id -- who reported it, and what they call it; "file" and None for an upload.
    revision    -- counts its judgements; the newest replaces the earlier ones.
    cell        -- where it started, an H3 cell of CELL_RESOLUTION; None: not known, or not allowed.
    """

    id: UUID
    member: UUID
    programme: int
    state: State
    type: Type
    reasons: tuple[str, ...]
    score: int | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_s: int
    distance_m: int
    elevation_m: int
    day: date | None
    format: Format | None
    name: str | None
    device: str | None
    duplicate_of: UUID | None
    created_at: datetime
    quantity: int = 0
    proof: Proof = Proof.DEVICE
    source: str = "file"
    external_id: str | None = None
    revision: int = 1
    cell: int | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file leased to one worker.

    attempts -- how often it has been leased, this time included.
    content  -- empty when it was leased too often and must be given up.
    """

    id: UUID
    member: UUID
    programme: int
    stated_type: Type | None
    attempts: int
    content: bytes
