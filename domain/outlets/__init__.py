"""Outlets: the physical places of partners, where something is handed over to members.

Where they are, when they are open, and which of them are near somebody. It does not know what is
handed over there.
"""

from domain.outlets.errors import (
    BadOutlet,
    BadPosition,
    NoSuchOutlet,
    TooManyGuesses,
    TooManyOutlets,
)
from domain.outlets.finding import get, listed, several
from domain.outlets.guessing import note_guess, till
from domain.outlets.locating import cell_of
from domain.outlets.placing import change, close, open
from domain.outlets.records import Near, Outlet, Reach
from domain.outlets.searching import DISTANCE_M_MAX, near

__all__ = [
    "DISTANCE_M_MAX",
    "BadOutlet",
    "BadPosition",
    "Near",
    "NoSuchOutlet",
    "Outlet",
    "Reach",
    "TooManyGuesses",
    "TooManyOutlets",
    "cell_of",
    "change",
    "close",
    "get",
    "listed",
    "near",
    "note_guess",
    "open",
    "several",
    "till",
]
