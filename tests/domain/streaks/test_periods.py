"""When periods end: in all zones of the world, and for people who travel through them."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import settings

from domain.streaks.periods import BEGINNING, Clock, Zones, day_end, period_of
from domain.streaks.records import Cadence

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
CLOSEST = timedelta(hours=20)
# Names of the database that are not places.
NAMES = sorted(available_timezones() - {"Factory", "localtime"})
SOAK = settings.get_current_profile_name() == "soak"
# No zone keeps an offset for less than two weeks in these years, as the long profile finds, too.
STEP = timedelta(days=1 if SOAK else 13)
STEPS = (LAST - FIRST) // STEP + 1


def offset(at: datetime) -> timedelta:
    found = at.utcoffset()
    assert found is not None
    return found


def offsets(name: str) -> tuple[timedelta, ...]:
    """The zone's offset at every step; zones with the same ones are the same here."""
    at, found = FIRST.replace(tzinfo=ZoneInfo(name)), []
    for _ in range(STEPS):
        found.append(offset(at))
        at += STEP
    return tuple(found)


def transitions(name: str, found: Sequence[timedelta]) -> Iterator[datetime]:
    """Each moment at which the zone's offset changes, to the second; and one at which none does."""
    zone = ZoneInfo(name)
    yield FIRST
    for n, (before, after) in enumerate(pairwise(found)):
        if after != before:
            low, high = FIRST + n * STEP - before, FIRST + (n + 1) * STEP - after
            while high - low > SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                same = offset(middle.astimezone(zone)) == before
                low, high = (middle, high) if same else (low, middle)
            yield high


@pytest.fixture(scope="module")
def changes() -> Sequence[tuple[str, Sequence[datetime]]]:
    """A zone of each kind in these years, and when its clocks change."""
    kinds = {offsets(name): name for name in NAMES}
    return [(name, list(transitions(name, found))) for found, name in kinds.items()]


def local(name: str, at: datetime) -> date:
    return at.astimezone(ZoneInfo(name)).date()


def lived_dates(zones: Zones, since: datetime, until: datetime) -> set[date]:
    """The dates that the member's clock showed, looked at every half hour."""
    found = set()
    while since < until:
        zone = [name for begun, name in zones if begun is None or begun <= since][-1]
        found.add(local(zone, since))
        since += HOUR / 2
    return found


def check(zones: Zones, around: datetime, *, days: int = 4) -> None:
    """What holds for whoever does something at every moment: nothing is ever lost, and what could
    be lost is never decided twice within twenty hours."""
    clock = Clock(zones, Cadence.DAILY)
    dates = lived_dates(zones, around - (days + 2) * DAY, around + (days + 2) * DAY)
    first = local(zones[0][1], around) - days * DAY
    before, ended = None, BEGINNING
    for day in (first + n * DAY for n in range(2 * days)):
        ends_at = clock.ends_at(day)
        assert ends_at >= ended, (zones, day, "a day ends before the one before it")
        ended = ends_at
        assert clock.today(ends_at - SECOND) <= day < clock.today(ends_at)
        if clock.is_short(day):
            continue
        assert day in dates, (zones, day, "somebody must keep a day that never was")
        assert before is None or ends_at - before >= CLOSEST, (zones, day)
        before = ends_at


def test_in_every_zone_a_day_ends_with_the_last_moment_of_its_date(
    changes: Sequence[tuple[str, Sequence[datetime]]],
) -> None:
    assert len(NAMES) > 500
    for name, moments in changes:
        for moment in moments:
            for n in (-1, 0, 1):
                day = local(name, moment) + n * DAY
                end = day_end(name, day)
                assert local(name, end) > day, (name, day)
                assert local(name, end - SECOND) <= day, (name, day)
                assert local(name, end + 3 * HOUR) > day, (name, day)


def test_in_every_zone_through_every_change_of_its_clocks_nothing_is_lost_or_decided_too_soon(
    changes: Sequence[tuple[str, Sequence[datetime]]],
) -> None:
    for name, moments in changes:
        short = [
            day
            for moment in moments
            for day in (local(name, moment) + n * DAY for n in range(-2, 3))
            if Clock([(None, name)], Cadence.DAILY).is_short(day)
        ]
        chosen = random.Random(name).sample(moments, min(2, len(moments)))
        for moment in moments if SOAK else chosen:
            check([(None, name)], moment, days=3)
        # Only a date that the zone left out, when it crossed the date line.
        assert not short or {day.isoformat() for day in short} == {"2011-12-30"}, (name, short)


def test_whoever_travels_through_any_zones_at_any_change_loses_nothing_and_nothing_is_too_soon(
    changes: Sequence[tuple[str, Sequence[datetime]]],
) -> None:
    for name, moments in changes:
        chance = random.Random(name)
        for moment in moments if SOAK else chance.choices(moments, k=3):
            check(journey(moment, name, chance), moment)


def journey(around: datetime, home: str, chance: random.Random) -> Zones:
    """Away and back, or on and on, within a few days of that moment."""
    zones: list[tuple[datetime | None, str]] = [(None, home)]
    at = around - chance.randrange(72) * HOUR
    for _ in range(chance.randrange(1, 5)):
        away = chance.choice((*FAR, *chance.sample(NAMES, 2), home))
        zones.append((at, away))
        at += timedelta(minutes=chance.randrange(30, 48 * 60))
    return zones


FAR = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia", "Etc/GMT+12", "Asia/Kathmandu")

EASTWARD = [(None, "America/Los_Angeles"), (datetime(2026, 3, 2, 6, tzinfo=UTC), "Asia/Tokyo")]
DAY_TRIP = [
    (None, "Pacific/Apia"),
    (datetime(2026, 3, 1, 11, 30, tzinfo=UTC), "Pacific/Pago_Pago"),
    (datetime(2026, 3, 2, 11, 30, tzinfo=UTC), "Pacific/Apia"),
]


def test_a_date_that_a_traveller_hardly_saw_need_not_be_kept() -> None:
    tokyo, trip = Clock(EASTWARD, Cadence.DAILY), Clock(DAY_TRIP, Cadence.DAILY)

    # The second of March was 22 hours of the evening before, and then nine hours of Tokyo.
    assert [d for d in range(1, 6) if tokyo.is_short(date(2026, 3, d))] == [2]
    # Half an hour of the second, then the first once more, then the third.
    assert [d for d in range(1, 6) if trip.is_short(date(2026, 3, d))] == [2]
    assert trip.ends_at(date(2026, 3, 2)) == DAY_TRIP[2][0]


def test_a_week_is_short_only_when_a_day_of_it_and_more_is_gone() -> None:
    assert not Clock(EASTWARD, Cadence.WEEKLY).is_short(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("Europe/Vienna", date(2026, 3, 29), "2026-03-29T22:00:00+00:00"),
        # The clock jumps from midnight to one, and from midnight back to eleven.
        ("America/Sao_Paulo", date(2015, 10, 17), "2015-10-18T03:00:00+00:00"),
        ("America/Sao_Paulo", date(2015, 2, 21), "2015-02-22T03:00:00+00:00"),
        # From a minute past midnight back: the date comes once more for an hour.
        ("America/St_Johns", date(2009, 10, 31), "2009-11-01T03:30:00+00:00"),
        # A date that was left out.
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-30T10:00:00+00:00"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00+00:00"),
    ],
)
def test_the_moment_after_a_day(zone: str, day: date, ends: str) -> None:
    assert day_end(zone, day).isoformat() == ends


def test_going_west_gives_more_time_and_what_has_ended_does_not_begin_again() -> None:
    left = datetime(2026, 3, 1, 16, tzinfo=UTC)  # an hour into the second of March, in Tokyo
    clock = Clock([(None, "Asia/Tokyo"), (left, "America/Los_Angeles")], Cadence.DAILY)

    assert clock.ends_at(date(2026, 3, 1)) == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert clock.today(left) == date(2026, 3, 2)
    assert clock.ends_at(date(2026, 3, 2)) == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert clock.closed(left, grace=timedelta()) == date(2026, 3, 1)
    assert clock.closed(left, grace=2 * HOUR) == date(2026, 2, 28)


def test_a_week_begins_on_monday() -> None:
    assert period_of(date(2026, 11, 22), Cadence.WEEKLY) == date(2026, 11, 16)
    assert period_of(date(2026, 11, 23), Cadence.WEEKLY) == date(2026, 11, 23)
    assert period_of(date(2026, 11, 22), Cadence.DAILY) == date(2026, 11, 22)
