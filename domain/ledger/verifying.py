"""Verifying: prove that the journal is what was sealed, and the accounts what it comes to.

It reads every row and trusts none: hashes, chain and sums are made again in plain Python, and
compared with seals that were published outside the database, if those are given. Memory stays
small whatever the length of the journal: rows stream by, sorted by the database.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from struct import error as StructError
from typing import Any, TypeAlias

from domain.ledger import hashing
from domain.ledger.items import Kind
from domain.ledger.replaying import Finding, Flaw, Replay
from domain.ledger.sealing import Seal
from infra.db import Row, Tx

# A journal that is wrong in more places than that needs no longer list.
FINDINGS_MAX = 1000
# How many rows go by between two calls of `progress`.
STEP_ROWS = 10_000
# The hash of a row that no longer fits its columns; no sealed row has it.
UNREADABLE = sha256(b"unreadable").digest()

SEALS = """
SELECT book, segment, first_xid, end_xid, rows, root, head, at
FROM ledger.seal WHERE book = $1 ORDER BY segment
"""
# The last stretch has no seal yet and so no end.
ROWS = """
SELECT book, kind, month, id, debit, credit, amount, debit_seq, debit_balance, credit_seq,
       credit_balance, xid, at, ref, grp, actor, lots::text AS lots, meta::text AS meta
FROM ledger.journal WHERE book = $1 AND xid >= $2 AND ($3::bigint IS NULL OR xid < $3)
ORDER BY xid, id
"""
UNSEALED = "SELECT count(*) FROM ledger.journal WHERE book = $1 AND xid >= $2"
ENTRY_COUNT = "SELECT coalesce(sum(seq), 0)::bigint FROM ledger.account WHERE book = $1"
# Accounts and their entries in one statement, so both are of one moment; an account's own row
# comes after its entries. `original`: the lots of what was reversed between two accounts.
ENTRIES = """
SELECT a.id AS account, NULL::bigint AS seq, NULL::uuid AS id, NULL::smallint AS kind, 0 AS side,
       NULL::bigint AS amount, a.balance, NULL::smallint AS month, a.lots, NULL::uuid AS ref,
       NULL::timestamptz AS at, NULL::bigint[] AS original, a.held, a.seq AS entries,
       b.expired_through
FROM ledger.account AS a JOIN ledger.book AS b ON b.id = a.book WHERE a.book = $1
UNION ALL
SELECT j.debit, j.debit_seq, j.id, j.kind, -1, j.amount, j.debit_balance, j.month, j.lots, j.ref,
       j.at, CASE WHEN j.kind = 6 AND j.credit > 0 THEN (
           SELECT coalesce(o.lots, ARRAY[o.month, o.amount]) FROM ledger.journal AS o
           WHERE o.book = j.book AND o.id = j.ref) END, NULL, NULL, NULL
FROM ledger.journal AS j WHERE j.book = $1 AND j.debit_seq IS NOT NULL
UNION ALL
SELECT j.credit, j.credit_seq, j.id, j.kind, 1, j.amount, j.credit_balance, j.month, j.lots,
       j.ref, j.at, NULL, NULL, NULL, NULL
FROM ledger.journal AS j WHERE j.book = $1 AND j.credit_seq IS NOT NULL
ORDER BY account, seq NULLS LAST
"""

# What is being read ("rows" or "entries"), how many so far, and how many there are.
Progress: TypeAlias = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at in one book, and what is wrong with it.

    head -- the newest seal's, recomputed; None when nothing is sealed.
    findings -- the first FINDINGS_MAX; `more` tells that there were others.
    """

    book: int
    segments: int
    sealed_rows: int
    unsealed_rows: int
    accounts: int
    entries: int
    head: bytes | None
    findings: tuple[Finding, ...]
    more: bool

    @property
    def sound(self) -> bool:
        """True when nothing is wrong."""
        return not self.findings


async def verify(
    book: int, *, published: Iterable[Seal] = (), progress: Progress | None = None, tx: Tx
) -> Verdict:
    """Check a book from its first row to its last; needs a transaction and locks nothing.

    published -- seals kept outside the database, as `publishing.published` reads them; those
        of other books are passed over.
    """
    audit = _Audit(book, tx, progress or _silent)
    await audit.rows({each.segment: each for each in published if each.book == book})
    await audit.accounts()
    return audit.verdict()


class _Audit:
    """One run over one book: what it has counted and found so far."""

    def __init__(self, book: int, tx: Tx, progress: Progress) -> None:
        self._book, self._tx, self._progress = book, tx, progress
        self._found: list[Finding] = []
        self._more = False
        self._count = Verdict(book, 0, 0, 0, 0, 0, None, (), False)

    def verdict(self) -> Verdict:
        return replace(self._count, findings=tuple(self._found), more=self._more)

    async def rows(self, published: dict[int, Seal]) -> None:
        """The rows of each segment against its seal, the seals against each other."""
        seals = [Seal(**row) for row in await self._tx.rows(SEALS, self._book)]
        end = seals[-1].end_xid if seals else 0
        unsealed = await self._tx.value(UNSEALED, self._book, end)
        total = sum(seal.rows for seal in seals) + unsealed
        previous, done = None, 0
        for seal in seals:
            self._note(_unchained(seal, previous))
            self._note(_unpublished(seal, published))
            tree = hashing.Tree()
            async for row in self._counted("rows", done, total, seal.first_xid, seal.end_xid):
                tree.add(_leaf(row))
            done += tree.size
            self._note(_unsealed(seal, tree))
            previous = seal
        for segment in sorted(published):
            head = published[segment].head.hex()
            self._note([Finding(Flaw.PUBLISHED, segment=segment, expected=head)])
        sealed = done
        async for _ in self._counted("rows", done, total, end, None):
            done += 1
        self._progress("rows", done, max(done, total))
        self._count = replace(
            self._count,
            segments=len(seals),
            sealed_rows=sealed,
            unsealed_rows=done - sealed,
            head=seals[-1].head if seals else None,
        )

    async def accounts(self) -> None:
        """Each account against its entries."""
        total = await self._tx.value(ENTRY_COUNT, self._book)
        replay, accounts, done = Replay(0), 0, 0
        open = False
        async for row in self._tx.stream(ENTRIES, self._book):
            if row["account"] != replay.account:
                if open:
                    self._note(replay.close(None))
                replay, open = Replay(row["account"]), True
            if row["seq"] is None:
                self._note(replay.close(row))
                accounts, open = accounts + 1, False
            else:
                self._note(replay.enter(row))
                done += 1
                if done % STEP_ROWS == 0:
                    self._progress("entries", done, max(done, total))
        if open:
            self._note(replay.close(None))
        self._progress("entries", done, max(done, total))
        self._count = replace(self._count, accounts=accounts, entries=done)

    async def _counted(
        self, stage: str, done: int, total: int, first: int, end: int | None
    ) -> AsyncIterator[Row]:
        async for row in self._tx.stream(ROWS, self._book, first, end):
            done += 1
            if done % STEP_ROWS == 0:
                self._progress(stage, done, max(done, total))
            self._note(_misshapen(row))
            yield row

    def _note(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            if len(self._found) == FINDINGS_MAX:
                self._more = True
                return
            self._found.append(finding)


def _unchained(seal: Seal, previous: Seal | None) -> Iterator[Finding]:
    number, first, head = (
        (previous.segment + 1, previous.end_xid, previous.head)
        if previous
        else (1, 0, hashing.NO_HEAD)
    )
    expected = hashing.chained(
        head,
        book=seal.book,
        segment=number,
        first_xid=first,
        end_xid=seal.end_xid,
        rows=seal.rows,
        at=seal.at,
        root=seal.root,
    )
    if (seal.segment, seal.first_xid, seal.head) != (number, first, expected):
        yield Finding(Flaw.CHAIN, seal.segment, expected=expected.hex(), found=seal.head.hex())


def _unpublished(seal: Seal, published: dict[int, Seal]) -> Iterator[Finding]:
    outside = published.pop(seal.segment, seal)
    if outside != seal:
        expected, found = outside.head.hex(), seal.head.hex()
        yield Finding(Flaw.PUBLISHED, seal.segment, expected=expected, found=found)


def _unsealed(seal: Seal, tree: hashing.Tree) -> Iterator[Finding]:
    rows, root = tree.size, tree.root()
    if (rows, root) != (seal.rows, seal.root):
        expected = f"{seal.rows} rows {seal.root.hex()}"
        yield Finding(
            Flaw.SEGMENT, seal.segment, expected=expected, found=f"{rows} rows {root.hex()}"
        )


def _leaf(row: Mapping[str, Any]) -> bytes:
    try:
        return hashing.leaf(row)
    except (AttributeError, OverflowError, StructError, TypeError):
        return UNREADABLE


def _misshapen(row: Mapping[str, Any]) -> Iterator[Finding]:
    # A row without a numbered side is in no account's statement, so only here is it seen.
    debit, credit, kind = row["debit"], row["credit"], row["kind"]
    numbered = (row["debit_seq"] is not None, row["credit_seq"] is not None)
    still = kind in (Kind.HOLD, Kind.RELEASE)
    if numbered != (debit > 0, credit > 0) or not any(numbered) or (credit == 0) != still:
        found = f"kind {kind} from {debit} to {credit}"
        yield Finding(Flaw.SHAPE, posting=row["id"], found=found)


def _silent(stage: str, done: int, total: int) -> None:
    pass
