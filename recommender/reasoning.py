"""Reasoning: why a candidate, in words that somebody else writes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from recommender import features, rp3beta
from recommender.arrays import Floats, Ints
from recommender.histories import Histories
from recommender.model import NAMES
from recommender.stock import Stock

REASONS = ("OFTEN", "DUE", "ALIKE", "POPULAR", "NEW", "NEAR", "NOW")
# What is a reason at all: nearer than 500 m, newer than ten days, this near to what is done now.
CLOSE_MIN, NEW_MIN, NOW_MIN = 0.5, 0.5, 0.2
# The reasons that the ranker's features speak for, and which feature for which: (F, reasons).
LEARNT = ("OFTEN", "DUE", "ALIKE", "POPULAR")
BY_LEARNT = np.array(
    [[float(features.REASON_OF.get(one) == name) for name in LEARNT] for one in NAMES]
)


@dataclass(frozen=True, slots=True)
class Told:
    """The candidates to be explained, all (n, ...): features of the ranker, the leaves of its
    trees, None where there is none, rows, and how close, how new and how near to what is done now
    each is, 0 to 1.
    """

    FROM_X: ClassVar[tuple[str, ...]] = ("close", "new", "now")

    table: Floats
    leaves: NDArray[np.integer] | None
    row: NDArray[np.integer]
    close: NDArray[np.float64]
    new: NDArray[np.float64]
    now: NDArray[np.float64]


def told(
    stock: Stock, histories: Histories, asked: Told, *, doing: Ints | None
) -> tuple[tuple[tuple[tuple[str, float], ...], ...], Ints]:
    """Reasons of each candidate, largest first, and the column of the member's history that
    leads to it, -1 for none.

    doing -- columns of what the member is doing now; led to by these, it is NOW.
    """
    like = _like(stock, histories, asked.row)
    if not len(asked.row):
        return (), like
    unseen = stock.unseen[asked.row]
    parts = {name: np.where(unseen, 0, part) for name, part in _parts(stock, asked).items()}
    # Not in the ranker: each as strong as what it adds to a chance of a half.
    parts["NEAR"] = _beyond(asked.close, CLOSE_MIN)
    parts["NEW"] = _beyond(asked.new, NEW_MIN)
    parts["NOW"] = _beyond(asked.now, NOW_MIN)
    parts["ALIKE"] = np.where(like >= 0, parts["ALIKE"], 0)
    if doing is not None:
        parts["ALIKE"] = np.where(np.isin(like, doing), 0, parts["ALIKE"])
    each = zip(*(part.tolist() for part in parts.values()), strict=True)
    return tuple(_largest_first(zip(parts, strengths, strict=True)) for strengths in each), like


def _largest_first(parts: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Of the reasons of one candidate those that speak for it."""
    return tuple(sorted((one for one in parts if one[1] > 0), key=lambda one: -one[1]))


def _parts(stock: Stock, asked: Told) -> dict[str, Floats]:
    """What each reason adds to the log-odds; nobody does often what they never did."""
    count = asked.table[:, features.COUNT]
    if stock.ready.trees is None or asked.leaves is None:
        parts = _plain(asked.table)
    else:
        added = stock.ready.trees.contributions(asked.leaves) @ BY_LEARNT
        parts = dict(zip(LEARNT, added.T, strict=True))
    parts["OFTEN"] = np.where(count > 0, parts["OFTEN"], 0)
    parts["DUE"] = np.where(count > 1, parts["DUE"], 0)
    return parts


def _plain(table: Floats) -> dict[str, Floats]:
    """The same for the formula, which has no trees to ask."""
    named = NAMES.index
    return {
        "OFTEN": np.log1p(table[:, features.COUNT]),
        "DUE": np.nan_to_num(np.minimum(table[:, features.DUE], 1)) * 0.5,
        "ALIKE": np.clip(table[:, features.ALS], 0, 1),
        "POPULAR": table[:, named("popular")],
    }


def _like(stock: Stock, histories: Histories, row: NDArray[np.integer]) -> Ints:
    """The item of the history from which the strongest step leads to each candidate."""
    model, size = stock.model, len(row)
    found = np.full(size, -1, np.int32)
    if not size or not len(histories.item):
        return found
    places, owner = rp3beta.spread(stock.indptr, row, np.arange(size, dtype=np.int32))
    wanted = stock.evidence[places]
    at = np.zeros(model.items + 1, np.bool_)
    at[wanted] = True
    links, source = rp3beta.spread(model.near_indptr, histories.item, histories.item)
    strength = np.repeat(
        histories.weight, model.near_indptr[histories.item + 1] - model.near_indptr[histories.item]
    )
    kept = at[model.near_columns[links]]
    links, source, strength = links[kept], source[kept], strength[kept]
    column, value = model.near_columns[links], model.near_weights[links] * strength
    order = np.argsort(value, kind="stable")
    best = np.full(model.items + 1, -1, np.int32)
    best[column[order]] = source[order]
    power = np.zeros(model.items + 1, np.float32)
    power[column[order]] = value[order]
    by_power = np.argsort(power[wanted], kind="stable")
    by_power = by_power[best[wanted[by_power]] >= 0]
    found[owner[by_power]] = best[wanted[by_power]]
    return found


def _beyond(values: NDArray[np.float64], least: float) -> Floats:
    return np.where(values >= least, values, 0).astype(np.float32)
