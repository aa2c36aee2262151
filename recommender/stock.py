"""Stock: a shelf as a model sees it, with all that does not depend on who asks.

The items that speak for a candidate are its evidence: its own column, if the model has met it,
and what it is about. Of nothing known there is one piece of evidence that never matches.
"""

from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommender import trees
from recommender.arrays import BadLog, Floats, Ints, Shelf
from recommender.model import NAMES, BadModel, Model
from recommender.trees import Trees

# A candidate's own vector counts as much as that of what it is about once so many have had it.
MET_BY = 20.0
# Of the newest candidates nobody has met, so many come to the table.
NEW_MAX = 20


@dataclass(frozen=True, slots=True)
class Ready:
    """A model whose ranker has been read; made once, used by every shelf.

    near -- the neighbours of items as a matrix; grouped -- whether its items have groups; trees
    -- of the ranker, for reasons.
    """

    model: Model
    ranker: lightgbm.Booster | None
    near: csr_matrix
    grouped: bool
    trees: Trees | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """A shelf as a model sees it; made when either changes.

    indptr, evidence -- CSR (c, items), at least one for each candidate, -1 for none; factors --
    (c, f); popular, recent, repeats, gaps, group -- (c,); unseen -- (c,): no evidence at all;
    trending -- the rows that anybody had lately, most popular first; newest -- of the rows
    without evidence the latest few; plain -- one piece of evidence each.
    """

    ready: Ready
    shelf: Shelf
    indptr: NDArray[np.int64]
    evidence: NDArray[np.intp]
    factors: Floats
    popular: Floats
    recent: Floats
    repeats: Floats
    gaps: Floats
    group: Ints
    unseen: NDArray[np.bool_]
    trending: NDArray[np.int64]
    newest: NDArray[np.int64]
    plain: bool

    @property
    def model(self) -> Model:
        """The model that looks."""
        return self.ready.model

    @property
    def size(self) -> int:
        """How many candidates there are."""
        return len(self.unseen)


def opened(model: Model) -> Ready:
    """Read the ranker of a model.

    Raises BadModel: its text is cut short, or it was taught with other features.
    """
    near = csr_matrix(
        (model.near_weights, model.near_columns, model.near_indptr),
        shape=(model.items, model.items),
    )
    if model.ranker is None:
        return Ready(model, None, near, model.grouped)
    # LightGBM does not notice a text that is cut short, so the end is looked for first.
    if "end of trees" not in model.ranker or "end of parameters" not in model.ranker:
        raise BadModel("the ranker's text is cut short")
    paths = trees.read(model.ranker)
    try:
        ranker = lightgbm.Booster(model_str=model.ranker)
    except lightgbm.basic.LightGBMError as error:
        raise BadModel(str(error)) from error
    if tuple(ranker.feature_name()) != NAMES:
        raise BadModel("the ranker was taught with other features than there are now")
    return Ready(model, ranker, near, model.grouped, paths)


def stocked(ready: Ready, shelf: Shelf) -> Stock:
    """What the model knows of each candidate: one pass over the shelf, fast for a few.

    Raises BadLog when a column is not of this model.
    """
    model = ready.model
    size, largest = len(shelf.own), max(shelf.own.max(initial=-1), shelf.about.max(initial=-1))
    if largest >= model.items or shelf.about.min(initial=0) < 0:
        raise BadLog(f"column {largest} is not among the {model.items} of this model")
    indptr, evidence, weights = _evidence(model, shelf)
    known = evidence >= 0
    table = csr_matrix(
        (np.where(known, weights, 0), np.maximum(evidence, 0), indptr), shape=(size, model.items)
    )
    lead = _lead(indptr, evidence, np.where(known, model.popular[evidence], -1))
    seen = lead >= 0

    def of_lead(values: Floats, none: float) -> Floats:
        return np.where(seen, values[lead], np.float32(none))

    recent = of_lead(model.recent, 0)
    trending = np.argsort(-recent, kind="stable")[: int((recent > 0).sum())]
    return Stock(
        ready,
        shelf,
        indptr,
        evidence.astype(np.intp),
        np.ascontiguousarray(table @ model.factors, np.float32),
        of_lead(model.popular, 0),
        recent,
        of_lead(model.repeats, np.nan),
        of_lead(model.gaps, np.nan),
        np.where(seen, model.groups[lead], -1).astype(np.int32),
        ~seen,
        trending,
        _newest(shelf, ~seen),
        len(evidence) == size,
    )


def _evidence(model: Model, shelf: Shelf) -> tuple[NDArray[np.int64], Ints, Floats]:
    """The evidence of each candidate, its own column first, and how its vectors are mixed."""
    size = len(shelf.own)
    about = np.diff(shelf.about_indptr)
    first = (shelf.own >= 0) | (about == 0)
    sizes = about + first
    indptr = np.concatenate(([0], np.cumsum(sizes)))
    evidence = np.empty(int(indptr[-1]), np.int32)
    weights = np.empty(len(evidence), np.float32)
    met = np.float32(model.facts.get("active", 0)) * model.popular[shelf.own]
    mine = np.where(shelf.own >= 0, met / (met + np.float32(MET_BY)), 0)
    mine = np.where(about == 0, 1, mine).astype(np.float32)
    start = indptr[:-1][first]
    evidence[start], weights[start] = shelf.own[first], mine[first]
    rest = np.ones(len(evidence), np.bool_)
    rest[start] = False
    owner = np.repeat(np.arange(size), about)
    evidence[rest] = shelf.about
    weights[rest] = (1 - mine[owner]) / about[owner]
    return indptr, evidence, weights


def _newest(shelf: Shelf, unseen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The latest of those that nothing is known of; of whose age nothing is known, last."""
    rows = np.flatnonzero(unseen)
    ages = np.nan_to_num(shelf.age_days[rows], nan=np.inf)
    return rows[np.argsort(ages, kind="stable")[:NEW_MAX]]


def _lead(indptr: NDArray[np.int64], evidence: Ints, popular: Floats) -> Ints:
    """The best-known item that speaks for each candidate, -1 where none does."""
    owner = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    order = np.lexsort((popular, owner))
    return evidence[order[indptr[1:] - 1]]
