"""Saving: what a day used less than the member's own usual. Pure functions.

The baseline of a day is the mean of the same weekday in the weeks before, half hour by half
hour: of up to six such days within ten weeks, at least four, those with the highest and the
lowest use are left out. It is a middle X-of-Y baseline as demand-response programmes use it
(ERCOT's "middle 8 of 10"; compared in KEMA, "PJM Empirical Analysis of Demand Response Baseline
Methods", 2011): leaving out the extremes, one cannot raise it by a single wasteful day. Weather
is not looked at: the same weekdays of ten weeks share most of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.energy.records import DaySaving, Slot
from domain.energy.slotting import SLOT_S

COMPARED_MIN, COMPARED_MAX = 4, 6
WEEKS_MAX = 10
# Of a day that is known to less than a half nothing is said.
KNOWN_SHARE_MIN = 0.5


def starts_of(day: date, zone: ZoneInfo) -> Sequence[int]:
    """The starts of a local day's half hours: 46, 48 or 50 of them."""
    first, last = (
        int(datetime.combine(each, time(), zone).astimezone(UTC).timestamp())
        for each in (day, day + timedelta(days=1))
    )
    # Zones off the half hour, such as Nepal's, begin with the first whole one.
    first, last = -(-first // SLOT_S) * SLOT_S, -(-last // SLOT_S) * SLOT_S
    return range(first, last, SLOT_S)


def day_of(start_s: int, zone: ZoneInfo) -> date:
    """The local day in which a half hour begins."""
    return datetime.fromtimestamp(start_s, zone).date()


def savings(
    slots: Mapping[int, Slot], days: Iterable[date], *, zone: ZoneInfo
) -> Sequence[DaySaving]:
    """What each of the days saved; days that are known to less than a half are left out."""
    found = (_saving(slots, day, zone) for day in sorted(days))
    return [one for one in found if one is not None]


def _saving(slots: Mapping[int, Slot], day: date, zone: ZoneInfo) -> DaySaving | None:
    starts = starts_of(day, zone)
    known = [start for start in starts if start in slots]
    if len(known) < KNOWN_SHARE_MIN * len(starts):
        return None
    used = sum(slots[start].wh for start in known)
    baseline = _baseline(slots, day, known, zone)
    whole = len(known) == len(starts) and not any(slots[start].estimated for start in known)
    saved = max((baseline or 0) - used, 0)
    return DaySaving(day, used, baseline, saved, len(known), whole)


def _baseline(
    slots: Mapping[int, Slot], day: date, known: Sequence[int], zone: ZoneInfo
) -> int | None:
    """What the known half hours of the day usually use; None: too little history."""
    hours = [_hour(start, zone) for start in known]
    compared: list[dict[int, int]] = []
    for week in range(1, WEEKS_MAX + 1):
        starts = starts_of(day - timedelta(weeks=week), zone)
        if all(start in slots for start in starts) and len(compared) < COMPARED_MAX:
            compared.append({_hour(start, zone): slots[start].wh for start in starts})
    if len(compared) < COMPARED_MIN:
        return None
    totals = sorted(compared, key=lambda one: sum(one.get(hour, 0) for hour in hours))
    middle = totals[1:-1]
    return sum(_mean(hour, middle) for hour in hours)


def _mean(hour: int, days: Sequence[Mapping[int, int]]) -> int:
    # A half hour that the clocks left out of a day is not compared with that day.
    found = [one[hour] for one in days if hour in one]
    return sum(found) // len(found) if found else 0


def _hour(start_s: int, zone: ZoneInfo) -> int:
    local = datetime.fromtimestamp(start_s, zone)
    return local.hour * 2 + local.minute // 30
