"""What imports hand out, and what passes between its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

# More faults than that are counted and not kept.
FAULTS_MAX = 10_000
MESSAGE_CHARACTERS_MAX = 200


class Kind(StrEnum):
    """What a file has rows of."""

    MEMBERS = "MEMBERS"
    BALANCES = "BALANCES"
    TRANSACTIONS = "TRANSACTIONS"


# The columns of each kind: those a file must have, and those it may have.
REQUIRED: Mapping[Kind, frozenset[str]] = {
    Kind.MEMBERS: frozenset({"external_ref", "name"}),
    Kind.BALANCES: frozenset({"external_ref", "points"}),
    Kind.TRANSACTIONS: frozenset({"id", "external_ref", "points"}),
}
OPTIONAL: Mapping[Kind, frozenset[str]] = {
    Kind.MEMBERS: frozenset(
        {"handle", "email", "phone", "locale", "zone", "joined_at", "issuer", "subject"}
    ),
    Kind.BALANCES: frozenset({"expires"}),
    Kind.TRANSACTIONS: frozenset({"expires", "at", "text"}),
}


class State(StrEnum):
    """How far an import is; REFUSED: all or nothing was asked for, and it was nothing."""

    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"


class Fault(NamedTuple):
    """What is wrong with one row; it is left out.

    row    -- 1 is the first one below the header.
    column -- empty: the row as a whole.
    """

    row: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import, or has come of it so far.

    rows    -- read: the sum of the other three.
    known   -- had been imported before, from this file or another one.
    faults  -- the first of them, in the order of their rows.
    """

    id: UUID
    kind: Kind
    state: State
    rows: int
    done: int
    known: int
    refused: int
    started_at: datetime
    faults: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one member, one row of a file.

    points  -- negative: they were spent.
    month   -- ledger month that they are spent from for the last time; None: the programme's
               policy says.
    ref     -- what the other system calls the transaction; empty for a balance.
    """

    row: int
    external_ref: str
    points: int
    month: int | None
    ref: str = ""
    text: str | None = None
    happened_at: datetime | None = None


class Came(NamedTuple):
    """What came of some rows: how many were done, how many were known, and the faults."""

    done: int
    known: int
    faults: Sequence[Fault]
