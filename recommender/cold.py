"""Cold: a vector for a member who has done nothing yet.

The mean vector of the members says what people here do; a ridge regression from profiles to
vectors moves it towards what people like this one do. So nobody gets arbitrary items.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommender.arrays import Floats, Profiles, encoded

RIDGE = 30.0
# A history of one item and the profile weigh the same.
ITEMS = 1.0


def fit(profiles: Profiles | None, vectors: Floats, active: Floats) -> tuple[Floats, Floats]:
    """The mean vector (f,) and the weights of the profile (names, f).

    active -- (members,): occasions; only members who did something are learnt from.
    """
    known = active > 0
    factors = vectors.shape[1]
    average = vectors[known].mean(axis=0) if known.any() else np.zeros(factors)
    names = () if profiles is None else profiles.names
    if profiles is None or not names:
        return average.astype(np.float32), np.zeros((0, factors), np.float32)
    table = _table(profiles)[known]
    left = (table.T @ table).toarray() + RIDGE * np.eye(len(names))
    right = table.T @ (vectors[known] - average)
    return average.astype(np.float32), np.linalg.solve(left, right).astype(np.float32)


def vector(
    average: Floats, weights: Floats, names: Sequence[str], profile: Mapping[str, str | float]
) -> Floats:
    """The vector of somebody of whom only a profile is known, shape (f,)."""
    if not profile or not len(names):
        return average
    found = encoded([profile], names)
    return average + found.values @ weights[found.columns]


def vectors(
    average: Floats, weights: Floats, profiles: Profiles | None, members: NDArray[np.integer]
) -> Floats:
    """The same for several rows of the profiles the model was fitted with, shape (m, f)."""
    if profiles is None or not len(weights):
        return average[None, :]
    found: Floats = average + _table(profiles)[members] @ weights
    return found


def share(had: NDArray[np.integer]) -> Floats:
    """How much the cold vector counts beside a history of so many items: 1, 1/2, 1/3 ..."""
    counted: Floats = np.float32(ITEMS) / (np.float32(ITEMS) + had.astype(np.float32))
    return counted


def _table(profiles: Profiles) -> csr_matrix:
    shape = (len(profiles.indptr) - 1, len(profiles.names))
    return csr_matrix((profiles.values, profiles.columns, profiles.indptr), shape=shape)
