"""Scoring: the chance that a member takes each candidate, how sure that is, and why.

A candidate is judged by the items that speak for it: its own column once people have met it, and
the items it is about. What a member did with any of them counts for it; its vector is the mean
of theirs, and moves to its own as its own history grows. A candidate of which the model knows
nothing gets the average chance of the others at the table and is marked as unseen: the belief
from answers, and the floor its chooser keeps for new offers, do the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from recommender import als, cold, features, own, ranking, reasoning, rp3beta
from recommender.arrays import Floats, Ints, Log
from recommender.bandit import DIMENSIONS, Posterior, Prior
from recommender.features import Pairs, Past
from recommender.reasoning import REASONS, Told
from recommender.retrieving import ALL, SOURCES, TINY, Table, chosen, fewer, over_evidence
from recommender.stock import Ready, Stock, opened, stocked

__all__ = [
    "REASONS",
    "SOURCES",
    "Asking",
    "P",
    "Ready",
    "Scores",
    "Stock",
    "X",
    "opened",
    "score",
    "stocked",
]

# What the bandit's belief is about. All between 0 and about 1, 0 for what is not known.
X = (
    "one", "p", "often", "due", "fresh", "share", "lately_share", "als", "near", "popular",
    "recent", "busy", "cold", "unseen", "new", "close", "now", "refused", "p_close", "p_new",
)  # fmt: skip
P = X.index("p")
# So many candidates are all looked at; of more, those that the retrievers bring.
ALL_MAX = 300
# The chance of a candidate nobody knows, at a table where nobody knows any.
UNKNOWN_P = 0.05
NEW_DAYS, CLOSE_M, BUSY_LOG = 14.0, 500.0, 6.0


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom it is for, and when.

    columns, weights, ages_days -- (h,): the member's history, ages before now; now -- columns of
    what the member is doing at this moment, such as the activity just ended; distance_m -- by
    candidate row, NaN or None where it is not known; refused -- by candidate row, how often
    lately, faded as the caller likes; refused_items -- the same by item column.
    """

    columns: Ints
    weights: Floats
    ages_days: Floats
    profile: Mapping[str, str | float] = field(default_factory=dict)
    now: Ints | None = None
    distance_m: Floats | None = None
    refused: Mapping[int, float] = field(default_factory=dict)
    refused_items: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scores:
    """Candidates, best first.

    rows -- (n,) of the shelf; p, spread -- (n,), the chance and its standard deviation; features
    -- (n, 20) for the bandit's sums; source -- (n,) into SOURCES; like -- (n,) the column of the
    member's history that speaks loudest for it, -1 for none; reasons -- for the first few, pairs
    of a name of REASONS and its contribution to the log-odds, largest first; warm -- whether the
    member has a history that the model knows.
    """

    rows: Ints
    p: Floats
    spread: Floats
    features: NDArray[np.float64]
    source: NDArray[np.int8]
    like: Ints
    reasons: tuple[tuple[tuple[str, float], ...], ...]
    warm: bool


def score(
    stock: Stock,
    asking: Asking,
    *,
    belief: Posterior | None = None,
    among: Ints | None = None,
    limit: int = 200,
    explained: int = 10,
) -> Scores:
    """The best candidates for a member, about a millisecond for 10 k candidates.

    belief -- bandit.posterior over Prior.trusting(P): None is that before any answer; among --
    rows of the shelf to choose from, None: all; explained -- how many get reasons.
    Raises BadLog, BadWeights, BadDays for a history that is none.
    """
    log, warm = _log(stock, asking)
    past = features.past(log, stock.model.settings, at=0.0)
    pairs, source, now = _table(stock, asking, past, among)
    table = features.table(stock, past, pairs)
    p, leaves = _chances(stock, table, pairs)
    refused = _refused(stock, asking, pairs)
    x = _x(stock, asking, pairs, table, p, now, refused)
    mean, spread = (belief or BEFORE).judged(x)
    mean, spread = np.clip(mean, 1e-4, 1) / (1 + refused), spread / (1 + refused)
    order = np.argsort(-mean, kind="stable")[:limit]
    few = order[:explained]
    asked = _asked(few, table, leaves, pairs, x)
    reasons, few_like = reasoning.told(stock, past.items, asked, doing=asking.now)
    like = np.full(len(order), -1, np.int32)
    like[: len(few)] = few_like
    return Scores(
        pairs.row[order].astype(np.int32),
        mean[order].astype(np.float32),
        spread[order].astype(np.float32),
        x[order],
        source[order],
        like,
        reasons,
        warm,
    )


def _asked(
    few: NDArray[np.intp],
    table: Floats,
    leaves: NDArray[np.integer] | None,
    pairs: Pairs,
    x: NDArray[np.float64],
) -> Told:
    """The few that get reasons."""
    reached = None if leaves is None else leaves[few]
    near = (x[few, X.index(one)] for one in Told.FROM_X)
    return Told(table[few], reached, pairs.row[few], *near)


BEFORE = Posterior(Prior.trusting(P).mean, np.diag(Prior.trusting(P).sd ** 2))


def _log(stock: Stock, asking: Asking) -> tuple[Log, bool]:
    """The member's history as a log of one member, and whether there is any."""
    items, now = stock.model.items, asking.now
    groups = stock.model.groups if stock.ready.grouped else None
    columns, weights, ages = asking.columns, asking.weights, asking.ages_days
    if now is not None and len(now):
        columns = np.concatenate((columns, now))
        weights = np.concatenate((weights, np.ones(len(now), np.float32)))
        ages = np.concatenate((ages, np.zeros(len(now), np.float32)))
    nobody = np.zeros(len(columns), np.int32)
    if not len(columns):
        empty = np.empty(0, np.float32)
        return Log(nobody, nobody, empty, empty, 1, items, groups), False
    days = -np.asarray(ages, np.float32)
    log = Log.of(nobody, columns, weights, days, members=1, items=items, groups=groups)
    return log, len(asking.columns) > 0


def _table(
    stock: Stock, asking: Asking, past: Past, among: Ints | None
) -> tuple[Pairs, NDArray[np.int8], Floats]:
    """The candidates at the table, who brought each, and how near each is to what is done now."""
    model, histories = stock.model, past.items
    settings, items = model.settings, histories.item
    vector = als.vector(
        model.factors, model.gram, items, als.confidence(histories.weight, settings.alpha)
    )
    share = cold.share(histories.sizes)[0]
    vector = vector + share * cold.vector(
        model.average, model.cold, model.cold_names, asking.profile
    )
    near = rp3beta.score(model, items, histories.weight)
    often = np.zeros(model.items + 1, np.float32)
    often[items] = own.frequency(histories)
    squared = vector @ model.gram @ vector / np.float32(model.items)
    found = Table(
        over_evidence(stock, often[None], np.add),
        (stock.factors @ vector)[None],
        over_evidence(stock, near[None], np.maximum),
        np.sqrt(np.maximum(squared, np.float32(TINY)))[None],
        np.maximum(near.max(initial=0, keepdims=True), np.float32(TINY)),
    )
    if among is not None and len(among) > ALL_MAX:
        away = np.ones(stock.size, np.bool_)
        away[among] = False
        for scores in (found.own, found.als, found.near):
            scores[0, away] = -np.inf
    if stock.size <= ALL_MAX or (among is not None and len(among) <= ALL_MAX):
        row = np.arange(stock.size) if among is None else among
        source = np.full(len(row), ALL, np.int8)
    else:
        source = chosen(stock, found, fewer(settings))[0]
        row = np.flatnonzero(source >= 0)
        source = source[row]
    nobody = np.zeros(len(row), np.int32)
    return found.pairs(nobody, row, nobody), source, _now(stock, asking)[row]


def _now(stock: Stock, asking: Asking) -> Floats:
    """How near each candidate is to what the member is doing, 0 to 1."""
    if asking.now is None or not len(asking.now):
        return np.zeros(stock.size, np.float32)
    near = rp3beta.score(stock.model, asking.now, np.ones(len(asking.now), np.float32))
    near[asking.now] = float(near.max()) or 1.0
    each = over_evidence(stock, near[None], np.maximum)[0]
    most = float(each.max(initial=0))
    nearness: Floats = each / np.float32(most if most > 0 else 1)
    return nearness


def _chances(
    stock: Stock, table: Floats, pairs: Pairs
) -> tuple[Floats, NDArray[np.integer] | None]:
    """The chance of each pair, level corrected, and the leaves of the trees that say so;
    candidates nobody knows get the average.
    """
    ranker, trees, model = stock.ready.ranker, stock.ready.trees, stock.model
    if ranker is None or trees is None:
        p, leaves = ranking.formula(table, model.settings.horizon_days), None
    else:
        leaves = ranking.leaves(ranker, table)
        p = (1 / (1 + np.exp(-trees.log_odds(leaves)))).astype(np.float32)
    shift, slope = model.calibration
    if (shift, slope) != (0, 1):
        p = (1 / (1 + np.exp(-(shift + slope * ranking.logit(p))))).astype(np.float32)
    unseen = stock.unseen[pairs.row]
    if unseen.any():
        p[unseen] = p[~unseen].mean() if not unseen.all() else np.float32(UNKNOWN_P)
    return p, leaves


def _x(
    stock: Stock,
    asking: Asking,
    pairs: Pairs,
    table: Floats,
    p: Floats,
    now: Floats,
    refused: Floats,
) -> NDArray[np.float64]:
    """The features of the bandit, in the order of X."""
    row = pairs.row
    known = np.where(np.isfinite(table), table, 0).T
    near, due = known[features.NEAR], np.minimum(known[features.DUE], 1e3)
    count, occasions = known[features.COUNT], known[features.OCCASIONS]
    fresh = np.where(count > 0, np.exp(-known[features.SINCE] / 30), 0)
    age = stock.shelf.age_days[row]
    new = np.where(np.isnan(age), 0, np.exp(-np.maximum(age, 0) / NEW_DAYS))
    away = np.full(len(row), np.nan) if asking.distance_m is None else asking.distance_m[row]
    close = np.where(np.isnan(away), 0, 1 / (1 + np.maximum(away, 0) / CLOSE_M))
    columns = (
        1, p, np.minimum(np.log1p(count) / 4, 1), due / (1 + due),
        fresh, np.minimum(known[features.SHARE], 1),
        np.minimum(known[features.LATELY_SHARE], 1), np.clip(pairs.als, 0, 1),
        near / (near.max(initial=0) + 1e-9), np.sqrt(stock.popular[row]),
        np.sqrt(stock.recent[row]), np.minimum(np.log1p(occasions) / BUSY_LOG, 1),
        occasions == 0, stock.unseen[row], new, close, now, refused / (1 + refused), p * close,
        p * new,
    )  # fmt: skip
    assert len(columns) == DIMENSIONS
    x = np.empty((len(row), DIMENSIONS))
    for place, column in enumerate(columns):
        x[:, place] = column
    return x


def _refused(stock: Stock, asking: Asking, pairs: Pairs) -> Floats:
    """How often each candidate was refused: it itself in full, what it is about by half."""
    if not asking.refused and not asking.refused_items:
        return np.zeros(len(pairs.row), np.float32)
    found = np.zeros(stock.size, np.float32)
    if asking.refused_items:
        times = np.zeros(stock.model.items + 1, np.float32)
        for column, often in asking.refused_items.items():
            times[column] = often
        found = over_evidence(stock, times[None], np.maximum)[0] / 2
    for row, often in asking.refused.items():
        found[row] += often
    times_each: Floats = found[pairs.row]
    return times_each
