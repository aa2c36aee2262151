"""Tiers: a ladder that members climb by what they earn, and levels for a whole life.

Where somebody is follows from what they earned in each month and from the ladder alone, so that
points which come late or are taken back lead where they would have led in time. It reads no
balance: whoever spends points loses no tier by it.
"""

from domain.tiers.counting import count
from domain.tiers.crediting import credit, credits, earn, give, uncredit
from domain.tiers.errors import BadCredit, BadLadder, CreditIdReused, NoSuchLadder
from domain.tiers.events import LevelChanged, TierChanged
from domain.tiers.laddering import ladder, set_ladder
from domain.tiers.reading import levels, standing
from domain.tiers.records import (
    Basis,
    Credit,
    CreditKind,
    Downgrade,
    Ladder,
    Period,
    Standing,
    Terms,
    Tier,
    Way,
)
from domain.tiers.reviewing import rebuild

__all__ = [
    "BadCredit",
    "BadLadder",
    "Basis",
    "Credit",
    "CreditIdReused",
    "CreditKind",
    "Downgrade",
    "Ladder",
    "LevelChanged",
    "NoSuchLadder",
    "Period",
    "Standing",
    "Terms",
    "Tier",
    "TierChanged",
    "Way",
    "count",
    "credit",
    "credits",
    "earn",
    "give",
    "ladder",
    "levels",
    "rebuild",
    "set_ladder",
    "standing",
    "uncredit",
]
