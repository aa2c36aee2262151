"""Export: everything that is kept about one member, as one JSON document.

In pieces, so that a long life needs no more memory than a short one: first the tables, a row at
a time, then the statement, a page at a time.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain import ledger, members
from domain.members import Member
from domain.privacy import gathering
from domain.privacy.errors import MergedAway, TooMuch
from infra.db import Tx

STATEMENT_PAGE = 500
DOCUMENT_BYTES_MAX = 4 * 2**20
FOLLOWERS_MAX = 100


async def export(
    member: Member, *, statement: bool = True, at: datetime, tx: Tx
) -> AsyncIterator[bytes]:
    """The pieces of the document, in order; together one JSON object.

    Whoever was merged into the member is told with them, under their own id.
    statement -- False: without what happened to their points.
    Refuses: MergedAway.
    """
    if member.merged_into is not None:
        raise MergedAway(member.merged_into)
    yield b'{"made_at":' + _json(at) + b',"programme":' + _json(member.programme)
    merged = await members.merged_into(member, limit=FOLLOWERS_MAX, tx=tx)
    for place, one in enumerate([member, *merged]):
        yield (b',"members":[' if place == 0 else b",") + b'{"id":' + _json(one.id)
        told = await gathering.told(one.id, programme=one.programme, tx=tx)
        for table in sorted(told):
            yield b"," + _json(table) + b":" + _json(told[table])
        if statement:
            yield b',"statement":['
            async for piece in _statement(one, tx):
                yield piece
            yield b"]"
        yield b"}"
    yield b"]}"


async def document(member: Member, *, statement: bool = True, at: datetime, tx: Tx) -> str:
    """The whole document at once. Refuses, in this order: MergedAway, TooMuch."""
    pieces, size = [], 0
    async for piece in export(member, statement=statement, at=at, tx=tx):
        size += len(piece)
        if size > DOCUMENT_BYTES_MAX:
            raise TooMuch(f"the document has more than {DOCUMENT_BYTES_MAX} bytes")
        pieces.append(piece)
    return b"".join(pieces).decode()


async def _statement(member: Member, tx: Tx) -> AsyncIterator[bytes]:
    after = 0
    while page := await ledger.entries_after(
        member.account, book=member.book, after_seq=after, limit=STATEMENT_PAGE, tx=tx
    ):
        yield (b"," if after else b"") + b",".join(_json(_entry(entry)) for entry in page)
        after = page[-1].seq


def _entry(entry: ledger.Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "id": entry.id,
        "kind": entry.kind.name,
        "amount": entry.amount,
        "balance_after": entry.balance_after,
        "at": entry.at,
        "lots": [[lot.month, lot.amount] for lot in entry.lots],
        "meta": entry.meta,
    }


def _json(value: Any) -> bytes:
    return orjson.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value)} has no place in a JSON document")
