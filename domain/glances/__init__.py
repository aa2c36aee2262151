"""Glances: the little that a watch shows when its owner lifts their wrist.

It gathers it from those who know, keeps what was last told, and numbers it. How it is written,
and in how many bytes, is the door's to say.
"""

from domain.glances.keeping import keep
from domain.glances.looking import look
from domain.glances.records import BonusOffer, Change, Glance, Nearest, Next, Waiting
from domain.glances.remembering import (
    REMEMBERED_SECONDS,
    Mark,
    Place,
    changed,
    mark,
    remember,
    remembered,
)

__all__ = [
    "REMEMBERED_SECONDS",
    "BonusOffer",
    "Change",
    "Glance",
    "Mark",
    "Nearest",
    "Next",
    "Place",
    "Waiting",
    "changed",
    "keep",
    "look",
    "mark",
    "remember",
    "remembered",
]
