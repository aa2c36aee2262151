"""Periods: days and weeks by number, and when they end for a member who travels. Pure.

A period is named by its first day. It ends when the member's clock first shows a later date, in
whichever zone they lived at that moment; a clock that is put back afterwards, by a flight to the
west, does not begin it again, though what is done then still counts for its own date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

from domain.streaks.records import Cadence

# The zones somebody lived in, the oldest first, each with since when; None: ever since.
Zones: TypeAlias = Sequence[tuple[datetime | None, str]]

LENGTH_DAYS = {Cadence.DAILY: 1, Cadence.WEEKLY: 7}
# Whose clock showed less than five sixths of a period, 20 hours of a day, need not keep it. The
# ends of two periods that can be missed are therefore never closer than that.
LIVED_MIN = {cadence: timedelta(hours=20 * days) for cadence, days in LENGTH_DAYS.items()}

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
BEGINNING = datetime.min.replace(tzinfo=UTC)


def period_of(day: date, cadence: Cadence) -> date:
    """The first day of the period with that day in it."""
    return day if cadence is Cadence.DAILY else day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Clock:
    """A member's periods of one cadence, by where they lived."""

    zones: Zones
    cadence: Cadence

    def ends_at(self, period: date) -> datetime:
        """When the member's clock shows a later date than those of the period."""
        return _left_at(self.zones, period + timedelta(days=LENGTH_DAYS[self.cadence] - 1))

    def is_short(self, period: date) -> bool:
        """True when travel left so little of the period that it need not be kept."""
        last = period + timedelta(days=LENGTH_DAYS[self.cadence] - 1)
        ends_at, lived = self.ends_at(period), timedelta()
        for place, (since, zone) in enumerate(self.zones):
            until = self.zones[place + 1][0] if place + 1 < len(self.zones) else None
            began = max(day_end(zone, period - DAY), since or BEGINNING)
            ended = min(day_end(zone, last), ends_at, until or ends_at)
            lived += max(ended - began, timedelta())
        return lived < LIVED_MIN[self.cadence]

    def today(self, at: datetime) -> date:
        """The date it is for the member; never earlier than it has been before."""
        zone = next(z for since, z in reversed(self.zones) if since is None or since <= at)
        day = at.astimezone(ZoneInfo(zone)).date()
        while _left_at(self.zones, day) <= at:
            day += DAY
        return day

    def closed(self, at: datetime, *, grace: timedelta) -> date:
        """The last period that has ended, with its grace."""
        period = period_of(self.today(at), self.cadence)
        length = timedelta(days=LENGTH_DAYS[self.cadence])
        while self.ends_at(period) + grace > at:
            period -= length
        return period


def _left_at(zones: Zones, day: date) -> datetime:
    """When the clock of somebody who lived in these zones first showed a later date."""
    for place, (since, zone) in enumerate(zones):
        until = zones[place + 1][0] if place + 1 < len(zones) else None
        ends = day_end(zone, day)
        if since is not None and ends <= since:
            return since
        if until is None or ends < until:
            return ends
    raise AssertionError("the last zone has no end")


@lru_cache(maxsize=65_536)
def day_end(zone: str, day: date) -> datetime:
    """The moment after the last one of that date in the zone, in UTC.

    Where a clock that is put back shows a date once more, that is after the second time. Where
    midnight does not exist, it is when the clock jumps over it; a date that the zone left out ends
    when it would have begun.
    """
    try:
        midnight = datetime.combine(day + DAY, time(), ZoneInfo(zone))
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)
    ends = [midnight.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    if ends[0] <= ends[1]:
        # Midnight comes once, mostly. Where it comes twice, the date may have come back between.
        again = (ends[1] - SECOND).astimezone(midnight.tzinfo).date() <= day
        return ends[1] if again else ends[0]
    low, high = ends[1], ends[0]
    while high - low > SECOND:
        middle = (low + (high - low) / 2).replace(microsecond=0)
        jumped = middle.astimezone(midnight.tzinfo).date() > day
        low, high = (low, middle) if jumped else (middle, high)
    return high
