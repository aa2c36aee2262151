"""Columns: interactions from the database straight into arrays, no object for a row.

What the database sends is in rows of one width, so a piece of it is an array as it is. Rows come
member after member: who is which row of the matrix is told by where the member changes.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from domain import interactions
from infra.db import Tx

HEAD_BYTES = 19
ROW = np.dtype(
    [
        ("columns", ">i2"),
        ("member_bytes", ">i4"),
        ("high", ">u8"),
        ("low", ">u8"),
        ("item_bytes", ">i4"),
        ("item", ">i4"),
        ("weight_bytes", ">i4"),
        ("weight", ">f4"),
        ("at_bytes", ">i4"),
        ("at", ">i8"),
    ]
)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
DAY_US = 86_400_000_000
FIRST_ROOM = 1 << 16


@dataclass(frozen=True, slots=True)
class Columns:
    """What members did, one place an interaction, sorted by member and then by time.

    member -- row numbers from 0; number -- of items, as the database has them; weight; day --
    since the first that was asked for, with its fraction. All of shape (n,).
    high, low -- the halves of each row's member id, shape (members,).
    """

    member: NDArray[np.int32]
    number: NDArray[np.int32]
    weight: NDArray[np.float32]
    day: NDArray[np.float32]
    high: NDArray[np.uint64]
    low: NDArray[np.uint64]


class Collector:
    """Takes the pieces of a copy; 16 bytes for each row and 16 for each member are all it keeps."""

    def __init__(self, since: datetime) -> None:
        self.rows = 0
        self._base_us = (since - EPOCH) // (datetime.resolution)
        self._rest = b""
        self._head = HEAD_BYTES
        self._arrays: dict[str, NDArray[np.generic]] = {
            "member": np.empty(FIRST_ROOM, np.int32),
            "number": np.empty(FIRST_ROOM, np.int32),
            "weight": np.empty(FIRST_ROOM, np.float32),
            "day": np.empty(FIRST_ROOM, np.float32),
        }
        self._ids: list[NDArray[np.uint64]] = []
        self._members = 0
        self._last = (-1, -1)

    async def take(self, piece: bytes) -> None:
        """One piece, which may end within a row."""
        self.add(piece)

    def add(self, piece: bytes) -> None:
        """The same, for those who do not wait."""
        data = self._rest + piece
        if self._head:
            skipped = min(self._head, len(data))
            self._head -= skipped
            data = data[skipped:]
        whole = len(data) // ROW.itemsize
        self._rest = data[whole * ROW.itemsize :]
        if whole:
            self._keep(np.frombuffer(data, ROW, whole))

    def done(self) -> Columns:
        """All that came."""
        assert self._rest == b"\xff\xff", "the copy did not end as it should"
        ids = np.concatenate(self._ids) if self._ids else np.empty((0, 2), np.uint64)
        cut = {name: array[: self.rows] for name, array in self._arrays.items()}
        return Columns(**cut, high=ids[:, 0], low=ids[:, 1])  # type: ignore[arg-type]

    def _keep(self, rows: NDArray[np.void]) -> None:
        assert rows["columns"][0] == 4, "a row of other columns"
        assert rows["at_bytes"][-1] == 8, "a row of another width"
        high, low = rows["high"].astype(np.uint64), rows["low"].astype(np.uint64)
        new = np.ones(len(rows), np.bool_)
        new[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
        new[0] = (int(high[0]), int(low[0])) != self._last
        self._last = (int(high[-1]), int(low[-1]))
        numbers = np.cumsum(new) + (self._members - 1)
        self._ids.append(np.stack([high[new], low[new]], axis=1))
        self._members += int(new.sum())
        end = self.rows + len(rows)
        self._make_room(end)
        for name, values in (
            ("member", numbers),
            ("number", rows["item"]),
            ("weight", rows["weight"]),
            ("day", (rows["at"] - self._base_us) / DAY_US),
        ):
            self._arrays[name][self.rows : end] = values
        self.rows = end

    def _make_room(self, needed: int) -> None:
        room = len(self._arrays["member"])
        while room < needed:
            room *= 2
        if room > len(self._arrays["member"]):
            for name, array in self._arrays.items():
                wider = np.empty(room, array.dtype)
                wider[: self.rows] = array[: self.rows]
                self._arrays[name] = wider


async def collected(programme: int, *, since: datetime, until: datetime, tx: Tx) -> Columns:
    """All that members of the programme did from `since` on and before `until`."""
    collector = Collector(since)
    await interactions.stream(collector.take, programme=programme, since=since, until=until, tx=tx)
    return collector.done()
