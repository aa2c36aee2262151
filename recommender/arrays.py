"""Arrays: what goes into the maths, checked at its door.

Members are rows and items are columns, numbered from nought without gaps; who they are is known
elsewhere. Days are whole or broken days since any day all agree on. After this module the rest
may trust every number: no NaN, no negative weight, no column that does not exist.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import threadpoolctl
from numpy.typing import ArrayLike, NDArray

from recommender.errors import Unusable

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]

DAY_S = 86_400
# 10 k offers with what they are about, and room; a row of neighbours for each must fit in memory.
ITEMS_MAX = 2_000_000


class BadLog(Unusable):
    """The arrays of a log differ in length, or name rows or columns that do not exist."""

    code = "BAD_LOG"


class BadWeights(Unusable):
    """A weight is negative, infinite or NaN."""

    code = "BAD_WEIGHTS"


class BadDays(Unusable):
    """A day is infinite or NaN."""

    code = "BAD_DAYS"


class NothingToLearn(Unusable):
    """No interaction at all: an empty programme or an empty file."""

    code = "NOTHING_TO_LEARN"


@dataclass(frozen=True, slots=True)
class Profiles:
    """What is known of members besides what they did, as a sparse table of (members, names).

    names -- one a column, such as "tier=gold" or a number's name; indptr, columns, values -- CSR.
    """

    names: tuple[str, ...]
    indptr: Ints
    columns: Ints
    values: Floats


@dataclass(frozen=True, slots=True)
class Log:
    """Who did something with what, one row an event, in any order.

    member, item -- row and column numbers; weight -- nought or more, 1 is an ordinary event; day
    -- when. All of shape (n,). groups -- (items,): the group of each item, such as its category;
    None: one group. profiles -- of all members, in order.
    """

    member: Ints
    item: Ints
    weight: Floats
    day: Floats
    members: int
    items: int
    groups: Ints | None = None
    profiles: Profiles | None = None

    @classmethod
    def of(
        cls,
        member: ArrayLike,
        item: ArrayLike,
        weight: ArrayLike | None = None,
        day: ArrayLike | None = None,
        *,
        members: int | None = None,
        items: int | None = None,
        groups: Ints | None = None,
        profiles: Profiles | None = None,
    ) -> "Log":
        """A checked log; weight None: 1 each; day None: all on one day.

        Raises in this order: NothingToLearn, BadLog, BadWeights, BadDays.
        """
        rows, columns = np.asarray(member, np.int32), np.asarray(item, np.int32)
        size = len(rows)
        # What is too large for the type becomes infinite, and is refused as that.
        with np.errstate(over="ignore", invalid="ignore"):
            weights = np.ones(size, np.float32) if weight is None else np.asarray(weight, "f4")
            days = np.zeros(size, np.float32) if day is None else np.asarray(day, "f4")
        if not size:
            raise NothingToLearn("no interactions")
        if not size == len(columns) == len(weights) == len(days):
            raise BadLog("the arrays differ in length")
        members = int(rows.max()) + 1 if members is None else members
        items = int(columns.max()) + 1 if items is None else items
        _within(rows, members, "member")
        _within(columns, items, "item")
        if items > ITEMS_MAX or (groups is not None and len(groups) != items):
            raise BadLog(f"{items} items, at most {ITEMS_MAX}, and a group for each or for none")
        if not np.isfinite(weights).all() or (weights < 0).any():
            raise BadWeights("a weight is negative, infinite or NaN")
        if not np.isfinite(days).all():
            raise BadDays("a day is infinite or NaN")
        return cls(rows, columns, weights, days, members, items, groups, profiles)

    def only(self, kept: NDArray[np.bool_]) -> "Log":
        """The events where `kept` is true, among the same members and items; may be empty."""
        return Log(
            self.member[kept],
            self.item[kept],
            self.weight[kept],
            self.day[kept],
            self.members,
            self.items,
            self.groups,
            self.profiles,
        )


@dataclass(frozen=True, slots=True)
class Shelf:
    """What may be chosen: one candidate a row, and the items that speak for it.

    own -- (c,): the candidate's own column, -1 when the model has never seen it; about_indptr,
    about -- CSR: the columns of the items it is about; age_days -- (c,): since it was first
    offered, NaN when that is not known.
    """

    own: Ints
    about_indptr: Ints
    about: Ints
    age_days: Floats

    @classmethod
    def of(
        cls,
        own: Sequence[int],
        about: Sequence[Sequence[int]],
        age_days: Sequence[float] | None = None,
    ) -> "Shelf":
        """From lists, as a programme's shelf is known; columns below nought are left out."""
        kept = [[column for column in columns if column >= 0] for columns in about]
        indptr = np.cumsum([0, *map(len, kept)], dtype=np.int32)
        flat = np.array([column for columns in kept for column in columns], np.int32)
        ages = np.full(len(own), np.nan) if age_days is None else age_days
        return cls(np.asarray(own, np.int32), indptr, flat, np.asarray(ages, np.float32))

    @classmethod
    def plain(cls, items: int) -> "Shelf":
        """Every item as it is: a candidate is its own column and about nothing else."""
        return cls(
            np.arange(items, dtype=np.int32),
            np.zeros(items + 1, np.int32),
            np.empty(0, np.int32),
            np.full(items, np.nan, np.float32),
        )


def encoded(
    said: Sequence[Mapping[str, str | float]], names: Sequence[str] | None = None
) -> Profiles:
    """Profiles of many members: a text becomes the column "name=text", a number its name.

    names -- the columns to fill, of a model that is there; None: those that occur. What has no
    column, and a number that is not finite, is left out.
    """
    rows = [
        {
            name if isinstance(value, int | float) else f"{name}={value}": value
            for name, value in one.items()
        }
        for one in said
    ]
    known = sorted({name for row in rows for name in row}) if names is None else names
    number = {name: column for column, name in enumerate(known)}
    filled = [
        [
            (number[name], 1.0 if isinstance(value, str) else float(value))
            for name, value in row.items()
            if name in number and (isinstance(value, str) or np.isfinite(value))
        ]
        for row in rows
    ]
    flat = [cell for row in filled for cell in row]
    return Profiles(
        tuple(known),
        np.cumsum([0, *map(len, filled)], dtype=np.int32),
        np.array([column for column, _ in flat], np.int32),
        np.array([value for _, value in flat], np.float32),
    )


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS use one thread: for matrices of this size more of them only wait for each other."""
    with threadpoolctl.threadpool_limits(limits=1, user_api="blas"):
        yield


def _within(numbers: Ints, count: int, what: str) -> None:
    if int(numbers.min()) < 0 or int(numbers.max()) >= count:
        raise BadLog(f"a number of a {what} is not among 0 to {count - 1}")
