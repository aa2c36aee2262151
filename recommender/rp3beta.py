"""RP3beta: items near items, by a walk of three steps over who had what.

After Paudel, Christoffel, Newell and Bernstein (ACM TiiS 2017): from a member to an item they
had, to another member who had it, to an item of theirs; each step raised to alpha, the result
divided by the item's popularity raised to beta. What a member had explains each score, so this
retriever also says which of their items speaks for a candidate.
"""

from typing import Any

import numpy as np
from implicit.nearest_neighbours import all_pairs_knn
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommender.arrays import Floats, Ints, one_thread
from recommender.model import Model, Settings


def fit(weights: csr_matrix, settings: Settings) -> csr_matrix:
    """The nearest `settings.neighbours` of each item, CSR of (items, items), nothing on its own.

    The steps from an item to a member and on to an item are, but for a factor of the row, the
    products of one matrix with itself, and of such `implicit` finds the largest in parallel.
    """
    walk, pull = np.float32(settings.walk), np.float32(settings.pull)
    of_member = _sums(weights, axis=1)
    of_item = _sums(weights, axis=0)
    had = np.maximum(np.bincount(weights.indices, minlength=weights.shape[1]), 1)
    share = had.astype(np.float32) ** -pull
    each = np.repeat(np.sqrt(of_member), np.diff(weights.indptr))
    half = csr_matrix(
        ((weights.data / each) ** walk * share[weights.indices], weights.indices, weights.indptr),
        shape=weights.shape,
    )
    with one_thread():
        near = all_pairs_knn(
            half.astype(np.float64), settings.neighbours + 1, show_progress=False
        ).tocsr()
    row = np.repeat(np.arange(near.shape[0]), np.diff(near.indptr))
    value = near.data / (share * of_item**walk)[row]
    return _without_self(row, near.indices, value, near.shape[0], settings.neighbours)


def scores(near: csr_matrix, weights: csr_matrix, walk: float) -> csr_matrix:
    """The score of every item that histories (rows, items) lead to."""
    return _stepped(weights, np.float32(walk)) @ near


def score(model: Model, had: Ints, weights: Floats) -> Floats:
    """The same for one member, from the columns they had and the weights of those.

    Of shape (items + 1,): the last is nought.
    """
    total = float(weights.sum())
    if total <= 0:
        return np.zeros(model.items + 1, np.float32)
    steps = (weights / np.float32(total)) ** np.float32(model.settings.walk)
    places, step = spread(model.near_indptr, had, steps)
    value = step * model.near_weights[places]
    return np.bincount(model.near_columns[places], value, model.items + 1).astype(np.float32)


def spread(
    indptr: NDArray[np.integer], rows: NDArray[np.integer], values: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The places of several rows of a CSR one after the other, and the rows' values at each."""
    starts = indptr[rows].astype(np.int64)
    sizes = indptr[rows + 1] - starts
    before = np.cumsum(sizes) - sizes
    places = np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))
    return places, np.repeat(values, sizes)


def _stepped(weights: csr_matrix, walk: np.float32) -> csr_matrix:
    """Rows that sum to one, raised to alpha."""
    each = np.repeat(_sums(weights, axis=1), np.diff(weights.indptr))
    data = (weights.data / each) ** walk
    return csr_matrix((data, weights.indices, weights.indptr), shape=weights.shape)


def _sums(weights: csr_matrix, *, axis: int) -> Floats:
    """Of rows or columns, never quite nought: all that somebody did may have the weight nought."""
    sums = np.asarray(weights.sum(axis=axis)).ravel().astype(np.float32)
    return np.maximum(sums, np.float32(1e-12))


def _without_self(
    row: NDArray[np.int64], column: Ints, value: NDArray[np.float64], items: int, kept: int
) -> csr_matrix:
    """The largest of each row, largest first, an item's nearness to itself left out."""
    order = np.lexsort((column, -value, row))
    order = order[((column != row) & (value > 0))[order]]
    sizes = np.bincount(row[order], minlength=items)
    rank = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    order = order[rank < kept]
    indptr = np.concatenate(([0], np.cumsum(np.minimum(sizes, kept))))
    return csr_matrix(
        (value[order].astype(np.float32), column[order], indptr), shape=(items, items)
    )
