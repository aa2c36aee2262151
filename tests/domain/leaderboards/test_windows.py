"""Windows: where one ends and the next begins, in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from domain.leaderboards import Span
from domain.leaderboards.windows import BEGINNING, begins, first_day, previous, window_of, window_on
from tests.domain.leaderboards.boards import drawn

SECOND = timedelta(seconds=1)


def test_each_day_of_a_window_in_every_zone_begins_with_its_first_instant() -> None:
    wrong = []
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        # Around each change of the clock; those are on other days in other zones.
        for year in (2000, 2011, 2018, 2026, 2035):
            day, last = date(year, 1, 1), date(year, 12, 31)
            offset = datetime(year, 1, 1, tzinfo=zone).utcoffset()
            while day < last:
                day += timedelta(days=1)
                now = datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset()
                if now != offset:
                    offset = now
                    wrong += [(name, d) for d in _around(day) if not _begins_well(name, d)]

    assert wrong == []


@pytest.mark.parametrize(
    ("span", "starts", "ends"),
    [
        (Span.DAY, "2026-03-28T23:00", "2026-03-29T22:00"),  # 23 hours
        (Span.WEEK, "2026-03-22T23:00", "2026-03-29T22:00"),
        (Span.MONTH, "2026-02-28T23:00", "2026-03-31T22:00"),
    ],
)
def test_a_window_over_a_change_of_the_clock_begins_and_ends_at_midnight(
    span: Span, starts: str, ends: str
) -> None:
    board = drawn(1, span=span, cutoff_hours=24)
    at = datetime(2026, 3, 29, 10, tzinfo=UTC)

    window = window_of(board, at)

    assert window is not None
    assert (window.starts_at, window.ends_at) == (_utc(starts), _utc(ends))
    assert window.closes_at == _utc(ends) + timedelta(hours=24)
    assert window_of(board, _utc(ends) - SECOND) == window
    assert window_of(board, _utc(ends)) != window


def test_a_season_is_one_window_and_nothing_is_outside_of_all_time() -> None:
    season = drawn(1, span=Span.SEASON, first_day=date(2026, 6, 1), last_day=date(2026, 8, 31))
    ever = drawn(1, span=Span.ALL_TIME)

    window = window_of(season, datetime(2026, 7, 1, tzinfo=UTC))

    assert window is not None
    assert window.starts_on == date(2026, 6, 1)
    assert window.ends_at == _utc("2026-08-31T22:00")
    assert window_of(season, _utc("2026-08-31T22:00")) is None
    assert window_of(season, _utc("2026-05-31T21:59")) is None
    forever = window_of(ever, datetime(2026, 7, 1, tzinfo=UTC))
    assert forever is not None
    assert (forever.starts_on, forever.ends_at) == (BEGINNING, None)
    assert previous(season, date(2026, 6, 1)) is None


def test_windows_follow_each_other_without_a_gap() -> None:
    for span in (Span.DAY, Span.WEEK, Span.MONTH):
        board = drawn(1, span=span, zone="America/Havana")
        day = first_day(board, date(2031, 12, 31))
        for _ in range(30):
            before = previous(board, day)
            assert before is not None
            assert window_on(board, before).ends_at == window_on(board, day).starts_at
            day = before


def _around(day: date) -> list[date]:
    return [day + timedelta(days=offset) for offset in (-1, 0, 1)]


def _begins_well(name: str, day: date) -> bool:
    """Its first instant is of that day, or of the next where the zone skips the day; and what is
    right before it is of an earlier one."""
    zone, at = ZoneInfo(name), begins(name, day)
    skipped = begins(name, day + timedelta(days=1)) == at
    first = at.astimezone(zone).date()
    before = (at - SECOND).astimezone(zone).date()
    return (first == day or skipped) and before < day


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
