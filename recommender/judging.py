"""Judging: every retriever and the whole pipeline on what members did later."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender import features, metrics, ranking
from recommender.arrays import Floats, Ints, Log, Profiles
from recommender.features import Past
from recommender.retrieving import Retrieved, Table, retrieved
from recommender.stock import Stock

KS = (10, 20)


def judged(
    stock: Stock,
    past: Past,
    later: Log,
    members: Ints,
    *,
    keep_seen: bool,
    ks: Sequence[int] = KS,
    profiles: Profiles | None = None,
) -> dict[str, Any]:
    """What was reached for `members`, ascending, by name of the retriever and of the metric.

    keep_seen -- False: neither lists nor truth hold what a member had done before.
    metrics -- by contestant; calibration -- of the pipeline's chances; table_recall -- the share
    of what there was to foretell that came to the table.
    """
    wanted = metrics.truth(later, None if keep_seen else past.items.key)
    wanted = wanted[np.isin(wanted // later.items, members)]
    some = np.isin(members, wanted // later.items)
    members = members[some]
    if not len(members):
        return {"metrics": {}, "judged": 0}
    lists: dict[str, list[Ints]] = {}
    said: list[Floats] = []
    came: list[NDArray[np.bool_]] = []
    popular = stock.model.popular
    for found, table in retrieved(stock, past, members, keep_seen=keep_seen, profiles=profiles):
        p = chances(stock, past, found)
        keys = found.pairs.member.astype(np.int64) * later.items + found.pairs.row
        said.append(p)
        came.append(np.isin(keys, wanted))
        for name, each in _contestants(found, table, p, popular).items():
            lists.setdefault(name, []).append(metrics.listed(each, max(ks)))
    p, taken = np.concatenate(said), np.concatenate(came)
    return {
        "metrics": _measured(lists, members, wanted, popular, ks),
        "judged": len(members),
        "table_recall": float(taken.sum() / len(wanted)),
        "calibration": asdict(ranking.calibration(p, taken)),
    }


def chances(stock: Stock, past: Past, found: Retrieved) -> Floats:
    """The chance of each pair at the table."""
    table = features.table(stock, past, found.pairs)
    if stock.ready.ranker is None:
        return ranking.formula(table, stock.model.settings.horizon_days)
    return ranking.chances(stock.ready.ranker, table)


def _contestants(
    found: Retrieved, table: Table, p: Floats, popular: Floats
) -> Mapping[str, Floats]:
    """The scores (b, items) of each contestant; who did nothing yet has what is popular as own."""
    usual = np.where(table.als > -np.inf, popular, -np.inf)
    return {
        "popularity": usual,
        "own": np.where(table.own > 0, table.own, usual - 1e3),
        "als": table.als,
        "neighbours": table.near,
        "pipeline": _laid(found, p, table.als),
    }


def _laid(found: Retrieved, p: Floats, like: Floats) -> Floats:
    """The chances in the place of the pairs, everything else last."""
    laid = np.full(like.shape, -np.inf, np.float32)
    first = np.flatnonzero(np.diff(found.pairs.member, prepend=-1))
    which = np.repeat(np.arange(len(first)), np.diff(first, append=len(p)))
    laid[which, found.pairs.row] = p
    return laid


def _measured(
    lists: Mapping[str, Sequence[Ints]],
    members: Ints,
    wanted: NDArray[np.int64],
    popular: Floats,
    ks: Sequence[int],
) -> dict[str, Mapping[str, float]]:
    return {
        name: metrics.measured(np.concatenate(each), members, wanted, popular, ks=ks)
        for name, each in lists.items()
    }
