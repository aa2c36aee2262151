"""Ask a friend for points; pay, decline or cancel what was asked.

A declined request stays open for the one who asked, and its place stays taken until it expires:
nobody is asked again by somebody whom they have just quietly refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import ledger, programmes
from domain.members import Member
from domain.transfers.errors import (
    AlreadyAsked,
    NoSuchPointRequest,
    OverTransferLimit,
    PointRequestClosed,
    PointRequestNotYours,
    SelfTransfer,
    TooManyPointRequests,
)
from domain.transfers.events import PointsRequested
from domain.transfers.policy import policy
from domain.transfers.records import PointRequest, RequestState, Transfer
from domain.transfers.sending import friend_of, locked, send, sound
from infra.db import Row, Tx
from infra.outbox import emit

EXPIRE_BATCH = 500
COLUMNS = tuple(field.name for field in fields(PointRequest))

FIND = """
SELECT id, programme, asker, payer, points, memo, state, transfer, asked_at, expires_at,
       resolved_at
FROM point_request WHERE programme = $1 AND id = $2
"""
# How many requests of the asker are open, and whether one is to this friend. What the job has
# yet to sweep is over all the same.
OPEN_REQUESTS = """
SELECT count(*) AS open, coalesce(bool_or(payer = $3), false) AS to_this_one
FROM point_request WHERE programme = $1 AND asker = $2 AND state = 'OPEN' AND expires_at > $4
"""
# So that an unswept one does not keep the pair's place.
SWEEP = """
UPDATE point_request SET state = 'EXPIRED', resolved_at = expires_at
WHERE programme = $1 AND asker = $2 AND payer = $3 AND state = 'OPEN' AND expires_at <= $4
"""
ADD = """
INSERT INTO point_request (programme, id, asker, payer, points, memo, state, asked_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, 'OPEN', $7, $8)
"""
LOCK = """
SELECT id, programme, asker, payer, points, memo, state, transfer, asked_at, expires_at,
       resolved_at, hidden
FROM point_request WHERE programme = $1 AND id = $2 AND (asker = $3 OR payer = $3) FOR UPDATE
"""
HIDE = "UPDATE point_request SET hidden = true WHERE programme = $1 AND id = $2"
RESOLVE = """
UPDATE point_request SET state = $3, resolved_at = $4, transfer = $5
WHERE programme = $1 AND id = $2
"""
EXPIRE = """
UPDATE point_request SET state = 'EXPIRED', resolved_at = expires_at
WHERE (programme, id) IN (
    SELECT programme, id FROM point_request WHERE state = 'OPEN' AND expires_at <= $1
    ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class Payment:
    """A request and the transfer that paid it; the transfer may still wait for something."""

    request: PointRequest
    transfer: Transfer


async def ask(
    points: int,
    *,
    asker: Member,
    payer: UUID,
    memo: str | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> PointRequest:
    """Ask a friend for `points` whole points.

    id -- a UUIDv7 made from the asker and the client's key: asking again with the same id and
    content answers with the first request as it stands now.
    Refuses, in this order: BadPoints, BadMemo, SelfTransfer, members.NoSuchMember (the asker),
    ledger.KeyReused, members.NoSuchMember (the payer), NotFriends, OverTransferLimit,
    AlreadyAsked, TooManyPointRequests.
    """
    memo = sound(points, memo)
    if payer == asker.id:
        raise SelfTransfer("you cannot ask yourself for points")
    asker = await locked(asker, tx)
    first = await tx.row(FIND, asker.programme, id)
    if first is not None:
        return _same(request_of(first), (asker.id, payer, points, memo))
    await friend_of(asker, payer, tx)
    days = await _room(points, asker, payer, at, tx)
    ends_at = at + timedelta(days=days)
    await tx.run(SWEEP, asker.programme, asker.id, payer, at)
    await tx.run(ADD, asker.programme, id, asker.id, payer, points, memo, at, ends_at)
    happened = PointsRequested(
        programme=asker.programme, subject=payer, object=id, at=at, points=points, other=asker.id
    )
    emit(happened, tx=tx)
    ends, open_ = (asker.id, payer), RequestState.OPEN
    return PointRequest(id, asker.programme, *ends, points, memo, open_, None, at, ends_at, None)


async def pay(
    request: UUID,
    *,
    member: Member,
    memo: str | None = None,
    id: UUID,
    at: datetime,
    authenticated_at: datetime | None = None,
    tx: Tx,
) -> Payment:
    """Pay what a friend asked for: the transfer and the request's answer are one act.

    id, authenticated_at -- as for `send`. The friend need not accept: they have asked.
    Refuses, in this order: members.NoSuchMember (the payer), NoSuchPointRequest,
    PointRequestNotYours, PointRequestClosed, then what `send` refuses.
    """
    member = await locked(member, tx)
    asked, hidden = await _held(request, member, tx)
    if member.id == asked.asker:
        raise PointRequestNotYours("this is for the one who was asked")
    if hidden:
        raise NoSuchPointRequest("you have no such request")
    if asked.transfer != id:
        _check_open(asked, at)
    transfer = await send(
        asked.points,
        sender=member,
        receiver=asked.asker,
        memo=memo,
        id=id,
        at=at,
        authenticated_at=authenticated_at,
        request=request,
        tx=tx,
    )
    if asked.transfer == id:
        return Payment(asked, transfer)
    return Payment(await _resolve(asked, RequestState.PAID, at, tx, transfer=id), transfer)


async def decline_request(request: UUID, *, member: Member, at: datetime, tx: Tx) -> None:
    """Say no, quietly: the one who asked goes on seeing an open request. Again is fine.

    Refuses, in this order: NoSuchPointRequest, PointRequestNotYours, PointRequestClosed.
    """
    asked, hidden = await _held(request, member, tx)
    if member.id == asked.asker:
        raise PointRequestNotYours("this is for the one who was asked")
    if not hidden:
        _check_open(asked, at)
        await tx.run(HIDE, member.programme, request)


async def cancel_request(request: UUID, *, member: Member, at: datetime, tx: Tx) -> PointRequest:
    """Take back what one has asked for. Cancelling again answers the same.

    Refuses, in this order: NoSuchPointRequest, PointRequestNotYours, PointRequestClosed.
    """
    asked, hidden = await _held(request, member, tx)
    if member.id != asked.asker:
        # One whom the payer has declined is gone for them, whatever they try.
        raise (NoSuchPointRequest if hidden else PointRequestNotYours)("this is not yours")
    if asked.state is RequestState.CANCELLED:
        return asked
    _check_open(asked, at)
    return await _resolve(asked, RequestState.CANCELLED, at, tx)


async def expire_requests(at: datetime, tx: Tx) -> int:
    """End a bounded number of requests whose time is over; how many."""
    return await tx.run(EXPIRE, at, EXPIRE_BATCH)


def request_of(row: Row) -> PointRequest:
    """One row of the table as a value; other columns of the row are passed over."""
    said = {name: row[name] for name in COLUMNS}
    return PointRequest(**{**said, "state": RequestState(row["state"])})


async def _room(points: int, asker: Member, payer: UUID, at: datetime, tx: Tx) -> int:
    """How many days a new request stays open, when there is room for it."""
    programme = await programmes.by_id(asker.programme, tx=tx)
    if points > programme.transfer_max:
        raise OverTransferLimit(limit=programme.transfer_max)
    allowed = await policy(programme=asker.programme, tx=tx)
    row = await tx.row(OPEN_REQUESTS, asker.programme, asker.id, payer, at)
    assert row is not None, "a count is always one row"
    if row["to_this_one"]:
        raise AlreadyAsked("you have an open request to this friend")
    if row["open"] >= allowed.open_requests_max:
        raise TooManyPointRequests(most=allowed.open_requests_max)
    return allowed.request_days


async def _held(request: UUID, member: Member, tx: Tx) -> tuple[PointRequest, bool]:
    row = await tx.row(LOCK, member.programme, request, member.id)
    if row is None:
        raise NoSuchPointRequest("you have no such request")
    return request_of(row), row["hidden"]


def _check_open(asked: PointRequest, at: datetime) -> None:
    if asked.state is not RequestState.OPEN:
        raise PointRequestClosed(asked.state)
    if at >= asked.expires_at:
        raise PointRequestClosed(RequestState.EXPIRED)


async def _resolve(
    asked: PointRequest,
    state: RequestState,
    at: datetime,
    tx: Tx,
    *,
    transfer: UUID | None = None,
) -> PointRequest:
    await tx.run(RESOLVE, asked.programme, asked.id, state, at, transfer)
    return replace(asked, state=state, resolved_at=at, transfer=transfer)


def _same(first: PointRequest, content: Sequence[object]) -> PointRequest:
    if (first.asker, first.payer, first.points, first.memo) != content:
        raise ledger.KeyReused
    return first
