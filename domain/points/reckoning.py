"""Reckon what a rule gives. Pure functions, the same for the ledger and for a replay."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import repeat
from typing import NamedTuple

from domain.points.records import Multiplier, Rule

# However many multipliers meet, together they make at most ten times as much.
FACTOR_MAX = 10
WEEK_DAYS = 7
DAY = timedelta(days=1)
NOTHING = repeat(0)


class Reckoning(NamedTuple):
    """What came out: the measure paid for, points asked for, and what each limit took of them."""

    measured: int
    wanted: int
    day_took: int = 0
    week_took: int = 0
    month_took: int = 0

    @property
    def given(self) -> int:
        """Points that the limits left."""
        return self.wanted - self.day_took - self.week_took - self.month_took


class Room:
    """What the rules have given one member by day, so how much their limits leave."""

    __slots__ = ("_rules",)

    def __init__(self) -> None:
        self._rules: dict[str, dict[int, int]] = {}

    def of(self, rule: str) -> dict[int, int]:
        """What that rule gave, by the ordinal of the day; to be added to in place."""
        days = self._rules.get(rule)
        if days is None:
            days = self._rules[rule] = {}
        return days

    def add(self, rule: str, *, day: date, points: int) -> None:
        """Note points that a rule gave for a day or, negative, took back."""
        days, ordinal = self.of(rule), day.toordinal()
        days[ordinal] = days.get(ordinal, 0) + points


def reckon(
    rule: Rule,
    *,
    measured: int,
    day: date,
    before: Mapping[int, int],
    multipliers: Sequence[Multiplier] = (),
) -> Reckoning:
    """What `rule` gives for so much of its measure on a local day.

    before -- what it has given the member already, by the ordinal of the day.
    The limits take in this order: the day's, the week's, the month's. Parts of a point are not
    given, and are cut off once, after the multipliers.
    """
    measured = measured if measured > 0 else 0
    if multipliers:
        above, below = factor(multipliers)
        wanted = measured * rule.points * above // (rule.per * below)
    else:
        wanted = measured * rule.points // rule.per
    ordinal = day.toordinal()
    left = rule.day_max - before.get(ordinal, 0)
    day_took = 0 if wanted <= left else _over(wanted, left)
    if rule.week_max is None and rule.month_max is None:
        return Reckoning(measured, wanted, day_took, 0, 0)
    rest, week_took = wanted - day_took, 0
    if rule.week_max is not None:
        # The day with the ordinal 1 was a Monday.
        monday = ordinal - (ordinal - 1) % WEEK_DAYS
        week_took = _over(rest, rule.week_max - _sum(before, monday, monday + WEEK_DAYS))
    rest, month_took = rest - week_took, 0
    if rule.month_max is not None:
        first = ordinal - day.day + 1
        last = first + _days_in_month(day)
        month_took = _over(rest, rule.month_max - _sum(before, first, last))
    return Reckoning(measured, wanted, day_took, week_took, month_took)


def factor(multipliers: Sequence[Multiplier]) -> tuple[int, int]:
    """What they come to together, as a fraction; at most FACTOR_MAX."""
    above, below = 1, 1
    for multiplier in multipliers:
        above, below = above * multiplier.percent, below * 100
    return (above, below) if above <= FACTOR_MAX * below else (FACTOR_MAX, 1)


def window(rule: Rule, day: date) -> tuple[date, date]:
    """The first and the last day whose points the limits of `rule` ask for on that day."""
    first = last = day
    if rule.week_max is not None:
        first = day - day.weekday() * DAY
        last = first + (WEEK_DAYS - 1) * DAY
    if rule.month_max is not None:
        month = day.replace(day=1)
        first, last = min(first, month), max(last, month + (_days_in_month(day) - 1) * DAY)
    return first, last


def _over(wanted: int, left: int) -> int:
    """What of the points wanted a limit takes that leaves so many."""
    return wanted - max(left, 0) if wanted > left else 0


def _sum(given: Mapping[int, int], first: int, end: int) -> int:
    return sum(map(given.get, range(first, end), NOTHING))


def _days_in_month(day: date) -> int:
    following = (day.replace(day=28) + 4 * DAY).replace(day=1)
    return (following - DAY).day
