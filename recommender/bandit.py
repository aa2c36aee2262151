"""Bandit: how sure we are of a choice, learnt from every answer.

Linear Thompson sampling (Agrawal and Goyal, ICML 2013) over features that all candidates share,
so that one small state serves ten thousand offers and a new one is judged by its features at
once. The state is additive: answers may be counted anywhere, in any order, and summed. Which
candidate is shown is chosen elsewhere, from the mean and the spread that this module gives.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from recommender.errors import Unusable

Floats = npt.NDArray[np.float64]

DIMENSIONS = 20
# The variance of a yes or no whose chance is a half: the most it can be, so never too sure.
NOISE = 0.25


class BadSums(Unusable):
    """Sums of the wrong shape, with a NaN, or that no answers can have led to."""

    code = "BAD_SUMS"


@dataclass(frozen=True, slots=True)
class Sums:
    """All that is kept of the answers: their count, the sum of x xT and the sum of r x.

    n -- answers; a -- shape (d, d), symmetric; b -- shape (d,).
    """

    n: int
    a: Floats
    b: Floats

    @classmethod
    def none(cls, dimensions: int = DIMENSIONS) -> "Sums":
        """Before the first answer."""
        return cls(0, np.zeros((dimensions, dimensions)), np.zeros(dimensions))

    @classmethod
    def of(cls, n: int, a: npt.ArrayLike, b: npt.ArrayLike) -> "Sums":
        """As they are kept: `a` row after row, `b` as it is.

        Raises BadSums: the sizes do not fit, a number is not finite, `a` is not symmetric.
        """
        right = np.asarray(b, dtype=np.float64).ravel()
        left = np.asarray(a, dtype=np.float64).ravel()
        if n < 0 or not right.size or left.size != right.size**2:
            raise BadSums(f"{n} answers, {left.size} and {right.size} numbers")
        if not (np.isfinite(left).all() and np.isfinite(right).all()):
            raise BadSums("a number is not finite")
        square = left.reshape(right.size, right.size)
        if not np.allclose(square, square.T):
            raise BadSums("the products are not symmetric")
        return cls(n, square, right)

    def plus(self, other: "Sums") -> "Sums":
        """Both together: what one shard and another have counted."""
        return Sums(self.n + other.n, self.a + other.a, self.b + other.b)

    def answered(self, x: Floats, reward: float) -> "Sums":
        """With one answer more: features of shape (d,), reward 0 to 1."""
        return Sums(self.n + 1, self.a + np.outer(x, x), self.b + reward * x)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed before any answer: weights, and how far each may be off; shape (d,)."""

    mean: Floats
    sd: Floats

    @classmethod
    def plain(cls, sd: float = 1.0, dimensions: int = DIMENSIONS) -> "Prior":
        """Nothing is known: all weights are about nought."""
        return cls(np.zeros(dimensions), np.full(dimensions, sd))

    @classmethod
    def trusting(
        cls, column: int, *, sd: float = 0.2, others: float = 0.05, dimensions: int = DIMENSIONS
    ) -> "Prior":
        """The feature `column` is already a chance, that of the ranker: believe it, and learn
        from the answers how far it is off.
        """
        mean, spread = np.zeros(dimensions), np.full(dimensions, others)
        mean[column], spread[column] = 1.0, sd
        return cls(mean, spread)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is believed after the answers: weights (d,) and their covariance (d, d)."""

    mean: Floats
    covariance: Floats

    def judged(self, x: Floats) -> tuple[Floats, Floats]:
        """The expected reward and its standard deviation for candidates of shape (n, d)."""
        spread = np.einsum("ij,ij->i", x @ self.covariance, x)
        return x @ self.mean, np.sqrt(np.maximum(spread, 0.0))


def posterior(sums: Sums, prior: Prior, *, noise: float = NOISE) -> Posterior:
    """Bayesian linear regression with known noise: exact, and the same in whatever order.

    noise -- the variance of one answer around its chance.
    Raises BadSums: the sums and the prior differ in size, or the sums are not of real answers.
    """
    if sums.b.shape != prior.mean.shape:
        raise BadSums(f"{sums.b.size} dimensions, not {prior.mean.size}")
    precision = np.diag(prior.sd**-2.0)
    try:
        factor = cho_factor(sums.a / noise + precision, lower=True)
    except (np.linalg.LinAlgError, ValueError) as error:
        raise BadSums("no answers can have led to these sums") from error
    covariance = cho_solve(factor, np.eye(prior.mean.size))
    return Posterior(covariance @ (sums.b / noise + precision @ prior.mean), covariance)


@dataclass(slots=True)
class Learner:
    """The same belief kept up to date answer by answer, for replays where nobody waits.

    A rank-one update (Sherman and Morrison, 1950) instead of a new inverse.
    """

    belief: Posterior
    noise: float = NOISE

    @classmethod
    def starting(cls, prior: Prior, *, noise: float = NOISE) -> "Learner":
        """Before the first answer."""
        return cls(Posterior(prior.mean.copy(), np.diag(prior.sd**2)), noise)

    def choose(self, x: Floats, *, scale: float, rng: np.random.Generator) -> int:
        """The row of `x` whose sampled reward is the largest; `scale` widens or narrows."""
        mean, spread = self.belief.judged(x)
        return int(np.argmax(mean + scale * spread * rng.standard_normal(len(x))))

    def learn(self, x: Floats, reward: float) -> None:
        """One answer: features of shape (d,), reward 0 to 1."""
        mean, covariance = self.belief.mean, self.belief.covariance
        gain = covariance @ x
        gain_per_surprise = gain / (self.noise + x @ gain)
        mean += gain_per_surprise * (reward - x @ mean)
        covariance -= np.outer(gain_per_surprise, gain)


@dataclass(slots=True)
class Arms:
    """One linear belief for each of a few fixed arms: no features of the arms are needed.

    Shapes: covariance (arms, d, d), mean (arms, d); the prior is plain.
    """

    covariance: Floats
    mean: Floats
    noise: float = NOISE

    @classmethod
    def starting(
        cls, arms: int, dimensions: int, *, sd: float = 1.0, noise: float = NOISE
    ) -> "Arms":
        """Before the first answer."""
        return cls(
            np.tile(np.eye(dimensions) * sd**2, (arms, 1, 1)), np.zeros((arms, dimensions)), noise
        )

    def choose(self, x: Floats, *, scale: float, rng: np.random.Generator) -> int:
        """The arm whose sampled reward for the context `x`, shape (d,), is the largest."""
        spread = np.sqrt(np.maximum((self.covariance @ x) @ x, 0.0))
        return int(np.argmax(self.mean @ x + scale * spread * rng.standard_normal(len(self.mean))))

    def learn(self, arm: int, x: Floats, reward: float) -> None:
        """One answer to `arm` in the context `x`."""
        gain = self.covariance[arm] @ x
        gain_per_surprise = gain / (self.noise + x @ gain)
        self.mean[arm] += gain_per_surprise * (reward - x @ self.mean[arm])
        self.covariance[arm] -= np.outer(gain_per_surprise, gain)


@dataclass(slots=True)
class Counts:
    """Thompson sampling without features: a Beta belief for each arm (Thompson, 1933)."""

    yes: Floats
    no: Floats

    @classmethod
    def starting(cls, arms: int, *, yes: float = 1.0, no: float = 1.0) -> "Counts":
        """Before the first answer: as if so many had been seen of each."""
        return cls(np.full(arms, yes), np.full(arms, no))

    def choose(self, rng: np.random.Generator) -> int:
        """The arm whose sampled chance is the largest."""
        return int(np.argmax(rng.beta(self.yes, self.no)))

    def learn(self, arm: int, reward: float) -> None:
        """One answer to `arm`, 0 to 1."""
        self.yes[arm] += reward
        self.no[arm] += 1.0 - reward
