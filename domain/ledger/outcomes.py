"""Outcomes: what came of an item, as a value."""

from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID


class Outcome(IntEnum):
    """One word for each answer of the ledger; all but DONE and ALREADY_DONE changed nothing."""

    DONE = 0
    INSUFFICIENT = 1
    ALREADY_DONE = 2
    NO_ACCOUNT = 3
    KEY_REUSED = 4
    INVALID = 5
    HOLD_NOT_OPEN = 6
    LINKED_FAILED = 7
    OUTSIDE_WINDOW = 8
    NOT_REVERSIBLE = 9
    RETURN_REFUSED = 10
    EXPIRY_BEHIND = 11
    PENDING_NOT_OPEN = 12


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one item.

    moved     -- whole points; 0 for a refusal, less than wanted for a partial reversal.
    balances, seqs -- of each side after the posting; None for a system account and a refusal.
                 An item that was done before has those of its first posting.
    available -- what could be spent when points were too few; None otherwise, and for a
                 refusal that is only repeated.
    """

    id: UUID
    outcome: Outcome
    moved: int
    debit_balance: int | None
    credit_balance: int | None
    debit_seq: int | None
    credit_seq: int | None
    available: int | None = None

    @property
    def done(self) -> bool:
        """True when the posting stands, made now or before."""
        return self.outcome in (Outcome.DONE, Outcome.ALREADY_DONE)
