"""Replaying: walk through one account's entries as if nothing were known but the journal.

Plain Python over rows, so that it shares no mistake with the SQL that wrote them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.ledger import lots
from domain.ledger.items import Kind
from domain.ledger.lots import NEVER, Lot


class Flaw(StrEnum):
    """What cannot be, in a journal and its accounts."""

    CHAIN = "CHAIN"  # the segments do not follow each other, or a head is not theirs
    SEGMENT = "SEGMENT"  # a segment's rows are not those that were sealed
    PUBLISHED = "PUBLISHED"  # a published seal is missing here, or is another
    SHAPE = "SHAPE"  # a row that no posting writes
    GAP = "GAP"  # an account's entries are not numbered 1, 2, 3 ...
    RUNNING = "RUNNING"  # a balance written beside an entry is not the one before it and it
    LOT = "LOT"  # an entry's lots are not its points, or were not there to be taken
    HOLD = "HOLD"  # something captured or released that was not on hold
    ACCOUNT = "ACCOUNT"  # entries of an account that does not exist
    BALANCE = "BALANCE"  # the account's balance is not what its entries come to
    ENTRIES = "ENTRIES"  # its number of entries is not theirs
    HELD = "HELD"  # what it has on hold is not
    LOTS = "LOTS"  # its lots are not


@dataclass(frozen=True, slots=True)
class Finding:
    """One flaw and where it is; None where it does not lie in one such thing.

    expected, found -- as text, because they may be hashes, numbers or lots.
    """

    flaw: Flaw
    segment: int | None = None
    account: int | None = None
    posting: UUID | None = None
    expected: str | None = None
    found: str | None = None


class Replay:
    """One account, built up from its entries in order. Reports the first flaw of each kind.

    After a flaw it goes on from what the entry says, so that one flaw is not a thousand.
    """

    def __init__(self, account: int) -> None:
        self.account = account
        self._seq = self._balance = self._held = 0
        self._lots: dict[int, int] = {}
        self._holds: dict[UUID, int] = {}
        self._seen: set[Flaw] = set()

    def enter(self, row: Mapping[str, Any]) -> Iterator[Finding]:
        """Take in the next entry: a side of a journal row, as ENTRIES of verifying has it."""
        kind, side = row["kind"], row["side"]
        if row["seq"] != self._seq + 1:
            yield from self._flaw(Flaw.GAP, row["id"], self._seq + 1, row["seq"])
        self._seq = row["seq"]
        if side < 0:
            yield from self._hold(kind, row)
        if kind not in (Kind.HOLD, Kind.RELEASE):
            self._balance += side * row["amount"]
            yield from self._move(row)
        if row["balance"] != self._balance:
            yield from self._flaw(Flaw.RUNNING, row["id"], self._balance, row["balance"])
            self._balance = row["balance"]

    def close(self, row: Mapping[str, Any] | None) -> Iterator[Finding]:
        """Compare what the entries came to with the account's row, None when it has none."""
        if row is None:
            yield from self._flaw(Flaw.ACCOUNT, None, None, self._seq)
            return
        kept = lots.unpacked(row["lots"], expired_through=row["expired_through"])
        for flaw, expected, found in (
            (Flaw.BALANCE, self._balance, row["balance"]),
            (Flaw.ENTRIES, self._seq, row["entries"]),
            (Flaw.HELD, self._held, row["held"]),
            (Flaw.LOTS, _text(self._lots), _text({lot.month: lot.amount for lot in kept})),
        ):
            if expected != found:
                yield from self._flaw(flaw, None, expected, found)

    def _hold(self, kind: int, row: Mapping[str, Any]) -> Iterator[Finding]:
        if kind == Kind.HOLD:
            self._holds[row["id"]] = row["amount"]
            self._held += row["amount"]
        elif kind in (Kind.CAPTURE, Kind.RELEASE):
            amount = self._holds.pop(row["ref"], None)
            whole = kind == Kind.RELEASE
            if amount is None or row["amount"] > amount or (whole and row["amount"] != amount):
                yield from self._flaw(Flaw.HOLD, row["id"], amount, row["amount"])
            self._held -= amount or 0

    def _move(self, row: Mapping[str, Any]) -> Iterator[Finding]:
        moved = list(lots.moved(row["month"], row["lots"], row["amount"]))
        if lots.total(moved) != row["amount"] or any(lot.amount <= 0 for lot in moved):
            yield from self._flaw(Flaw.LOT, row["id"], row["amount"], lots.total(moved))
        this_month = lots.month_of(row["at"])
        if row["side"] > 0:
            # What a hold carried over the end of its month lives out the month it arrives in.
            for lot in moved:
                month = max(lot.month, this_month)
                self._lots[month] = self._lots.get(month, 0) + lot.amount
            return
        if row["original"] is not None:
            moved = list(self._returned(row["original"], row["amount"], this_month))
        for lot in moved:
            left = self._lots.get(lot.month, 0) - lot.amount
            if left < 0:
                yield from self._flaw(Flaw.LOT, row["id"], lot.amount, left + lot.amount)
            self._lots[lot.month] = left
            if left == 0:
                del self._lots[lot.month]

    def _returned(self, original: Sequence[int], amount: int, this_month: int) -> Iterator[Lot]:
        # The row of a reversal says what the other side got back. This side gave those months
        # of the original that it still had, and then the soonest.
        left = dict(self._lots)
        wanted = [Lot(*original[n : n + 2]) for n in range(0, len(original), 2)]
        wanted += [Lot(month, amount) for month in sorted(left)]
        for lot in wanted:
            got = min(left.get(lot.month, 0), lot.amount, amount)
            if got > 0 and this_month <= lot.month <= NEVER:
                left[lot.month] -= got
                amount -= got
                yield Lot(lot.month, got)

    def _flaw(self, flaw: Flaw, posting: UUID | None, expected: Any, found: Any) -> list[Finding]:
        if flaw in self._seen:
            return []
        self._seen.add(flaw)
        expected, found = (None if each is None else str(each) for each in (expected, found))
        return [Finding(flaw, None, self.account, posting, expected, found)]


def _text(amounts: Mapping[int, int]) -> str:
    return " ".join(f"{month}:{amount}" for month, amount in sorted(amounts.items()) if amount)
