"""Leagues: cohorts are fair and the same whenever they are dealt; who moves where."""

from uuid import UUID

import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from domain.leaderboards import Rank
from domain.leaderboards.leagues import SIZE_MAX, SIZE_MIN, Move, deal, moves, seats
from tests.domain.leaderboards.boards import a_league


def people(count: int) -> list[UUID]:
    return [UUID(int=number) for number in range(1, count + 1)]


@cases(st.integers(min_value=0, max_value=700), st.text(max_size=5))
def test_everybody_has_one_cohort_of_25_to_50_where_there_are_25(count: int, seed: str) -> None:
    dealt = deal(people(count), seed=seed)

    assert sorted(member for cohort in dealt for member in cohort) == people(count)
    sizes = {len(cohort) for cohort in dealt}
    assert all(size <= SIZE_MAX for size in sizes)
    assert count < SIZE_MIN or all(size >= SIZE_MIN for size in sizes)
    assert not sizes or max(sizes) - min(sizes) <= 1


def test_dealing_does_not_depend_on_the_order_and_differs_from_window_to_window() -> None:
    one = deal(people(120), seed="a")

    assert deal(people(120)[::-1], seed="a") == one
    assert deal(people(120), seed="b") != one


def test_newcomers_are_seated_where_there_is_most_room_and_then_in_a_new_cohort() -> None:
    new = people(4)

    found = seats(new, {1: 49, 2: 48})

    assert [found[member] for member in new] == [2, 1, 2, 3]
    assert set(seats(new, {}).values()) == {1}


@pytest.mark.parametrize(
    ("scores", "division", "after"),
    [
        ([9, 8, 7, 6, 5, 4], 2, [3, 3, 2, 2, 1, 1]),
        ([9, 8, 7, 6, 5, 4], 3, [3, 3, 3, 3, 2, 2]),  # nobody rises above the highest
        ([9, 8, 7, 6, 5, 4], 1, [2, 2, 1, 1, 1, 1]),  # nor falls below the lowest
        ([9, 8, 7, 6], 2, [3, 2, 2, 1]),  # a third of four is one
        ([9, 8], 2, [2, 2]),  # and of two nobody
        ([9, 0, 0, 0, 0, 0], 2, [3, 1, 1, 1, 1, 1]),  # whoever does nothing goes down
        ([0, 0, 0, 0, 0, 0], 2, [1, 1, 1, 1, 1, 1]),  # and never up
    ],
)
def test_the_first_go_up_and_the_last_and_the_idle_go_down(
    scores: list[int], division: int, after: list[int]
) -> None:
    cohort = list(zip(people(len(scores)), scores, strict=True))

    made = moves(a_league(), cohort, division=division, ranks={})

    assert [move.after for move in made] == after


def test_whoever_is_idle_for_too_long_plays_no_longer_and_a_score_begins_anew() -> None:
    league, (ada, bob) = a_league(idle_max=3), people(2)
    ranks = {one: Rank(2, "Silver", 2, True) for one in (ada, bob)}

    made = moves(league, [(ada, 5), (bob, 0)], division=2, ranks=ranks)

    assert made == [Move(ada, 2, 2, 0, True), Move(bob, 2, 1, 3, False)]
