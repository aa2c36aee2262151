"""Add: write newly reported activities, all with one statement."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.activities.standings import Standing
from infra.db import Tx

# As one JSON text, which the driver passes on as it is: two dozen arrays take it ten times as
# long. What two batches of different members bring at once under one name is the first one's.
ADD = """
INSERT INTO activity (programme, id, member, type, state, reasons, score, started_at, ended_at,
                      duration_s, distance_m, quantity, told_duration_s, told_distance_m,
                      told_quantity, day, device, source, external_id, proof, recorder, lane,
                      created_at, judged_at)
SELECT $1, n.id, n.member, n.type, n.state, n.reasons, n.score, n.started_at, n.ended_at,
       n.duration_s, n.distance_m, n.quantity, n.told_duration_s, n.told_distance_m,
       n.told_quantity, n.day, n.device, n.source, n.external_id, n.proof, n.recorder, n.lane,
       $2, $2
FROM json_to_recordset($3::json) AS n (
    id uuid, member uuid, type text, state text, reasons text[], score smallint,
    started_at timestamptz, ended_at timestamptz, duration_s int, distance_m int,
    quantity bigint, told_duration_s int, told_distance_m int, told_quantity bigint, day date,
    device text, source text, external_id text, proof text, recorder text, lane text)
ON CONFLICT DO NOTHING
RETURNING id
"""


async def add(
    standings: Sequence[Standing], *, programme: int, at: datetime, tx: Tx
) -> Collection[UUID]:
    """Keep what was reported at `at`; the ids of those whose source had not told them before."""
    told = orjson.dumps([_columns(standing) for standing in standings], default=str).decode()
    return {row["id"] for row in await tx.rows(ADD, programme, at, told)}


def _columns(standing: Standing) -> Mapping[str, Any]:
    activity = standing.activity
    return {
        "id": activity.id,
        "member": activity.member,
        "type": activity.type,
        "state": activity.state,
        "reasons": activity.reasons,
        "score": activity.score,
        "started_at": activity.started_at,
        "ended_at": activity.ended_at,
        "duration_s": activity.duration_s,
        "distance_m": activity.distance_m,
        "quantity": activity.quantity,
        "told_duration_s": standing.told_duration_s,
        "told_distance_m": standing.told_distance_m,
        "told_quantity": standing.told_quantity,
        "day": activity.day,
        "device": activity.device,
        "source": activity.source,
        "external_id": activity.external_id,
        "proof": activity.proof,
        "recorder": standing.recorder,
        "lane": standing.lane,
    }
