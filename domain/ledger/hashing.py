"""Hashing: the bytes a journal row is sealed as, and the Merkle tree over them.

Pure calculation, so that whoever holds a receipt can check it without us. Trees are hashed as
RFC 9162 section 2.1 says: a leaf is sha256(0x00 || row), a node sha256(0x01 || left || right),
and the left side of a node is the largest full tree that leaves something for the right.

A row is encoded as, in this order and big-endian, every whole number signed unless said:
    version 1 (1 byte) · present (2 bytes, unsigned: bit n is set when OPTIONAL[n] is not null)
    book (4) · kind (2) · month (2) · id (16) · debit (8) · credit (8) · amount (8)
    debit_seq (8) · debit_balance (8) · credit_seq (8) · credit_balance (8) · xid (8)
    at (8, microseconds since 1970 UTC) · ref (16) · grp (16) · actor (16)
    lots: length in bytes (4, unsigned) · PostgreSQL's text of the array, such as {24322,5}
    meta: length in bytes (4, unsigned) · PostgreSQL's text of the jsonb, in UTF-8
A column that is null is zeros, or of length 0. PostgreSQL gives equal jsonb values one text:
keys sorted, the last of repeated keys, one space after colons and commas.
"""

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

COLUMNS = (
    "book",
    "kind",
    "month",
    "id",
    "debit",
    "credit",
    "amount",
    "debit_seq",
    "debit_balance",
    "credit_seq",
    "credit_balance",
    "xid",
    "at",
    "ref",
    "grp",
    "actor",
    "lots",
    "meta",
)
OPTIONAL = (
    "month",
    "debit_seq",
    "debit_balance",
    "credit_seq",
    "credit_balance",
    "ref",
    "grp",
    "actor",
    "lots",
    "meta",
)
VERSION = 1
ROW = struct.Struct(">BHihh16sqqqqqqqqq16s16s16s")
LENGTH = struct.Struct(">I")
HEAD = struct.Struct(">iiqqqq")
NOTHING = bytes(16)
NO_HEAD = bytes(32)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def encoded(row: Mapping[str, Any]) -> bytes:
    """The bytes of one journal row, described above.

    row -- the journal's columns by name; `lots` and `meta` as PostgreSQL's text of them.
    """
    present = 0
    for place, name in enumerate(OPTIONAL):
        if row[name] is not None:
            present |= 1 << place
    ref, group, actor = row["ref"], row["grp"], row["actor"]
    fixed = ROW.pack(
        VERSION,
        present,
        row["book"],
        row["kind"],
        row["month"] or 0,
        row["id"].bytes,
        row["debit"],
        row["credit"],
        row["amount"],
        row["debit_seq"] or 0,
        row["debit_balance"] or 0,
        row["credit_seq"] or 0,
        row["credit_balance"] or 0,
        row["xid"],
        microseconds(row["at"]),
        ref.bytes if ref else NOTHING,
        group.bytes if group else NOTHING,
        actor.bytes if actor else NOTHING,
    )
    lots, meta = (row["lots"] or "").encode(), (row["meta"] or "").encode()
    return b"".join((fixed, LENGTH.pack(len(lots)), lots, LENGTH.pack(len(meta)), meta))


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970 UTC."""
    return (at - EPOCH) // MICROSECOND


def leaf(row: Mapping[str, Any]) -> bytes:
    """The hash of one row as a leaf of the tree."""
    return sha256(b"\x00" + encoded(row)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def chained(
    previous: bytes,
    *,
    book: int,
    segment: int,
    first_xid: int,
    end_xid: int,
    rows: int,
    at: datetime,
    root: bytes,
) -> bytes:
    """The head after a segment: it fixes the segment, and through `previous` all before it.

    previous -- the head before; NO_HEAD for a book's first segment.
    """
    facts = HEAD.pack(book, segment, first_xid, end_xid, rows, microseconds(at))
    return sha256(b"\x02" + previous + facts + root).digest()


class Tree:
    """A Merkle tree that is fed leaf by leaf and holds log2(size) hashes.

    With `target`, the place of one leaf (from 0), it also keeps that leaf's inclusion path.
    """

    def __init__(self, target: int | None = None) -> None:
        self.size = 0
        self.path: list[bytes] = []
        self._target = target
        # Full subtrees from left to right: hash, how many leaves, whether it holds the target.
        self._subtrees: list[tuple[bytes, int, bool]] = []

    def add(self, leaf: bytes) -> None:
        """Put one leaf to the right of all others."""
        self._subtrees.append((leaf, 1, self.size == self._target))
        self.size += 1
        while len(self._subtrees) > 1 and self._subtrees[-1][1] == self._subtrees[-2][1]:
            self._join()

    def root(self) -> bytes:
        """The hash of the whole tree, after which it takes no more leaves.

        `path` is then complete: from the target's neighbour up to the root's other half.
        """
        if not self.size:
            return sha256().digest()
        while len(self._subtrees) > 1:
            self._join()
        return self._subtrees[0][0]

    def _join(self) -> None:
        right, right_size, in_right = self._subtrees.pop()
        left, left_size, in_left = self._subtrees.pop()
        if in_left or in_right:
            self.path.append(right if in_left else left)
        self._subtrees.append((node(left, right), left_size + right_size, in_left or in_right))


def climbed(leaf: bytes, path: Sequence[bytes], *, index: int, size: int) -> bytes | None:
    """The root that `path` leads to from `leaf`, or None when it cannot be a path of that tree.

    index -- the leaf's place, from 0; size -- leaves of the tree. RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    place, last, top = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            top = node(beside, top)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            top = node(top, beside)
        place, last = place >> 1, last >> 1
    return top if last == 0 else None
