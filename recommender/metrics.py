"""Metrics: how good lists are, ranked over all items, for members who did something later.

A hit is a hit whatever its weight. Members with nothing to foretell are left out; a member with
no list counts as one with no hits.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.arrays import Floats, Ints, Log


def truth(later: Log, hidden: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """What there is to foretell: member x items + item, ascending, once each.

    hidden -- pairs of that kind, ascending, which a list may not name and so cannot foretell.
    """
    keys = np.unique(later.member.astype(np.int64) * later.items + later.item)
    return keys if hidden is None else np.setdiff1d(keys, hidden, assume_unique=True)


def measured(
    lists: Ints,
    members: Ints,
    wanted: NDArray[np.int64],
    popular: Floats,
    *,
    ks: Sequence[int] = (10, 20),
) -> Mapping[str, float]:
    """Metrics of lists (m, k) for `members` (m,), best first, -1 where a list is shorter.

    wanted -- of `truth`; popular -- (items,), the share of members who have an item already.
    By name, for each k: ndcg (binary gains, Jarvelin and Kekalainen 2002), recall (hits among
    what there was), precision, hit; and of the lists themselves: coverage (share of items named
    to anybody), novelty (mean -log2 of the share, Zhou and others 2010) and popularity (the mean
    share of what is named, over that of what was wanted: 1 is without bias).
    """
    items = len(popular)
    sizes = np.bincount(np.searchsorted(members, wanted // items), minlength=len(members))
    some = sizes > 0
    if not some.any():
        return {}
    hits = _hits(lists, members, wanted, items)
    found: dict[str, float] = {}
    for k in ks:
        width = min(k, lists.shape[1])
        good, count = hits[some, :width], sizes[some]
        gain = 1 / np.log2(np.arange(2, k + 2))
        ideal = np.cumsum(gain)[np.minimum(count, k) - 1]
        named = lists[some, :width][lists[some, :width] >= 0]
        share = popular[named]
        found |= {
            f"ndcg@{k}": float((good @ gain[:width] / ideal).mean()),
            f"recall@{k}": float((good.sum(1) / count).mean()),
            f"precision@{k}": float((good.sum(1) / k).mean()),
            f"hit@{k}": float(good.any(1).mean()),
            f"coverage@{k}": len(np.unique(named)) / items,
            f"novelty@{k}": float(-np.log2(np.maximum(share, 1e-6)).mean()) if len(share) else 0.0,
            f"popularity@{k}": _bias(share, popular[wanted % items]),
        }
    return found


def listed(scores: Floats, k: int) -> Ints:
    """The best k columns of each row of scores (b, items), best first; -1 where the score is
    -inf. Equal scores: the lower column first, so that a list is the same every time.
    """
    size = scores.shape[1]
    width = min(k, size)
    cut = -np.partition(-scores, width - 1, axis=1)[:, width - 1 : width]
    lists = np.full((len(scores), k), -1, np.int32)
    which, column = np.nonzero((scores >= cut) & (scores > -np.inf))
    order = np.lexsort((column, -scores[which, column], which))
    which, column = which[order], column[order]
    sizes = np.bincount(which, minlength=len(scores))
    rank = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept = rank < width
    lists[which[kept], rank[kept]] = column[kept]
    return lists


def _hits(lists: Ints, members: Ints, wanted: NDArray[np.int64], items: int) -> NDArray[np.bool_]:
    keys = members.astype(np.int64)[:, None] * items + lists
    place = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    found: NDArray[np.bool_] = (wanted[place] == keys) & (lists >= 0)
    return found


def _bias(named: Floats, wanted: Floats) -> float:
    return float(named.mean() / wanted.mean()) if len(named) and wanted.any() else 0.0
