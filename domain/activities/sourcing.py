"""Sourcing: what one source has told, as it stands now."""

from collections.abc import Sequence

from domain.activities.finding import activity_of
from domain.activities.records import Activity
from infra.db import Tx

REPORTED = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell
FROM activity
WHERE programme = $1 AND source = $2 AND external_id > $3 ORDER BY external_id LIMIT $4
"""
NAMED = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell
FROM activity WHERE programme = $1 AND source = $2 AND external_id = ANY($3::text[])
ORDER BY external_id
"""


async def reported(
    source: str, *, programme: int, after: str = "", limit: int, tx: Tx
) -> Sequence[Activity]:
    """What `source` told, in the order of what it calls them, from behind `after` on."""
    rows = await tx.rows(REPORTED, programme, source, after, limit)
    return [activity_of(row) for row in rows]


async def reported_as(
    external_ids: Sequence[str], *, source: str, programme: int, tx: Tx
) -> Sequence[Activity]:
    """Those that `source` calls so, in the order of these names; the unknown are left out."""
    rows = await tx.rows(NAMED, programme, source, list(external_ids))
    return [activity_of(row) for row in rows]
