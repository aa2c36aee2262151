"""Leaderboards: who did most, among whom, in which window of time.

The rows of PostgreSQL say what each member has reached and when; Valkey keeps them in order. Of
equal scores the one that was reached first ranks higher. Windows end, and what they came to is
kept with its hash, and pays prizes once. A league deals its members into cohorts for each window.
"""

from domain.leaderboards.closed import closed, places
from domain.leaderboards.closing import canonical, close
from domain.leaderboards.counting import count, earn, enrol
from domain.leaderboards.drafting import create, retire
from domain.leaderboards.errors import (
    BadBoard,
    BadPseudonym,
    NoSuchBoard,
    PseudonymTaken,
    TooManyBoards,
)
from domain.leaderboards.events import DivisionChanged, PrizeWon, WindowClosed
from domain.leaderboards.facing import face, hide, show
from domain.leaderboards.finding import get, listed, several
from domain.leaderboards.following import heal
from domain.leaderboards.hinting import channel
from domain.leaderboards.moving import deal, ranks_of
from domain.leaderboards.paying import pay, prizes
from domain.leaderboards.reading import Part, view
from domain.leaderboards.records import (
    COUNT_MAX,
    Board,
    Closed,
    Earning,
    Face,
    League,
    Line,
    Measure,
    Prize,
    PrizeState,
    Rank,
    Scope,
    Span,
    View,
    Window,
    Won,
)
from domain.leaderboards.recounting import leave, rebuild, recount
from domain.leaderboards.topping import tops

__all__ = [
    "COUNT_MAX",
    "BadBoard",
    "BadPseudonym",
    "Board",
    "Closed",
    "DivisionChanged",
    "Earning",
    "Face",
    "League",
    "Line",
    "Measure",
    "NoSuchBoard",
    "Part",
    "Prize",
    "PrizeState",
    "PrizeWon",
    "PseudonymTaken",
    "Rank",
    "Scope",
    "Span",
    "TooManyBoards",
    "View",
    "Window",
    "WindowClosed",
    "Won",
    "canonical",
    "channel",
    "close",
    "closed",
    "count",
    "create",
    "deal",
    "earn",
    "enrol",
    "face",
    "get",
    "heal",
    "hide",
    "leave",
    "listed",
    "pay",
    "places",
    "prizes",
    "ranks_of",
    "rebuild",
    "recount",
    "retire",
    "several",
    "show",
    "tops",
    "view",
]
