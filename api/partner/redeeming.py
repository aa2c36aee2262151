"""Redeeming: a till hands a treat over for the code that a member shows."""

from typing import Annotated, Any, TypeAlias

import strawberry

from api import refusals
from api.fields import argument, input, mutation, output, said
from api.moments import treat_offer_id
from api.outlets import outlet_of
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerContext, PartnerInfo
from api.refusals import Refusal, RequestRefused, result
from api.scalars import Moment, Points
from api.treats import treat_id
from domain import moments, outlets
from domain.partners import Scope

PATHS = {"outlet": "outlet_id"}


@input
class RedeemTreatInput:
    """The code, and where it was shown."""

    code: str = said("What the QR code says, or the twelve digits as they were typed.")
    outlet_id: strawberry.ID = said("The id of the `Outlet` of this till.")


@output
class RedeemTreatSuccess:
    """Hand it over; the points are paid."""

    moment_id: strawberry.ID = said("The id of the offer. Opaque; it says nothing of the member.")
    treat_id: strawberry.ID = said("The id of the `Treat`.")
    name: str = said("What to hand over.")
    kind: str = said("What kind of thing that is.")
    cost: Points = said("Points that it has cost who pays for it.")
    redeemed_at: Moment = said("When.")


RedeemTreatResult: TypeAlias = Annotated[
    RedeemTreatSuccess | RequestRefused, result("RedeemTreatResult")
]


async def _redeem(asked: RedeemTreatInput, act: PartnerAct) -> moments.Redemption | Refusal:
    where: dict[str, Any] = {"partner": act.partner.id, "programme": act.programme.id, "at": act.at}
    outlet = outlet_of(asked.outlet_id)
    try:
        return await moments.redeem(asked.code, outlet=outlet, tx=act.tx, **where)
    except moments.BadRedemptionCode as refused:
        # A refusal that is raised takes back all that was written, and a guess must be counted.
        await outlets.note_guess(outlet=outlet, tx=act.tx, **where)
        return refusals.plain(refused, asked=asked, paths=PATHS)


async def _shaped(
    done: moments.Redemption | Refusal, context: PartnerContext
) -> RedeemTreatSuccess:
    assert isinstance(done, moments.Redemption), "a refusal is shaped as one"
    return RedeemTreatSuccess(
        moment_id=treat_offer_id(done.moment),
        treat_id=treat_id(done.treat),
        name=done.name,
        kind=done.kind,
        cost=Points(done.cost),
        redeemed_at=Moment(done.at),
    )


REDEEM: PartnerVerb[moments.Redemption | Refusal, RedeemTreatResult] = PartnerVerb(
    moments.Redemption | Refusal,
    _redeem,
    _shaped,
    scope=Scope.REDEMPTIONS_WRITE,
    moves=True,
    paths=PATHS,
)


@output
class RedemptionMutations:
    """Mutations of tills."""

    @mutation
    async def redeem_treat(
        self, info: PartnerInfo, input: Annotated[RedeemTreatInput, argument("Which code.")]
    ) -> RedeemTreatResult | None:
        """Hand a treat over for a code, once. Needs the scope REDEMPTIONS_WRITE and
        `@idempotent`. Refuses NO_SUCH_OUTLET, TOO_MANY_GUESSES, BAD_REDEMPTION_CODE,
        WRONG_OUTLET, ALREADY_REDEEMED, MOMENT_OVER, REDEMPTION_CODE_EXPIRED."""
        return await REDEEM.perform(info, input)
