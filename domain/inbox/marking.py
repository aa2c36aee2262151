"""Mark what is in an inbox: read it, put it away, take it out again. Doing so again is no fault."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.inbox.adding import hint
from domain.inbox.errors import NoSuchItem
from domain.inbox.reading import find
from domain.inbox.records import Item
from infra.db import Tx

# Before any item, as whoever adds: the count and the items are changed under one lock.
LOCK = "SELECT last FROM inbox WHERE programme = $1 AND member = $2 FOR UPDATE"
READ = """
WITH marked AS (
    UPDATE inbox_item SET read_at = $4
    WHERE programme = $1 AND member = $2 AND id = ANY($3::uuid[]) AND read_at IS NULL
    RETURNING number
)
UPDATE inbox SET unread = unread - (SELECT count(*) FROM marked)
WHERE programme = $1 AND member = $2
"""
READ_ALL = """
WITH marked AS (
    UPDATE inbox_item SET read_at = $4
    WHERE programme = $1 AND member = $2 AND number <= $3 AND read_at IS NULL
    RETURNING number
)
UPDATE inbox SET unread = unread - (SELECT count(*) FROM marked)
WHERE programme = $1 AND member = $2
"""
ARCHIVE = """
UPDATE inbox_item SET archived_at = $4
WHERE programme = $1 AND member = $2 AND id = $3 AND archived_at IS NULL
"""
UNARCHIVE = """
UPDATE inbox_item SET archived_at = NULL
WHERE programme = $1 AND member = $2 AND id = $3 AND archived_at IS NOT NULL
"""


async def read(id: UUID, *, member: UUID, programme: int, at: datetime, tx: Tx) -> Item:
    """The member has read it. Refuses NoSuchItem."""
    await _held(id, member, programme, tx)
    await mark([id], member=member, programme=programme, at=at, tx=tx)
    return await _told(id, member, programme, tx)


async def read_all(up_to: int, *, member: UUID, programme: int, at: datetime, tx: Tx) -> None:
    """The member has read all items up to that number: what came later stays unread."""
    await tx.run(LOCK, programme, member)
    await tx.run(READ_ALL, programme, member, up_to, at)
    hint([member], programme=programme, tx=tx)


async def archive(id: UUID, *, member: UUID, programme: int, at: datetime, tx: Tx) -> Item:
    """The member puts it away, which is to have read it. Refuses NoSuchItem."""
    await _held(id, member, programme, tx)
    await mark([id], member=member, programme=programme, at=at, tx=tx)
    await tx.run(ARCHIVE, programme, member, id, at)
    return await _told(id, member, programme, tx)


async def unarchive(id: UUID, *, member: UUID, programme: int, tx: Tx) -> Item:
    """The member takes it out of the archive; it stays read. Refuses NoSuchItem."""
    await _held(id, member, programme, tx)
    await tx.run(UNARCHIVE, programme, member, id)
    return await _told(id, member, programme, tx)


async def mark(ids: Sequence[UUID], *, member: UUID, programme: int, at: datetime, tx: Tx) -> None:
    """These items are read, those of them that the member has. Their inbox must be locked."""
    await tx.run(READ, programme, member, list(ids), at)
    hint([member], programme=programme, tx=tx)


async def lock(member: UUID, *, programme: int, tx: Tx) -> None:
    """Nobody else changes the member's inbox before `tx` ends."""
    await tx.run(LOCK, programme, member)


async def _held(id: UUID, member: UUID, programme: int, tx: Tx) -> None:
    await lock(member, programme=programme, tx=tx)
    await _told(id, member, programme, tx)


async def _told(id: UUID, member: UUID, programme: int, tx: Tx) -> Item:
    item = await find(id, member=member, programme=programme, tx=tx)
    if item is None:
        raise NoSuchItem("there is no such item")
    return item
