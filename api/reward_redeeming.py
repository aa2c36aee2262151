"""Mutations of members that redeem rewards for points, and cancel what waits."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.outlets import outlet_of
from api.redemptions import Redemption, redemption_of
from api.refusals import (
    CauseNotActive,
    InsufficientPoints,
    RedemptionClosed,
    RequestRefused,
    TransferOverLimit,
    result,
)
from api.scalars import Moment
from domain import offers, redemptions

NOBODY = UUID(int=0)
PATHS = {
    "reward": "reward_id",
    "outlet": "outlet_id",
    "redemption": "redemption_id",
    "offerDecision": "decision_id",
    "points": "quantity",
}


@input
class RedeemRewardInput:
    """What you want."""

    reward_id: strawberry.ID = said("The id of a `Reward`.")
    outlet_id: strawberry.ID | None = said(
        "The id of the `Outlet` where you will fetch it; null: wherever it is handed over.",
        default=None,
    )
    quantity: int = said("How many units, 1 to 100.", default=1)
    decision_id: strawberry.ID | None = said(
        "The id of the decision about an offer that you have accepted and that pays a part of it;"
        " null: none.",
        default=None,
    )


@input
class CancelRedemptionInput:
    """What you do not want after all."""

    redemption_id: strawberry.ID = said("The id of a `Redemption` in RESERVED.")


@output
class RedemptionSecret:
    """What the app makes codes from, also offline (RFC 6238): HMAC-SHA256 over the number of the
    step since 1970, cut to `digits`. What is shown is `number`, then the code. No query shows the
    secret again: keep it in the device's safe storage."""

    secret: str = said("Base32, of 32 bytes.")
    digits: int = said("Digits of a code.")
    step_seconds: int = said("How long a code is made the same.")
    server_time: Moment = said("What time it is here: correct the device's clock by it.")

    @classmethod
    def of(cls, known: redemptions.Secret, context: Context) -> "RedemptionSecret":
        """A secret, as the schema shows it."""
        return cls(
            secret=known.secret,
            digits=known.digits,
            step_seconds=known.step_s,
            server_time=Moment(context.at),
        )


@output
class RedeemRewardSuccess:
    """It is yours, or waits for you."""

    redemption: Redemption = said("The redemption, as it is now.")
    secret: RedemptionSecret | None = said("What codes are made from; null: nothing to fetch.")
    viewer: Member = said("You, as you are now.")


@output
class CancelRedemptionSuccess:
    """The points are free again."""

    redemption: Redemption = said("The redemption, as it is now.")
    viewer: Member = said("You, as you are now.")


RedeemRewardResult: TypeAlias = Annotated[
    RedeemRewardSuccess | InsufficientPoints | TransferOverLimit | CauseNotActive | RequestRefused,
    result("RedeemRewardResult"),
]
CancelRedemptionResult: TypeAlias = Annotated[
    CancelRedemptionSuccess | RedemptionClosed | RequestRefused, result("CancelRedemptionResult")
]


async def _redeem(asked: RedeemRewardInput, act: Act) -> redemptions.Redemption:
    reward = globalids.uuid_of(asked.reward_id, Kind.REWARD) or NOBODY
    discount = None
    if asked.decision_id is not None:
        decision = globalids.uuid_of(asked.decision_id, Kind.DECISION) or NOBODY
        discount = await offers.discounted(
            decision,
            reward=reward,
            redemption=act.id,
            member=act.member,
            quantity=asked.quantity,
            at=act.at,
            tx=act.tx,
        )
    return await redemptions.reserve(
        reward,
        member=act.member,
        outlet=None if asked.outlet_id is None else outlet_of(asked.outlet_id),
        quantity=asked.quantity,
        discount=discount,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _cancel(asked: CancelRedemptionInput, act: Act) -> redemptions.Redemption:
    id, who = redemption_of(asked.redemption_id), act.member
    return await redemptions.cancel(
        id, member=who.id, programme=who.programme, at=act.at, tx=act.tx
    )


# The secret is read when the answer is shaped, so that it is not in the answers that are kept.
async def _redeemed(one: redemptions.Redemption, context: Context) -> RedeemRewardSuccess:
    asker = await context.asker()
    assert asker is not None, "only members redeem"
    async with context.reading() as tx:
        known = await redemptions.secret(one.id, member=asker, tx=tx)
    return RedeemRewardSuccess(
        redemption=Redemption.of(one),
        secret=None if known is None else RedemptionSecret.of(known, context),
        viewer=await viewer_of(context),
    )


async def _cancelled(one: redemptions.Redemption, context: Context) -> CancelRedemptionSuccess:
    return CancelRedemptionSuccess(redemption=Redemption.of(one), viewer=await viewer_of(context))


REDEEM: Verb[redemptions.Redemption, RedeemRewardResult] = Verb(
    redemptions.Redemption, _redeem, _redeemed, moves=True, paths=PATHS
)
CANCEL: Verb[redemptions.Redemption, CancelRedemptionResult] = Verb(
    redemptions.Redemption, _cancel, _cancelled, moves=True, paths=PATHS
)


@output
class RewardRedemptionMutations:
    """Mutations about rewards that are redeemed for points."""

    @mutation
    async def redeem_reward(
        self, info: Info, input: Annotated[RedeemRewardInput, argument("What you want.")]
    ) -> RedeemRewardResult | None:
        """Redeem a reward. A voucher, a donation and a raffle ticket are yours at once; for the
        rest your points are held until a till takes the code, or until its time is over. Needs
        `@idempotent`. Refuses NO_SUCH_DISCOUNT, BAD_QUANTITY, NO_SUCH_REWARD,
        REWARD_NOT_AVAILABLE, NO_SUCH_OUTLET, OUTLET_NEEDED, REWARD_NOT_FOR_YOU,
        REWARD_LIMIT_REACHED, OUT_OF_STOCK, NOT_DISCOUNTABLE, NO_VOUCHERS_LEFT, NO_SUCH_RAFFLE,
        RAFFLE_CLOSED, RAFFLE_FULL, CAUSE_NOT_ACTIVE, OVER_DONATION_LIMIT, INSUFFICIENT_POINTS."""
        return await REDEEM.perform(info, input)

    @mutation
    async def cancel_redemption(
        self, info: Info, input: Annotated[CancelRedemptionInput, argument("Which one.")]
    ) -> CancelRedemptionResult | None:
        """Cancel a redemption that waits at the till; the points are free again. Needs
        `@idempotent`. Refuses NO_SUCH_REDEMPTION, REDEMPTION_OVER."""
        return await CANCEL.perform(info, input)
