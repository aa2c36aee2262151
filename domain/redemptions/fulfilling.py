"""Fulfil: a reward changes hands, and what was held for it is used up."""

from datetime import datetime, timedelta

from domain import giving, raffles, rewards, vouchers
from domain.members import Member
from domain.outlets import Outlet
from domain.redemptions import holding, storing, telling
from domain.redemptions.events import Fulfilled
from domain.redemptions.records import Redemption, State
from domain.redemptions.storing import Kept
from domain.rewards import Reward, RewardKind
from infra.db import Tx


async def hand(kept: Kept, reward: Reward, *, member: Member, at: datetime, tx: Tx) -> None:
    """What the member has without a till. Refuses what vouchers, raffles and giving refuse."""
    one = kept.one
    match reward.terms.kind:
        case RewardKind.VOUCHER:
            await vouchers.take(
                reward.id,
                redemption=one.id,
                quantity=one.quantity,
                programme=one.programme,
                at=at,
                tx=tx,
            )
        case RewardKind.RAFFLE:
            await raffles.enter(
                reward.id,
                member=member.id,
                redemption=one.id,
                quantity=one.quantity,
                programme=one.programme,
                at=at,
                tx=tx,
            )
        case RewardKind.DONATION:
            assert kept.donation is not None, "a donation is paid as one"
            assert reward.terms.cause is not None, "a donation has a cause"
            await giving.donate(
                one.price,
                member=member,
                cause=reward.terms.cause,
                named=False,
                id=kept.donation,
                at=at,
                tx=tx,
            )


async def fulfil(
    kept: Kept,
    reward: Reward,
    *,
    member: Member,
    outlet: Outlet | None,
    at: datetime,
    tx: Tx,
) -> Redemption:
    """The redemption is done: its units are gone and its points are used up; as it is now.

    outlet -- whose till has handed it over; None: it was not at a till.
    """
    one = kept.one
    assert one.state is State.RESERVED, "a redemption is fulfilled once"
    name = rewards.text_of(reward.terms, locale=member.locale).title
    await rewards.settle_unit(one.id, programme=one.programme, tx=tx)
    await holding.capture(kept, member=member, name=name, at=at, tx=tx)
    done = await storing.keep(
        one,
        state=State.FULFILLED,
        fulfilled_at=at,
        handed_at=None if outlet is None else outlet.id,
        refundable_until=at + timedelta(days=reward.terms.refund_days),
        tx=tx,
    )
    place = None if outlet is None else outlet.name
    telling.tell(Fulfilled, done, name, at=at, outlet=done.handed_at, outlet_name=place, tx=tx)
    return done
