"""Receipts: prove to whoever holds one that a posting is in the sealed journal.

A receipt carries the posting itself, its place in the Merkle tree of its segment and what
chains the segment to the head. Checking it needs no database and nobody's word, only a head
published by a channel the ledger's owner cannot rewrite.
"""

import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.ledger import hashing
from infra.db import Tx
from infra.errors import Refused

POSTING = "SELECT xid FROM ledger.journal WHERE book = $1 AND id = $2"
SEGMENT = """
SELECT s.segment, s.first_xid, s.end_xid, s.rows, s.root, s.head, s.at,
       (SELECT p.head FROM ledger.seal AS p WHERE p.book = s.book AND p.segment = s.segment - 1)
       AS previous
FROM ledger.seal AS s
WHERE s.book = $1 AND s.end_xid > $2 AND s.first_xid <= $2 ORDER BY s.end_xid LIMIT 1
"""
ROWS = """
SELECT book, kind, month, id, debit, credit, amount, debit_seq, debit_balance, credit_seq,
       credit_balance, xid, at, ref, grp, actor, lots::text AS lots, meta::text AS meta
FROM ledger.journal WHERE book = $1 AND xid >= $2 AND xid < $3 ORDER BY xid, id
"""
# The place of a row among those of its segment.
PLACE = """
SELECT count(*) FROM ledger.journal
WHERE book = $1 AND xid >= $2 AND (xid, id) < ($3, $4)
"""


class NoSuchPosting(Refused):
    """No posting of this book has that id."""

    code = "NO_SUCH_POSTING"


class NotSealedYet(Refused):
    """The posting stands; the segment it falls into is sealed within minutes."""

    code = "NOT_SEALED_YET"
    retryable = True


@dataclass(frozen=True, slots=True)
class Posting:
    """A journal row as it is sealed. `lots` and `meta` are PostgreSQL's text of them."""

    book: int
    kind: int
    month: int | None
    id: UUID
    debit: int
    credit: int
    amount: int
    debit_seq: int | None
    debit_balance: int | None
    credit_seq: int | None
    credit_balance: int | None
    xid: int
    at: datetime
    ref: UUID | None
    grp: UUID | None
    actor: UUID | None
    lots: str | None
    meta: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A posting, its place in its segment, and the segment's place in the chain.

    index -- the posting's place among the segment's rows, from 0.
    path -- the hashes beside it on the way up the tree, the lowest first.
    previous -- the head before this segment; 32 zero bytes for a book's first.
    """

    posting: Posting
    segment: int
    first_xid: int
    end_xid: int
    rows: int
    index: int
    path: tuple[bytes, ...]
    previous: bytes
    root: bytes
    head: bytes
    at: datetime


async def receipt(id: UUID, *, book: int, tx: Tx) -> Receipt:
    """The proof that the posting `id` is sealed; reads and hashes its segment once.

    Refused: NoSuchPosting, NotSealedYet.
    """
    xid = await tx.value(POSTING, book, id)
    if xid is None:
        raise NoSuchPosting
    segment = await tx.row(SEGMENT, book, xid)
    if segment is None:
        raise NotSealedYet
    first, end = segment["first_xid"], segment["end_xid"]
    index = await tx.value(PLACE, book, first, xid, id)
    tree, posting = hashing.Tree(index), None
    async for row in tx.stream(ROWS, book, first, end):
        tree.add(hashing.leaf(row))
        if row["id"] == id:
            posting = row
    assert posting is not None, "rows of a sealed stretch stay where they are"
    root = tree.root()
    return Receipt(
        posting=Posting(**posting),
        segment=segment["segment"],
        first_xid=first,
        end_xid=end,
        rows=segment["rows"],
        index=index,
        path=tuple(tree.path),
        previous=segment["previous"] or hashing.NO_HEAD,
        root=root,
        head=segment["head"],
        at=segment["at"],
    )


def verify_receipt(receipt: Receipt) -> bool:
    """Whether the posting, exactly as written in the receipt, is under the receipt's head.

    The head must then be compared with a published one, by whoever asks.
    """
    row = asdict(receipt.posting)
    try:
        leaf = hashing.leaf(row)
        root = hashing.climbed(leaf, receipt.path, index=receipt.index, size=receipt.rows)
        head = hashing.chained(
            receipt.previous,
            book=receipt.posting.book,
            segment=receipt.segment,
            first_xid=receipt.first_xid,
            end_xid=receipt.end_xid,
            rows=receipt.rows,
            at=receipt.at,
            root=receipt.root,
        )
    except (struct.error, AttributeError, TypeError):  # no column can hold such a value
        return False
    within = receipt.first_xid <= receipt.posting.xid < receipt.end_xid
    return within and root == receipt.root and head == receipt.head


def write_receipt(receipt: Receipt) -> bytes:
    """The receipt as JSON, to hand out; hashes are in hexadecimal."""
    return orjson.dumps(receipt, default=_plain)


def read_receipt(text: bytes | str) -> Receipt:
    """A receipt from its JSON. Raises ValueError when it is not one."""
    try:
        fields: dict[str, Any] = orjson.loads(text)
        posting = Posting(**fields.pop("posting"))
        path = tuple(bytes.fromhex(each) for each in fields.pop("path"))
        at = datetime.fromisoformat(fields.pop("at"))
        for name in ("previous", "root", "head"):
            fields[name] = bytes.fromhex(fields[name])
        return Receipt(posting=_typed(posting), path=path, at=at, **fields)
    except (AttributeError, KeyError, TypeError) as fault:
        raise ValueError("this is not a receipt") from fault


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _typed(posting: Posting) -> Posting:
    ids: Mapping[str, Any] = {
        name: UUID(text)
        for name in ("id", "ref", "grp", "actor")
        if (text := getattr(posting, name)) is not None
    }
    return replace(posting, at=datetime.fromisoformat(str(posting.at)), **ids)
