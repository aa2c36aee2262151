"""Features: what the ranker is told of a member and a candidate.

Where several items speak for a candidate, occasions add up and the freshest day counts: whoever
did any of them did what the candidate is about.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender import own
from recommender.arrays import Floats, Ints, Log
from recommender.histories import Histories, grouped, summed
from recommender.model import NAMES, Settings
from recommender.rp3beta import spread
from recommender.stock import Stock

COUNT, SINCE, DUE, SHARE, LATELY_SHARE, ALS, NEAR, OCCASIONS = (
    NAMES.index(name)
    for name in ("count", "since", "due", "share", "lately_share", "als", "near", "occasions")
)
# Which reason a feature speaks for; the others say something about the member alone.
REASON_OF = {
    **dict.fromkeys(
        ("count", "weight", "rate", "share", "lately", "lately_share", "group_count",
         "group_share"),
        "OFTEN",
    ),
    **dict.fromkeys(("since", "gap", "due", "item_due", "group_since"), "DUE"),
    **dict.fromkeys(("als", "near", "als_z", "near_share"), "ALIKE"),
    **dict.fromkeys(("popular", "recent", "trend", "repeats", "item_gap"), "POPULAR"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """The histories of members with items and with the groups of items."""

    items: Histories
    groups: Histories


@dataclass(frozen=True, slots=True)
class Pairs:
    """Members and candidates to be judged, all (n,): row numbers, and the scores of retrieval.

    als_z, near_share -- the scores in units of the member's own: of how far theirs are spread
    over all items, and of the largest. Whoever did much has large scores for everything.
    """

    member: NDArray[np.integer]
    row: NDArray[np.integer]
    als: Floats
    near: Floats
    als_z: Floats
    near_share: Floats


def past(log: Log, settings: Settings, *, at: float) -> Past:
    """The histories as of day `at`; a log without groups has one group."""
    how = {"half_life_days": settings.half_life_days, "recent_days": settings.recent_days}
    items = summed(log, at=at, **how)
    return Past(items, items if log.groups is None else summed(grouped(log), at=at, **how))


def table(stock: Stock, past: Past, pairs: Pairs) -> Floats:
    """The features of each pair, shape (n, len(NAMES)), NaN for what is not known."""
    histories, member, row = past.items, pairs.member, pairs.row
    count, lately, weight, last, first = _done(stock, histories, member, row)
    occasions = histories.occasions[member]
    recently = histories.lately_occasions[member]
    item_gap, recent, popular = stock.gaps[row], stock.recent[row], stock.popular[row]
    found = np.empty((len(row), len(NAMES)), np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.where(count > 1, (first - last) / (count - 1), np.nan)
        columns = (
            count, weight, last, gap, own.due(count, last, first), count / (first + 1),
            count / occasions, lately, lately / recently, pairs.als, pairs.near, pairs.als_z,
            pairs.near_share, popular, recent,
            recent / popular, stock.repeats[row], item_gap, last / item_gap, occasions, recently,
            histories.idle[member], histories.sizes[member],
            *_in_group(stock, past, member, row, count),
        )  # fmt: skip
    for place, column in enumerate(columns):
        found[:, place] = column
    return found


def _done(
    stock: Stock, histories: Histories, member: NDArray[np.integer], row: NDArray[np.integer]
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Count, count of late, weight, days since the last and since the first time; NaN: never."""
    if stock.plain:
        place, there = histories.found(member, stock.evidence[row])
        starts = None
    else:
        places, members = spread(stock.indptr, row, member)
        place, there = histories.found(members, stock.evidence[places])
        sizes = stock.indptr[row + 1] - stock.indptr[row]
        starts = np.cumsum(sizes) - sizes

    def gathered(values: Floats, none: float, how: np.ufunc) -> Floats:
        if not len(values) or not len(place):
            return np.full(len(row), none, np.float32)
        each = np.where(there, values[place], np.float32(none))
        return each if starts is None else how.reduceat(each, starts)

    count = gathered(histories.count, 0, np.add)
    last = gathered(histories.last, np.inf, np.minimum)
    first = gathered(histories.first, -np.inf, np.maximum)
    never = count == 0
    return (
        count,
        gathered(histories.lately, 0, np.add),
        gathered(histories.weight, 0, np.add),
        np.where(never, np.float32(np.nan), last),
        np.where(never, np.float32(np.nan), first),
    )


def _in_group(
    stock: Stock,
    past: Past,
    member: NDArray[np.integer],
    row: NDArray[np.integer],
    count: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Occasions in the candidate's group, days since, and the candidate's share of them."""
    nothing = np.full(len(row), np.nan, np.float32)
    if past.groups is past.items or not len(past.groups.key):
        return nothing, nothing, nothing
    group: Ints = stock.group[row]
    place, there = past.groups.found(member, group)
    done = np.where(there, past.groups.count[place], np.float32(0))
    since = np.where(there, past.groups.last[place], np.float32(np.nan))
    with np.errstate(invalid="ignore", divide="ignore"):
        return done, since, (count / done).astype(np.float32)
