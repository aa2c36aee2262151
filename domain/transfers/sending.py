"""Send points to a friend."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from domain import friends, ledger, members, programmes
from domain.friends import Tie
from domain.members import Member
from domain.programmes import Programme
from domain.transfers import allowing, screening
from domain.transfers.allowing import Terms, Wish
from domain.transfers.errors import BadMemo, BadPoints, NotFriends, SelfTransfer
from domain.transfers.events import Held, Offered, Received
from domain.transfers.reading import find
from domain.transfers.records import State, Transfer
from infra.db import Tx
from infra.outbox import emit

POINTS_MAX = 2**53 - 1
MEMO_CHARACTERS_MAX = 140
# A ledger hold may live 31 days. Whatever a transfer waits for, it waits no longer than this.
WAITS_AT_MOST = timedelta(days=28)
# The ledger's own time-out must never decide a transfer: its hold lives longer, by more than
# any stop of the workers that goes unnoticed.
HOLD_OUTLIVES_TRANSFER = timedelta(days=2)

ADD = """
INSERT INTO transfer (programme, id, sender, receiver, points, memo, state, day, sent_at,
                      expires_at, resolved_at, ready_at, request, confirmed, drained)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""


async def send(
    points: int,
    *,
    sender: Member,
    receiver: UUID,
    memo: str | None = None,
    id: UUID,
    at: datetime,
    authenticated_at: datetime | None = None,
    request: UUID | None = None,
    tx: Tx,
) -> Transfer:
    """Offer `points` whole points to a friend; at once theirs when they accept automatically.

    It waits where the programme says so: COOLING while the friendship is too new, REVIEW when
    the screen found a reason to look.
    id -- a UUIDv7 made from the sender and the client's key: sending again with the same id and
    content answers with the first transfer as it stands now. A refusal leaves nothing behind
    here; the door keeps it as the answer to the key.
    authenticated_at -- when the sender signed in; None: nobody knows.
    request -- the point request that it pays: the friend has said yes by asking.
    Refuses, in this order: BadPoints, BadMemo, SelfTransfer, members.NoSuchMember (the sender),
    ledger.KeyReused, members.NoSuchMember (the receiver), NotFriends, SenderTooNew,
    FriendTooNew, OverTransferLimit, OverDayLimit, OverPairDayLimit, OverPairMonthLimit,
    TooManyOffers, StepUpRequired, then what else the ledger refuses: KeyExpired,
    InsufficientPoints.
    """
    memo = sound(points, memo)
    if receiver == sender.id:
        raise SelfTransfer("you cannot send points to yourself")
    sender = await locked(sender, tx)
    first = await find(id, programme=sender.programme, tx=tx)
    if first is not None:
        return _same(first, (sender.id, receiver, points, memo, request))
    tie = await friend_of(sender, receiver, tx)
    terms = await allowing.terms(sender, receiver=receiver, since=tie.since, tx=tx)
    confirmed = allowing.confirmed(authenticated_at, terms.policy, at=at)
    wish = Wish(points, sender, receiver, tie.since, at, confirmed)
    return await _carried_out(wish, tie, terms, (id, memo, request), tx)


def sound(points: int, memo: str | None) -> str | None:
    """The memo without outer blanks, None for an empty one. Raises BadPoints, BadMemo."""
    if not 0 < points <= POINTS_MAX:
        raise BadPoints(f"points must be between 1 and {POINTS_MAX}")
    plain = programmes.plain(memo or "", longest=MEMO_CHARACTERS_MAX)
    if plain is None:
        raise BadMemo(f"a memo is plain text of {MEMO_CHARACTERS_MAX} characters at most")
    return plain or None


async def locked(member: Member, tx: Tx) -> Member:
    """The member, held until `tx` ends: what one member sends or asks comes one after the other,
    which is what makes the limits hold. Raises members.NoSuchMember."""
    found = await members.lock([member.id], programme=member.programme, tx=tx)
    if member.id not in found:
        raise members.NoSuchMember("there is no such member")
    return found[member.id]


async def friend_of(member: Member, friend: UUID, tx: Tx) -> Tie:
    """The friendship of the two. Raises members.NoSuchMember, NotFriends."""
    tie = await friends.friendship(member, friend=friend, tx=tx)
    if tie is None:
        await members.get(friend, programme=member.programme, tx=tx)
        raise NotFriends("points go between friends only")
    return tie


def lapses_at(sent_at: datetime, programme: Programme, *, offered_at: datetime) -> datetime:
    """When a transfer of `sent_at` goes back that is offered at `offered_at` and not answered."""
    answered_by = offered_at + timedelta(days=programme.transfer_accept_days)
    return min(answered_by, sent_at + WAITS_AT_MOST)


def tell(transfer: Transfer, *, at: datetime, tx: Tx) -> None:
    """Say what a transfer has become, to whom it concerns; of a cooling one nobody need hear."""
    subject, other = transfer.receiver, transfer.sender
    match transfer.state:
        case State.REVIEW:
            kind: type[Held | Offered | Received] = Held
            subject, other = other, subject
        case State.PENDING:
            kind = Offered
        case State.ACCEPTED:
            kind = Received
        case _:
            return
    emit(
        kind(
            programme=transfer.programme,
            subject=subject,
            object=transfer.id,
            at=at,
            points=transfer.points,
            other=other,
        ),
        tx=tx,
    )


async def _carried_out(
    wish: Wish, tie: Tie, terms: Terms, said: tuple[UUID, str | None, UUID | None], tx: Tx
) -> Transfer:
    """said -- the transfer's id and memo, and the request that it pays."""
    sender = wish.sender
    programme = await programmes.by_id(sender.programme, tx=tx)
    day = await allowing.check(wish, terms.policy, programme, tx=tx)
    facts, reasons = await _screened(wish, terms, programme, tx)
    transfer = _made(wish, tie, terms, programme, held=bool(reasons), said=said)
    item = _item(transfer, sender, tie.friend)
    posted = await ledger.post_one(item, book=sender.book, at=wish.at, tx=tx)
    ledger.require(posted, needed=wish.points)
    drained = facts is not None and facts.drained
    await _add(transfer, day, confirmed=wish.confirmed, drained=drained, tx=tx)
    if facts is not None and reasons:
        await screening.note(transfer, reasons=reasons, facts=facts, tx=tx)
    tell(transfer, at=wish.at, tx=tx)
    return transfer


def _same(first: Transfer, content: tuple[UUID, UUID, int, str | None, UUID | None]) -> Transfer:
    if (first.sender, first.receiver, first.points, first.memo, first.request) != content:
        raise ledger.KeyReused
    return first


async def _screened(
    wish: Wish, terms: Terms, programme: Programme, tx: Tx
) -> tuple[screening.Facts | None, Sequence[screening.Reason]]:
    if not terms.policy.screened:
        return None, ()
    facts = await screening.facts(wish, terms.policy, programme, tx=tx)
    return facts, screening.screen(facts, terms.policy)


def _made(
    wish: Wish,
    tie: Tie,
    terms: Terms,
    programme: Programme,
    *,
    held: bool,
    said: tuple[UUID, str | None, UUID | None],
) -> Transfer:
    id, memo, request = said
    at, policy = wish.at, terms.policy
    ready = allowing.cools_until(wish, policy)
    expires_at = lapses_at(at, programme, offered_at=ready or at)
    state = State.PENDING
    if ready is not None:
        state = State.COOLING
    elif request is not None or terms.lets_arrive(tie.friend):
        state = State.ACCEPTED
    if held:
        state, expires_at = State.REVIEW, at + timedelta(days=policy.review_days)
    arrived = state is State.ACCEPTED
    return Transfer(
        id=id,
        programme=wish.sender.programme,
        sender=wish.sender.id,
        receiver=wish.receiver,
        points=wish.points,
        memo=memo,
        state=state,
        sent_at=at,
        expires_at=None if arrived else expires_at,
        resolved_at=at if arrived else None,
        ready_at=ready,
        request=request,
    )


def _item(transfer: Transfer, sender: Member, friend: Member) -> ledger.Item:
    # The memo stays out: the journal is for ever, what members write must be erasable.
    meta = {
        "why": "transfer",
        "transfer": str(transfer.id),
        "sender": str(sender.id),
        "receiver": str(friend.id),
    }
    if transfer.state is State.ACCEPTED:
        return ledger.move(
            transfer.points,
            debit=sender.account,
            credit=friend.account,
            id=transfer.id,
            actor=sender.id,
            meta=meta,
        )
    # One that waits for something else first is offered later, so its hold lives longer.
    offered = transfer.state is State.PENDING and transfer.expires_at is not None
    ends = transfer.expires_at if offered else transfer.sent_at + WAITS_AT_MOST
    assert ends is not None, "what waits for an answer has an end"
    return ledger.hold(
        transfer.points,
        account=sender.account,
        id=transfer.id,
        expires_at=ends + HOLD_OUTLIVES_TRANSFER,
        actor=sender.id,
        meta=meta,
    )


async def _add(transfer: Transfer, day: date, *, confirmed: bool, drained: bool, tx: Tx) -> None:
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
        transfer.ready_at,
        transfer.request,
        confirmed,
        drained,
    )
