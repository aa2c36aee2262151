"""Estimating: intervals that hold, also where there is little to tell them by."""

import random

import pytest

from domain.challenges.estimating import Estimate, Seen, among, exactly, spread, unknown


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.97])
@pytest.mark.parametrize(("sampled", "members"), [(30, 900), (400, 25), (900, 400)])
def test_an_interval_holds_what_the_next_stretch_brings(
    share: float, sampled: int, members: int
) -> None:
    chance, held, tries = random.Random(4), 0, 200
    for _ in range(tries):
        told = among(Seen(sampled, _happening(chance, sampled, share)), exactly(members))
        held += told.low <= _happening(chance, members, share) <= told.high

    assert held / tries >= 0.95


def test_an_interval_of_rewards_of_several_sizes_holds() -> None:
    chance, held, tries = random.Random(5), 0, 200
    sizes, weights = (0, 50, 200), (70, 20, 10)
    for _ in range(tries):
        seen = sum(chance.choices(sizes, weights, k=200))
        told = among(Seen(200, seen, most=200), exactly(1_000))
        held += told.low <= sum(chance.choices(sizes, weights, k=1_000)) <= told.high

    assert held / tries >= 0.95


def test_a_larger_sample_tells_more() -> None:
    few, many = [among(Seen(n, n // 4), exactly(100_000)) for n in (40, 4_000)]

    assert few.expected == many.expected == 25_000
    assert few.low < many.low < 25_000 < many.high < few.high


def test_without_a_sample_nothing_is_known() -> None:
    assert among(Seen(0, 0), exactly(70)) == Estimate(None, 0, 70)
    assert among(Seen(0, 0, most=30), exactly(70)) == Estimate(None, 0, 2_100)


def test_of_no_members_nothing_comes() -> None:
    assert among(Seen(50, 25), exactly(0)) == exactly(0)
    assert unknown(0) == exactly(0)
    assert spread([], exactly(0)) == exactly(0)


def test_what_nobody_of_the_sample_did_may_still_happen() -> None:
    told = among(Seen(20, 0), exactly(1_000))

    assert (told.low, told.expected) == (0, 0)
    assert told.high > 100


def test_how_many_are_asked_is_not_known_either() -> None:
    told = among(Seen(1_000, 500), Estimate(60, 40, 100))

    assert told.expected == 30
    assert told.low <= among(Seen(1_000, 500), exactly(40)).low
    assert told.high >= among(Seen(1_000, 500), exactly(100)).high


def test_earlier_times_that_differ_span_the_interval() -> None:
    told = spread([Seen(500, 50), Seen(500, 150)], exactly(10_000))

    assert told.expected == 2_000
    assert told.low < 1_000
    assert told.high > 3_000


def test_sums_and_multiples_of_estimates() -> None:
    assert Estimate(5, 2, 9).times(3) + Estimate(1, 1, 2) == Estimate(16, 7, 29)
    assert Estimate(None, 2, 9) + Estimate(1, 1, 2) == Estimate(None, 3, 11)


def test_an_estimate_is_cut_where_no_more_can_be() -> None:
    assert Estimate(5, 2, 9).at_most(4) == Estimate(4, 2, 4)
    assert Estimate(None, 0, 9).at_most(4) == Estimate(None, 0, 4)
    assert exactly(4).is_exact
    assert not Estimate(None, 4, 4).is_exact


def _happening(chance: random.Random, count: int, share: float) -> int:
    return sum(chance.random() < share for _ in range(count))
