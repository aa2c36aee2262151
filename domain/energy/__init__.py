"""Energy: what members' homes save, by their meters' own readings.

Files of half-hourly use are read in a sandbox; each day is held against the member's own usual
days, and what it used less counts: provisionally at once, for good when the day is known whole.
Nothing is said before there is enough to compare with. It does not know what a saving earns.
"""

from domain.energy.errors import (
    BadMeter,
    BadReadings,
    EmptyFile,
    FileTooLarge,
    MeterTaken,
    SameFile,
    TooManyFiles,
)
from domain.energy.receiving import find, listed, read_waiting, receive, take
from domain.energy.records import (
    DaySaving,
    EnergyFile,
    Fault,
    FileState,
    Interval,
    Settled,
)

__all__ = [
    "BadMeter",
    "BadReadings",
    "DaySaving",
    "EmptyFile",
    "EnergyFile",
    "Fault",
    "FileState",
    "FileTooLarge",
    "Interval",
    "MeterTaken",
    "SameFile",
    "Settled",
    "TooManyFiles",
    "find",
    "listed",
    "read_waiting",
    "receive",
    "take",
]
