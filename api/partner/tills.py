"""Tills: a reward is handed over for the code that a member shows, and may be given back."""

from typing import Annotated, Any, TypeAlias

import strawberry

from api import globalids, refusals
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.outlets import outlet_of
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerContext, PartnerInfo
from api.redemption_changes import RefundRedemptionResult, refunded
from api.redemptions import redemption_id, redemption_of
from api.refusals import RedeemedBefore, RedemptionClosed, Refusal, RequestRefused, result
from api.reward_states import RewardKind
from api.scalars import Moment
from domain import outlets, redemptions
from domain.partners import Scope

PATHS = {"outlet": "outlet_id", "redemption": "redemption_id"}


@input
class RedeemAtTillInput:
    """The code, and where it was shown."""

    code: str = said("What the QR code says, or its eighteen digits as they were typed.")
    outlet_id: strawberry.ID = said("The id of the `Outlet` of this till.")


@input
class RefundRedemptionInput:
    """What to give back."""

    redemption_id: strawberry.ID = said("The id of a redemption that was handed over.")
    restock: bool = said("True: the units came back, and others may have them.", default=False)


@output
class RedeemAtTillSuccess:
    """Hand it over, and take the money that is named; the points are paid."""

    redemption_id: strawberry.ID = said("The id of the redemption. It says nothing of the member.")
    reward_id: strawberry.ID = said("The id of the `Reward`.")
    name: str = said("What to hand over.")
    kind: RewardKind = said("What kind of thing that is.")
    quantity: int = said("How many of it.")
    cash_minor: int = said("What is to be paid now beside the points, in minor units; 0: nothing.")
    currency: str | None = said("The ISO 4217 code of that; null: nothing is to be paid.")
    redeemed_at: Moment = said("When.")


RedeemAtTillResult: TypeAlias = Annotated[
    RedeemAtTillSuccess | RedeemedBefore | RedemptionClosed | RequestRefused,
    result("RedeemAtTillResult"),
]


async def _redeem(asked: RedeemAtTillInput, act: PartnerAct) -> redemptions.Handed | Refusal:
    where: dict[str, Any] = {"partner": act.partner.id, "programme": act.programme.id, "at": act.at}
    outlet = outlet_of(asked.outlet_id)
    try:
        return await redemptions.redeem(asked.code, outlet=outlet, tx=act.tx, **where)
    except redemptions.BadRedemptionCode as refused:
        # A refusal that is raised takes back all that was written, and a guess must be counted.
        await outlets.note_guess(outlet=outlet, tx=act.tx, **where)
        return refusals.plain(refused, asked=asked, paths=PATHS)


async def _refund(asked: RefundRedemptionInput, act: PartnerAct) -> redemptions.Redemption:
    return await redemptions.refund(
        redemption_of(asked.redemption_id),
        refund=act.id,
        actor=act.partner.id,
        restock=asked.restock,
        partner=act.partner.id,
        programme=act.programme.id,
        at=act.at,
        tx=act.tx,
    )


async def _handed(
    done: redemptions.Handed | Refusal, context: PartnerContext
) -> RedeemAtTillSuccess:
    assert isinstance(done, redemptions.Handed), "a refusal is shaped as one"
    return RedeemAtTillSuccess(
        redemption_id=redemption_id(done.redemption),
        reward_id=globalids.of(Kind.REWARD, done.reward),
        name=done.name,
        kind=RewardKind[done.kind],
        quantity=done.quantity,
        cash_minor=done.cash_minor,
        currency=done.currency,
        redeemed_at=Moment(done.at),
    )


REDEEM: PartnerVerb[redemptions.Handed | Refusal, RedeemAtTillResult] = PartnerVerb(
    redemptions.Handed | Refusal,
    _redeem,
    _handed,
    scope=Scope.REDEMPTIONS_WRITE,
    moves=True,
    paths=PATHS,
)
REFUND: PartnerVerb[redemptions.Redemption, RefundRedemptionResult] = PartnerVerb(
    redemptions.Redemption,
    _refund,
    refunded,
    scope=Scope.REDEMPTIONS_WRITE,
    moves=True,
    paths=PATHS,
)


@output
class TillMutations:
    """Mutations of tills about rewards."""

    @mutation
    async def redeem_at_till(
        self, info: PartnerInfo, input: Annotated[RedeemAtTillInput, argument("Which code.")]
    ) -> RedeemAtTillResult | None:
        """Hand a reward over for a code, once. Needs the scope REDEMPTIONS_WRITE and
        `@idempotent`. Refuses NO_SUCH_OUTLET, TOO_MANY_GUESSES, BAD_REDEMPTION_CODE,
        WRONG_OUTLET, ALREADY_REDEEMED, REDEMPTION_OVER, REDEMPTION_CODE_EXPIRED."""
        return await REDEEM.perform(info, input)

    @mutation
    async def refund_redemption(
        self, info: PartnerInfo, input: Annotated[RefundRedemptionInput, argument("Which one.")]
    ) -> RefundRedemptionResult | None:
        """Give a member the points of a redemption back: one of a reward of yours, or that a till
        of yours has handed over. What was paid beside the points you give back yourself. Needs the
        scope REDEMPTIONS_WRITE and `@idempotent`. Refuses NO_SUCH_REDEMPTION, ALREADY_REFUNDED,
        NOT_REFUNDABLE."""
        return await REFUND.perform(info, input)
