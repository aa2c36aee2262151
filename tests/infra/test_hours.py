"""Opening hours, by the clock on the shop's own wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.hours import Hours, Span, open_at

VIENNA = "Europe/Vienna"
EVENINGS = Hours(((Span(1_320, 180),),) * 7)  # 22:00 to 03:00
OFFICE = Hours((*((Span(540, 720), Span(780, 1_080)),) * 5, (), ()))
ALWAYS = Hours(((Span(0, 1_440),),) * 7)


def at(text: str, zone: str = VIENNA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "when", "open"),
    [
        (OFFICE, "2026-11-20T08:59", False),
        (OFFICE, "2026-11-20T09:00", True),
        (OFFICE, "2026-11-20T11:59", True),
        (OFFICE, "2026-11-20T12:00", False),
        (OFFICE, "2026-11-20T13:00", True),
        (OFFICE, "2026-11-21T10:00", False),  # Saturday
        (EVENINGS, "2026-11-20T21:59", False),
        (EVENINGS, "2026-11-20T23:30", True),
        (EVENINGS, "2026-11-21T02:59", True),
        (EVENINGS, "2026-11-21T03:00", False),
        (ALWAYS, "2026-11-21T23:59", True),
        (ALWAYS, "2026-11-21T00:00", True),
    ],
)
def test_it_is_open_within_its_spans_only(hours: Hours, when: str, open: bool) -> None:
    assert open_at(hours, VIENNA, at(when)) is open


def test_an_exception_holds_for_the_spans_that_begin_on_its_date() -> None:
    christmas = date(2026, 12, 25)
    hours = Hours(EVENINGS.week, {christmas: (), date(2026, 12, 31): (Span(600, 720),)})

    assert open_at(hours, VIENNA, at("2026-12-25T02:00"))  # of the evening before
    assert not open_at(hours, VIENNA, at("2026-12-25T23:00"))
    assert not open_at(hours, VIENNA, at("2026-12-26T02:00"))
    assert open_at(hours, VIENNA, at("2026-12-31T11:00"))
    assert not open_at(hours, VIENNA, at("2026-12-31T23:00"))


def test_in_the_night_that_is_an_hour_longer_it_is_open_in_both_hours() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30, and an hour later again

    opened = [open_at(EVENINGS, VIENNA, first + timedelta(minutes=30 * n)) for n in range(4)]

    assert opened == [True, True, True, False]  # 02:30, 02:00, 02:30, 03:00


def test_in_the_night_that_is_an_hour_shorter_it_closes_when_its_clock_says_so() -> None:
    before = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)  # 01:59, and a minute later 03:00

    assert open_at(EVENINGS, VIENNA, before)
    assert not open_at(EVENINGS, VIENNA, before + timedelta(minutes=1))


@given(
    st.integers(0, 366 * 1_440),
    st.sampled_from([VIENNA, "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]),
    st.integers(0, 1_439),
    st.integers(1, 1_440),
)
def test_it_is_open_when_its_clock_is_between_the_two_whatever_the_zone_does(
    minutes: int, zone: str, opens: int, closes: int
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = moment.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    inside = opens <= minute < closes if opens < closes else minute >= opens or minute < closes

    assert open_at(Hours(((Span(opens, closes),),) * 7), zone, moment) is inside


@pytest.mark.parametrize("span", [Span(-1, 60), Span(0, 1_441), Span(60, 60), Span(1_440, 60)])
def test_a_span_that_no_clock_shows_is_not_sound(span: Span) -> None:
    assert not span.is_sound
