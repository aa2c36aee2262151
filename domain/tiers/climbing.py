"""Climbing: which tier a member is in, from what they earned in each month. Pure.

The place is a function of the months, the terms and the day alone: points that come late, or are
taken back, give the tier that they would have given in time, and counting anew gives the same.

Months are numbered: twelve times the year and the month, from 0.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from domain.tiers.records import Downgrade, Period, Place, Terms

YEAR_MONTHS = 12
DAY = timedelta(days=1)


def climb(terms: Terms, months: Mapping[int, int], *, today: date) -> Place:
    """Where a member is on `today`, who earned so much in each month.

    A tier is reached at once, and kept as long as `terms` says; then the member falls, as often
    as it takes. Points of the month in which they fall still save them.
    """
    base, now = terms.base, month_of(today)
    thresholds = [tier.threshold for tier in terms.tiers]
    last = max(now, *months) if months else now
    tier, until = base, None
    reached: dict[int, int] = {}
    for month, points in _sums(terms, months, min(months, default=now), last):
        best = reached[month] = bisect_right(thresholds, points) - 1
        if base < best >= tier:
            tier, until = best, validity(terms, month)
        if until is None:
            continue
        day = last_day(month) if month < now else today
        while until is not None and day > until + terms.grace_days * DAY:
            tier, until = _fallen(terms, tier, until, reached)
            if base < best >= tier:
                tier, until = best, validity(terms, month)
    due = None if until is None else until + (terms.grace_days + 1) * DAY
    return Place(tier, until, due)


def level_of(terms: Terms, xp: int) -> int:
    """The level that so many points in a life reach; 0: none yet."""
    return bisect_right(terms.levels, xp)


def window(terms: Terms, month: int) -> tuple[int, int]:
    """The first and the last month of the period that is looked at in `month`."""
    if terms.period is Period.YEAR:
        return month - month % YEAR_MONTHS, month
    return month - terms.period_months + 1, month


def period(terms: Terms, today: date) -> tuple[date, date]:
    """The first and the last day of the period that runs on `today`."""
    first, last = window(terms, month_of(today))
    if terms.period is Period.YEAR:
        last = first + YEAR_MONTHS - 1
    return first_day(first), last_day(last)


def window_sum(terms: Terms, months: Mapping[int, int], month: int) -> int:
    """What was earned in the period that is looked at in `month`."""
    first, last = window(terms, month)
    return sum(months.get(one, 0) for one in range(first, last + 1))


def validity(terms: Terms, month: int) -> date:
    """The last day of what was reached in `month`."""
    if terms.period is Period.YEAR:
        month = month - month % YEAR_MONTHS + YEAR_MONTHS - 1
    return last_day(month + terms.valid_months)


def month_of(day: date) -> int:
    """The number of the month that a day is in."""
    return day.year * YEAR_MONTHS + day.month - 1


def first_day(month: int) -> date:
    """The first day of a numbered month."""
    return date(month // YEAR_MONTHS, month % YEAR_MONTHS + 1, 1)


def last_day(month: int) -> date:
    """The last day of a numbered month."""
    first = first_day(month)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _sums(
    terms: Terms, months: Mapping[int, int], first: int, last: int
) -> Iterator[tuple[int, int]]:
    """Each month with what was earned in the period that is looked at in it."""
    points = 0
    for month in range(first, last + 1):
        if terms.period is Period.ROLLING:
            points -= months.get(month - terms.period_months, 0)
        elif month % YEAR_MONTHS == 0:
            points = 0
        points += months.get(month, 0)
        yield month, points


def _fallen(
    terms: Terms, tier: int, until: date, reached: Mapping[int, int]
) -> tuple[int, date | None]:
    """The tier after one whose validity has ended, and how long that one holds.

    What was reached since the tier was reached last is lower, or it would still be valid.
    """
    passed = month_of(until)
    since = range(passed - terms.valid_months + 1, passed + 1)
    meanwhile = max((reached.get(month, -1) for month in since), default=-1)
    step = tier - 1 if terms.downgrade is Downgrade.ONE_STEP else -1
    fallen = max(step, meanwhile, terms.base)
    if fallen == terms.base:
        return fallen, None
    return fallen, last_day(passed + terms.valid_months)
