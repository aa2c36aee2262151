"""Making: small logs with something in them to learn."""

from functools import cache

import numpy as np

from recommender import fitting
from recommender.arrays import Log
from recommender.model import Model, Settings

MEMBERS, ITEMS, DAYS = 240, 40, 120
# Small, and the same each time; a fit takes well under a second.
SMALL = Settings(
    factors=8,
    regularization=1.0,
    iterations=6,
    neighbours=10,
    horizon_days=20,
    trees=20,
    leaf_min=20,
    by_als=15,
    by_neighbours=10,
    by_popularity=10,
)


def a_log(*, seed: int = 1, members: int = MEMBERS) -> Log:
    """Two kinds of members: the even do the lower half of the items, the odd the upper half, each
    with favourites of their own which they do again every five days or so.
    """
    rng = np.random.default_rng(seed)
    rows, columns, days = [], [], []
    for member in range(members):
        half = member % 2 * (ITEMS // 2)
        for favourite in rng.choice(ITEMS // 2, 3, replace=False):
            when = np.arange(rng.uniform(0, 5), DAYS, rng.uniform(4, 7))
            days.append(when + rng.uniform(-1, 1, len(when)).clip(-when))
            rows.append(np.full(len(when), member))
            columns.append(np.full(len(when), favourite + half))
        others = rng.choice(ITEMS // 2, 5, replace=False) + half
        days.append(rng.uniform(0, DAYS, 5))
        rows.append(np.full(5, member))
        columns.append(others)
    return Log.of(
        np.concatenate(rows),
        np.concatenate(columns),
        None,
        np.concatenate(days),
        members=members,
        items=ITEMS,
    )


@cache
def a_model() -> Model:
    """The model of that log."""
    return fitting.fit(a_log(), settings=SMALL)
