"""Retrieving: from all candidates the few hundred that are worth a closer look.

Every retriever brings its best: what the member does anyway, ALS, RP3beta, what is popular
lately, and what is new and has no history to be judged by.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommender import als, cold, own, rp3beta
from recommender.arrays import Floats, Profiles
from recommender.features import Pairs, Past
from recommender.histories import Histories
from recommender.model import Model, Settings
from recommender.stock import Stock

SOURCES = ("own", "als", "neighbours", "popular", "new", "all")
OWN, ALS, NEAR, POPULAR, NEW, ALL = range(6)
BLOCK = 256
# What is divided by is never nought.
TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Table:
    """Scores of all candidates for a few members, each (b, c), and, (b,), the members' units.

    als_unit -- the root of the mean square of the scores of all items; near_unit -- the largest.
    """

    own: Floats
    als: Floats
    near: Floats
    als_unit: Floats
    near_unit: Floats

    def pairs(
        self,
        which: NDArray[np.integer],
        row: NDArray[np.integer],
        members: NDArray[np.integer],
    ) -> Pairs:
        """The pairs of these rows of the table and these candidates."""
        liked, near = self.als[which, row], self.near[which, row]
        return Pairs(
            members[which],
            row,
            liked,
            near,
            liked / self.als_unit[which],
            near / self.near_unit[which],
        )


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The pairs that came to the table and, (n,), by whom."""

    pairs: Pairs
    source: NDArray[np.int8]


def retrieved(
    stock: Stock,
    past: Past,
    members: NDArray[np.integer],
    *,
    keep_seen: bool,
    profiles: Profiles | None = None,
) -> Iterator[tuple[Retrieved, Table]]:
    """The candidates of many members, a block at a time; rows of `past` in, rows out.

    keep_seen -- False: what a member has done is no candidate for them.
    """  # fmt: skip
    for start in range(0, len(members), BLOCK):
        block = members[start : start + BLOCK]
        part = tabled(stock, past.items, block, profiles)
        if not keep_seen:
            hidden = part.own > 0
            for scores in (part.own, part.als, part.near):
                scores[hidden] = -np.inf
        source = chosen(stock, part, stock.model.settings)
        which, row = np.nonzero(source >= 0)
        yield Retrieved(part.pairs(which, row, block), source[which, row]), part


def tabled(
    stock: Stock, histories: Histories, members: NDArray[np.integer], profiles: Profiles | None
) -> Table:
    """All scores of all candidates for a block of members."""
    model, settings = stock.model, stock.model.settings
    confidences = histories.matrix(als.confidence(histories.weight, settings.alpha))[members]
    vectors = als.vectors(model.factors, confidences, settings)
    shares = cold.share(histories.sizes[members])
    vectors += shares[:, None] * cold.vectors(model.average, model.cold, profiles, members)
    weights = histories.matrix(histories.weight)[members]
    near = _wider(rp3beta.scores(stock.ready.near, weights, settings.walk))
    often = _wider(histories.matrix(own.frequency(histories))[members])
    return Table(
        over_evidence(stock, often, np.add),
        vectors @ stock.factors.T,
        over_evidence(stock, near, np.maximum),
        als_unit(model, vectors),
        np.maximum(near.max(axis=1, initial=0), np.float32(TINY)),
    )


def als_unit(model: Model, vectors: Floats) -> Floats:
    """The root of the mean square of the ALS scores of all items, for each vector (b, f)."""
    squares = np.einsum("bf,bf->b", vectors @ model.gram, vectors) / np.float32(model.items)
    unit: Floats = np.sqrt(np.maximum(squares, np.float32(TINY)))
    return unit


def chosen(stock: Stock, table: Table, settings: Settings) -> NDArray[np.int8]:
    """Who brought each candidate, (b, c): a number of SOURCES, -1 where nobody did.

    -inf in a table: not to be chosen.
    """
    source = np.full(table.als.shape, -1, np.int8)
    newest = stock.newest
    for at, mark in enumerate(source):
        liked, done, near = table.als[at], table.own[at], table.near[at]
        usual = stock.trending
        if liked.min(initial=0) == -np.inf:
            usual = usual[liked[usual] > -np.inf]
        mark[newest] = NEW
        mark[usual[: settings.by_popularity]] = POPULAR
        led = np.flatnonzero(near > 0)
        mark[led[_largest(near[led], settings.by_neighbours)]] = NEAR
        # Those already at the table by their own history need no other to bring them.
        again = np.flatnonzero(done > 0)
        others = liked.copy()
        others[again] = -np.inf
        mark[_largest(others, settings.by_als)] = ALS
        mark[again[_largest(done[again], settings.by_own)]] = OWN
        mark[newest[liked[newest] == -np.inf]] = -1
    return source


@lru_cache
def fewer(settings: Settings) -> Settings:
    """While somebody waits, each retriever brings half of what it brings to a training."""
    return replace(
        settings,
        by_own=settings.by_own // 2,
        by_als=settings.by_als // 2,
        by_neighbours=settings.by_neighbours // 2,
        by_popularity=settings.by_popularity // 2,
    )


def over_evidence(stock: Stock, scores: Floats, how: np.ufunc) -> Floats:
    """From scores of items (b, items + 1) to those of candidates (b, c); the last is nought, for
    the evidence that matches nothing.
    """
    if not stock.size:
        return np.empty((len(scores), 0), np.float32)
    each = np.take(scores, stock.evidence, axis=1)
    found: Floats = each if stock.plain else how.reduceat(each, stock.indptr[:-1], axis=1)
    return found


def _wider(scores: csr_matrix) -> Floats:
    """As a dense array with one column of noughts more."""
    found = np.zeros((scores.shape[0], scores.shape[1] + 1), np.float32)
    found[:, :-1] = scores.toarray()
    return found


def _largest(scores: Floats, count: int) -> NDArray[np.intp]:
    """Where the largest are, in any order; -inf is none of them."""
    least = len(scores) - count
    if least <= 0:
        return np.flatnonzero(scores > -np.inf)
    found = np.argpartition(scores, least)[least:]
    return found[scores[found] > -np.inf]
