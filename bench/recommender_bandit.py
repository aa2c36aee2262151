"""Bench of the bandit: real purchases where every arm's answer is known.

    python -m bench.recommender --part bandit

Complete Journey makes it possible: a round is a household at the end of a month, an arm is one of
30 product categories, the answer is whether the household buys of it in the next four weeks. As
all answers are known, the value of any policy is exact, and so is the error of an estimate made
from a log.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import process_time

import numpy as np
import scipy.sparse as sp
from implicit.cpu.als import AlternatingLeastSquares

from bench import complete_journey
from bench.complete_journey import Lines
from recommender.bandit import Arms, Counts, Floats
from recommender.off_policy import Estimate, Logged, doubly_robust, ipw, snipw

HOUSEHOLDS_MIN = 100
# The most popular categories are bought by nearly all; those after them tell people apart.
ARMS = slice(40, 70)
MONTHS = range(20, 50, 4)
WEEKS = 4
# How far the linear belief looks around: a tenth of its spread, as answers of 0 and 1 are certain.
SCALE, NOISE = 0.1, 1.0
WARMTH = 0.05


@dataclass(frozen=True, slots=True)
class Truth:
    """x -- what is known before a round, shape (n, d); reward -- of each arm, shape (n, arms)."""

    x: Floats
    reward: Floats


@dataclass(frozen=True, slots=True)
class Played:
    """What one policy earned, round by round; microseconds of processor a round."""

    earned: Floats
    cost_us: float


def measure() -> Mapping[str, float]:
    """What each policy earns, our own against the best fixed arm, and the estimators' errors."""
    truth = known()
    n = len(truth.x)
    last = slice(n - n // 3, n)
    best = truth.reward.mean(axis=0).max()
    best_last = truth.reward[last].mean(axis=0).max()
    print(f"{n:,} rounds, {truth.reward.shape[1]} arms, {truth.x.shape[1]} features")
    print(f"{'best fixed arm':<16}{best:8.4f}{best_last:8.4f} in the last third")
    found = {"bandit_rounds": float(n), "bandit_best_fixed": best}
    for name, played in played_by(truth).items():
        whole, third = played.earned.mean(), played.earned[last].mean()
        print(f"{name:<16}{whole:8.4f}{third:8.4f}{played.cost_us:8.1f} us a round")
        found |= {f"bandit_{name}": whole, f"bandit_{name}_last": third}
        found[f"bandit_{name}_us"] = played.cost_us
    found["bandit_vs_best_fixed"] = found["bandit_linear_last"] / best_last
    return found | _estimated(truth)


def known() -> Truth:
    """Rounds in one random order, always the same."""
    lines = complete_journey.lines(households_min=HOUSEHOLDS_MIN)
    people, items = len(lines.households), len(lines.names)
    reach = np.bincount(np.unique(lines.item * people + lines.household) // people, minlength=items)
    arms = np.argsort(-reach)[ARMS]
    model = AlternatingLeastSquares(
        factors=16, alpha=2, regularization=10, iterations=12, random_state=1, num_threads=1
    )
    months = []
    for month in MONTHS:
        seen = _taste(lines, until=month)
        if month == MONTHS[0]:
            model.fit(seen, show_progress=False)
        x = _context(lines, model.recalculate_user(np.arange(people), seen), until=month)
        later = (lines.week > month) & (lines.week <= month + WEEKS)
        bought = np.zeros((people, items))
        bought[lines.household[later], lines.item[later]] = 1
        active = bought.any(axis=1)
        months.append((x[active], bought[active][:, arms]))
    x, reward = (np.vstack(parts) for parts in zip(*months, strict=True))
    order = np.random.default_rng(0).permutation(len(x))
    return Truth(x[order], reward[order])


def _taste(lines: Lines, *, until: int) -> sp.csr_matrix:
    household, item, count = complete_journey.baskets(lines, weeks=(1, until))
    shape = (len(lines.households), len(lines.names))
    return sp.csr_matrix((np.log1p(count).astype(np.float32), (household, item)), shape=shape)


def _context(lines: Lines, factors: np.ndarray, *, until: int) -> Floats:
    """One, how much the household buys, and its factors on the scale of one."""
    before = lines.week <= until
    receipts = np.unique(np.stack([lines.household[before], lines.basket[before]], 1), axis=0)
    often = np.log1p(np.bincount(receipts[:, 0], minlength=len(factors)))
    return np.column_stack([np.ones(len(factors)), often - 3, factors * 3]).astype(np.float64)


def played_by(truth: Truth) -> Mapping[str, Played]:
    """Every round by each policy, from nothing known."""
    arms = truth.reward.shape[1]
    rng = np.random.default_rng(1)
    counts = Counts.starting(arms, no=4)
    linear = Arms.starting(arms, truth.x.shape[1], noise=NOISE)
    return {
        "uniform": _run(truth, lambda x: int(rng.integers(arms)), lambda arm, x, reward: None),
        "counts": _run(
            truth,
            lambda x: counts.choose(rng),
            lambda arm, x, reward: counts.learn(arm, reward),
        ),
        "linear": _run(truth, lambda x: linear.choose(x, scale=SCALE, rng=rng), linear.learn),
    }


def _run(
    truth: Truth,
    choose: Callable[[Floats], int],
    learn: Callable[[int, Floats, float], None],
) -> Played:
    earned = np.zeros(len(truth.x))
    began = process_time()
    for number, x in enumerate(truth.x):
        arm = choose(x)
        earned[number] = truth.reward[number, arm]
        learn(arm, x, float(earned[number]))
    return Played(earned, (process_time() - began) / len(truth.x) * 1e6)


def _estimated(truth: Truth) -> Mapping[str, float]:
    """A log of uniform choices: what it says of a learnt policy, and what is true."""
    half, arms = len(truth.x) // 2, truth.reward.shape[1]
    shown = np.random.default_rng(3).integers(0, arms, half)
    answers = truth.reward[np.arange(half), shown]
    model = Arms.starting(arms, truth.x.shape[1], noise=NOISE)
    for number in range(half // 2):
        model.learn(int(shown[number]), truth.x[number], float(answers[number]))
    asked = np.arange(half // 2, half)
    scores = truth.x[asked] @ model.mean.T
    policy = np.exp((scores - scores.max(axis=1, keepdims=True)) / WARMTH)
    policy /= policy.sum(axis=1, keepdims=True)
    exact = float((policy * truth.reward[asked]).sum(axis=1).mean())
    row, arm = np.arange(len(asked)), shown[asked]
    logged = Logged.of(
        reward=answers[asked],
        propensity=np.full(len(asked), 1 / arms),
        probability=policy[row, arm],
    )
    expected = (policy * scores).sum(axis=1)
    estimates = {
        "ipw": ipw(logged),
        "snipw": snipw(logged),
        "dr": doubly_robust(logged, predicted=scores[row, arm], expected=expected),
    }
    return _errors(estimates, exact, direct=float(expected.mean()))


def _errors(
    estimates: Mapping[str, Estimate], exact: float, *, direct: float
) -> Mapping[str, float]:
    print(f"{'policy of a log':<16}{exact:8.4f} is true, the model alone says {direct:.4f}")
    found = {"log_direct_error": direct / exact - 1}
    for name, one in estimates.items():
        print(f"{name:<16}{one.value:8.4f} ({one.low:.4f} to {one.high:.4f})")
        found[f"log_{name}_error"] = one.value / exact - 1
        found[f"log_{name}_within"] = float(one.low <= exact <= one.high)
    return found
