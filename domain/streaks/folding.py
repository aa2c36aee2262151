"""Fold: what a member's periods make of a streak, from the first to the last. Pure.

Nothing but the periods themselves decides, never the order in which anybody heard of them: a late
activity gives the length that it would have given in time, and the freeze that stood in for it is
the member's again.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from domain.streaks.pasts import (
    LATER,
    LATER_AND_NEXT,
    REPAIRED,
    SHORT,
    WHOLE,
    WHOLE_AND_NEXT,
    Past,
    bits_of,
)
from domain.streaks.periods import LENGTH_DAYS
from domain.streaks.records import Lapse, Mark, Milestone, Streak, Terms

# Most periods are kept by what was done in them, many in a row; those are taken at once.
STRETCHES = re.compile(rb"\x0f+|[^\x0f]", re.DOTALL)
# A milestone that was reached: its length, and for the how manieth time.
Key: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lost:
    """What a missed period took back of the length."""

    before: int
    after: int


@dataclass(slots=True)
class Folded:
    """What came of the periods.

    since    -- the period that the length has lasted from; None where there is none.
    next_open -- the first period that may still be missed, whether it has come or not.
    earned, toward -- freezes earned and left, and kept periods that count for the next.
    bought   -- freezes bought and left.
    kept     -- the first and the last of the periods that were kept side by side, each time.
    frozen, lost -- the periods that were; a lost one with what it took.
    reached  -- the milestones that stand, each with the period in which it was reached.
    """

    length: int = 0
    best: int = 0
    since: date | None = None
    next_open: date | None = None
    earned: int = 0
    toward: int = 0
    bought: int = 0
    kept: list[tuple[date, date]] = field(default_factory=list)
    frozen: list[date] = field(default_factory=list)
    lost: dict[date, Lost] = field(default_factory=dict)
    reached: dict[Key, tuple[date, Milestone]] = field(default_factory=dict)
    _run: set[int] = field(default_factory=set)
    _times: dict[int, int] = field(default_factory=dict)
    # Freezes that were bought for later, and whether the first hours of what comes are taken.
    _coming: dict[date, int] = field(default_factory=dict)
    _taken: bool = False

    @property
    def freezes(self) -> int:
        """Freezes that the member has."""
        return self.earned + self.bought

    def live(
        self, period: date, mark: int, terms: Terms, *, step: timedelta, is_closed: bool
    ) -> None:
        """The next period, with what is known of it."""
        if self._coming:
            self.bought += self._coming.pop(period, 0)
        taken, self._taken = self._taken, False
        if mark & (LATER if taken else WHOLE):
            self.keep(period, terms, count=1, step=step)
            # A repair that was not needed is a freeze.
            self.bought += bool(mark & REPAIRED)
        elif mark & (SHORT | REPAIRED):
            pass
        elif self.length and mark & (LATER_AND_NEXT if taken else WHOLE_AND_NEXT):
            # Only where there is something to save: else they count for their own period.
            self.keep(period, terms, count=1, step=step)
            self._taken = True
        elif is_closed:
            self._miss(period, terms)
        else:
            self.next_open = self.next_open or period

    def keep(self, period: date, terms: Terms, *, count: int, step: timedelta) -> None:
        """So many periods in a row were kept, from that one on."""
        self._taken = False
        side_by_side = bool(self.kept) and self.kept[-1][1] + step == period
        first = self.kept.pop()[0] if side_by_side else period
        self.kept.append((first, period + (count - 1) * step))
        if not self.length:
            self.since = period
        before, self.length = self.length, self.length + count
        self.best = max(self.best, self.length)
        for milestone in terms.milestones:
            if before < milestone.length <= self.length:
                self._reach(milestone, period + (milestone.length - before - 1) * step)
        while count and terms.freeze_every and self.freezes < terms.freezes_max:
            taken = min(count, max(terms.freeze_every - self.toward, 1))
            count, self.toward = count - taken, self.toward + taken
            if self.toward >= terms.freeze_every:
                self.earned, self.toward = self.earned + 1, 0

    def is_kept(self, period: date) -> bool:
        """True when the period was kept."""
        return any(first <= period <= last for first, last in reversed(self.kept))

    def _miss(self, period: date, terms: Terms) -> None:
        """A freeze stands in, or something is taken back."""
        if not self.length:
            return
        if self.freezes:
            self.frozen.append(period)
            if self.earned:
                self.earned -= 1
            else:
                self.bought -= 1
            return
        before, self.length = self.length, _after(self.length, terms)
        self.lost[period] = Lost(before, self.length)
        if not self.length:
            self.since = None
            self._run.clear()

    def _reach(self, milestone: Milestone, period: date) -> None:
        length = milestone.length
        times = self._times.get(length, 0)
        if length in self._run or (times and not milestone.again):
            return
        self._run.add(length)
        self._times[length] = times + 1
        self.reached[length, times + 1] = (period, milestone)


def fold(streak: Streak, past: Past) -> Folded:
    """What a member's periods make of the streak."""
    step = timedelta(days=LENGTH_DAYS[streak.cadence])
    coming = Counter([one for one in past.bought if one > past.first]) if past.bought else {}
    folded = Folded(bought=len(past.bought) - sum(coming.values()), _coming=coming)
    period, terms, changes = past.first, streak.terms_on(past.first), len(streak.versions) > 1
    for mark, count in _stretches(past.marks, whole=not changes and not coming):
        if changes:
            terms = streak.terms_on(period)
        if count > 1:
            folded.keep(period, terms, count=count, step=step)
        else:
            folded.live(period, mark, terms, step=step, is_closed=period <= past.closed)
        period += count * step
    while period <= past.closed and folded.length:
        folded.live(period, 0, streak.terms_on(period), step=step, is_closed=True)
        period += step
    folded.bought += sum(folded._coming.values())
    folded._coming.clear()
    folded.next_open = folded.next_open or max(period, past.closed + step)
    return folded


def _stretches(marks: bytes, *, whole: bool) -> Iterator[tuple[int, int]]:
    """The marks in their order, each with how many of it there are side by side.

    whole -- False: one by one.
    """
    if not whole:
        yield from ((mark, 1) for mark in marks)
        return
    for found in STRETCHES.finditer(marks):
        yield marks[found.start()], found.end() - found.start()


def mark_of(folded: Folded, past: Past, period: date, *, length_days: int) -> Mark:
    """What became of one period."""
    bits = bits_of(past, period, length_days=length_days)
    if folded.is_kept(period):
        return Mark.KEPT
    if bits & REPAIRED:
        return Mark.REPAIRED
    if bits & SHORT:
        return Mark.SHORT
    if period > past.closed:
        return Mark.OPEN
    return Mark.FROZEN if period in folded.frozen else Mark.MISSED


def _after(length: int, terms: Terms) -> int:
    match terms.lapse:
        case Lapse.ALL:
            return 0
        case Lapse.SHARE:
            return length - -(-length * terms.lapse_size // 100)
        case Lapse.STEPS:
            return max(length - terms.lapse_size, 0)
