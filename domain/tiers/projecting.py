"""Projecting: what a member still needs, and where they are going. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

from domain.tiers.climbing import climb, month_of, period, window_sum
from domain.tiers.records import Place, Terms, Way

# Whoever has been here for some days only is not taken to go on like that for a year.
DAYS_MIN = 30
DAY = timedelta(days=1)


def to_stay(terms: Terms, months: Mapping[int, int], place: Place) -> Way | None:
    """What it takes to reach the tier again before its validity ends; None: it does not end.

    What has been earned counts as far as it will still be in the period then.
    """
    if place.until is None:
        return None
    tier = terms.tiers[place.tier]
    earned = window_sum(terms, months, month_of(place.until))
    return Way(tier, max(0, tier.threshold - earned), place.until)


def to_rise(terms: Terms, months: Mapping[int, int], place: Place, *, today: date) -> Way | None:
    """What it takes to reach the next tier in the period that runs; None: there is none higher."""
    if place.tier + 1 == len(terms.tiers):
        return None
    tier = terms.tiers[place.tier + 1]
    earned = window_sum(terms, months, month_of(today))
    return Way(tier, max(0, tier.threshold - earned), period(terms, today)[1])


def projected(terms: Terms, months: Mapping[int, int], *, today: date, since: date) -> Place:
    """The place on the last day of the period, if it goes on as in it so far.

    since -- when the member joined: days before that are none of theirs.
    """
    first, last = period(terms, today)
    now = month_of(today)
    days = max(DAYS_MIN, (today - max(first, since)) // DAY + 1)
    more = window_sum(terms, months, now) * ((last - today) // DAY) // days
    return climb(terms, {**months, now: months.get(now, 0) + more}, today=last)
