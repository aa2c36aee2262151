"""Sealing: fix what the journal says, behind its writers.

Rows of finished transactions are cut into segments, each the leaves of a Merkle tree, and the
segments of a book are chained: its newest head stands for every row before it. Published
where this database's owner cannot reach, a head makes any later change provable. Sealing
never waits for a writer and no writer waits for it. It does not check what is sealed already;
that is `verify`.
"""

from collections.abc import AsyncIterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from domain.ledger import hashing
from infra.db import Tx

# A segment ends with the first transaction that takes it to so many rows: a transaction is
# never split, so one that writes more makes one larger segment; the tree is hashed as rows
# stream by, so that costs no memory. A receipt hashes one segment again: smaller is quicker.
SEGMENT_ROWS = 16_384
# One call seals about this many rows of all books together, so that its transaction stays short.
CALL_ROWS = 262_144

ONE_SEALER = "SELECT pg_try_advisory_xact_lock(hashtextextended('ledger.seal', 0))"
# Every transaction below the horizon has ended; nothing can be added there any more.
STRETCH = """
SELECT coalesce((SELECT end_xid FROM ledger.seal ORDER BY end_xid DESC LIMIT 1), 0) AS first,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon
"""
LAST_XID = """
SELECT xid FROM ledger.journal WHERE xid >= $1 AND xid < $2 ORDER BY xid OFFSET $3 LIMIT 1
"""
ROWS = """
SELECT book, kind, month, id, debit, credit, amount, debit_seq, debit_balance, credit_seq,
       credit_balance, xid, at, ref, grp, actor, lots::text AS lots, meta::text AS meta
FROM ledger.journal WHERE xid >= $1 AND xid < $2 ORDER BY book, xid, id
"""
ENDS = """
SELECT b.id AS book, s.end_xid
FROM unnest($1::int[]) AS b (id) CROSS JOIN LATERAL (
    SELECT end_xid FROM ledger.seal WHERE book = b.id ORDER BY segment DESC LIMIT 1
) AS s
"""
WRITE = """
SELECT book, segment, first_xid, end_xid, rows, root, head, at
FROM ledger.seal_segment($1, $2, $3, $4, $5, $6)
"""


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed segment: a book's rows with first_xid <= xid < end_xid, ordered by xid and id.

    root -- of the Merkle tree over them; head -- chains this segment to all before it.
    """

    book: int
    segment: int
    first_xid: int
    end_xid: int
    rows: int
    root: bytes
    head: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class _Cut:
    book: int
    end_xid: int
    rows: int
    root: bytes


class TransactionsWentBack(Exception):
    """The server counts transactions from lower than when the journal was sealed.

    It was restored into a new cluster: new rows would fall into sealed stretches. Raise the
    counter with `pg_resetwal --epoch` before anything is posted.
    """


async def seal(*, at: datetime, tx: Tx) -> Sequence[Seal]:
    """Seal the next stretch of every book's journal; the new seals, none when all is sealed.

    Another sealer at work: none. Rows of this very transaction, and of any that began before
    the oldest one still open, are left for the next call.
    """
    if not await tx.value(ONE_SEALER):
        return ()
    stretch = await tx.row(STRETCH)
    assert stretch is not None
    first, horizon = stretch["first"], stretch["horizon"]
    if horizon < first:
        raise TransactionsWentBack(f"sealed up to {first}, the oldest open one is {horizon}")
    last = await tx.value(LAST_XID, first, horizon, CALL_ROWS - 1)
    end = horizon if last is None else last + 1
    cuts = [cut async for cut in _cuts(first, end, tx)]
    ends = await _ends({cut.book for cut in cuts}, tx)
    made = []
    for cut in cuts:
        start = ends.get(cut.book, 0)
        row = await tx.row(WRITE, cut.book, start, cut.end_xid, cut.rows, cut.root, at)
        assert row is not None
        made.append(Seal(**row))
        ends[cut.book] = cut.end_xid
    return made


async def _ends(books: Set[int], tx: Tx) -> dict[int, int]:
    return {row["book"]: row["end_xid"] for row in await tx.rows(ENDS, list(books))}


async def _cuts(first: int, end: int, tx: Tx) -> AsyncIterator[_Cut]:
    tree, book, xid = hashing.Tree(), 0, 0
    async for row in tx.stream(ROWS, first, end):
        same_book = row["book"] == book
        if tree.size and not (same_book and (tree.size < SEGMENT_ROWS or row["xid"] == xid)):
            yield _Cut(book, row["xid"] if same_book else end, tree.size, tree.root())
            tree = hashing.Tree()
        book, xid = row["book"], row["xid"]
        tree.add(hashing.leaf(row))
    if tree.size:
        yield _Cut(book, end, tree.size, tree.root())
