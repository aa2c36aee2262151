"""Filling: what members did before a badge was counted, member by member.

A new badge, or one that is to be counted anew, goes through the members in id order. Up to where
it is, activities are counted as they come; beyond, they wait to be counted whole. Whoever counts
an activity holds its member and then shares the badge's row; whoever fills holds the members, too,
and the row alone: so nobody falls between the two.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from domain import members
from domain.badges.compiling import catalogue, changed
from domain.badges.counting import recount
from domain.members import State
from infra.db import Tx

CHUNK = 100

# The badges of one programme that are the least far, as far as they are.
BEHIND = """
SELECT b.programme, b.filled_after, array_agg(b.id ORDER BY b.id) AS badges
FROM badge AS b WHERE b.filled_after IS NOT NULL
GROUP BY b.programme, b.filled_after ORDER BY b.programme, b.filled_after LIMIT 1
"""
HOLD = """
SELECT id FROM badge WHERE programme = $1 AND id = ANY($2::uuid[]) AND filled_after = $3
ORDER BY id FOR UPDATE
"""
FILLED = """
UPDATE badge SET filled_after = $3 WHERE programme = $1 AND id = ANY($2::uuid[])
"""
AGAIN = """
UPDATE badge SET filled_after = '00000000-0000-0000-0000-000000000000'
WHERE programme = $1 AND metric IS NOT NULL
"""


async def fill(at: datetime, tx: Tx) -> int:
    """Count the past of some members for badges that are behind; how many members, at least 1 as
    long as some badge is. For the schedule."""
    behind = await tx.row(BEHIND)
    if behind is None:
        return 0
    programme, after = behind["programme"], behind["filled_after"]
    page = await members.listed(programme=programme, after=after, limit=CHUNK, tx=tx)
    await members.lock([member.id for member in page], programme=programme, tx=tx)
    held = await tx.rows(HOLD, programme, behind["badges"], after)
    badges = [row["id"] for row in held]
    last = page[-1].id if page else after
    # Somebody may have joined and done something until the row was held.
    more = await members.listed(programme=programme, after=last, limit=1, tx=tx)
    found, _ = await catalogue(programme, tx=tx)
    known = [member.id for member in page if member.state is not State.ERASED]
    pairs = [(member, badge) for member in known for badge in badges]
    await recount(pairs, found.by_id, programme=programme, at=at, tx=tx)
    await tx.run(FILLED, programme, badges, last if more else None)
    return len(page) + 1


async def rebuild(*, programme: int, tx: Tx) -> None:
    """Let all badges with a rule be counted anew, by the schedule, as if nothing had been."""
    await tx.run(AGAIN, programme)
    await changed(programme, tx=tx)


async def recount_members(ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx) -> None:
    """Count all that these members ever did, as after a merge. They are locked by then."""
    found, filling = await catalogue(programme, tx=tx)
    pairs = [
        (member, badge)
        for member in ids
        for badge in found.by_id
        if badge not in filling or member <= filling[badge]
    ]
    await recount(pairs, found.by_id, programme=programme, at=at, tx=tx)
