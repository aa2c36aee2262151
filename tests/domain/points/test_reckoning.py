"""What a rule gives for an activity, and how it says so."""

import pytest

from domain.activities import Type
from domain.points import Measure, Rule
from domain.points.reckoning import reckon
from infra.ids import EPOCH


def a_rule(measure: Measure, points: int, per: int, *, day_max: int = 1_000) -> Rule:
    return Rule(Type.RUN, 1, measure, points, per, day_max, EPOCH)


KM = a_rule(Measure.METRES, 10, 1_000)
HALF_KM = a_rule(Measure.METRES, 1, 500)
MINUTE = a_rule(Measure.SECONDS, 2, 60)
EACH = a_rule(Measure.ACTIVITIES, 25, 1)


@pytest.mark.parametrize(
    ("rule", "metres", "seconds", "wanted", "text"),
    [
        (KM, 5_000, 1_800, 50, "5.0 km run x 10 points per km = 50 points"),
        (KM, 5_425, 1_800, 54, "5.425 km run x 10 points per km = 54 points, rounded down"),
        (KM, 10_100, 0, 101, "10.1 km run x 10 points per km = 101 points"),
        (KM, 100, 0, 1, "100 m run x 10 points per km = 1 point"),
        (KM, 99, 0, 0, "99 m run x 10 points per km = 0 points, rounded down"),
        (KM, 0, 0, 0, "0 m run x 10 points per km = 0 points"),
        (HALF_KM, 1_000, 0, 2, "1.0 km run x 1 point per 500 m = 2 points"),
        (MINUTE, 0, 1_800, 60, "30 min run x 2 points per min = 60 points"),
        (MINUTE, 0, 95, 3, "1 min 35 s run x 2 points per min = 3 points, rounded down"),
        (MINUTE, 0, 45, 1, "45 s run x 2 points per min = 1 point, rounded down"),
        (EACH, 5, 5, 25, "1 run x 25 points = 25 points"),
    ],
)
def test_a_rule_gives_whole_points_and_explains_them(
    rule: Rule, metres: int, seconds: int, wanted: int, text: str
) -> None:
    result = reckon(rule, metres=metres, seconds=seconds, given_today=0)

    assert (result.wanted, result.given, result.text) == (wanted, wanted, text)


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

    result = reckon(rule, metres=5_000, seconds=0, given_today=given_today)

    assert (result.wanted, result.given) == (50, given)
    assert result.text.endswith(ending)


def test_a_measure_below_zero_gives_nothing() -> None:
    result = reckon(KM, metres=-5_000, seconds=0, given_today=0)

    assert (result.measured, result.wanted, result.given) == (0, 0, 0)
