"""Evaluating: every retriever and the whole pipeline on any data set, as others would compare."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from recommender import features, fitting, judging
from recommender.arrays import Log, Shelf
from recommender.errors import Unusable
from recommender.fitting import Progress
from recommender.model import Settings
from recommender.stock import opened, stocked


class NeverSeen(Unusable):
    """The test names members or items of which the training log knows nothing."""

    code = "NEVER_SEEN"


def evaluated(
    log: Log,
    later: Log,
    *,
    keep_seen: bool,
    ks: Sequence[int] = judging.KS,
    settings: Settings = Settings(),  # noqa: B008 -- frozen
    allow_unseen: bool = False,
    progress: Progress = lambda what, share: None,
) -> dict[str, Any]:
    """Fit on `log` and measure on `later`, full ranking, for all members that `later` names.

    Both number the same members and items. keep_seen -- False: what a member had is taken out of
    lists and truth; allow_unseen -- what was never seen counts as missed instead of being
    refused. The horizon is the span of the test when it comes after the training; otherwise the
    days say nothing of the order, weights do not fade, and the ranker learns from a random fifth.
    Returns what `judging.judged` returns, and the fit's own facts under "fit".
    Raises NothingToLearn, NeverSeen.
    """
    if not allow_unseen:
        _all_seen(log, later)
    settings = replace(settings, keep_seen=keep_seen, **_order(log, later))
    model = fitting.fit(log, settings=settings, progress=progress)
    at = float(log.day.max())
    progress("measure", 0.0)
    found = judging.judged(
        stocked(opened(model), Shelf.plain(log.items)),
        features.past(log, settings, at=at),
        later,
        np.unique(later.member),
        keep_seen=keep_seen,
        ks=ks,
        profiles=log.profiles,
    )
    progress("measure", 1.0)
    return {**found, "fit": {**model.facts}}


def _all_seen(log: Log, later: Log) -> None:
    for what, known, asked in (
        ("members", log.member, later.member),
        ("items", log.item, later.item),
    ):
        unseen = np.setdiff1d(asked, known)
        if len(unseen):
            raise NeverSeen(f"{len(unseen)} {what} of the test are not in the training data")


def _order(log: Log, later: Log) -> dict[str, Any]:
    """The settings that follow from whether the test comes after the training."""
    span = float(later.day.max()) - float(log.day.max())
    if span > 0 and float(later.day.min()) > float(log.day.max()) - 1:
        return {"horizon_days": max(span, 1.0), "random_split": False}
    # What is drawn by lot leaves each item the fewer the more it took; fine trees learn just that.
    coarse = {"leaves": 7, "leaf_min": 1000}
    return {"half_life_days": 0.0, "random_split": True, **coarse}
