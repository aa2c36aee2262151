"""Climbing: which tier follows from months, terms and the day. Pure."""

from dataclasses import replace
from datetime import date

import pytest

from domain.tiers import Downgrade, Period, Terms, Tier
from domain.tiers.climbing import climb, level_of, month_of
from domain.tiers.projecting import projected, to_rise, to_stay
from domain.tiers.records import Place

STEPS = (Tier("blue", "Blue", 0), Tier("silver", "Silver", 1_000), Tier("gold", "Gold", 3_000))
YEARLY = Terms(STEPS)
ROLLING = Terms(STEPS, period=Period.ROLLING, period_months=3, valid_months=2)


def months(**points: int) -> dict[int, int]:
    """Points by month: `y26m3=500` is March 2026."""
    found = {}
    for name, amount in points.items():
        year, month = name.removeprefix("y").split("m")
        found[month_of(date(2000 + int(year), int(month), 1))] = amount
    return found


@pytest.mark.parametrize(
    ("earned", "today", "tier", "until"),
    [
        ({}, date(2026, 5, 1), 0, None),
        (months(y26m3=999), date(2026, 5, 1), 0, None),
        (months(y26m3=1_000), date(2026, 5, 1), 1, date(2027, 12, 31)),
        (months(y26m3=600, y26m5=400), date(2026, 5, 1), 1, date(2027, 12, 31)),
        (months(y26m3=600, y26m5=5_000), date(2026, 5, 1), 2, date(2027, 12, 31)),
        # What was earned last year leads nowhere this year ...
        (months(y25m12=600, y26m1=400), date(2026, 5, 1), 0, None),
        # ... but what was reached last year holds through this one,
        (months(y25m12=3_000), date(2026, 12, 31), 2, date(2026, 12, 31)),
        # and then the member falls by one step, for another year.
        (months(y25m12=3_000), date(2027, 1, 1), 1, date(2027, 12, 31)),
        (months(y25m12=3_000), date(2028, 1, 1), 0, None),
        # A lower tier that is reached meanwhile does not lower anybody.
        (months(y25m12=3_000, y26m6=1_000), date(2026, 12, 31), 2, date(2026, 12, 31)),
        (months(y25m12=3_000, y26m6=1_000), date(2027, 12, 31), 1, date(2027, 12, 31)),
        # Reached again in time, it holds for another year.
        (months(y25m12=3_000, y26m6=3_000), date(2027, 12, 31), 2, date(2027, 12, 31)),
        # A day that has begun further east already counts.
        (months(y27m1=1_000), date(2026, 12, 31), 1, date(2028, 12, 31)),
    ],
)
def test_a_tier_is_reached_at_once_kept_for_a_year_and_then_lost(
    earned: dict[int, int], today: date, tier: int, until: date | None
) -> None:
    place = climb(YEARLY, earned, today=today)

    assert (place.tier, place.until) == (tier, until)


@pytest.mark.parametrize(
    ("downgrade", "earned", "tier", "until"),
    [
        (Downgrade.ONE_STEP, months(y25m1=3_000), 1, date(2027, 12, 31)),
        (Downgrade.TO_REACHED, months(y25m1=3_000), 0, None),
        (Downgrade.TO_REACHED, months(y25m1=3_000, y26m1=1_500), 1, date(2027, 12, 31)),
        # The year that has just begun does not count for the one that ended.
        (Downgrade.TO_REACHED, months(y25m1=3_000, y27m1=400), 0, None),
        (Downgrade.TO_REACHED, months(y25m1=3_000, y27m1=1_000), 1, date(2028, 12, 31)),
    ],
)
def test_a_member_falls_as_the_ladder_says(
    downgrade: Downgrade, earned: dict[int, int], tier: int, until: date | None
) -> None:
    terms = replace(YEARLY, downgrade=downgrade)

    place = climb(terms, earned, today=date(2027, 3, 1))

    assert (place.tier, place.until) == (tier, until)


@pytest.mark.parametrize(
    ("today", "tier"), [(date(2027, 1, 1), 2), (date(2027, 1, 30), 2), (date(2027, 1, 31), 1)]
)
def test_in_the_grace_nobody_falls(today: date, tier: int) -> None:
    terms = replace(YEARLY, grace_days=30)

    place = climb(terms, months(y25m1=3_000), today=today)

    assert place.tier == tier
    assert place.due is not None
    assert (place.due == date(2027, 1, 31)) is (tier == 2)


def test_points_in_the_grace_save_the_tier() -> None:
    terms = replace(YEARLY, grace_days=30)

    place = climb(terms, months(y25m1=3_000, y27m1=3_000), today=date(2027, 6, 1))

    assert place == Place(2, date(2028, 12, 31), date(2029, 1, 31))


@pytest.mark.parametrize(
    ("earned", "today", "tier", "until"),
    [
        (months(y26m1=400, y26m2=300, y26m3=300), date(2026, 3, 9), 1, date(2026, 5, 31)),
        # A fourth month is out of the three.
        (months(y26m1=400, y26m2=300, y26m4=300), date(2026, 4, 9), 0, None),
        # Over the turn of the year.
        (months(y25m11=400, y25m12=300, y26m1=300), date(2026, 1, 9), 1, date(2026, 3, 31)),
        # As long as three months in a row hold enough, it is reached again.
        (months(y26m1=1_000), date(2026, 3, 31), 1, date(2026, 5, 31)),
        (months(y26m1=1_000), date(2026, 5, 31), 1, date(2026, 5, 31)),
        (months(y26m1=1_000), date(2026, 6, 1), 0, None),
    ],
)
def test_a_rolling_period_holds_its_last_months(
    earned: dict[int, int], today: date, tier: int, until: date | None
) -> None:
    place = climb(ROLLING, earned, today=today)

    assert (place.tier, place.until) == (tier, until)


def test_without_a_tier_for_all_nobody_has_one_before_they_reach_it() -> None:
    terms = replace(YEARLY, tiers=STEPS[1:])

    assert climb(terms, {}, today=date(2026, 5, 1)).tier == -1
    assert climb(terms, months(y25m1=3_000), today=date(2027, 1, 1)).tier == 0
    assert climb(terms, months(y25m1=3_000), today=date(2028, 1, 1)) == Place(-1, None, None)


@pytest.mark.parametrize(("xp", "level"), [(0, 0), (99, 0), (100, 1), (999, 1), (5_000, 3)])
def test_a_level_is_reached_by_the_points_of_a_life(xp: int, level: int) -> None:
    assert level_of(replace(YEARLY, levels=(100, 1_000, 5_000)), xp) == level


@pytest.mark.parametrize(
    ("terms", "earned", "today", "points", "by"),
    [
        # Reached this year: it must be reached again next year, all of it.
        (YEARLY, months(y26m3=1_200), date(2026, 5, 1), 1_000, date(2027, 12, 31)),
        (YEARLY, months(y26m3=1_200, y27m1=300), date(2027, 2, 1), 700, date(2027, 12, 31)),
        # Of three months until June, what was earned in May is still in.
        (ROLLING, months(y26m3=500, y26m4=600), date(2026, 5, 1), 1_000, date(2026, 7, 31)),
    ],
)
def test_what_it_takes_to_stay_is_what_is_missing_when_the_validity_ends(
    terms: Terms, earned: dict[int, int], today: date, points: int, by: date
) -> None:
    place = climb(terms, earned, today=today)
    way = to_stay(terms, earned, place)

    assert way is not None
    assert (way.tier.key, way.points, way.by) == ("silver", points, by)


def test_who_has_the_lowest_tier_has_nothing_to_lose() -> None:
    assert to_stay(YEARLY, {}, climb(YEARLY, {}, today=date(2026, 5, 1))) is None


def test_what_it_takes_to_rise_is_what_is_missing_in_the_period() -> None:
    today, earned = date(2026, 5, 1), months(y25m3=9_000, y26m2=400)
    base = climb(YEARLY, {}, today=today)
    gold = climb(YEARLY, earned, today=today)

    way = to_rise(YEARLY, earned, base, today=today)

    assert way is not None
    assert (way.tier.key, way.points, way.by) == ("silver", 600, date(2026, 12, 31))
    assert to_rise(YEARLY, earned, gold, today=today) is None


@pytest.mark.parametrize(
    ("earned", "since", "tier"),
    [
        # 500 in 100 days is 1,825 in a year.
        ({month_of(date(2026, 4, 1)): 500}, date(2025, 1, 1), 1),
        ({month_of(date(2026, 4, 1)): 200}, date(2025, 1, 1), 0),
        # In the last ten days only; but nobody is taken to go on like that for a year.
        ({month_of(date(2026, 4, 1)): 200}, date(2026, 4, 1), 1),
        ({month_of(date(2026, 4, 1)): 300}, date(2026, 4, 10), 1),
    ],
)
def test_what_is_projected_is_the_pace_so_far(
    earned: dict[int, int], since: date, tier: int
) -> None:
    place = projected(YEARLY, earned, today=date(2026, 4, 10), since=since)

    assert place.tier == tier
