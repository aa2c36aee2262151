"""Read merges."""

from collections.abc import Sequence
from uuid import UUID

from domain.duplicates.errors import NoSuchMerge
from domain.duplicates.records import Merge, merge_of
from infra.db import Tx

FIND = """
SELECT id, programme, survivor, duplicate, points, posting, merged_at, undone_at
FROM merge WHERE programme = $1 AND id = $2
"""
LISTED = """
SELECT id, programme, survivor, duplicate, points, posting, merged_at, undone_at
FROM merge
WHERE programme = $1 AND ($2::uuid IS NULL OR survivor = $2 OR duplicate = $2)
  AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""


async def get(id: UUID, *, programme: int, tx: Tx) -> Merge:
    """The merge with that id. Raises NoSuchMerge."""
    found = await find(id, programme=programme, tx=tx)
    if found is None:
        raise NoSuchMerge("there is no such merge")
    return found


async def listed(
    *, programme: int, member: UUID | None = None, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Merge]:
    """The programme's merges, newest first, from the one before `before` on.

    member -- only those of which they are an end; None: all.
    """
    return [merge_of(row) for row in await tx.rows(LISTED, programme, member, before, limit)]


async def find(id: UUID, *, programme: int, tx: Tx) -> Merge | None:
    """The merge with that id; None when there is none."""
    row = await tx.row(FIND, programme, id)
    return None if row is None else merge_of(row)
