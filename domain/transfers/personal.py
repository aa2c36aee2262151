"""What transfers keep about one member: for their export, and gone when they are erased.

Rows and sums stay; what the member wrote goes. What still waits when a member goes is given back
to its sender first, since nobody is left to answer.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.transfers.answering import resolve
from domain.transfers.reading import transfer_of
from domain.transfers.records import State
from infra.db import Row, Tx

TABLES = frozenset({"transfer", "transfer_consent", "point_request"})

TRANSFERS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT id, sender, receiver, points, CASE WHEN sender = $2 THEN memo END AS memo, state,
           sent_at, expires_at, resolved_at, ready_at, request
    FROM transfer WHERE programme = $1 AND (sender = $2 OR receiver = $2) ORDER BY id
) AS t
"""
CONSENTS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT friend, auto_accept, at FROM transfer_consent
    WHERE programme = $1 AND member = $2 ORDER BY friend
) AS t
"""
# What the payer declined is theirs to know; to the one who asked it is open until it is over.
REQUESTS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT id, asker, payer, points, CASE WHEN asker = $2 THEN memo END AS memo, state, transfer,
           asked_at, expires_at, resolved_at, CASE WHEN payer = $2 THEN hidden END AS declined
    FROM point_request WHERE programme = $1 AND (asker = $2 OR payer = $2) ORDER BY id
) AS t
"""
LOCK_OPEN = """
SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
       ready_at, request
FROM transfer
WHERE programme = $1 AND (sender = $2 OR receiver = $2)
  AND state IN ('PENDING', 'REVIEW', 'COOLING')
ORDER BY id FOR UPDATE
"""
FORGET_MEMOS = """
UPDATE transfer SET memo = NULL WHERE programme = $1 AND sender = $2 AND memo IS NOT NULL
"""
FORGET_CONSENTS = """
DELETE FROM transfer_consent WHERE programme = $1 AND (member = $2 OR friend = $2)
"""
CLOSE_REQUESTS = """
UPDATE point_request SET
    memo = CASE WHEN asker = $2 THEN NULL ELSE memo END,
    hidden = hidden OR (payer = $2 AND state = 'OPEN'),
    resolved_at = CASE WHEN asker = $2 AND state = 'OPEN' THEN $3 ELSE resolved_at END,
    state = CASE WHEN asker = $2 AND state = 'OPEN' THEN 'CANCELLED' ELSE state END
WHERE programme = $1 AND (asker = $2 OR payer = $2)
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that transfers keep about the member, by table; what others wrote is theirs."""
    return {
        "transfer": _plain(await tx.rows(TRANSFERS, programme, member)),
        "transfer_consent": _plain(await tx.rows(CONSENTS, programme, member)),
        "point_request": _plain(await tx.rows(REQUESTS, programme, member)),
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Give back what waits, and take away what the member wrote."""
    waiting = [transfer_of(row) for row in await tx.rows(LOCK_OPEN, programme, member)]
    if waiting:
        await resolve(waiting, State.RETURNED, by=None, at=at, tx=tx)
    await tx.run(CLOSE_REQUESTS, programme, member, at)
    await tx.run(FORGET_CONSENTS, programme, member)
    await tx.run(FORGET_MEMOS, programme, member)


def _plain(rows: Sequence[Row]) -> Sequence[Mapping[str, Any]]:
    return [orjson.loads(row["row"]) for row in rows]
