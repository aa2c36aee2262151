"""Histories: what each member did with each item, summed up as of a moment.

One row for each pair of a member and an item, in the order of members and then items. The same
code sums up a million members for training and one for an answer, so that what a ranker learns
from and what it is asked about can never drift apart.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from recommender.arrays import Floats, Ints, Log


@dataclass(frozen=True, slots=True)
class Histories:
    """Pairs (p,) and members (m,).

    key -- (p,), member x items + item, ascending; member, item -- (p,); count -- occasions: days
    on which it happened; lately -- those of the recent days; weight -- faded, summed; last, first
    -- days ago. indptr -- (m + 1,) into the pairs; occasions, lately_occasions -- (m,), days on
    which the member did anything; idle -- (m,), days since, infinite for a member who never did.
    """

    key: NDArray[np.int64]
    member: Ints
    item: Ints
    count: Floats
    lately: Floats
    weight: Floats
    last: Floats
    first: Floats
    indptr: NDArray[np.int64]
    occasions: Floats
    lately_occasions: Floats
    idle: Floats
    items: int

    @property
    def members(self) -> int:
        """How many rows there are, members without a history counted."""
        return len(self.occasions)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """How many items each member has had, (m,)."""
        return np.diff(self.indptr)

    def found(
        self, member: NDArray[np.integer], item: NDArray[np.integer]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The pair of each (member, item), and whether there is one; an item below 0 has none."""
        wanted = member.astype(np.int64) * self.items + item
        place = np.searchsorted(self.key, wanted)
        np.minimum(place, len(self.key) - 1, out=place)
        if not len(self.key):
            return place, np.zeros(len(wanted), np.bool_)
        return place, (self.key[place] == wanted) & (item >= 0)

    def matrix(self, values: Floats) -> csr_matrix:
        """A value for each pair as a sparse matrix of (members, items)."""
        return csr_matrix((values, self.item, self.indptr), shape=(self.members, self.items))


def summed(log: Log, *, at: float, half_life_days: float, recent_days: float) -> Histories:
    """The histories as of day `at`; what is later counts as of that moment."""
    age = np.maximum(np.float32(at) - log.day, 0)
    key = log.member.astype(np.int64) * log.items + log.item
    order = np.lexsort((-age, key))
    key, age, weight = key[order], age[order], log.weight[order]
    if half_life_days > 0:
        weight = weight * np.exp2(age / np.float32(-half_life_days))
    days = np.floor(age).astype(np.int64)
    fresh = np.ones(len(key), np.bool_)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    first = np.flatnonzero(fresh)
    fresh[1:] |= days[1:] != days[:-1]
    final = np.full(len(first), len(key) - 1)
    final[:-1] = first[1:] - 1
    pairs = key[first]
    member = (pairs // log.items).astype(np.int32)
    indptr = np.zeros(log.members + 1, np.int64)
    np.cumsum(np.bincount(member, minlength=log.members), out=indptr[1:])
    return Histories(
        pairs,
        member,
        (pairs % log.items).astype(np.int32),
        _sums(fresh, first),
        _sums(fresh & (age < recent_days), first),
        _sums(weight, first),
        age[final],
        age[first],
        indptr,
        *_active(log.member[order], days, members=log.members, recent_days=recent_days),
        _idle(member, age[final], log.members),
        log.items,
    )


def grouped(log: Log) -> Log:
    """The log of the groups of items, in the place of the items."""
    assert log.groups is not None
    count = int(log.groups.max(initial=0)) + 1
    return Log(
        log.member, log.groups[log.item], log.weight, log.day, log.members, count, None, None
    )


def _sums(values: NDArray[np.generic], starts: NDArray[np.int64]) -> Floats:
    if not len(starts):
        return np.empty(0, np.float32)
    return np.add.reduceat(values, starts, dtype=np.float32)


def _active(
    member: Ints, days: NDArray[np.int64], *, members: int, recent_days: float
) -> tuple[Floats, Floats]:
    """Days on which each member did anything: ever, and lately."""
    span = int(days.max(initial=0)) + 1
    seen = np.unique(member.astype(np.int64) * span + days)
    who, lately = seen // span, seen % span < recent_days
    return (
        np.bincount(who, minlength=members).astype(np.float32),
        np.bincount(who[lately], minlength=members).astype(np.float32),
    )


def _idle(member: Ints, last: Floats, members: int) -> Floats:
    idle = np.full(members, np.inf, np.float32)
    np.minimum.at(idle, member, last)
    return idle
