"""Refund: what was handed over and paid is given back, the very lots with their expiry.

Order of locks: the member, the redemption, the reward and its stock, what it was handed out of,
then the ledger's accounts.
"""

from datetime import datetime
from uuid import UUID

from domain import giving, members, outlets, raffles, rewards
from domain.members import Member
from domain.members import State as MemberState
from domain.redemptions import holding, storing, telling
from domain.redemptions.errors import AlreadyRefunded, NoSuchRedemption, NotRefundable
from domain.redemptions.events import Refunded
from domain.redemptions.records import Redemption, State
from domain.redemptions.storing import Kept
from domain.rewards import Reward, RewardKind
from infra.db import Tx


async def refund(
    id: UUID,
    *,
    refund: UUID,
    actor: UUID,
    restock: bool = False,
    partner: UUID | None = None,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Redemption:
    """Give a redemption back, once. What is left of a lot that has expired meanwhile expires.

    refund  -- the request's id; the same again answers the same.
    restock -- the units came back and may be had again; a voucher's code never is.
    partner -- only of its own rewards, and of what its tills have handed over; None: an operator.
    actor   -- the operator, or the partner.
    Who was merged into another member has it there: what lands in their wallet is passed on.
    Refuses, in this order: NoSuchRedemption, AlreadyRefunded, NotRefundable (NOT_FULFILLED,
    TOO_LATE, ERASED, DRAWN, PAID_OUT), then what the ledger refuses.
    """
    seen = await storing.find(id, programme=programme, tx=tx)
    if seen is None:
        raise NoSuchRedemption("there is no such redemption")
    member = (await members.lock([seen.member], programme=programme, tx=tx))[seen.member]
    kept = await storing.locked(id, programme=programme, tx=tx)
    reward = await rewards.get(seen.reward, programme=programme, tx=tx)
    if partner is not None and not await _is_of(partner, kept.one, reward, tx):
        raise NoSuchRedemption("there is no such redemption")
    if kept.one.refunded_at is not None:
        if kept.refund == refund:
            return kept.one
        raise AlreadyRefunded(kept.one.refunded_at)
    _check(kept.one, member, at)
    return await _given_back(
        kept, reward, member, refund=refund, actor=actor, restock=restock, at=at, tx=tx
    )


async def _given_back(
    kept: Kept,
    reward: Reward,
    member: Member,
    *,
    refund: UUID,
    actor: UUID,
    restock: bool,
    at: datetime,
    tx: Tx,
) -> Redemption:
    one, name = kept.one, rewards.text_of(reward.terms, locale=member.locale).title
    again = restock and one.kind != RewardKind.VOUCHER
    await rewards.return_unit(one.id, restock=again, programme=one.programme, tx=tx)
    await _taken_back(kept, actor=actor, at=at, tx=tx)
    await holding.give_back(kept, member=member, name=name, actor=actor, at=at, tx=tx)
    now = await storing.keep(one, state=State.REFUNDED, refunded_at=at, refund=refund, tx=tx)
    telling.tell(Refunded, now, name, at=at, tx=tx)
    return now


async def _taken_back(kept: Kept, *, actor: UUID, at: datetime, tx: Tx) -> None:
    """What no till had handed over is taken back."""
    one = kept.one
    if one.kind == RewardKind.RAFFLE:
        try:
            await raffles.withdraw(one.id, programme=one.programme, at=at, tx=tx)
        except raffles.RaffleClosed as refused:
            raise NotRefundable("DRAWN", "its tickets are closed, or drawn") from refused
    elif kept.donation is not None:
        try:
            await giving.undo(kept.donation, programme=one.programme, operator=actor, at=at, tx=tx)
        except giving.CausePaidOut as refused:
            raise NotRefundable("PAID_OUT", "the cause has been paid") from refused


async def _is_of(partner: UUID, one: Redemption, reward: Reward, tx: Tx) -> bool:
    if reward.partner == partner:
        return True
    if one.handed_at is None:
        return False
    return (await outlets.get(one.handed_at, programme=one.programme, tx=tx)).partner == partner


def _check(one: Redemption, member: Member, at: datetime) -> None:
    if one.state is not State.FULFILLED:
        raise NotRefundable("NOT_FULFILLED", f"the redemption is {one.state.lower()}")
    if one.refundable_until is None or at >= one.refundable_until:
        raise NotRefundable("TOO_LATE", "the time for that is over")
    if member.state is MemberState.ERASED:
        raise NotRefundable("ERASED", "there is nobody left to have it back")
