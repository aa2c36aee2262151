"""Read point requests, as one of the two members sees them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.members import Member
from domain.transfers.asking import request_of
from domain.transfers.records import PointRequest, RequestState
from infra.db import Row, Tx

# One that the payer declined is there for the asker only; one whose time is over is over,
# whether or not the job has come by.
SEVERAL = """
SELECT id, programme, asker, payer, points, memo, state, transfer, asked_at, expires_at,
       resolved_at
FROM point_request
WHERE programme = $1 AND id = ANY($2::uuid[]) AND (asker = $3 OR (payer = $3 AND NOT hidden))
"""
ASKED = """
SELECT id, programme, asker, payer, points, memo, state, transfer, asked_at, expires_at,
       resolved_at
FROM point_request WHERE programme = $1 AND asker = $2 AND ($3::uuid IS NULL OR id < $3)
  AND (NOT $5::boolean OR (state = 'OPEN' AND expires_at > $6))
ORDER BY id DESC LIMIT $4
"""
RECEIVED = """
SELECT id, programme, asker, payer, points, memo, state, transfer, asked_at, expires_at,
       resolved_at
FROM point_request
WHERE programme = $1 AND payer = $2 AND NOT hidden AND ($3::uuid IS NULL OR id < $3)
  AND (NOT $5::boolean OR (state = 'OPEN' AND expires_at > $6))
ORDER BY id DESC LIMIT $4
"""


async def several_requests(
    ids: Collection[UUID], *, member: Member, at: datetime, tx: Tx
) -> Mapping[UUID, PointRequest]:
    """Those of `ids` that the member may see, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, member.programme, list(ids), member.id) if ids else []
    return {row["id"]: _seen(row, at) for row in rows}


async def requests(
    member: Member,
    *,
    received: bool,
    open_only: bool,
    before: UUID | None,
    limit: int,
    at: datetime,
    tx: Tx,
) -> Sequence[PointRequest]:
    """What the member asked for, or was asked for, newest first, from the one before `before`.

    received  -- True: what others ask of the member; False: what the member asks of others.
    open_only -- True: only what can still be answered.
    """
    wanted = RECEIVED if received else ASKED
    rows = await tx.rows(wanted, member.programme, member.id, before, limit, open_only, at)
    return [_seen(row, at) for row in rows]


def _seen(row: Row, at: datetime) -> PointRequest:
    over = row["state"] == RequestState.OPEN and at >= row["expires_at"]
    if not over:
        return request_of(row)
    return request_of({**row, "state": RequestState.EXPIRED, "resolved_at": row["expires_at"]})
