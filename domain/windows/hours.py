"""Hours: when a member's clock shows a time, whatever is done to the clocks there. Pure functions.

A local time that a zone skips is reached when clocks jump over it; one that comes twice is
reached the first time. Quiet hours are by what the clock on the wall shows: where it is put back
out of them, they are over until it shows them again.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.windows.records import Quiet

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
# Enough for a zone that skips a day.
DAYS_AHEAD = 4


def first_allowed(quiet: Quiet | None, *, zone: ZoneInfo, at: datetime) -> datetime:
    """The first moment from `at` on that is not quiet in `zone`: `at` itself when it is not."""
    moment = at
    while quiet is not None and quiet.holds(moment.astimezone(zone)):
        local = moment.astimezone(zone)
        shown = timedelta(
            hours=local.hour,
            minutes=local.minute,
            seconds=local.second,
            microseconds=local.microsecond,
        )
        until = timedelta(minutes=quiet.until_minute)
        end = moment + (until - shown) % DAY
        moment = _changed(zone, moment, end) or end
    return moment


def next_at(hour: int, *, zone: ZoneInfo, at: datetime) -> datetime:
    """The first moment after `at` at which a local day in `zone` comes to that hour.

    Once for each local day: one that ends before the hour, as clocks jump over it, has none.
    """
    today = at.astimezone(zone).date()
    days = (today + number * DAY for number in range(DAYS_AHEAD))
    reached = ((day, _reached(day, hour, zone)) for day in days)
    return next(
        moment for day, moment in reached if moment > at and moment.astimezone(zone).date() == day
    )


def _reached(day: date, hour: int, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, time(hour), zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # Skipped: with the offset of after the jump it lies before the jump, and the other way round.
    jump = _changed(zone, local.replace(fold=1).astimezone(UTC), moment)
    assert jump is not None, "a local time is skipped only where the offset changes"
    return jump


def _changed(zone: ZoneInfo, since: datetime, until: datetime) -> datetime | None:
    """When the clocks of `zone` are first changed after `since` and until `until`; None: never."""
    known = since
    while known < until:
        step = min(known + HOUR, until)
        if _offset(zone, step) != _offset(zone, since):
            return _bisected(zone, known, step)
        known = step
    return None


def _bisected(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    # Clocks are changed at whole seconds, which `before` need not be.
    low, high = before.replace(microsecond=0), after.replace(microsecond=0)
    high = high if high == after else high + SECOND
    while high - low > SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _offset(zone, middle) == _offset(zone, before):
            low = middle
        else:
            high = middle
    return high


def _offset(zone: ZoneInfo, at: datetime) -> timedelta | None:
    return at.astimezone(zone).utcoffset()
