"""Answer a transfer: accept, decline, cancel, and return what nobody answered.

A transfer is answered once. Whoever answers holds its row first, and from `expires_at` on the
only answer left is to return it, whether or not the job has come by. While it cools or is
reviewed only its sender can end it. The ledger's hold is a consequence: it outlives the
transfer, so its own time-out decides nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import ledger, members
from domain.members import Member
from domain.transfers.errors import NoSuchTransfer, NotYours, TransferClosed, TransferOnHold
from domain.transfers.events import Accepted, Cancelled, Declined, Rejected, Returned
from domain.transfers.reading import transfer_of
from domain.transfers.records import OPEN, State, Transfer
from infra import ids
from infra.db import Tx
from infra.outbox import emit

RETURN_BATCH = 100

LOCK = """
SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
       ready_at, request
FROM transfer WHERE programme = $1 AND id = $2 AND (sender = $3 OR receiver = $3) FOR UPDATE
"""
# One that is being answered at this moment is not waited for: it is answered, or is seen again.
LOCK_DUE = """
SELECT id, programme, sender, receiver, points, memo, state, sent_at, expires_at, resolved_at,
       ready_at, request
FROM transfer WHERE state IN ('PENDING', 'REVIEW') AND expires_at <= $1
ORDER BY expires_at, programme, id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
RESOLVE = """
UPDATE transfer SET state = $3, resolved_at = $4
WHERE programme = $1 AND id = ANY($2::uuid[])
"""
EVENTS = {
    State.ACCEPTED: Accepted,
    State.DECLINED: Declined,
    State.CANCELLED: Cancelled,
    State.RETURNED: Returned,
    State.REJECTED: Rejected,
}


async def accept(id: UUID, *, member: Member, at: datetime, tx: Tx) -> Transfer:
    """Take the points that were offered, also from one who is no longer a friend.

    Accepting again answers the same.
    Refuses, in this order: NoSuchTransfer, NotYours, TransferClosed, TransferOnHold.
    """
    return await _answer(id, State.ACCEPTED, member, at, tx)


async def decline(id: UUID, *, member: Member, at: datetime, tx: Tx) -> Transfer:
    """Send back the points that were offered. Declining again answers the same.

    Refuses, in this order: NoSuchTransfer, NotYours, TransferClosed, TransferOnHold.
    """
    return await _answer(id, State.DECLINED, member, at, tx)


async def cancel(id: UUID, *, member: Member, at: datetime, tx: Tx) -> Transfer:
    """Take back what one has sent and nobody has yet. Cancelling again answers the same.

    Refuses, in this order: NoSuchTransfer, NotYours, TransferClosed.
    """
    return await _answer(id, State.CANCELLED, member, at, tx)


async def return_expired(at: datetime, tx: Tx) -> int:
    """Give back a bounded number that nobody answered or reviewed in time; how many."""
    due = [transfer_of(row) for row in await tx.rows(LOCK_DUE, at, RETURN_BATCH)]
    by_programme: defaultdict[int, list[Transfer]] = defaultdict(list)
    for transfer in due:
        by_programme[transfer.programme].append(transfer)
    for programme in sorted(by_programme):
        await resolve(by_programme[programme], State.RETURNED, by=None, at=at, tx=tx)
    return len(due)


async def _answer(id: UUID, answer: State, member: Member, at: datetime, tx: Tx) -> Transfer:
    row = await tx.row(LOCK, member.programme, id, member.id)
    if row is None:
        raise NoSuchTransfer("you have no such transfer")
    transfer = transfer_of(row)
    if member.id != (transfer.sender if answer is State.CANCELLED else transfer.receiver):
        raise NotYours("this is for the other one to decide")
    if transfer.state is answer:
        return transfer
    if transfer.state not in OPEN:
        raise TransferClosed(transfer.state)
    # When a cooling one would lapse is only foretold: its time begins when it is offered.
    lapses = None if transfer.state is State.COOLING else transfer.expires_at
    if lapses is not None and at >= lapses:
        raise TransferClosed(State.RETURNED)
    if transfer.state is not State.PENDING and answer is not State.CANCELLED:
        raise TransferOnHold(transfer.state)
    (resolved,) = await resolve([transfer], answer, by=member.id, at=at, tx=tx)
    return resolved


async def resolve(
    transfers: Sequence[Transfer], state: State, *, by: UUID | None, at: datetime, tx: Tx
) -> Sequence[Transfer]:
    """Give open transfers of one programme, locked by the caller, their answer, and say so.

    by -- who answered; None: the clock.
    """
    resolved = await settle(transfers, state, by=by, at=at, tx=tx)
    for transfer in resolved:
        _tell(transfer, state, at, tx)
    return resolved


async def settle(
    transfers: Sequence[Transfer], state: State, *, by: UUID | None, at: datetime, tx: Tx
) -> Sequence[Transfer]:
    """Like `resolve`, for one who says something else about it."""
    programme = transfers[0].programme
    ends = {t.sender for t in transfers} | {t.receiver for t in transfers}
    wallets = await members.several(ends, programme=programme, tx=tx)
    items = [_item(t, state, wallets, by, at) for t in transfers]
    book = wallets[transfers[0].sender].book
    for result in await ledger.post(items, book=book, at=at, tx=tx):
        # Should the hold have timed out after all, the points are already where a return,
        # and only a return, wants them.
        if state is State.RETURNED and result.outcome is ledger.Outcome.HOLD_NOT_OPEN:
            continue
        ledger.require(result)
    await tx.run(RESOLVE, programme, [t.id for t in transfers], state, at)
    return [replace(t, state=state, resolved_at=at) for t in transfers]


def _item(
    transfer: Transfer,
    state: State,
    wallets: Mapping[UUID, Member],
    by: UUID | None,
    at: datetime,
) -> ledger.Item:
    id = ids.derived(at, "transfers.answer", transfer.programme, transfer.id, state)
    account = wallets[transfer.sender].account
    meta = {
        "why": "transfer",
        "transfer": str(transfer.id),
        "sender": str(transfer.sender),
        "receiver": str(transfer.receiver),
    }
    if state is not State.ACCEPTED:
        return ledger.release(hold=transfer.id, account=account, id=id, actor=by, meta=meta)
    return ledger.capture(
        transfer.points,
        hold=transfer.id,
        account=account,
        credit=wallets[transfer.receiver].account,
        id=id,
        actor=by,
        meta=meta,
    )


def _tell(transfer: Transfer, state: State, at: datetime, tx: Tx) -> None:
    subject, other = transfer.sender, transfer.receiver
    if state is State.CANCELLED:
        subject, other = other, subject
    emit(
        EVENTS[state](
            programme=transfer.programme,
            subject=subject,
            object=transfer.id,
            at=at,
            points=transfer.points,
            other=other,
        ),
        tx=tx,
    )
