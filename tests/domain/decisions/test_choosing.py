"""Which candidates are chosen, and that the probability of each choice is what is said."""

from collections import Counter
from math import inf, nan, sqrt
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions import Candidate, by_rule, choose, first_chance, plainly
from domain.decisions.choosing import (
    FLOOR,
    PRIOR_P,
    PRIOR_SPREAD,
    SPREAD_LEAST,
    largest,
    sound,
)
from domain.decisions.holding_out import from_all, from_offer

DRAWS = 1_000
# Of a share of so many draws: farther off than this is once in a hundred thousand.
SIGMAS = 4.5

beliefs = st.builds(
    lambda p, spread, margin, cost: (p, spread, margin, cost),
    st.floats(0.0, 0.5),
    st.floats(SPREAD_LEAST, 0.2),
    st.floats(0.0, 300.0),
    st.floats(0.0, 5.0),
)


def one(item: str = "offer:a", **said: object) -> Candidate:
    words: dict[str, object] = {"item": item, "p": 0.1, "spread": 0.02, "margin": 100, "cost": 0}
    return Candidate(**{**words, **said})  # type: ignore[arg-type]


def several(some: list[tuple[float, float, float, float]]) -> list[Candidate]:
    return [Candidate(f"offer:{n}", *belief) for n, belief in enumerate(some)]


def test_nothing_is_chosen_of_nothing() -> None:
    assert choose([], count=3, seed=1) == []
    assert by_rule([], count=3, seed=1) == []
    assert plainly([], count=3) == []


def test_one_alone_is_certain() -> None:
    (choice,) = choose([one()], count=3, seed=1)

    assert choice.propensity == pytest.approx(1.0, abs=1e-9)
    assert not choice.exploring


def test_the_value_is_what_it_brings_less_what_showing_it_costs() -> None:
    assert one(p=0.2, margin=100, cost=5).value == pytest.approx(15.0)
    # What is liked is worth something, though it earns no points.
    assert one(p=0.2, margin=0, cost=0).value == pytest.approx(0.2)


def test_of_two_alike_each_has_half() -> None:
    pair = [one("offer:a"), one("offer:b")]

    assert largest(pair[0], pair) == pytest.approx(0.5, abs=1e-9)


def test_of_two_normals_the_probability_is_that_of_their_difference() -> None:
    # P(N(12, 3) > N(10, 4)) is Phi(2 / 5) = 0.655421741610324.
    better = one("offer:a", p=0.12, spread=0.03)
    worse = one("offer:b", p=0.10, spread=0.04)

    assert largest(better, [better, worse]) == pytest.approx(0.655421741610324, abs=1e-9)
    assert largest(worse, [better, worse]) == pytest.approx(1 - 0.655421741610324, abs=1e-9)


@given(st.lists(beliefs, min_size=1, max_size=8))
def test_the_probabilities_of_one_place_are_one_together(some: list[tuple[float, ...]]) -> None:
    candidates = several(some)  # type: ignore[arg-type]

    total = sum(largest(candidate, candidates) for candidate in candidates)

    assert total == pytest.approx(1.0, abs=1e-7)


@pytest.mark.parametrize("fresh", [(), (1,), (0, 3)])
def test_what_is_said_of_each_place_is_how_often_it_happens(fresh: tuple[int, ...]) -> None:
    candidates = [
        one(f"offer:{n}", p=p, spread=spread, fresh=n in fresh)
        for n, (p, spread) in enumerate([(0.10, 0.03), (0.08, 0.06), (0.12, 0.02), (0.03, 0.01)])
    ]
    slates = [choose(candidates, count=2, seed=seed) for seed in range(DRAWS)]

    firsts = Counter(slate[0].candidate.item for slate in slates)
    said = {slate[0].candidate.item: slate[0].propensity for slate in slates}
    for item, times in firsts.items():
        assert _agrees(times, said[item], DRAWS), (item, times, said[item])
        assert first_chance(candidates, item=item) == pytest.approx(said[item])
    # Of the second place, by who is above it.
    pairs = Counter((slate[0].candidate.item, slate[1].candidate.item) for slate in slates)
    second = {(s[0].candidate.item, s[1].candidate.item): s[1].propensity for s in slates}
    for pair, times in pairs.items():
        assert _agrees(times, second[pair], firsts[pair[0]]), (pair, times, second[pair])


def test_what_the_rule_says_of_each_place_is_how_often_it_happens() -> None:
    candidates = [one(f"offer:{n}") for n in range(4)]
    slates = [by_rule(candidates, count=2, seed=seed) for seed in range(DRAWS)]

    firsts = Counter(slate[0].candidate.item for slate in slates)
    said = {slate[0].candidate.item: slate[0].propensity for slate in slates}
    assert said["offer:0"] == pytest.approx(1 - FLOOR + FLOOR / 4)
    assert said["offer:3"] == pytest.approx(FLOOR / 4)
    for item, times in firsts.items():
        assert _agrees(times, said[item], DRAWS)


def test_what_is_fresh_has_its_share_however_little_it_promises() -> None:
    known = [one(f"offer:{n}", p=0.4, spread=0.002) for n in range(40)]
    fresh = one("offer:new", p=0.001, spread=0.002, fresh=True)

    assert first_chance([*known, fresh], item="offer:new") == pytest.approx(FLOOR, abs=1e-6)
    chosen = [choose([*known, fresh], count=1, seed=seed)[0] for seed in range(100)]
    found = [choice for choice in chosen if choice.candidate is fresh]
    assert found
    assert all(choice.exploring for choice in found)


def test_what_is_not_considered_has_no_chance() -> None:
    known = [one(f"offer:{n:02}", p=0.4) for n in range(40)]

    assert first_chance([*known, one("offer:z", p=0.0)], item="offer:z") == 0.0
    assert first_chance(known, item="offer:nobody") == 0.0


def test_the_same_seed_gives_the_same_whatever_order_they_come_in() -> None:
    candidates = [one(f"offer:{n}", p=0.1 + n / 100) for n in range(12)]

    forth = choose(candidates, count=5, seed=7)
    back = choose(candidates[::-1], count=5, seed=7)

    assert [choice.candidate for choice in forth] == [choice.candidate for choice in back]
    assert len({choice.candidate.item for choice in forth}) == 5


def test_a_plain_list_leaves_nothing_to_chance() -> None:
    candidates = [one(f"offer:{n}") for n in range(5)]

    chosen = plainly(candidates, count=3)

    assert [choice.candidate for choice in chosen] == candidates[:3]
    assert [choice.propensity for choice in chosen] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("p", "spread", "meant"),
    [
        (nan, 0.1, (PRIOR_P, PRIOR_SPREAD)),
        (0.1, inf, (PRIOR_P, PRIOR_SPREAD)),
        (-0.5, 0.1, (0.0, 0.1)),
        (7.0, 0.1, (1.0, 0.1)),
        (0.1, 0.0, (0.1, SPREAD_LEAST)),
    ],
)
def test_an_estimate_that_cannot_be_meant_is_made_sound(
    p: float, spread: float, meant: tuple[float, float]
) -> None:
    assert sound(p, spread) == meant


def test_so_many_are_held_out_and_always_the_same() -> None:
    people = [UUID(int=n) for n in range(4_000)]

    held = {who for who in people if from_all(who, programme=1, percent=5)}

    assert _agrees(len(held), 0.05, len(people))
    # Whoever was held out stays so when the share grows.
    assert held <= {who for who in people if from_all(who, programme=1, percent=9)}
    assert not any(from_all(who, programme=1, percent=0) for who in people)


def test_who_is_held_out_of_one_offer_says_nothing_of_another() -> None:
    people = [UUID(int=n) for n in range(4_000)]
    one_of, other = UUID(int=1), UUID(int=2)

    first = {who for who in people if from_offer(who, programme=1, offer=one_of, percent=20)}
    second = {who for who in people if from_offer(who, programme=1, offer=other, percent=20)}

    assert _agrees(len(first & second), 0.04, len(people))


def _agrees(times: int, share: float, of: int) -> bool:
    """True when so many of `of` are as many as such a share gives, but for chance."""
    return abs(times - share * of) <= SIGMAS * sqrt(max(share * (1 - share) * of, 1.0))
