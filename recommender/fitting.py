"""Fitting: from a log to a model, in two stages.

First the retrievers learn from all but the last days of the log, and the ranker learns, from
what they bring to the table, what came in those days. Then the retrievers learn once more from
the whole log, for use. What is measured is measured on a tenth of the members, of whom the
ranker saw nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import als, cold, features, popularity, ranking, rp3beta, splitting
from recommender.arrays import Floats, Ints, Log, NothingToLearn, Shelf
from recommender.features import Past
from recommender.judging import judged
from recommender.model import NAMES, Model, Settings
from recommender.retrieving import retrieved
from recommender.splitting import Split
from recommender.stock import opened, stocked

Progress = Callable[[str, float], None]

# Below this the ranker would learn chance; the formula is used.
TAKEN_MIN = 200
LATER_SHARE = 0.2
TESTED_EVERY = 10
# Of answers to offers: below this the level of p stays as it is.
ANSWERS_MIN, TAKEN_ANSWERS_MIN = 50, 15


@dataclass(frozen=True, slots=True)
class Answers:
    """What members answered to offers that a model had judged: the p of then, and 0 or 1.

    Both of shape (n,). They correct the level of p: taking an offer is not the same as doing
    what it is about.
    """

    p: Floats
    taken: Floats


def fit(
    log: Log,
    *,
    settings: Settings = Settings(),  # noqa: B008 -- frozen
    answers: Answers | None = None,
    progress: Progress = lambda what, share: None,
) -> Model:
    """Learn a model from a log.

    progress -- called with what is being done and the share that is done, 0 to 1.
    A log too short for a ranker gives a model without one: Model.ranker is None, and
    facts["ranker"] says why. Raises NothingToLearn.
    """
    if not len(log.member):
        raise NothingToLearn("no interactions")
    text, facts = _taught(log, settings, progress)
    final = learned(
        log,
        settings,
        at=float(log.day.max()),
        progress=lambda share: progress("learn from all", share),
    )
    level = final.calibration if answers is None else _level(answers)
    return replace(final, ranker=text, calibration=level, facts={**final.facts, **facts})


def learned(log: Log, settings: Settings, *, at: float, progress: Callable[[float], None]) -> Model:
    """The retrievers alone: a model without a ranker, from a log as of day `at`."""
    past = features.past(log, settings, at=at).items
    weights = als.confidence(past.weight, settings.alpha)
    factors = als.fit(past.matrix(weights), settings, progress=progress)
    near = rp3beta.fit(past.matrix(past.weight), settings)
    counts = popularity.counted(past)
    average, told = cold.fit(log.profiles, factors.members, past.occasions)
    return Model(
        factors.items,
        factors.gram,
        average,
        near.indptr.astype(np.int32),
        near.indices.astype(np.int32),
        near.data.astype(np.float32),
        counts.popular,
        counts.recent,
        counts.repeats,
        counts.gaps,
        np.zeros(log.items, np.int32) if log.groups is None else log.groups,
        told,
        np.array([0, 1], np.float32),
        () if log.profiles is None else log.profiles.names,
        None,
        settings,
        {
            "active": int((past.occasions > 0).sum()),
            "members": log.members,
            "items": log.items,
            "events": len(log.member),
        },
    )


def _taught(log: Log, settings: Settings, progress: Progress) -> tuple[str | None, dict[str, Any]]:
    """The ranker's text and what was measured of it; None when there is too little."""
    split = _split(_some(log, settings), settings)
    if not len(split.past.member) or not len(split.later.member):
        return None, {"ranker": "TOO_SHORT", "metrics": {}}
    model = learned(
        split.past,
        settings,
        at=split.at,
        progress=lambda share: progress("learn from the past", share),
    )
    past = features.past(split.past, settings, at=split.at)
    members = _drawn(past, settings)
    tested = members % TESTED_EVERY == TESTED_EVERY - 1
    table, taken = _examples(split, model, past, members[~tested], progress)
    if int(taken.sum()) < TAKEN_MIN:
        return None, {"ranker": "TOO_FEW", "metrics": {}}
    text = ranking.fit(
        table, taken, settings, progress=lambda share: progress("teach the ranker", share)
    )
    del table
    ready = opened(replace(model, ranker=text))
    stock = stocked(ready, Shelf.plain(log.items))
    facts = judged(
        stock,
        past,
        split.later,
        members[tested],
        keep_seen=settings.keep_seen,
        profiles=log.profiles,
    )
    return text, {"ranker": "TAUGHT", "examples": len(taken), **facts}


def _some(log: Log, settings: Settings) -> Log:
    """The log of as many members, drawn by lot, as are enough to teach a ranker."""
    who = np.unique(log.member)
    if len(who) <= settings.taught_members_max:
        return log
    rng = np.random.default_rng(settings.seed)
    kept = np.zeros(log.members, np.bool_)
    kept[rng.choice(who, settings.taught_members_max, replace=False)] = True
    return log.only(kept[log.member])


def _split(log: Log, settings: Settings) -> Split:
    by_lot = settings.random_split
    if by_lot is None:
        by_lot = float(np.ptp(log.day)) < 1
    if by_lot:
        return splitting.at_random(log, LATER_SHARE, seed=settings.seed)
    return splitting.by_time(log, min(settings.horizon_days, float(np.ptp(log.day)) / 3))


def _drawn(past: Past, settings: Settings) -> Ints:
    """The members the ranker is taught with and measured on, ascending.

    All who did anything, or as many of them, drawn by lot, as the limit of rows lets in.
    """
    who = np.flatnonzero(past.items.occasions > 0)
    each = settings.by_own + settings.by_als + settings.by_neighbours + settings.by_popularity
    most = max(settings.ranked_rows_max // max(min(each, past.items.items), 1), 1)
    if len(who) > most:
        rng = np.random.default_rng(settings.seed)
        who = np.sort(rng.choice(who, most, replace=False))
    return who.astype(np.int32)


def _examples(
    split: Split, model: Model, past: Past, members: Ints, progress: Progress
) -> tuple[Floats, NDArray[np.bool_]]:
    """What came to the table for each member, and whether they did it in the later days."""
    stock = stocked(opened(model), Shelf.plain(model.items))
    wanted = np.unique(split.later.member.astype(np.int64) * model.items + split.later.item)
    tables: list[Floats] = []
    taken: list[NDArray[np.bool_]] = []
    found = retrieved(
        stock, past, members, keep_seen=model.settings.keep_seen, profiles=split.past.profiles
    )
    done = 0
    for one, _ in found:
        pairs = one.pairs
        tables.append(features.table(stock, past, pairs))
        keys = pairs.member.astype(np.int64) * model.items + pairs.row
        taken.append(_among(keys, wanted))
        done = int(np.searchsorted(members, pairs.member.max(initial=0))) + 1
        progress("lay the table", done / max(len(members), 1))
    if not tables:
        return np.empty((0, len(NAMES)), np.float32), np.empty(0, np.bool_)
    return np.concatenate(tables), np.concatenate(taken)


def _among(keys: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    found: NDArray[np.bool_] = wanted[place] == keys
    return found


def _level(answers: Answers) -> Floats:
    """The correction of p from what was answered; none while there are too few answers."""
    few = len(answers.p) < ANSWERS_MIN or answers.taken.sum() < TAKEN_ANSWERS_MIN
    if few:
        return np.array([0, 1], np.float32)
    return ranking.levelled(answers.p, answers.taken)
