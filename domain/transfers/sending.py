"""Send points to a friend."""

from datetime import date, datetime, timedelta
from uuid import UUID

from domain import friends, ledger, members, programmes
from domain.members import Member
from domain.programmes import Programme
from domain.transfers.errors import (
    BadMemo,
    BadPoints,
    NotFriends,
    OverDayLimit,
    OverTransferLimit,
    SelfTransfer,
)
from domain.transfers.events import Offered, Received
from domain.transfers.reading import find
from domain.transfers.records import State, Transfer
from infra.db import Tx
from infra.outbox import emit

POINTS_MAX = 2**53 - 1
MEMO_CHARACTERS_MAX = 140
# The ledger's own time-out must never decide a transfer: its hold lives longer, by more than
# any stop of the workers that goes unnoticed. 28 days of waiting and these stay below the 31
# days that a hold may live.
HOLD_OUTLIVES_TRANSFER = timedelta(days=2)

# What came back does not count.
SENT_TODAY = """
SELECT coalesce(sum(points), 0)::bigint FROM transfer
WHERE programme = $1 AND sender = $2 AND day = $3 AND state IN ('PENDING', 'ACCEPTED')
"""
ADD = """
INSERT INTO transfer (programme, id, sender, receiver, points, memo, state, day, sent_at,
                      expires_at, resolved_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""


async def send(
    points: int,
    *,
    sender: Member,
    receiver: UUID,
    memo: str | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Transfer:
    """Offer `points` whole points to a friend; at once theirs when they accept automatically.

    id -- a UUIDv7 made from the sender and the client's key: sending again with the same id and
    content answers with the first transfer as it stands now. A refusal leaves nothing behind
    here; the door keeps it as the answer to the key.
    Refuses, in this order: BadPoints, BadMemo, SelfTransfer, members.NoSuchMember (the sender),
    ledger.KeyReused, members.NoSuchMember (the receiver), NotFriends, OverTransferLimit,
    OverDayLimit, then what else the ledger refuses: KeyExpired, InsufficientPoints.
    """
    memo = _sound(points, memo)
    if receiver == sender.id:
        raise SelfTransfer("you cannot send points to yourself")
    sender = await _locked(sender, tx)
    first = await find(id, programme=sender.programme, tx=tx)
    if first is not None:
        return _same(first, (sender.id, receiver, points, memo))
    friend = await _friend(receiver, sender, tx)
    programme = await programmes.by_id(sender.programme, tx=tx)
    day = members.day_in(sender.zone, at)
    await _check_limits(points, sender, programme, day, tx)
    days = None if friend.auto_accept else programme.transfer_accept_days
    transfer = _made(points, sender, friend, memo, id, at, days)
    posted = await ledger.post_one(_item(transfer, sender, friend), book=sender.book, at=at, tx=tx)
    ledger.require(posted)
    await _add(transfer, day, tx)
    _tell(transfer, tx)
    return transfer


def _sound(points: int, memo: str | None) -> str | None:
    if not 0 < points <= POINTS_MAX:
        raise BadPoints(f"points must be between 1 and {POINTS_MAX}")
    plain = programmes.plain(memo or "", longest=MEMO_CHARACTERS_MAX)
    if plain is None:
        raise BadMemo(f"a memo is plain text of {MEMO_CHARACTERS_MAX} characters at most")
    return plain or None


# Also what makes the day's limit hold: two transfers of one sender come one after the other.
async def _locked(sender: Member, tx: Tx) -> Member:
    found = await members.lock([sender.id], programme=sender.programme, tx=tx)
    if sender.id not in found:
        raise members.NoSuchMember("there is no such member")
    return found[sender.id]


async def _friend(receiver: UUID, sender: Member, tx: Tx) -> Member:
    friend = await members.get(receiver, programme=sender.programme, tx=tx)
    if not await friends.are_friends(sender.id, receiver, programme=sender.programme, tx=tx):
        raise NotFriends("points can be sent to friends only")
    return friend


def _same(first: Transfer, content: tuple[UUID, UUID, int, str | None]) -> Transfer:
    if (first.sender, first.receiver, first.points, first.memo) != content:
        raise ledger.KeyReused
    return first


async def _check_limits(
    points: int, sender: Member, programme: Programme, day: date, tx: Tx
) -> None:
    if points > programme.transfer_max:
        raise OverTransferLimit(limit=programme.transfer_max)
    sent = int(await tx.value(SENT_TODAY, programme.id, sender.id, day))
    left = max(programme.transfer_day_max - sent, 0)
    if points > left:
        raise OverDayLimit(limit=programme.transfer_day_max, left=left)


def _made(
    points: int,
    sender: Member,
    friend: Member,
    memo: str | None,
    id: UUID,
    at: datetime,
    days: int | None,
) -> Transfer:
    return Transfer(
        id=id,
        programme=sender.programme,
        sender=sender.id,
        receiver=friend.id,
        points=points,
        memo=memo,
        state=State.ACCEPTED if days is None else State.PENDING,
        sent_at=at,
        expires_at=None if days is None else at + timedelta(days=days),
        resolved_at=at if days is None else None,
    )


def _item(transfer: Transfer, sender: Member, friend: Member) -> ledger.Item:
    # The memo stays out: the journal is for ever, what members write must be erasable.
    meta = {
        "why": "transfer",
        "transfer": str(transfer.id),
        "sender": str(sender.id),
        "receiver": str(friend.id),
    }
    if transfer.expires_at is None:
        return ledger.move(
            transfer.points,
            debit=sender.account,
            credit=friend.account,
            id=transfer.id,
            actor=sender.id,
            meta=meta,
        )
    return ledger.hold(
        transfer.points,
        account=sender.account,
        id=transfer.id,
        expires_at=transfer.expires_at + HOLD_OUTLIVES_TRANSFER,
        actor=sender.id,
        meta=meta,
    )


async def _add(transfer: Transfer, day: date, tx: Tx) -> None:
    await tx.run(
        ADD,
        transfer.programme,
        transfer.id,
        transfer.sender,
        transfer.receiver,
        transfer.points,
        transfer.memo,
        transfer.state,
        day,
        transfer.sent_at,
        transfer.expires_at,
        transfer.resolved_at,
    )


def _tell(transfer: Transfer, tx: Tx) -> None:
    kind = Received if transfer.expires_at is None else Offered
    emit(
        kind(
            programme=transfer.programme,
            subject=transfer.receiver,
            object=transfer.id,
            at=transfer.sent_at,
            points=transfer.points,
            other=transfer.sender,
        ),
        tx=tx,
    )
