"""A made-up programme of any size: members with tastes, and items of which few are popular."""

import numpy as np

from recommender.arrays import Log

TASTES = 40
# Of each member's doings: by their first taste, by their second, by what is popular.
FIRST, SECOND = 0.6, 0.85
DAYS = 365.0


def log(members: int, items: int, *, each: int, seed: int = 1) -> Log:
    """About `each` interactions of every member, never less than two, over a year."""
    rng = np.random.default_rng(seed)
    sizes = 2 + rng.poisson(rng.gamma(1.5, (each - 2) / 1.5, members))
    member = np.repeat(np.arange(members, dtype=np.int32), sizes)
    by = rng.random(len(member), dtype=np.float32)
    taste = np.where(
        by < FIRST,
        rng.integers(0, TASTES, members, dtype=np.int8)[member],
        np.where(by < SECOND, rng.integers(0, TASTES, members, dtype=np.int8)[member], TASTES),
    )
    return Log.of(
        member,
        _drawn(taste, items, rng),
        np.ones(len(member), np.float32),
        rng.random(len(member), dtype=np.float32) * np.float32(DAYS),
        members=members,
        items=items,
    )


def _drawn(taste: np.ndarray, items: int, rng: np.random.Generator) -> np.ndarray:
    """One item for each row: of its taste, or of all where there is none; popular ones more."""
    popular = 1.0 / np.arange(10, items + 10) ** 0.8
    rng.shuffle(popular)
    belongs = rng.integers(0, TASTES, items)
    item = np.empty(len(taste), np.int32)
    for kind in range(TASTES + 1):
        rows = np.flatnonzero(taste == kind)
        own = np.arange(items) if kind == TASTES else np.flatnonzero(belongs == kind)
        ends = np.cumsum(popular[own])
        item[rows] = own[np.searchsorted(ends, rng.random(len(rows)) * ends[-1])]
    return item
