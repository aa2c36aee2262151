"""Streaks: days and weeks in a row, what keeps them, and what they give.

A day is the member's local date, fixed when the activity happened. What a streak is follows from
the days alone, so a late, corrected or deleted activity gives what it would have given in time.
It does not know what a challenge is.
"""

from domain.streaks.buying import buy_freeze, repair
from domain.streaks.counting import count
from domain.streaks.defining import Draft, alter, define, retire
from domain.streaks.errors import (
    BadStreak,
    ChangeTooEarly,
    FreezesFull,
    FreezesNotSold,
    NoSuchStreak,
    NothingToRepair,
    OfferChanged,
    StreakRetired,
    TooManyStreaks,
)
from domain.streaks.events import (
    Broken,
    Extended,
    Frozen,
    MilestoneReached,
    MilestoneUndone,
    Repaired,
)
from domain.streaks.reading import of, one
from domain.streaks.records import (
    Bought,
    Cadence,
    Day,
    Keeping,
    Lapse,
    Mark,
    Milestone,
    Offer,
    Purchase,
    Streak,
    Terms,
    Today,
    Version,
)
from domain.streaks.recounting import rebuild, recount_members
from domain.streaks.storing import every, get

__all__ = [
    "BadStreak",
    "Bought",
    "Broken",
    "Cadence",
    "ChangeTooEarly",
    "Day",
    "Draft",
    "Extended",
    "FreezesFull",
    "FreezesNotSold",
    "Frozen",
    "Keeping",
    "Lapse",
    "Mark",
    "Milestone",
    "MilestoneReached",
    "MilestoneUndone",
    "NoSuchStreak",
    "NothingToRepair",
    "Offer",
    "OfferChanged",
    "Purchase",
    "Repaired",
    "Streak",
    "StreakRetired",
    "Terms",
    "Today",
    "TooManyStreaks",
    "Version",
    "alter",
    "buy_freeze",
    "count",
    "define",
    "every",
    "get",
    "of",
    "one",
    "rebuild",
    "recount_members",
    "repair",
    "retire",
]
