"""Refresh: the facts of some members once more, from their activities and awards themselves."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain import activities, points
from domain.members import Member
from domain.metrics.noting import Happening, note
from domain.metrics.records import Change
from domain.points import Earned
from infra.db import Tx

DROP = """
DELETE FROM fact WHERE programme = $1 AND doer = ANY($2::uuid[]) RETURNING activity, member, doer
"""
# What had been known before a merge stays with whom it was counted for.
KEEP_OWNERS = """
UPDATE fact AS f SET member = n.member
FROM unnest($2::uuid[], $3::uuid[]) AS n (activity, member)
WHERE f.programme = $1 AND f.activity = n.activity AND f.member <> n.member
"""


async def refresh(
    doers: Collection[UUID], *, people: Mapping[UUID, Member], programme: int, tx: Tx
) -> Sequence[Change]:
    """Write the facts of what these members did anew; all that counts is a change from nothing.

    doers  -- some hundreds at a time.
    people -- they by id, locked, with whom they were merged into.
    Whoever keeps sums of what was before must begin from nothing, too.
    """
    dropped = await tx.rows(DROP, programme, list(doers))
    judged = await activities.retold_of(doers, programme=programme, tx=tx)
    earned = await _earned({one.object for one in judged}, programme=programme, tx=tx)
    changes = await note([*judged, *earned], people=people, programme=programme, tx=tx)
    owned = [row for row in dropped if people[row["doer"]].merged_into is not None]
    if owned:
        owners = [row["activity"] for row in owned], [row["member"] for row in owned]
        await tx.run(KEEP_OWNERS, programme, *owners)
    return changes


async def _earned(ids: Collection[UUID], *, programme: int, tx: Tx) -> Sequence[Happening]:
    """What stands of their awards, as it was told."""
    awards = await points.awards_of(ids, programme=programme, tx=tx)
    return [
        Earned(
            programme=programme,
            subject=one.member,
            object=one.activity,
            at=one.at,
            points=one.given,
            pending=one.pending,
            text=one.text,
            revision=one.revision,
        )
        for several in awards.values()
        for one in several
    ]
