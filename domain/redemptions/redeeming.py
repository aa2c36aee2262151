"""Redeem: a till hands a reward over for the code that a member shows, once.

Order of locks: the redemption, the reward and its stock, then the ledger's accounts. The member
is not locked, so that no till waits for what else they do; whoever is erased or merged has let go
of every redemption before.
"""

from datetime import datetime
from uuid import UUID

from domain import members, outlets, rewards
from domain.outlets import Outlet
from domain.redemptions import coding, fulfilling, storing
from domain.redemptions.coding import Standing
from domain.redemptions.errors import (
    AlreadyRedeemed,
    BadRedemptionCode,
    RedemptionCodeExpired,
    RedemptionOver,
    WrongOutlet,
)
from domain.redemptions.records import Handed, Redemption, State
from domain.rewards import Reward
from infra.db import Tx


async def redeem(
    code: str, *, outlet: UUID, partner: UUID, programme: int, at: datetime, tx: Tx
) -> Handed:
    """What the code is for is handed over at the partner's outlet, and paid for.

    code -- as it was scanned, or as its eighteen digits were typed, in groups or not.
    Refuses, in this order: outlets.NoSuchOutlet, outlets.TooManyGuesses, BadRedemptionCode,
    WrongOutlet, AlreadyRedeemed, RedemptionOver, RedemptionCodeExpired. Whoever is told
    BadRedemptionCode is to be noted by `outlets.note_guess`, in a transaction that stays.
    """
    here = await outlets.till(outlet, partner=partner, programme=programme, at=at, tx=tx)
    said = coding.read(code)
    known = await storing.by_number(said.number, programme=programme, tx=tx)
    if known is None:
        raise BadRedemptionCode("there is no such code")
    id, secret = known
    standing = coding.standing(said.code, secret=secret, at=at)
    if standing is Standing.WRONG:
        raise BadRedemptionCode("there is no such code")
    kept = await storing.locked(id, programme=programme, tx=tx)
    reward = await rewards.get(kept.one.reward, programme=programme, tx=tx)
    if not _is_handed_out(kept.one, reward, here):
        raise WrongOutlet("this is not handed out here")
    await _check(kept.one, at, tx)
    if standing is Standing.EXPIRED:
        raise RedemptionCodeExpired("ask the member for a new one, or to set the phone's clock")
    member = await members.get(kept.one.member, programme=programme, tx=tx)
    one = await fulfilling.fulfil(kept, reward, member=member, outlet=here, at=at, tx=tx)
    what = (one.id, one.reward, reward.terms.name, one.kind, one.quantity)
    return Handed(*what, one.cash_minor, one.currency, outlet=here.id, at=at)


async def hand_over(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Redemption:
    """An operator hands over what no till does. Handing it over again answers the same.

    Refuses, in this order: NoSuchRedemption, RedemptionOver.
    """
    kept = await storing.locked(id, programme=programme, tx=tx)
    if kept.one.state is State.FULFILLED:
        return kept.one
    if not kept.one.is_open(at=at):
        raise RedemptionOver(kept.one.state if kept.one.released_at else State.RELEASED)
    reward = await rewards.get(kept.one.reward, programme=programme, tx=tx)
    member = await members.get(kept.one.member, programme=programme, tx=tx)
    return await fulfilling.fulfil(kept, reward, member=member, outlet=None, at=at, tx=tx)


def _is_handed_out(one: Redemption, reward: Reward, here: Outlet) -> bool:
    """Whether a till of that outlet hands it out: where the member has said, or where the reward
    says, or else wherever its partner is."""
    if one.outlet is not None:
        return one.outlet == here.id
    if reward.terms.outlets:
        return here.id in reward.terms.outlets
    return reward.partner == here.partner


async def _check(one: Redemption, at: datetime, tx: Tx) -> None:
    if one.state is State.FULFILLED:
        assert one.fulfilled_at is not None, "it was"
        place = None
        if one.handed_at is not None:
            place = (await outlets.get(one.handed_at, programme=one.programme, tx=tx)).name
        raise AlreadyRedeemed(one.fulfilled_at, one.handed_at, place)
    if not one.is_open(at=at):
        raise RedemptionOver(State.RELEASED if one.state is State.RESERVED else one.state)
