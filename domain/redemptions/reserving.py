"""Reserve: points and units are set aside for a member; what needs no till is theirs at once.

Order of locks: the member, the reward and its stock, what it is handed out of (a pool of vouchers,
a raffle, a cause), and last the ledger's accounts.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import ledger, members, rewards
from domain.members import Member
from domain.redemptions import fulfilling, holding, storing, telling
from domain.redemptions.errors import BadQuantity, NotDiscountable
from domain.redemptions.events import Reserved
from domain.redemptions.records import Discount, Redemption, State
from domain.redemptions.storing import Kept
from domain.rewards import Reward, RewardKind
from infra import ids
from infra.db import Tx

QUANTITY_MAX = 100
# Who is given something did not ask for it just now, and may be asleep.
GIFT_WAITS = timedelta(days=30)


async def reserve(
    reward: UUID,
    *,
    member: Member,
    outlet: UUID | None = None,
    quantity: int = 1,
    discount: Discount | None = None,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Redemption:
    """So many units of the reward for the member, at the price of now.

    A voucher, a donation and a raffle ticket are had at once; for the rest the points are held
    until a till takes the code, or until the reservation's time is over.
    outlet   -- where it will be fetched; None: wherever the reward is handed out.
    discount -- what an offer pays of the price, out of its own account.
    id       -- a UUIDv7; the same id again with the same words answers with the redemption as it
                stands now.
    Refuses, in this order: BadQuantity, members.NoSuchMember, ledger.KeyReused, what rewards
    refuses of taking a unit, NotDiscountable, what vouchers, raffles and giving refuse, then what
    else the ledger refuses: KeyExpired, InsufficientPoints.
    """
    if not 1 <= quantity <= QUANTITY_MAX:
        raise BadQuantity(f"1 to {QUANTITY_MAX} units are redeemed at once")
    who = await _locked(member.id, programme=member.programme, tx=tx)
    first = await storing.find(id, programme=who.programme, tx=tx)
    if first is not None:
        words = (first.member, first.reward, first.outlet, first.quantity, first.offer)
        if words != (who.id, reward, outlet, quantity, discount and discount.offer):
            raise ledger.KeyReused
        return first
    found = await rewards.take_unit(
        reward, id=id, member=who, outlet=outlet, quantity=quantity, at=at, tx=tx
    )
    full = found.terms.price * quantity
    _check_discount(discount, found, full)
    made = _made(found, who, full, quantity=quantity, discount=discount, id=id, at=at)
    return await _begun(replace(made, outlet=outlet), found, who, tx)


async def give(
    reward: UUID, *, member: UUID, programme: int, id: UUID, at: datetime, tx: Tx
) -> Redemption:
    """One unit of the reward for the member, who pays nothing for it.

    id -- as for `reserve`. It is of the stock, and beyond what one member may have. What is to be
    fetched waits for GIFT_WAITS, or longer where the reward says so.
    Refuses, in this order: members.NoSuchMember, ledger.KeyReused, what rewards refuses of taking
    a unit, and what vouchers and raffles refuse. A donation cannot be given: NotDiscountable.
    """
    who = await _locked(member, programme=programme, tx=tx)
    first = await storing.find(id, programme=programme, tx=tx)
    if first is not None:
        if (first.member, first.reward) != (member, reward):
            raise ledger.KeyReused
        return first
    found = await rewards.take_unit(reward, id=id, member=who, free=True, at=at, tx=tx)
    if found.terms.kind is RewardKind.DONATION:
        raise NotDiscountable("a donation is the member's own")
    made = _made(found, who, 0, id=id, at=at)
    until = max(made.expires_at, at + GIFT_WAITS)
    made = replace(made, expires_at=until, cash_minor=0, currency=None)
    return await _begun(made, found, who, tx)


async def _locked(member: UUID, *, programme: int, tx: Tx) -> Member:
    found = (await members.lock([member], programme=programme, tx=tx)).get(member)
    if found is None or not found.is_active:
        raise members.NoSuchMember("there is no such member")
    return found


def _check_discount(discount: Discount | None, reward: Reward, full: int) -> None:
    if discount is None:
        return
    if reward.terms.kind is RewardKind.DONATION or not 0 < discount.points <= full:
        raise NotDiscountable("nobody else pays that of it")


def _made(
    reward: Reward,
    member: Member,
    full: int,
    *,
    quantity: int = 1,
    discount: Discount | None = None,
    id: UUID,
    at: datetime,
) -> Redemption:
    terms = reward.terms
    donated = terms.kind is RewardKind.DONATION
    less = 0 if discount is None else discount.points
    price = full - less
    held = ids.derived(at, "redemptions.hold", member.programme, id)
    return Redemption(
        id=id,
        programme=member.programme,
        member=member.id,
        reward=reward.id,
        version=reward.version,
        kind=terms.kind,
        price=price,
        quantity=quantity,
        state=State.RESERVED,
        reserved_at=at,
        expires_at=at + timedelta(seconds=terms.reserve_seconds),
        number="",
        discount=less,
        payer_account=None if discount is None else discount.account,
        offer=None if discount is None else discount.offer,
        cash_minor=terms.cash_minor * quantity,
        currency=terms.currency,
        hold=held if price and not donated else None,
    )


async def _begun(made: Redemption, reward: Reward, member: Member, tx: Tx) -> Redemption:
    at = made.reserved_at
    donated = reward.terms.kind is RewardKind.DONATION
    kept = Kept(
        made,
        payer_hold=ids.derived(at, "redemptions.payer.hold", made.programme, made.id)
        if made.discount
        else None,
        donation=ids.derived(at, "redemptions.donation", made.programme, made.id)
        if donated
        else None,
    )
    kept = replace(kept, one=await storing.add(kept, tx=tx))
    name = rewards.text_of(reward.terms, locale=member.locale).title
    at_once = reward.terms.kind not in rewards.HANDED_OVER
    if at_once:
        await fulfilling.hand(kept, reward, member=member, at=at, tx=tx)
    await holding.hold(kept, member=member, name=name, tx=tx)
    if not at_once:
        telling.tell(Reserved, kept.one, name, at=at, expires_at=kept.one.expires_at, tx=tx)
        return kept.one
    return await fulfilling.fulfil(kept, reward, member=member, outlet=None, at=at, tx=tx)
