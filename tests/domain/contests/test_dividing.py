"""Whose the stakes are: every rule, and for any scores that no point is lost, made or moved by
the order they came in."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, strategies

from domain.contests import Payout, Score, divide, rank
from tests.support.given import NOON

POTS = strategies.integers(min_value=0, max_value=2**53 - 1)


def score(number: int, reached: int, *, hour: int | None = None, done: bool = True) -> Score:
    """What player `number` reached, by an activity that ended `hour` hours after noon."""
    at = NOON + timedelta(hours=number if hour is None else hour)
    return Score(UUID(int=number), reached, done, at if reached else None, NOON)


def shared(pot: int, scores: list[Score], payout: Payout, *, to_target: bool = True) -> list[int]:
    """What each player gets, by number."""
    wins = divide(pot, scores, to_target=to_target, payout=payout)
    return [wins[one.member].points if one.member in wins else 0 for one in scores]


DIVIDED: list[tuple[str, list[Score], Payout, int, list[int]]] = [
    ("the first gets all", [score(1, 5), score(2, 9)], Payout.WINNER, 100, [100, 0]),
    (
        "two first share it",
        [score(1, 5, hour=1), score(2, 9, hour=1), score(3, 9)],
        Payout.WINNER,
        101,
        [51, 50, 0],
    ),
    (
        "fifty, thirty, twenty",
        [score(4, 5), score(1, 5), score(2, 5), score(3, 5)],
        Payout.TOP_THREE,
        1_000,
        [0, 500, 300, 200],
    ),
    (
        "two first share eighty",
        [score(1, 5, hour=1), score(2, 5, hour=1), score(3, 5)],
        Payout.TOP_THREE,
        100,
        [40, 40, 20],
    ),
    (
        "two third share twenty",
        [score(1, 5), score(2, 5), score(3, 5, hour=3), score(4, 5, hour=3), score(5, 5)],
        Payout.TOP_THREE,
        100,
        [50, 30, 10, 10, 0],
    ),
    (
        "three second share fifty",
        [score(1, 5), *(score(n, 5, hour=2) for n in (2, 3, 4))],
        Payout.TOP_THREE,
        100,
        [50, 17, 17, 16],
    ),
    (
        "two alone divide five to three",
        [score(1, 5), score(2, 5)],
        Payout.TOP_THREE,
        80,
        [50, 30],
    ),
    ("one alone has all", [score(1, 5), score(2, 5, done=False)], Payout.TOP_THREE, 7, [7, 0]),
    (
        "who completed share",
        [score(3, 5), score(1, 5, done=False), score(2, 5), score(4, 5)],
        Payout.COMPLETED,
        100,
        [33, 0, 34, 33],
    ),
    ("nobody completed", [score(1, 5, done=False)], Payout.COMPLETED, 100, [0]),
]


@pytest.mark.parametrize(
    ("name", "scores", "payout", "pot", "expected"), DIVIDED, ids=[row[0] for row in DIVIDED]
)
def test_given_scores_when_the_pot_is_divided_then_each_gets_what_the_rule_says(
    name: str, scores: list[Score], payout: Payout, pot: int, expected: list[int]
) -> None:
    assert shared(pot, scores, payout) == expected


def test_given_no_target_when_divided_then_the_most_wins_however_late() -> None:
    scores = [score(1, 5, done=False), score(2, 9, done=False), score(3, 0, done=False)]

    wins = divide(10, scores, to_target=False, payout=Payout.WINNER)

    assert [(win.place, win.points) for win in wins.values()] == [(1, 10), (2, 0)]
    assert list(wins) == [UUID(int=2), UUID(int=1)]


def test_given_two_who_did_as_much_when_ranked_then_they_share_a_place_and_the_next_is_free() -> (
    None
):
    scores = [score(1, 7), score(2, 9, hour=3), score(3, 9, hour=2)]

    places = rank(scores, to_target=False)

    assert places == [(UUID(int=3), 1), (UUID(int=2), 1), (UUID(int=1), 3)]


@strategies.composite
def games(draw: strategies.DrawFn) -> list[Score]:
    """Up to fifty players, many of them level."""
    count = draw(strategies.integers(min_value=0, max_value=50))
    few = strategies.integers(min_value=0, max_value=4)
    return [
        replace(score(n, draw(few), hour=draw(few)), completed=draw(strategies.booleans()))
        for n in range(1, count + 1)
    ]


@given(pot=POTS, scores=games(), payout=..., to_target=..., seed=strategies.integers())
def test_given_any_game_when_divided_then_all_points_are_somebodys_and_order_does_not_matter(
    pot: int, scores: list[Score], payout: Payout, to_target: bool, seed: int
) -> None:
    shuffled = list(scores)
    Random(seed).shuffle(shuffled)

    wins = divide(pot, scores, to_target=to_target, payout=payout)

    assert wins == divide(pot, shuffled, to_target=to_target, payout=payout)
    assert sum(win.points for win in wins.values()) == (pot if wins else 0)
    assert set(wins) == {member for member, _ in rank(scores, to_target=to_target)}
    points = [win.points for win in wins.values()]
    assert points == sorted(points, reverse=True)
    assert min(points, default=0) >= 0
    levels: dict[int, list[int]] = {}
    for win in wins.values():
        levels.setdefault(win.place, []).append(win.points)
    assert all(max(level) - min(level) <= 1 for level in levels.values())


@given(pot=POTS, scores=games(), to_target=...)
def test_given_any_game_of_three_prizes_when_divided_then_nobody_is_a_point_off_their_share(
    pot: int, scores: list[Score], to_target: bool
) -> None:
    prizes = [Fraction(50), Fraction(30), Fraction(20)]

    wins = divide(pot, scores, to_target=to_target, payout=Payout.TOP_THREE)

    places = [win.place for win in wins.values()]
    taken = sum(prizes[: len(places)])
    for win in wins.values():
        level = places.count(win.place)
        due = sum(prizes[win.place - 1 : win.place - 1 + level]) / level / (taken or 1)
        assert abs(win.points - pot * due) < 1
