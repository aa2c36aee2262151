"""ALS: vectors of items, and of a member from any history at any moment.

Implicit-feedback matrix factorisation after Hu, Koren and Volinsky (ICDM 2008), trained by
`implicit`. Its ways that would hurt are kept out of sight here: a confidence below one would say
"likes it less than what they never saw", so ours is 1 + alpha log2(1 + weight); a member without
a history would get a vector of noughts and then items in the order of their numbers, so theirs
comes from recommender.cold; adding a member copies the whole matrix, so none is ever added: the
vector of a member is solved for from their history, exactly, when it is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from scipy.linalg.lapack import sposv
from scipy.sparse import csr_matrix

from recommender.arrays import Floats, Ints, one_thread
from recommender.model import Settings


@dataclass(frozen=True, slots=True)
class Factors:
    """items -- (items, f); gram -- (f, f), with the regularization; members -- (members, f)."""

    items: Floats
    gram: Floats
    members: Floats


def confidence(weight: Floats, alpha: float) -> Floats:
    """How sure an interaction of this weight makes us: 1 for nothing, 1 + alpha for weight 1."""
    sure: Floats = np.float32(1) + np.float32(alpha) * np.log2(np.float32(1) + weight)
    return sure


def fit(
    confidences: csr_matrix,
    settings: Settings,
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> Factors:
    """Factors of a matrix (members, items) of confidences; the same each time for one seed."""
    with one_thread():
        solver = _solver(settings)
        rounds = settings.iterations
        solver.fit(
            confidences,
            show_progress=False,
            callback=lambda round, seconds, loss: progress((round + 1) / rounds),
        )
        items = np.ascontiguousarray(solver.item_factors)
        gram = items.T @ items + np.float32(settings.regularization) * np.eye(
            settings.factors, dtype=np.float32
        )
    return Factors(items, gram, solver.user_factors)


def vectors(items: Floats, confidences: csr_matrix, settings: Settings) -> Floats:
    """The exact vector of each row of histories, shape (rows, f); nought for an empty row."""
    with one_thread():
        solver = _solver(settings)
        solver.item_factors = items
        rows = confidences.shape[0]
        found: Floats = solver.recalculate_user(np.arange(rows), confidences)
        return found


def vector(items: Floats, gram: Floats, columns: Ints, confidences: Floats) -> Floats:
    """The exact vector of one member, shape (f,): what `vectors` gives, without its overhead."""
    near = items[columns]
    left = gram + (near * (confidences - 1)[:, None]).T @ near
    # Called directly, for what SciPy does around it takes longer than it does.
    _, solved, failed = sposv(left, confidences @ near)
    assert failed == 0, "with its regularization the matrix is positive definite"
    found: Floats = solved
    return found


def _solver(settings: Settings) -> AlternatingLeastSquares:
    return AlternatingLeastSquares(
        factors=settings.factors,
        regularization=settings.regularization,
        iterations=settings.iterations,
        random_state=settings.seed,
        num_threads=0,
    )
