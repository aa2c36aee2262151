"""What a rule gives for an activity, and how it says so."""

from datetime import date, timedelta
from typing import Any

import pytest

from domain.activities import Type
from domain.points import Measure, Multiplier, Rule
from domain.points.reckoning import FACTOR_MAX, factor, reckon, window
from domain.points.telling import told
from infra.ids import EPOCH

# A Wednesday.
DAY = date(2026, 11, 18)


def a_rule(
    measure: Measure, points: int, per: int, *, type: Type = Type.RUN, day_max: int = 1_000,
    **limits: Any,
) -> Rule:  # fmt: skip
    return Rule(type, 1, measure, points, per, day_max, EPOCH, **limits)


def a_multiplier(percent: int, name: str = "Double week") -> Multiplier:
    return Multiplier(1, name, None, None, None, percent, EPOCH)


def given_before(points: int, *, day: date = DAY) -> dict[int, int]:
    return {day.toordinal(): points}


KM = a_rule(Measure.METRES, 10, 1_000)
HALF_KM = a_rule(Measure.METRES, 1, 500)
MINUTE = a_rule(Measure.SECONDS, 2, 60)
EACH = a_rule(Measure.ACTIVITIES, 25, 1)
STEPS = a_rule(Measure.QUANTITY, 1, 100, type=Type.STEPS)
SLEEP = a_rule(Measure.QUANTITY, 5, 3_600, type=Type.SLEEP)
ENERGY = a_rule(Measure.QUANTITY, 3, 1_000, type=Type.ENERGY)
PURCHASE = a_rule(Measure.QUANTITY, 1, 100, type=Type.PURCHASE)
SHARE = a_rule(Measure.QUANTITY, 5, 1, type=Type.SHARE)


@pytest.mark.parametrize(
    ("rule", "measured", "wanted", "text"),
    [
        (KM, 5_000, 50, "5.0 km run x 10 points per km = 50 points"),
        (KM, 5_425, 54, "5.425 km run x 10 points per km = 54 points, rounded down"),
        (KM, 10_100, 101, "10.1 km run x 10 points per km = 101 points"),
        (KM, 100, 1, "100 m run x 10 points per km = 1 point"),
        (KM, 99, 0, "99 m run x 10 points per km = 0 points, rounded down"),
        (KM, 0, 0, "0 m run x 10 points per km = 0 points"),
        (HALF_KM, 1_000, 2, "1.0 km run x 1 point per 500 m = 2 points"),
        (MINUTE, 1_800, 60, "30 min run x 2 points per min = 60 points"),
        (MINUTE, 95, 3, "1 min 35 s run x 2 points per min = 3 points, rounded down"),
        (MINUTE, 45, 1, "45 s run x 2 points per min = 1 point, rounded down"),
        (EACH, 1, 25, "1 run x 25 points = 25 points"),
        (STEPS, 8_000, 80, "8000 steps x 1 point per 100 steps = 80 points"),
        (SLEEP, 28_800, 40, "480 min sleep x 5 points per hour = 40 points"),
        (ENERGY, 2_500, 7, "2.5 kWh saved x 3 points per 1.0 kWh = 7 points, rounded down"),
        (PURCHASE, 1_999, 19,
         "1999 smallest units spent x 1 point per 100 = 19 points, rounded down"),
        (SHARE, 1, 5,
         "1 opening of a shared link x 5 points per opening of a shared link = 5 points"),
    ],
)  # fmt: skip
def test_a_rule_gives_whole_points_and_explains_them(
    rule: Rule, measured: int, wanted: int, text: str
) -> None:
    result = reckon(rule, measured=measured, day=DAY, before={})

    assert (result.wanted, result.given, told(rule, result)) == (wanted, wanted, text)


@pytest.mark.parametrize(
    ("given_today", "given", "ending"),
    [
        (0, 50, "= 50 points"),
        (10, 50, "= 50 points"),
        (11, 49, "= 50 points; the limit of 60 a day left 49 points"),
        (60, 0, "= 50 points; the limit of 60 a day left 0 points"),
        (500, 0, "= 50 points; the limit of 60 a day left 0 points"),
    ],
)
def test_the_limit_of_a_day_takes_what_is_over_it_and_says_so(
    given_today: int, given: int, ending: str
) -> None:
    rule = a_rule(Measure.METRES, 10, 1_000, day_max=60)

    result = reckon(rule, measured=5_000, day=DAY, before=given_before(given_today))

    assert (result.wanted, result.given, result.day_took) == (50, given, 50 - given)
    assert told(rule, result).endswith(ending)


@pytest.mark.parametrize(
    ("before", "day_took", "week_took", "month_took"),
    [
        (DAY, 40, 0, 0),
        (DAY - timedelta(days=1), 0, 40, 0),
        (DAY - timedelta(days=2), 0, 40, 0),  # the Monday of the same week
        (DAY - timedelta(days=3), 0, 0, 40),  # the Sunday before, still the same month
        (date(2026, 11, 1), 0, 0, 40),
        (date(2026, 11, 30), 0, 0, 40),
        (date(2026, 10, 31), 0, 0, 0),
    ],
)
def test_each_limit_takes_from_its_own_period_only(
    before: date, day_took: int, week_took: int, month_took: int
) -> None:
    rule = a_rule(Measure.METRES, 10, 1_000, day_max=60, week_max=60, month_max=60)

    result = reckon(rule, measured=5_000, day=DAY, before=given_before(50, day=before))

    assert (result.day_took, result.week_took, result.month_took) == (
        day_took,
        week_took,
        month_took,
    )
    assert result.given == 50 - day_took - week_took - month_took


def test_limits_take_one_after_the_other_and_each_says_what_it_left() -> None:
    rule = a_rule(Measure.METRES, 10, 1_000, day_max=40, week_max=30, month_max=20)

    result = reckon(rule, measured=5_000, day=DAY, before={})

    assert (result.day_took, result.week_took, result.month_took, result.given) == (10, 10, 10, 20)
    assert told(rule, result).endswith(
        "; the limit of 40 a day left 40 points; the limit of 30 a week left 30 points"
        "; the limit of 20 a month left 20 points"
    )


@pytest.mark.parametrize(
    ("limits", "first", "last"),
    [
        ({}, DAY, DAY),
        ({"week_max": 1}, date(2026, 11, 16), date(2026, 11, 22)),
        ({"month_max": 1}, date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_the_window_of_a_rule_covers_every_period_it_limits(
    limits: dict[str, int], first: date, last: date
) -> None:
    assert window(a_rule(Measure.METRES, 1, 1, **limits), DAY) == (first, last)


def test_a_week_reaches_over_the_end_of_its_month() -> None:
    rule = a_rule(Measure.METRES, 1, 1, week_max=1, month_max=1)

    assert window(rule, date(2026, 12, 1)) == (date(2026, 11, 30), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("percents", "wanted", "text"),
    [
        ((200,), 109, "5.45 km run x 10 points per km x 200 % (M0) = 109 points"),
        ((150, 200), 163,
         "5.45 km run x 10 points per km x 150 % (M0) x 200 % (M1) = 163 points, rounded down"),
        ((50,), 27, "5.45 km run x 10 points per km x 50 % (M0) = 27 points, rounded down"),
        ((1_000, 200), 545,
         "5.45 km run x 10 points per km x 1000 % (M0) x 200 % (M1), at most 10 times,"
         " = 545 points"),
    ],
)  # fmt: skip
def test_multipliers_multiply_and_are_rounded_once(
    percents: tuple[int, ...], wanted: int, text: str
) -> None:
    multipliers = [a_multiplier(percent, f"M{n}") for n, percent in enumerate(percents)]

    result = reckon(KM, measured=5_450, day=DAY, before={}, multipliers=multipliers)

    assert (result.wanted, told(KM, result, multipliers)) == (wanted, text)


def test_however_many_multipliers_meet_they_stay_below_the_bound() -> None:
    assert factor([a_multiplier(1_000)] * 50) == (FACTOR_MAX, 1)


def test_limits_hold_after_multipliers() -> None:
    rule = a_rule(Measure.METRES, 10, 1_000, day_max=60)

    result = reckon(rule, measured=5_000, day=DAY, before={}, multipliers=[a_multiplier(300)])

    assert (result.wanted, result.given) == (150, 60)


def test_a_measure_below_zero_gives_nothing() -> None:
    result = reckon(KM, measured=-5_000, day=DAY, before={})

    assert (result.measured, result.wanted, result.given) == (0, 0, 0)
