"""No push in quiet hours, in any zone, on any day: also where clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.windows import (
    Action,
    Channel,
    Decision,
    Mode,
    Preferences,
    Quiet,
    Topic,
    Urgency,
    window,
)
from domain.windows.choosing import digest_at
from domain.windows.hours import first_allowed, next_at
from domain.windows.records import MODES
from tests.domain.windows import clocks

MINUTES = st.integers(0, 24 * 60 - 1)
# Where people put them, and where clocks are changed.
TIDY = st.sampled_from([0, 30, 60, 90, 119, 120, 121, 150, 179, 180, 420, 1320, 1380, 1439])
NIGHT = Quiet(22 * 60, 7 * 60)


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and a moment in it, mostly near a change of its clocks."""
    zone = draw(st.sampled_from(clocks.ZONES))
    year = draw(st.integers(2000, 2035))
    changed = clocks.changes(zone, year)
    base = draw(st.sampled_from(changed)) if changed and draw(st.booleans()) else None
    if base is None:
        base = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=draw(st.integers(0, 365)))
    return zone, base + timedelta(seconds=draw(st.integers(-90_000, 90_000)))


@st.composite
def hours(draw: st.DrawFn) -> Quiet | None:
    start, end = draw(TIDY | MINUTES), draw(TIDY | MINUTES)
    return None if start == end else Quiet(start, end)


def wanting(quiet: Quiet | None, *, urgent: bool = False, mode: Mode = Mode.ON) -> Preferences:
    modes = {**MODES, (Topic.NEWS, Channel.PHONE): mode}
    return Preferences(modes, quiet, {}, digest_hour=18, urgent_in_quiet_hours=urgent)


@given(moments(), hours(), st.sampled_from(Urgency), st.booleans(), st.integers(-3_600, 200_000))
def test_nothing_is_pushed_in_quiet_hours_and_no_money_is_lost(
    where: tuple[str, datetime], quiet: Quiet | None, urgency: Urgency, urgent: bool, lives_s: int
) -> None:
    zone, at = where
    expires_at = at + timedelta(seconds=lives_s)
    free = clocks.first_free(quiet, zone, at)

    decision = window(
        wanting(quiet, urgent=urgent),
        zone=zone,
        topic=Topic.NEWS,
        channel=Channel.PHONE,
        urgency=urgency,
        at=at,
        expires_at=expires_at,
    )

    if urgency is Urgency.MONEY:
        assert (decision.action, decision.at) == (
            (Action.SEND, at) if free == at else (Action.WAIT, free)
        )
    elif expires_at <= at:
        assert decision.action is Action.DROP
    elif free == at or (urgency is Urgency.TIMELY and urgent):
        assert decision == Decision(Action.SEND, at)
    elif expires_at <= free:
        assert decision.action is Action.DROP
    else:
        assert (decision.action, decision.at) == (Action.WAIT, free)


@given(moments(), hours(), st.integers(0, 23))
def test_a_digest_goes_at_its_hour_of_each_local_day_or_after_the_quiet(
    where: tuple[str, datetime], quiet: Quiet | None, hour: int
) -> None:
    zone, at = where
    place = ZoneInfo(zone)
    reached = {}
    for moment in clocks.minutes_from((at - clocks.DAY).replace(second=0, microsecond=0)):
        local = moment.astimezone(place)
        if local.hour >= hour:
            reached.setdefault(local.date(), moment)
    # The first day may have come to the hour before anybody looked.
    reached.pop(min(reached))

    found = next_at(hour, zone=place, at=at)

    assert found == min(moment for moment in reached.values() if moment > at)
    preferences = Preferences(MODES, quiet, {}, hour, False)
    assert digest_at(preferences, zone=zone, at=at) == clocks.first_free(quiet, zone, found)


@pytest.mark.parametrize(
    ("zone", "at", "end"),
    [
        ("Europe/Vienna", "2026-11-22T23:15:30+00:00", "2026-11-23T06:00:00+00:00"),
        ("Europe/Vienna", "2026-11-22T12:00:00+00:00", "2026-11-22T12:00:00+00:00"),
        # Summer time begins in that night, and ends in this one.
        ("Europe/Vienna", "2026-03-28T22:00:00+00:00", "2026-03-29T05:00:00+00:00"),
        ("Europe/Vienna", "2026-10-24T22:00:00+00:00", "2026-10-25T06:00:00+00:00"),
        # A zone of half an hour, whose summer is half an hour too.
        ("Australia/Lord_Howe", "2026-10-03T13:00:00+00:00", "2026-10-03T20:00:00+00:00"),
        # The day that Samoa left out, to be on the other side of the date line.
        ("Pacific/Apia", "2011-12-30T09:30:00+00:00", "2011-12-30T17:00:00+00:00"),
    ],
)
def test_quiet_ends_when_clocks_show_it(zone: str, at: str, end: str) -> None:
    found = first_allowed(NIGHT, zone=ZoneInfo(zone), at=datetime.fromisoformat(at))
    assert found == datetime.fromisoformat(end)


@pytest.mark.parametrize(
    ("quiet", "at", "end"),
    [
        # 02:30 does not come that night: clocks go from 02:00 to 03:00.
        (Quiet(60, 150), "2026-03-29T00:30:00+00:00", "2026-03-29T01:00:00+00:00"),
        # It comes twice: the first time ends the quiet, the second one ends it once more.
        (Quiet(60, 150), "2026-10-24T23:30:00+00:00", "2026-10-25T00:30:00+00:00"),
        (Quiet(60, 150), "2026-10-25T01:10:00+00:00", "2026-10-25T01:30:00+00:00"),
        # Clocks are put back out of it.
        (Quiet(150, 210), "2026-10-25T00:40:00+00:00", "2026-10-25T01:00:00+00:00"),
    ],
)
def test_clocks_that_are_changed_within_the_quiet(quiet: Quiet, at: str, end: str) -> None:
    vienna = ZoneInfo("Europe/Vienna")
    found = first_allowed(quiet, zone=vienna, at=datetime.fromisoformat(at))
    assert found == datetime.fromisoformat(end)


def test_a_day_that_a_zone_leaves_out_has_no_digest() -> None:
    before = datetime(2011, 12, 30, 9, tzinfo=UTC)  # the 29th, 23:00, in Apia
    found = next_at(8, zone=ZoneInfo("Pacific/Apia"), at=before)
    assert found == datetime(2011, 12, 30, 18, tzinfo=UTC)  # the 31st, 08:00


def test_an_hour_within_a_jump_is_reached_by_the_jump() -> None:
    # Clocks at Troll go from 01:00 to 03:00: two o'clock does not come, three does at once.
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    found = next_at(2, zone=ZoneInfo("Antarctica/Troll"), at=before)
    assert found == datetime(2026, 3, 29, 1, tzinfo=UTC)
