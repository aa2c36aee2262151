"""Reviewing: look at members again whose tier ends, or whose ladder has changed."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from domain import members
from domain.tiers.counting import recount, today_in
from domain.tiers.keeping import rows, sums
from domain.tiers.laddering import current
from domain.tiers.placing import put
from domain.tiers.records import Ladder
from infra.db import Tx

CHUNK = 200
# No zone is further from UTC than that; what is not due in the programme's own is put off.
AHEAD = timedelta(days=1)

# Of one programme, those who have waited longest; the index has them in front.
DUE = """
SELECT programme, member FROM tier_member
WHERE due <= $1 AND programme = (
    SELECT programme FROM tier_member WHERE due <= $1 ORDER BY due, programme LIMIT 1)
ORDER BY due, member LIMIT $2
"""
CHANGED = """
SELECT programme, reviewed_to FROM tier_ladder
WHERE reviewing ORDER BY programme LIMIT 1 FOR UPDATE
"""
REVIEWED = """
UPDATE tier_ladder SET reviewing = NOT $3, reviewed_to = CASE WHEN $3 THEN NULL ELSE $2::uuid END
WHERE programme = $1
"""
# Whoever was counted by no version is counted anew before anything is added to it.
STALE = "UPDATE tier_member SET counting = 0 WHERE programme = $1"
RESTART = """
UPDATE tier_ladder SET reviewing = true, reviewed_to = NULL WHERE programme = $1
"""


async def end_due(at: datetime, tx: Tx) -> int:
    """Members whose validity and grace have ended fall, some hundreds at a time; how many."""
    found = await tx.rows(DUE, at.date() - AHEAD, CHUNK)
    if not found:
        return 0
    programme = found[0]["programme"]
    await review({row["member"] for row in found}, programme=programme, at=at, tx=tx)
    return len(found)


async def review_changed(at: datetime, tx: Tx) -> int:
    """After a ladder was set: its programme's members in the order of their ids; how many."""
    row = await tx.row(CHANGED)
    if row is None:
        return 0
    programme, after = row["programme"], row["reviewed_to"]
    page = await members.listed(programme=programme, after=after, limit=CHUNK, tx=tx)
    here = {one.id for one in page if one.state in (members.State.ACTIVE, members.State.LEFT)}
    if here:
        await review(here, programme=programme, at=at, tx=tx)
    done = len(page) < CHUNK
    await tx.run(REVIEWED, programme, page[-1].id if page else None, done)
    return max(1, len(page))


async def review(ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx) -> None:
    """Put these members where their points lead today, counted anew where that is needed."""
    await members.lock(ids, programme=programme, tx=tx)
    ladder = await current(programme, tx=tx)
    if ladder is None:
        return
    kept = await rows(ids, programme=programme, tx=tx)
    stale = {id for id in ids if id not in kept or kept[id].counting != ladder.counting}
    if stale:
        await recount(stale, ladder=ladder, at=at, tx=tx)
    await _put(set(ids) - stale, ladder, at, tx)


async def rebuild(*, programme: int, tx: Tx) -> None:
    """Have everybody's points counted anew from the facts, by the schedule, some at a time."""
    await tx.run(STALE, programme)
    await tx.run(RESTART, programme)


async def _put(ids: Collection[UUID], ladder: Ladder, at: datetime, tx: Tx) -> None:
    programme = ladder.programme
    kept = await rows(ids, programme=programme, tx=tx)
    known = await sums(ids, programme=programme, tx=tx)
    today = await today_in(programme, at, tx=tx)
    await put(kept, known, ladder=ladder, today=today, at=at, tx=tx)
