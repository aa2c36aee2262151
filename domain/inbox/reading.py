"""Read members' inboxes: what they were told, and how much of it is unread."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.inbox.records import Box, Item, item_of
from infra.db import Tx

BOXES = "SELECT member, last, unread FROM inbox WHERE programme = $1 AND member = ANY($2::uuid[])"
AFTER = """
SELECT id, programme, member, number, topic, key, args::text AS args, title, body,
       refs::text AS refs, at, read_at, archived_at
FROM inbox_item WHERE programme = $1 AND member = $2 AND number > $3 ORDER BY number LIMIT $4
"""
# Three statements, so that each is planned for its own index.
LISTED = """
SELECT id, programme, member, number, topic, key, args::text AS args, title, body,
       refs::text AS refs, at, read_at, archived_at
FROM inbox_item
WHERE programme = $1 AND member = $2 AND number < $3 AND archived_at IS NULL
ORDER BY number DESC LIMIT $4
"""
LISTED_UNREAD = """
SELECT id, programme, member, number, topic, key, args::text AS args, title, body,
       refs::text AS refs, at, read_at, archived_at
FROM inbox_item
WHERE programme = $1 AND member = $2 AND number < $3 AND read_at IS NULL
ORDER BY number DESC LIMIT $4
"""
LISTED_ARCHIVED = """
SELECT id, programme, member, number, topic, key, args::text AS args, title, body,
       refs::text AS refs, at, read_at, archived_at
FROM inbox_item
WHERE programme = $1 AND member = $2 AND number < $3 AND archived_at IS NOT NULL
ORDER BY number DESC LIMIT $4
"""
FIND = """
SELECT id, programme, member, number, topic, key, args::text AS args, title, body,
       refs::text AS refs, at, read_at, archived_at
FROM inbox_item WHERE programme = $1 AND member = $2 AND id = $3
"""
NEWEST = 2**62


async def box(member: UUID, *, programme: int, tx: Tx) -> Box:
    """How the member's inbox stands."""
    return (await boxes([member], programme=programme, tx=tx))[member]


async def boxes(members: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Box]:
    """How the inbox of each of `members` stands."""
    rows = await tx.rows(BOXES, programme, list(members))
    found = {row["member"]: Box(row["last"], row["unread"]) for row in rows}
    return {member: found.get(member, Box(0, 0)) for member in members}


async def unread(members: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, int]:
    """How many items each of `members` has not read."""
    found = await boxes(members, programme=programme, tx=tx)
    return {member: one.unread for member, one in found.items()}


async def after(number: int, *, member: UUID, programme: int, limit: int, tx: Tx) -> Sequence[Item]:
    """What the member was told after the item of that number, the oldest first."""
    rows = await tx.rows(AFTER, programme, member, number, limit)
    return [item_of(row) for row in rows]


async def listed(
    member: UUID,
    *,
    before: int | None = None,
    unread: bool = False,
    archived: bool = False,
    programme: int,
    limit: int,
    tx: Tx,
) -> Sequence[Item]:
    """What is in the member's inbox and not in its archive, the newest first.

    before   -- only what has a smaller number.
    unread   -- only what was not read.
    archived -- only what is in the archive, where nothing is unread.
    """
    if unread and archived:
        return []
    sql = LISTED_UNREAD if unread else LISTED_ARCHIVED if archived else LISTED
    rows = await tx.rows(sql, programme, member, NEWEST if before is None else before, limit)
    return [item_of(row) for row in rows]


async def find(id: UUID, *, member: UUID, programme: int, tx: Tx) -> Item | None:
    """The item of the member's inbox with that id; None: there is none."""
    row = await tx.row(FIND, programme, member, id)
    return None if row is None else item_of(row)
