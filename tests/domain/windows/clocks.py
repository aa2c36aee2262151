"""Clocks: what clocks in a zone show, minute by minute, for comparing with. Slow and obvious."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from domain.programmes.checking import NOT_ZONES
from domain.windows import Quiet

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ZONES = sorted(available_timezones() - NOT_ZONES)


def minutes_from(at: datetime) -> Iterator[datetime]:
    """`at`, then every whole minute after it, for three days: no quiet lasts as long."""
    yield at
    whole = at.replace(second=0, microsecond=0)
    for number in range(1, 3 * 24 * 60):
        yield whole + number * MINUTE


def is_quiet(quiet: Quiet | None, zone: str, at: datetime) -> bool:
    """True when clocks in the zone show a time of the quiet hours, by walking through them."""
    if quiet is None:
        return False
    local = at.astimezone(ZoneInfo(zone))
    shown = local.hour * 60 + local.minute
    minute = quiet.from_minute
    while minute != quiet.until_minute:
        if minute == shown:
            return True
        minute = (minute + 1) % (24 * 60)
    return False


def first_free(quiet: Quiet | None, zone: str, at: datetime) -> datetime:
    """The first moment from `at` on that is not quiet."""
    return next(moment for moment in minutes_from(at) if not is_quiet(quiet, zone, moment))


@cache
def changes(zone: str, year: int) -> tuple[datetime, ...]:
    """The hours of a year in which clocks in the zone are changed, or jump."""
    start, place = datetime(year, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    days = [start + number * DAY for number in range(366)]
    changed = [
        day
        for day in days
        if day.astimezone(place).utcoffset() != (day + DAY).astimezone(place).utcoffset()
    ]
    hours = (day + number * timedelta(hours=1) for day in changed for number in range(24))
    return tuple(
        hour
        for hour in hours
        if hour.astimezone(place).utcoffset()
        != (hour + timedelta(hours=1)).astimezone(place).utcoffset()
    )
