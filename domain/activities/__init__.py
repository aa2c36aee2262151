"""Activities: what members did, told by files from their watches and phones, and whether to
believe it.

A file is received, read by a worker in a sandbox, and judged once: COUNTED, PENDING, REVIEW or
REJECTED, with reasons. It does not know what an activity is worth; who wants to know hears
Judged. Of a route nothing is kept but a sketch that finds copies.
"""

from domain.activities.errors import (
    BadActivityName,
    DuplicateFile,
    EmptyFile,
    FileTooLarge,
    IdReused,
    NoSuchActivity,
    TooManyWaiting,
    UnsupportedFormat,
)
from domain.activities.events import Judged
from domain.activities.finding import get, listed, several
from domain.activities.judging import claim, settle
from domain.activities.receiving import SIZE_BYTES_MAX, UNREAD, receive
from domain.activities.records import (
    Activity,
    Claimed,
    Doubt,
    Fault,
    Format,
    Reading,
    State,
    Type,
)
from domain.activities.samples import ride_gpx, run_gpx
from domain.activities.waiting import read_waiting

__all__ = [
    "SIZE_BYTES_MAX",
    "UNREAD",
    "Activity",
    "BadActivityName",
    "Claimed",
    "Doubt",
    "DuplicateFile",
    "EmptyFile",
    "Fault",
    "FileTooLarge",
    "Format",
    "IdReused",
    "Judged",
    "NoSuchActivity",
    "Reading",
    "State",
    "TooManyWaiting",
    "Type",
    "UnsupportedFormat",
    "claim",
    "get",
    "listed",
    "read_waiting",
    "receive",
    "ride_gpx",
    "run_gpx",
    "settle",
    "several",
]
