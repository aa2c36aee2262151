"""Off-policy: what a policy would have earned, told from what another one was seen to earn.

Every estimator weighs a logged answer by how much likelier the new policy was to show the same
thing: inverse propensity weighting (Horvitz and Thompson, 1952), its self-normalised form
(Swaminathan and Joachims, NeurIPS 2015) and doubly robust (Dudik, Langford and Li, ICML 2011).
The direct method alone is left out: on real data it was badly biased. Intervals are percentile
bootstraps over the logged rounds.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recommender.bandit import Floats
from recommender.errors import Unusable

ROUNDS = 200
CONFIDENCE = 0.95
# A block of resampled rounds in memory at once; 1 M indices are 8 MB.
BLOCK = 1_000_000


class BadRounds(Unusable):
    """A log that no estimate can be made of; the message says which rows."""

    code = "BAD_ROUNDS"


@dataclass(frozen=True, slots=True)
class Logged:
    """What was shown and answered, one row a round; all arrays have shape (n,).

    reward -- what the answer was worth; propensity -- the chance with which the logging policy
    showed this; probability -- the chance with which the policy in question would show it.
    """

    reward: Floats
    propensity: Floats
    probability: Floats

    @classmethod
    def of(cls, *, reward: Floats, propensity: Floats, probability: Floats) -> "Logged":
        """Checked rounds.

        Raises BadRounds, in this order: no round, arrays of different lengths, a number that is not
        finite, a propensity outside (0, 1], a probability outside [0, 1].
        """
        columns = {"reward": reward, "propensity": propensity, "probability": probability}
        if not len(reward):
            raise BadRounds("no round")
        if any(np.shape(column) != (len(reward),) for column in columns.values()):
            raise BadRounds("arrays of different lengths")
        for name, column in columns.items():
            _held(name, column, good=np.isfinite(column))
        _held("propensity", propensity, good=(propensity > 0) & (propensity <= 1 + 1e-9))
        _held("probability", probability, good=(probability >= 0) & (probability <= 1 + 1e-9))
        return cls(*(np.asarray(column, dtype=np.float64) for column in columns.values()))

    @property
    def weight(self) -> Floats:
        """How much likelier the policy in question is to show the same, round by round."""
        return self.probability / self.propensity


@dataclass(frozen=True, slots=True)
class Estimate:
    """The value of a policy for each round, with the ends of its interval.

    rounds -- of the log; effective -- how many rounds of its own the weighted log is worth
    (Kish, 1965): when it is small, the interval is not to be believed either.
    """

    value: float
    low: float
    high: float
    rounds: int
    effective: float


def ipw(logged: Logged, *, seed: int = 0) -> Estimate:
    """Inverse propensity weighting: unbiased, and noisy when policies differ much."""
    return _estimate(logged, lambda means: means[:, 0], logged.weight * logged.reward, seed=seed)


def snipw(logged: Logged, *, seed: int = 0) -> Estimate:
    """Self-normalised: a little biased, far less noisy; 0 when the policies share nothing."""
    weight = logged.weight
    return _estimate(
        logged,
        lambda means: _ratio(means[:, 0], means[:, 1]),
        weight * logged.reward,
        weight,
        seed=seed,
    )


def doubly_robust(
    logged: Logged, *, predicted: Floats, expected: Floats, seed: int = 0
) -> Estimate:
    """A model's expectation, corrected by what it got wrong: right when either is right.

    predicted -- the model's reward of what was shown, shape (n,); expected -- the model's reward
    averaged over what the policy in question would show, shape (n,).
    Raises BadRounds: lengths differ, or a number is not finite.
    """
    for name, column in (("predicted", predicted), ("expected", expected)):
        if np.shape(column) != logged.reward.shape:
            raise BadRounds("arrays of different lengths")
        _held(name, column, good=np.isfinite(column))
    corrected = expected + logged.weight * (logged.reward - predicted)
    return _estimate(logged, lambda means: means[:, 0], corrected, seed=seed)


def gained(logged: Logged, *, than: Floats | None = None, seed: int = 0) -> Estimate:
    """How much more a round the policy in question earns than another one, by SNIPW.

    than -- the chance with which the other policy shows the same, shape (n,); None: the other
    one is that which was logged. Both values come from the same resampled rounds, so what they
    share cancels out.
    Raises BadRounds: lengths differ, or a chance is outside [0, 1].
    """
    weight, rival = logged.weight, np.ones(len(logged.reward))
    if than is not None:
        rival = Logged.of(
            reward=logged.reward, propensity=logged.propensity, probability=than
        ).weight
    return _estimate(
        logged,
        lambda means: _ratio(means[:, 0], means[:, 1]) - _ratio(means[:, 2], means[:, 3]),
        weight * logged.reward,
        weight,
        rival * logged.reward,
        rival,
        seed=seed,
    )


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, out=np.zeros(len(above)), where=below > 0)


def _held(name: str, column: Floats, *, good: np.ndarray) -> None:
    if not good.all():
        row = int(np.argmin(good))
        raise BadRounds(f"{name} of round {row} is {column[row]}")


def _estimate(
    logged: Logged, of_means: Callable[[Floats], Floats], *columns: Floats, seed: int
) -> Estimate:
    """The figure of the means of `columns`, and its percentiles over resampled rounds."""
    table = np.stack(columns, axis=1)
    n = len(table)
    rng = np.random.default_rng(seed)
    block = max(BLOCK // n, 1)
    means = [
        # How often each round is drawn, instead of the rounds drawn: no copies of the table.
        rng.multinomial(n, np.full(n, 1 / n), size=min(block, ROUNDS - begun)) @ table / n
        for begun in range(0, ROUNDS, block)
    ]
    low, high = np.quantile(
        of_means(np.concatenate(means)), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]
    )
    weight = logged.weight
    squares = float(weight @ weight)
    return Estimate(
        value=float(of_means(table.mean(axis=0)[None])[0]),
        low=float(low),
        high=float(high),
        rounds=n,
        effective=float(weight.sum() ** 2 / squares) if squares else 0.0,
    )
