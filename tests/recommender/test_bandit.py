"""What answers teach: by hand on two features, and the same by every way of counting."""

import numpy as np
import pytest

from recommender.bandit import Arms, BadSums, Counts, Learner, Prior, Sums, posterior

TWO = Prior.plain(1.0, dimensions=2)


def test_one_answer_by_hand() -> None:
    # One feature, noise 0.25, prior sd 1: precision 1 + 4, so the weight is 4/5, its sd 5^-1/2.
    belief = posterior(
        Sums.none(1).answered(np.array([1.0]), 1.0), Prior.plain(1.0, dimensions=1), noise=0.25
    )

    mean, spread = belief.judged(np.array([[1.0], [2.0]]))

    assert mean == pytest.approx([0.8, 1.6])
    assert spread == pytest.approx([0.2**0.5, 2 * 0.2**0.5])


def test_two_features_by_hand() -> None:
    # Precision [[9, 4], [4, 5]] from x = (1, 1) yes and (1, 0) no; b / noise = (4, 4).
    sums = Sums.none(2).answered(np.array([1.0, 1.0]), 1.0).answered(np.array([1.0, 0.0]), 0.0)

    belief = posterior(sums, TWO, noise=0.25)

    assert belief.mean == pytest.approx([4 / 29, 20 / 29])
    assert belief.covariance == pytest.approx(np.array([[5, -4], [-4, 9]]) / 29)


def test_before_any_answer_the_chance_of_the_ranker_is_believed() -> None:
    x = np.array([[0.03, 1.0], [0.3, 1.0]])

    mean, spread = posterior(Sums.none(2), Prior.trusting(0, dimensions=2)).judged(x)

    assert mean == pytest.approx([0.03, 0.3])
    assert spread == pytest.approx([(0.006**2 + 0.05**2) ** 0.5, (0.06**2 + 0.05**2) ** 0.5])


def test_answers_counted_apart_are_worth_the_same_together() -> None:
    rng = np.random.default_rng(1)
    rows, rewards = rng.standard_normal((40, 3)), rng.random(40)
    whole, shards = Sums.none(3), [Sums.none(3) for _ in range(4)]
    for number, (x, reward) in enumerate(zip(rows, rewards, strict=True)):
        whole = whole.answered(x, reward)
        shards[number % 4] = shards[number % 4].answered(x, reward)

    together = shards[3].plus(shards[1]).plus(shards[0]).plus(shards[2])

    assert together.n == whole.n == 40
    assert together.a == pytest.approx(whole.a)
    assert together.b == pytest.approx(whole.b)


def test_answer_by_answer_is_the_same_as_all_at_once() -> None:
    rng = np.random.default_rng(2)
    prior = Prior.trusting(1, dimensions=4)
    learner, sums = Learner.starting(prior), Sums.none(4)

    for x, reward in zip(rng.standard_normal((300, 4)), rng.random(300), strict=True):
        learner.learn(x, reward)
        sums = sums.answered(x, reward)

    exact = posterior(sums, prior)
    assert learner.belief.mean == pytest.approx(exact.mean)
    assert learner.belief.covariance == pytest.approx(exact.covariance)


def test_each_arm_learns_for_itself() -> None:
    arms, x = Arms.starting(2, 2), np.array([1.0, 1.0])
    alone = Learner.starting(TWO)

    arms.learn(1, x, 1.0)
    alone.learn(x, 1.0)

    assert arms.mean[0] == pytest.approx([0, 0])
    assert arms.mean[1] == pytest.approx(alone.belief.mean)
    assert arms.covariance[1] == pytest.approx(alone.belief.covariance)


def test_counts_by_hand() -> None:
    counts = Counts.starting(2, yes=1.0, no=4.0)

    counts.learn(0, 1.0)
    counts.learn(0, 0.25)

    assert list(counts.yes) == [2.25, 1.0]
    assert list(counts.no) == [4.75, 4.0]


def test_the_better_arm_is_found() -> None:
    rng = np.random.default_rng(3)
    chances = {"linear": np.array([0.1, 0.3]), "counts": np.array([0.3, 0.1])}
    arms, counts = Arms.starting(2, 1), Counts.starting(2)
    shown = {"linear": np.zeros(2), "counts": np.zeros(2)}

    for _ in range(2_000):
        arm = arms.choose(np.ones(1), scale=1.0, rng=rng)
        arms.learn(arm, np.ones(1), float(rng.random() < chances["linear"][arm]))
        shown["linear"][arm] += 1
        arm = counts.choose(rng)
        counts.learn(arm, float(rng.random() < chances["counts"][arm]))
        shown["counts"][arm] += 1

    assert shown["linear"][1] > 1_700
    assert shown["counts"][0] > 1_700


def test_a_learner_without_spread_takes_the_best_and_with_it_tries_others() -> None:
    learner, rng = Learner.starting(TWO), np.random.default_rng(4)
    learner.learn(np.array([1.0, 0.0]), 1.0)
    rows = np.eye(2)

    greedy = {learner.choose(rows, scale=0.0, rng=rng) for _ in range(50)}
    curious = {learner.choose(rows, scale=1.0, rng=rng) for _ in range(50)}

    assert greedy == {0}
    assert curious == {0, 1}


def test_sums_come_back_as_they_were_kept() -> None:
    sums = Sums.none().answered(np.arange(20.0), 1.0)

    again = Sums.of(sums.n, list(sums.a.ravel()), list(sums.b))

    assert again.n == 1
    assert (again.a == sums.a).all()
    assert (again.b == sums.b).all()


@pytest.mark.parametrize(
    ("n", "a", "b"),
    [
        (-1, [1.0], [1.0]),
        (1, [1.0, 0.0], [1.0]),
        (0, [], []),
        (1, [float("nan")], [1.0]),
        (1, [1.0], [float("inf")]),
        (1, [1.0, 2.0, 3.0, 1.0], [1.0, 1.0]),
    ],
)
def test_sums_that_are_none_are_refused(n: int, a: list[float], b: list[float]) -> None:
    with pytest.raises(BadSums):
        Sums.of(n, a, b)


def test_sums_of_another_size_or_of_no_answers_are_refused() -> None:
    with pytest.raises(BadSums):
        posterior(Sums.none(3), TWO)
    with pytest.raises(BadSums):
        posterior(Sums(1, np.array([[-9.0, 0.0], [0.0, -9.0]]), np.zeros(2)), TWO)
