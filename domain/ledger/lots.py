"""Lots: which of an account's points expire when. Pure calculation, no database.

An account keeps 38 numbers: slot `month % 37 + 1` holds what can be spent until the end of
that month (UTC), slot 38 what never expires. Every lot is of one of the 37 months after the
last one that was swept, so a slot is never two months.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

MONTHS = 37
NEVER = 32767


@dataclass(frozen=True, slots=True)
class Lot:
    """Points that can be spent until the end of `month`; NEVER: always."""

    month: int
    amount: int

    @property
    def last_day(self) -> date | None:
        """The last day (UTC) they can be spent on; None when they never expire."""
        return None if self.month == NEVER else last_day(self.month)


def month_of(at: datetime) -> int:
    """The number of the month (UTC) of `at`: year * 12 + month - 1."""
    moment = at.astimezone(UTC)
    return moment.year * 12 + moment.month - 1


def last_day(month: int) -> date:
    """The last day of a month given by its number."""
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)


def unpacked(slots: Sequence[int], *, expired_through: int) -> tuple[Lot, ...]:
    """The lots of an account that hold points, soonest first.

    expired_through -- the last month that was swept from every account of the book.
    """
    months = range(expired_through + 1, expired_through + 1 + MONTHS)
    found = [Lot(month, slots[month % MONTHS]) for month in months if slots[month % MONTHS]]
    return (*found, Lot(NEVER, slots[MONTHS])) if slots[MONTHS] else tuple(found)


def moved(month: int | None, pairs: Sequence[int] | None, amount: int) -> Iterator[Lot]:
    """The lots of one posting: all of one month, or `pairs` of month and amount."""
    if pairs:
        for place in range(0, len(pairs), 2):
            yield Lot(pairs[place], pairs[place + 1])
    elif month is not None:
        yield Lot(month, amount)


def total(lots: Iterable[Lot], *, before: int | None = None) -> int:
    """The points of the lots, or of those that expired before a month."""
    return sum(lot.amount for lot in lots if before is None or lot.month < before)


def unheld(lots: Iterable[Lot], *, held: int) -> Iterator[Lot]:
    """What is left of each lot when `held` points are set aside, soonest first."""
    for lot in lots:
        aside = min(held, lot.amount)
        held -= aside
        if lot.amount > aside:
            yield Lot(lot.month, lot.amount - aside)
