"""Lives and seasons: the laws they are drawn by, seen in many of them."""

import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean

from simulator import lives, seasons
from simulator.lives import Phase

FIRST = date(2025, 11, 22)
SUMMER, WINTER = date(2026, 7, 15), date(2026, 1, 15)


def many(habit_chance: float, count: int = 600) -> list[lives.Life]:
    return [
        lives.drawn(FIRST, random.Random(f"life {n}"), habit_chance=habit_chance)
        for n in range(count)
    ]


def test_a_life_begins_with_joining_and_its_phases_follow_in_order() -> None:
    for life in many(0.5, 200):
        assert life.joined_on == FIRST
        assert all(one.since < other.since for one, other in pairwise(life.stretches))
        assert life.stretches[0].phase is Phase.HONEYMOON
        assert life.stretches[-1].phase is Phase.AWAY


def test_nobody_does_anything_before_joining_or_while_away() -> None:
    for life in many(0.5, 200):
        assert life.vigour(FIRST - timedelta(days=1)) == 0
        assert life.vigour(life.left_on) == 0
        assert life.vigour(life.left_on + timedelta(days=4_000)) == 0


def test_whoever_slips_away_does_less_every_week() -> None:
    for life in many(0.0, 200):
        slipping = next(s for s in life.stretches if s.phase is Phase.SLIPPING)
        weeks = [life.vigour(slipping.since + timedelta(days=7 * n)) for n in range(3)]
        assert weeks == sorted(weeks, reverse=True)
        assert weeks[0] > weeks[-1]


def test_a_habit_keeps_people_and_without_one_half_leave_within_months() -> None:
    day = FIRST + timedelta(days=180)

    gone = [sum(life.phase(day) is Phase.AWAY for life in many(chance)) for chance in (0.0, 1.0)]

    assert 300 < gone[0] < 520  # of 600
    assert gone[1] < gone[0] / 2


def test_some_who_left_come_back() -> None:
    back = sum(len(life.stretches) > 4 for life in many(0.5))

    assert 0.08 < back / 600 < 0.16


def test_summer_is_for_outdoors_and_january_for_indoors() -> None:
    dry = [
        seasons.outdoors(seasons.Weather(seasons.warmth_of(day), wet=False))
        for day in (SUMMER, WINTER)
    ]
    wet = seasons.outdoors(seasons.Weather(seasons.warmth_of(SUMMER), wet=True))

    assert dry[0] > 2 * dry[1]
    assert wet < dry[0]
    assert seasons.indoors(date(2026, 1, 3)) > 1.3 * seasons.indoors(date(2026, 3, 3))
    assert seasons.shopping(date(2026, 12, 5)) > seasons.shopping(date(2026, 6, 5))


def test_rain_comes_in_spells() -> None:
    days = [seasons.weather("town", FIRST + timedelta(days=n)).wet for n in range(1_500)]
    after = Counter(pairwise(days))

    assert 0.27 < mean(days) < 0.4
    assert after[True, True] / (after[True, True] + after[True, False]) > 0.45
    assert days == [seasons.weather("town", FIRST + timedelta(days=n)).wet for n in range(1_500)]
