"""Personal: what activities keep about one member, to be told to them and to be forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.activities.locking import lock
from infra.db import Tx

TABLES = frozenset({"activity", "activity_file", "strava_athlete", "strava_code", "strava_hint"})

ACTIVITIES = """
SELECT id, state, type, stated_type, reasons, score, started_at, ended_at, duration_s, distance_m,
       elevation_m, quantity, day, format, name, device, duplicate_of, proof, source, external_id,
       recorder, told_duration_s, told_distance_m, told_quantity, revision, created_at, judged_at,
       decided_at, encode(sha256, 'hex') AS sha256, sketch, cell
FROM activity WHERE programme = $1 AND member = $2 ORDER BY id
"""
FILES = """
SELECT activity, length(content) AS bytes, attempts FROM activity_file
WHERE programme = $1 AND member = $2 ORDER BY activity
"""
# Not the tokens: they prove who asks, also to others.
ATHLETE = """
SELECT athlete, since, expires_at FROM strava_athlete WHERE programme = $1 AND member = $2
"""
CODES = "SELECT due_at FROM strava_code WHERE programme = $1 AND member = $2"
HINTS = """
SELECT activity, attempts, due_at FROM strava_hint WHERE programme = $1 AND member = $2
ORDER BY activity
"""
DROP_ATHLETE = "DELETE FROM strava_athlete WHERE programme = $1 AND member = $2"
DROP_CODE = "DELETE FROM strava_code WHERE programme = $1 AND member = $2"
DROP_FILES = "DELETE FROM activity_file WHERE programme = $1 AND member = $2"
# A file that nobody has read yet never counted; the others keep their sums.
FORGET = """
UPDATE activity
SET name = CASE WHEN name IS NULL THEN NULL ELSE '' END,
    device = NULL, sketch = NULL, cell = NULL, stated_type = NULL,
    external_id = CASE WHEN external_id IS NULL THEN NULL ELSE 'erased:' || id END,
    sha256 = CASE WHEN sha256 IS NULL THEN NULL ELSE sha256(uuid_send(id)) END,
    state = CASE state WHEN 'PROCESSING' THEN 'WITHDRAWN' ELSE state END,
    reasons = CASE state WHEN 'PROCESSING' THEN '{ERASED}' ELSE reasons END,
    score = CASE state WHEN 'PROCESSING' THEN 0 ELSE score END,
    judged_at = CASE state WHEN 'PROCESSING' THEN $3 ELSE judged_at END
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that is kept of the member, by table; of a file that waits, its size."""
    return {
        "activity": [dict(row) for row in await tx.rows(ACTIVITIES, programme, member)],
        "activity_file": [dict(row) for row in await tx.rows(FILES, programme, member)],
        "strava_athlete": [dict(row) for row in await tx.rows(ATHLETE, programme, member)],
        "strava_code": [dict(row) for row in await tx.rows(CODES, programme, member)],
        "strava_hint": [dict(row) for row in await tx.rows(HINTS, programme, member)],
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Names, devices, tracks, fingerprints and what sources call them go; the sums stay.

    A source that tells one of them anew is told that there is no such member.
    """
    await lock([member], programme=programme, tx=tx)
    await tx.run(DROP_FILES, programme, member)
    await tx.run(DROP_CODE, programme, member)
    await tx.run(DROP_ATHLETE, programme, member)
    await tx.run(FORGET, programme, member, at)
