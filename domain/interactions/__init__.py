"""Interactions: what members did with what, as plain rows, for those who recommend.

Kept of members who agreed to personalisation only, for two years, and gone when they withdraw it.
It does not know what is recommended, and judges nothing.
"""

from domain.interactions.errors import BadItem, BadWeight
from domain.interactions.importing import Fault, Imported, bring_in
from domain.interactions.noting import KEPT, PERSONALISATION, check, history, note
from domain.interactions.recalling import histories
from domain.interactions.records import Note, Seen
from domain.interactions.streaming import keys, stream

__all__ = [
    "KEPT",
    "PERSONALISATION",
    "BadItem",
    "BadWeight",
    "Fault",
    "Imported",
    "Note",
    "Seen",
    "bring_in",
    "check",
    "histories",
    "history",
    "keys",
    "note",
    "stream",
]
