"""What another policy would have earned: by hand, against the truth, and what is refused."""

import numpy as np
import pytest

from recommender.off_policy import BadRounds, Logged, doubly_robust, gained, ipw, snipw


def logged(reward: list[float], propensity: list[float], probability: list[float]) -> Logged:
    return Logged.of(
        reward=np.array(reward),
        propensity=np.array(propensity),
        probability=np.array(probability),
    )


# Weights 2, 0.5, 1, 0.5.
FOUR = logged([1, 0, 1, 1], [0.25, 0.5, 0.5, 1.0], [0.5, 0.25, 0.5, 0.5])


def test_ipw_by_hand() -> None:
    assert ipw(FOUR).value == pytest.approx((2 + 0 + 1 + 0.5) / 4)


def test_snipw_by_hand() -> None:
    assert snipw(FOUR).value == pytest.approx(3.5 / 4)


def test_snipw_of_uneven_weights_by_hand() -> None:
    uneven = logged([1, 0], [0.5, 0.5], [1.0, 0.25])

    assert ipw(uneven).value == pytest.approx(1.0)
    assert snipw(uneven).value == pytest.approx(0.8)


def test_doubly_robust_by_hand() -> None:
    predicted, expected = np.array([0.5, 0.5, 1.0, 0.0]), np.array([0.6, 0.2, 0.8, 0.4])

    found = doubly_robust(FOUR, predicted=predicted, expected=expected)

    # 0.6 + 2 x 0.5, 0.2 - 0.5 x 0.5, 0.8 + 0, 0.4 + 0.5 x 1
    assert found.value == pytest.approx((1.6 - 0.05 + 0.8 + 0.9) / 4)


def test_a_perfect_model_needs_no_correction() -> None:
    found = doubly_robust(FOUR, predicted=FOUR.reward, expected=np.array([0.1, 0.2, 0.3, 0.4]))

    assert found.value == pytest.approx(0.25)


def test_the_rounds_a_log_is_worth_by_hand() -> None:
    assert ipw(FOUR).rounds == 4
    assert ipw(FOUR).effective == pytest.approx(4**2 / (4 + 0.25 + 1 + 0.25))


def test_a_policy_like_the_logging_one_gains_nothing() -> None:
    same = logged([1, 0, 1], [0.2, 0.5, 0.3], [0.2, 0.5, 0.3])

    found = gained(same)

    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert found.effective == pytest.approx(3)


def test_a_gain_over_a_third_policy_by_hand() -> None:
    log = logged([1, 0], [0.5, 0.5], [1.0, 0.25])

    # SNIPW of the one is 0.8, of the other 1 x 0.5 / (0.5 + 1).
    assert gained(log, than=np.array([0.25, 0.5])).value == pytest.approx(0.8 - 1 / 3)
    assert gained(log).value == pytest.approx(0.8 - 0.5)
    with pytest.raises(BadRounds, match="probability of round 1"):
        gained(log, than=np.array([0.25, 1.75]))


def test_policies_that_share_nothing_are_worth_no_round() -> None:
    apart = logged([1, 0], [0.5, 0.5], [0.0, 0.0])

    assert snipw(apart).value == ipw(apart).value == 0
    assert snipw(apart).effective == 0


def test_the_truth_lies_within_the_interval_of_each_estimator() -> None:
    rng = np.random.default_rng(5)
    chances, logging = np.array([0.1, 0.3, 0.6]), np.array([0.5, 0.3, 0.2])
    wanted = np.array([0.1, 0.2, 0.7])
    shown = rng.choice(3, size=20_000, p=logging)
    reward = (rng.random(len(shown)) < chances[shown]).astype(float)
    log = Logged.of(reward=reward, propensity=logging[shown], probability=wanted[shown])
    truth = float(wanted @ chances)
    # A model that is wrong everywhere: the correction must make up for it.
    wrong = np.array([0.3, 0.3, 0.3])

    for found in (
        ipw(log),
        snipw(log),
        doubly_robust(log, predicted=wrong[shown], expected=np.full(len(shown), wrong @ wanted)),
    ):
        assert found.low < truth < found.high
        assert found.high - found.low < 0.05
    gain = gained(log)
    assert gain.low < truth - float(logging @ chances) < gain.high
    assert gain.low > 0


def test_the_same_seed_gives_the_same_interval() -> None:
    assert snipw(FOUR, seed=7) == snipw(FOUR, seed=7)


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("reward", "propensity", "probability", "word"),
    [
        ([], [], [], "no round"),
        ([1], [0.5, 0.5], [0.5], "lengths"),
        ([NAN], [0.5], [0.5], "reward of round 0"),
        ([1], [NAN], [0.5], "propensity of round 0"),
        ([1], [0.5], [INF], "probability of round 0"),
        ([1, 1], [0.5, 0.0], [0.5, 0.5], "propensity of round 1"),
        ([1], [-0.5], [0.5], "propensity of round 0"),
        ([1], [1.5], [0.5], "propensity of round 0"),
        ([1], [0.5], [-0.1], "probability of round 0"),
        ([1], [0.5], [1.1], "probability of round 0"),
    ],
)
def test_a_log_without_an_honest_answer_is_refused(
    reward: list[float], propensity: list[float], probability: list[float], word: str
) -> None:
    with pytest.raises(BadRounds, match=word):
        logged(reward, propensity, probability)


def test_a_model_of_other_rounds_is_refused() -> None:
    with pytest.raises(BadRounds, match="lengths"):
        doubly_robust(FOUR, predicted=np.zeros(3), expected=np.zeros(4))
    with pytest.raises(BadRounds, match="expected"):
        doubly_robust(FOUR, predicted=np.zeros(4), expected=np.array([0, 0, NAN, 0]))
