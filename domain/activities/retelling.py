"""Retell: the newest judgements once more, for whoever lost what they were told of them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from domain.activities.events import Judged
from domain.activities.finding import activity_of
from domain.activities.standings import judged
from infra.db import Tx

RETOLD = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell, judged_at
FROM activity WHERE programme = $1 AND id = ANY($2::uuid[]) AND state <> 'PROCESSING'
"""
RETOLD_OF = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell, judged_at
FROM activity WHERE programme = $1 AND member = ANY($2::uuid[]) AND state <> 'PROCESSING'
ORDER BY id
"""


async def retold(ids: Collection[UUID], *, programme: int, tx: Tx) -> Sequence[Judged]:
    """What was told of these activities last, as it was told, in no order."""
    rows = await tx.rows(RETOLD, programme, list(ids))
    return [judged(activity_of(row), at=row["judged_at"]) for row in rows]


async def retold_of(members: Collection[UUID], *, programme: int, tx: Tx) -> Sequence[Judged]:
    """What was told last of all activities of these members, as it was told. A few at a time."""
    rows = await tx.rows(RETOLD_OF, programme, list(members))
    return [judged(activity_of(row), at=row["judged_at"]) for row in rows]
