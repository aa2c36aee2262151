"""What energy hands out, and its words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class FileState(StrEnum):
    """Where a file is."""

    WAITING = "WAITING"  # to be read
    READ = "READ"
    REFUSED = "REFUSED"  # nothing of it was kept


class Fault(StrEnum):
    """Why nothing of a file was kept."""

    CORRUPT = "CORRUPT"  # cut off, damaged, or not what its format demands
    UNSAFE_XML = "UNSAFE_XML"  # declares a document type or entities
    UNKNOWN_FORMAT = "UNKNOWN_FORMAT"  # neither Green Button nor CSV nor JSON
    EMPTY = "EMPTY"  # no half hour of use is in it
    WRONG_UNIT = "WRONG_UNIT"  # not watt-hours used, or more than any home uses
    NEGATIVE = "NEGATIVE"  # less than nothing was used
    BAD_TIMES = "BAD_TIMES"  # a time that cannot be read, does not exist, or is to come
    BAD_INTERVAL = "BAD_INTERVAL"  # not 5, 10, 15, 30 or 60 minutes on the clock
    CONFLICT = "CONFLICT"  # the same time twice with different numbers
    SEVERAL_METERS = "SEVERAL_METERS"  # it cannot be told which numbers are the use
    TOO_MANY = "TOO_MANY"  # more than three years
    TOO_SLOW = "TOO_SLOW"  # reading took longer, or more memory, than allowed
    METER_TAKEN = "METER_TAKEN"  # the meter is another member's


class Unreadable(Exception):
    """The file cannot be read; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Interval:
    """What was used from a moment on, for some time.

    start_s -- seconds since 1970, UTC.
    """

    start_s: int
    duration_s: int
    wh: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """What was used in one half hour; `estimated`: the meter was not read."""

    wh: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file tells: its meter's own name, where it says one, and its half hours by their
    start in seconds since 1970."""

    meter: str | None
    slots: dict[int, Slot]


@dataclass(frozen=True, slots=True)
class DaySaving:
    """What one local day used, and saved against what is usual.

    baseline_wh -- what the same half hours usually use; None: too little history.
    slots       -- how many half hours of the day are known.
    final       -- True when all are, and none is estimated.
    """

    day: date
    used_wh: int
    baseline_wh: int | None
    saved_wh: int
    slots: int
    final: bool


@dataclass(frozen=True, slots=True)
class EnergyFile:
    """A file that a member sent, and what came of it.

    half_hours -- how many were new or corrected.
    """

    id: UUID
    programme: int
    member: UUID
    state: FileState
    fault: Fault | None
    half_hours: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What readings of a meter led to."""

    meter: UUID
    half_hours: int
    days: tuple[DaySaving, ...]
