"""Review: what the screen held, for an operator to let go on or to send back.

Neither member learns why, or more than that somebody looks. What nobody decides in time goes
back to the sender by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.transfers.answering import resolve
from domain.transfers.errors import NoSuchTransfer, NotInReview
from domain.transfers.reading import transfer_of
from domain.transfers.records import State, Transfer
from domain.transfers.resuming import resume
from domain.transfers.screening import Reason
from infra.db import Row, Tx

LOCK = """
SELECT t.id, t.programme, t.sender, t.receiver, t.points, t.memo, t.state, t.sent_at,
       t.expires_at, t.resolved_at, t.ready_at, t.request, r.approved, r.held_at
FROM transfer AS t LEFT JOIN transfer_review AS r
    ON r.programme = t.programme AND r.transfer = t.id
WHERE t.programme = $1 AND t.id = $2 FOR UPDATE OF t
"""
DECIDE = """
UPDATE transfer_review SET approved = $3, operator = $4, decided_at = $5
WHERE programme = $1 AND transfer = $2
"""
# By id, which tells when the sender decided: the oldest first, and no page repeats one.
WAITING = """
SELECT t.id, t.programme, t.sender, t.receiver, t.points, t.memo, t.state, t.sent_at,
       t.expires_at, t.resolved_at, t.ready_at, t.request, r.reasons, r.facts::text AS facts,
       r.held_at
FROM transfer AS t JOIN transfer_review AS r ON r.programme = t.programme AND r.transfer = t.id
WHERE t.programme = $1 AND t.state = 'REVIEW' AND ($2::uuid IS NULL OR t.id > $2)
ORDER BY t.id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Review:
    """A transfer that waits for an operator.

    facts -- what the screen counted, by the names of screening.Facts.
    """

    transfer: Transfer
    reasons: Sequence[Reason]
    facts: Mapping[str, Any]
    held_at: datetime


async def decide(
    id: UUID, *, programme: int, approved: bool, operator: UUID, at: datetime, tx: Tx
) -> Transfer:
    """Let a held transfer go on, or send it back. Deciding the same again changes nothing.

    Refuses, in this order: NoSuchTransfer, NotInReview.
    """
    row = await tx.row(LOCK, programme, id)
    if row is None:
        raise NoSuchTransfer("there is no such transfer")
    transfer = transfer_of(row)
    if row["approved"] is not None and row["approved"] == approved:
        return transfer
    if transfer.state is not State.REVIEW:
        raise NotInReview(transfer.state)
    if transfer.expires_at is not None and at >= transfer.expires_at:
        raise NotInReview(State.RETURNED)
    await tx.run(DECIDE, programme, id, approved, operator, at)
    if approved:
        return await resume(transfer, by=operator, at=at, tx=tx)
    (rejected,) = await resolve([transfer], State.REJECTED, by=operator, at=at, tx=tx)
    return rejected


async def reviews(*, programme: int, after: UUID | None, limit: int, tx: Tx) -> Sequence[Review]:
    """What waits for an operator, oldest first, from the one after `after` on."""
    return [_review(row) for row in await tx.rows(WAITING, programme, after, limit)]


def _review(row: Row) -> Review:
    reasons = [Reason(reason) for reason in row["reasons"]]
    return Review(transfer_of(row), reasons, orjson.loads(row["facts"]), row["held_at"])
