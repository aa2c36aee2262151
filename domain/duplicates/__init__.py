"""Duplicates: one person who is two members becomes one, and two again if that was wrong.

What happened keeps standing under the member it happened to: only what is owned and what makes
findable moves. It does not decide who is the same person; an operator does.
"""

from domain.duplicates.errors import (
    AlreadyMerged,
    InDebt,
    MergedFurther,
    NoSuchMerge,
    NoSuchSuggestion,
    NotMergeable,
    OpenHolds,
    OpenTransfers,
    PointsSpent,
    SelfMerge,
)
from domain.duplicates.events import Merged, Unmerged
from domain.duplicates.forwarding import forward
from domain.duplicates.merging import merge
from domain.duplicates.reading import get, listed
from domain.duplicates.records import Merge, Reason, Suggestion
from domain.duplicates.suggesting import dismiss, seek, suggested
from domain.duplicates.unmerging import unmerge

__all__ = [
    "AlreadyMerged",
    "InDebt",
    "Merge",
    "Merged",
    "MergedFurther",
    "NoSuchMerge",
    "NoSuchSuggestion",
    "NotMergeable",
    "OpenHolds",
    "OpenTransfers",
    "PointsSpent",
    "Reason",
    "SelfMerge",
    "Suggestion",
    "Unmerged",
    "dismiss",
    "forward",
    "get",
    "listed",
    "merge",
    "seek",
    "suggested",
    "unmerge",
]
