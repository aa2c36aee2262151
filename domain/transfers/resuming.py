"""Resume: what becomes of a transfer when nothing holds it any more.

After a review it may still have to cool; after both it is offered, or arrives at once where the
receiver lets it by then.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import friends, members, programmes
from domain.transfers import allowing
from domain.transfers.answering import resolve, settle
from domain.transfers.reading import transfer_of
from domain.transfers.records import State, Transfer
from domain.transfers.sending import WAITS_AT_MOST, lapses_at, tell
from infra.db import Tx

# One at a time: the job is called again at once until none is left.
LOCK_READY = """
SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
       ready_at, request
FROM transfer WHERE state = 'COOLING' AND ready_at <= $1
ORDER BY ready_at, programme, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
GO_ON = "UPDATE transfer SET state = $3, expires_at = $4 WHERE programme = $1 AND id = $2"


async def resume(transfer: Transfer, *, by: UUID | None, at: datetime, tx: Tx) -> Transfer:
    """Let a transfer go on that the caller has locked: COOLING, PENDING or ACCEPTED.

    by -- who let it; None: the clock.
    """
    programme = await programmes.by_id(transfer.programme, tx=tx)
    cools = transfer.ready_at is not None and at < transfer.ready_at
    if not cools and (transfer.request is not None or await _arrives(transfer, tx)):
        (resumed,) = await settle([transfer], State.ACCEPTED, by=by, at=at, tx=tx)
    else:
        offered_at = transfer.ready_at if cools and transfer.ready_at is not None else at
        resumed = replace(
            transfer,
            state=State.COOLING if cools else State.PENDING,
            expires_at=lapses_at(transfer.sent_at, programme, offered_at=offered_at),
        )
        where = (transfer.programme, transfer.id)
        await tx.run(GO_ON, *where, resumed.state, resumed.expires_at)
    tell(resumed, at=at, tx=tx)
    return resumed


async def offer_ready(at: datetime, tx: Tx) -> int:
    """Let one transfer go on that has cooled long enough; how many, 0 or 1."""
    row = await tx.row(LOCK_READY, at)
    if row is None:
        return 0
    transfer = transfer_of(row)
    if at < transfer.sent_at + WAITS_AT_MOST:
        await resume(transfer, by=None, at=at, tx=tx)
    else:
        # Nobody came by for so long that its points may be back by themselves.
        await resolve([transfer], State.RETURNED, by=None, at=at, tx=tx)
    return 1


async def _arrives(transfer: Transfer, tx: Tx) -> bool:
    """What the receiver says now; to one who is no friend any more they said nothing."""
    sender = await members.get(transfer.sender, programme=transfer.programme, tx=tx)
    tie = await friends.friendship(sender, friend=transfer.receiver, tx=tx)
    if tie is None:
        return False
    terms = await allowing.terms(sender, receiver=transfer.receiver, since=tie.since, tx=tx)
    return terms.lets_arrive(tie.friend)
