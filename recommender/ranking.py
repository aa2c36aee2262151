"""Ranking: the chance that a member does something within the horizon, and what speaks for it.

LightGBM with the plain binary loss. No weights for classes: they would leave the order as it is
and make the chances wrong, and a chance times a margin less a cost must mean money.
"""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from recommender.arrays import Floats, one_thread
from recommender.model import NAMES, Settings

BINS = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well chances agree with what came: ten bins of equal size, and the error.

    said, came, size -- (bins,); ece -- the mean of |said - came|, weighted by size (Naeini,
    Cooper and Hauskrecht, AAAI 2015).
    """

    said: tuple[float, ...]
    came: tuple[float, ...]
    size: tuple[int, ...]
    ece: float


def fit(
    table: Floats,
    taken: NDArray[np.bool_],
    settings: Settings,
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> str:
    """The text of a ranker taught with features (n, F) and whether it came to pass (n,)."""
    parameters = {
        "objective": "binary",
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "max_depth": settings.deep,
        "min_data_in_leaf": settings.leaf_min,
        "num_threads": 1,
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    with one_thread():
        taught = lightgbm.Dataset(
            table,
            taken.astype(np.float32),
            feature_name=list(NAMES),
            params=parameters,
            free_raw_data=True,
        )
        booster = lightgbm.train(
            parameters,
            taught,
            num_boost_round=settings.trees,
            callbacks=[lambda at: progress((at.iteration + 1) / settings.trees)],
        )
    text: str = booster.model_to_string()
    return text


def chances(ranker: lightgbm.Booster, table: Floats) -> Floats:
    """The chance of each row of features."""
    if not len(table):
        return np.empty(0, np.float32)
    return np.asarray(ranker.predict(table, num_threads=1, validate_features=False), np.float32)


def leaves(ranker: lightgbm.Booster, table: Floats) -> NDArray[np.integer]:
    """The leaf of each tree that each row of features comes to, (n, trees)."""
    if not len(table):
        return np.empty((0, ranker.num_trees()), np.int32)
    found = ranker.predict(table, pred_leaf=True, num_threads=1, validate_features=False)
    return np.asarray(found).reshape(len(table), -1)


def formula(table: Floats, horizon_days: float) -> Floats:
    """Chances without a ranker, for a log too short to teach one.

    What a member did comes again at their own rate, pulled towards none; what they never did
    comes as often as people here do it, more often where it is like what they did.
    """
    count, popular = table[:, NAMES.index("count")], table[:, NAMES.index("popular")]
    first = count / np.maximum(table[:, NAMES.index("rate")], 1e-6)
    again = np.where(count > 0, count / (first + horizon_days), 0)
    near = table[:, NAMES.index("near")]
    alike = np.clip(table[:, NAMES.index("als")], 0, 1) + near / (near + 0.1)
    once = -np.expm1(-np.nan_to_num(again) * horizon_days)
    found: Floats = 1 - (1 - once) * (1 - 0.2 * popular * (0.5 + alike))
    return found.astype(np.float32)


def calibration(said: Floats, came: NDArray[np.bool_]) -> Calibration:
    """How far what was said is from what came, in bins of equal size."""
    order = np.argsort(said, kind="stable")
    parts = [part for part in np.array_split(order, BINS) if len(part)]
    means = [(float(said[part].mean()), float(came[part].mean()), len(part)) for part in parts]
    error = sum(abs(a - b) * size for a, b, size in means) / max(len(said), 1)
    return Calibration(
        tuple(said for said, _, _ in means),
        tuple(came for _, came, _ in means),
        tuple(size for _, _, size in means),
        error,
    )


def levelled(p: Floats, taken: Floats) -> Floats:
    """Shift and slope (2,) that bring the log-odds of `p` to what came (Platt, 1999).

    Newton's method with a prior of no change that weighs as much as ten answers.
    """
    x = np.column_stack((np.ones(len(p)), logit(p)))
    start = theta = np.array([0.0, 1.0])
    prior = np.diag([2.0, 10.0])
    for _ in range(25):
        q = 1 / (1 + np.exp(-x @ theta))
        slope = x.T @ (taken - q) - prior @ (theta - start)
        curve = (x * (q * (1 - q))[:, None]).T @ x + prior
        theta = theta + np.linalg.solve(curve, slope)
    return theta.astype(np.float32)


def logit(p: Floats) -> NDArray[np.float64]:
    """The log-odds of a chance, of one that is never quite sure."""
    kept = np.clip(p.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.log(kept / (1 - kept))
