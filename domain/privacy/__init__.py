"""Privacy: tell a member everything that is kept about them, and forget it.

It gathers what each capability tells and forgets by its own `personal` module. It keeps only
that somebody was erased.
"""

from domain.privacy.erasing import erase, sweep
from domain.privacy.errors import MergedAway, NotConfirmed, OpenHolds, StepUpRequired, TooMuch
from domain.privacy.events import Erased
from domain.privacy.exporting import document, export
from domain.privacy.gathering import tables
from domain.privacy.records import Erasure

__all__ = [
    "Erased",
    "Erasure",
    "MergedAway",
    "NotConfirmed",
    "OpenHolds",
    "StepUpRequired",
    "TooMuch",
    "document",
    "erase",
    "export",
    "sweep",
    "tables",
]
