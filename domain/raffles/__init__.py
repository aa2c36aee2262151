"""Raffles: tickets, and draws that anybody can check.

The seed of a draw is fixed, and its commitment told, before the first ticket; the list of tickets
is fixed, and the seed told, before the winners are drawn by a published rule. It does not know
what a ticket costs, or how a prize that is a reward gets to its winner: it tells who won.
"""

from domain.raffles.awarding import draw
from domain.raffles.drawing import check, commitment, digest, drawn
from domain.raffles.entering import QUANTITY_MAX, TICKETS_MAX, enter, of, withdraw
from domain.raffles.errors import (
    BadEvidence,
    BadPublicValue,
    BadRaffle,
    DrawIsWrong,
    NoSuchRaffle,
    NotARaffle,
    RaffleClosed,
    RaffleFull,
    RaffleOpened,
    RaffleStillOpen,
)
from domain.raffles.events import Drawn, Won
from domain.raffles.opening import open
from domain.raffles.records import (
    Evidence,
    Payout,
    Prize,
    PrizeKind,
    Raffle,
    State,
    Ticket,
    Winner,
)
from domain.raffles.showing import counts, entries, evidence, summary, tickets, winners
from domain.raffles.storing import get, listed, several
from domain.raffles.writing import FILE_BYTES_MAX, TAIL, head, part, read_evidence, write_evidence

__all__ = [
    "FILE_BYTES_MAX",
    "QUANTITY_MAX",
    "TAIL",
    "TICKETS_MAX",
    "BadEvidence",
    "BadPublicValue",
    "BadRaffle",
    "DrawIsWrong",
    "Drawn",
    "Evidence",
    "NoSuchRaffle",
    "NotARaffle",
    "Payout",
    "Prize",
    "PrizeKind",
    "Raffle",
    "RaffleClosed",
    "RaffleFull",
    "RaffleOpened",
    "RaffleStillOpen",
    "State",
    "Ticket",
    "Winner",
    "Won",
    "check",
    "commitment",
    "counts",
    "digest",
    "draw",
    "drawn",
    "enter",
    "entries",
    "evidence",
    "get",
    "head",
    "listed",
    "of",
    "open",
    "part",
    "read_evidence",
    "several",
    "summary",
    "tickets",
    "winners",
    "withdraw",
    "write_evidence",
]
