"""Export: a programme's members, balances and transactions, as files that `run` reads.

What goes out is read in pages from one moment, so memory does not grow with the programme.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from domain import ledger, members
from domain.imports.parsing import NEVER
from domain.imports.records import Kind
from domain.members import ContactKind, Member
from domain.programmes import Programme
from infra import db, tables
from infra.db import Tx

Cells: TypeAlias = tuple[Any, ...]

PAGE = 2_000
# Pages are read one after another while members join and points move.
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
COLUMNS = {
    Kind.MEMBERS: (
        "external_ref",
        "handle",
        "name",
        "email",
        "phone",
        "locale",
        "zone",
        "joined_at",
    ),
    Kind.BALANCES: ("external_ref", "points", "expires"),
    Kind.TRANSACTIONS: ("id", "external_ref", "points", "at", "text"),
}


# Whole numbers; all the other columns are text.
WHOLE = frozenset({"points"})


async def export(
    path: Path,
    *,
    kind: Kind,
    programme: Programme,
    told: Callable[[int], None] = lambda rows: None,
) -> int:
    """Write the file, CSV or Parquet by its name; how many rows. It is there whole or not at all.

    told -- is told how many rows there are so far.
    """
    count = 0
    with tables.writing(path, COLUMNS[kind], whole=WHOLE) as write:
        async with db.transaction(statement_timeout_ms=0) as tx:
            await tx.run(ONE_MOMENT)
            async for rows in _gathered(_rows(kind, programme, tx)):
                write(rows)
                count += len(rows)
                told(count)
    return count


async def _gathered(rows: AsyncIterator[Cells]) -> AsyncIterator[Sequence[Cells]]:
    some: list[Cells] = []
    async for row in rows:
        some.append(row)
        if len(some) == PAGE:
            yield some
            some = []
    if some:
        yield some


async def _rows(kind: Kind, programme: Programme, tx: Tx) -> AsyncIterator[Cells]:
    after, read = None, READERS[kind]
    while page := await members.listed(programme=programme.id, after=after, limit=PAGE, tx=tx):
        after = page[-1].id
        async for row in read([one for one in page if one.is_active], programme, tx):
            yield row


async def _members(page: Sequence[Member], programme: Programme, tx: Tx) -> AsyncIterator[Cells]:
    ids = [one.id for one in page]
    reached = await members.contacts_of(ids, programme=programme.id, tx=tx)
    for one in page:
        by: dict[ContactKind, str] = {}
        for contact in reached.get(one.id, ()):
            by.setdefault(contact.kind, contact.value)
        yield (
            one.external_ref,
            one.handle,
            one.name,
            by.get(ContactKind.EMAIL),
            by.get(ContactKind.PHONE),
            one.locale,
            one.zone,
            one.joined_at.isoformat(),
        )


async def _balances(page: Sequence[Member], programme: Programme, tx: Tx) -> AsyncIterator[Cells]:
    accounts = [one.account for one in page]
    found = await ledger.lots_of(accounts, book=programme.book, tx=tx)
    for one in page:
        for lot in found.get(one.account, ()):
            yield one.external_ref, lot.amount, _month(lot.month)


async def _transactions(
    page: Sequence[Member], programme: Programme, tx: Tx
) -> AsyncIterator[Cells]:
    refs = {one.account: one.external_ref for one in page}
    async for move in ledger.moves(list(refs), book=programme.book, tx=tx):
        text = move.meta.get("text")
        row = (str(move.id), refs[move.account], move.change, move.at.isoformat())
        yield *row, None if text is None else str(text)


def _month(month: int) -> str:
    return NEVER if month == ledger.NEVER else f"{month // 12:04}-{month % 12 + 1:02}"


READERS = {Kind.MEMBERS: _members, Kind.BALANCES: _balances, Kind.TRANSACTIONS: _transactions}
