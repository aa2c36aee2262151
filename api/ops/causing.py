"""Mutations about causes: register, close, pay out, and give a donation back."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.causes import Cause, Payout, cause_id
from api.ops.context import OpsContext, OpsInfo
from api.ops.operators import NOBODY
from api.refusals import InsufficientPoints, RequestRefused, result
from api.scalars import Moment, Points
from domain import giving
from domain.operators import Permission

REASON = "Why, for the audit log: 1 to 300 characters, no names."


@input
class CreateCauseInput:
    """What the cause is."""

    name: str = said("What it is called, 1 to 80 characters.")
    description: str = said("What the points are for, 1 to 1,000 characters.")
    url: str = said("An https address where there is more about it.")
    goal: Points | None = said("How many points it hopes for; null: any.", default=None)
    active_from: Moment | None = said("When it begins; null: now.", default=None)
    active_until: Moment | None = said("When it ends; null: when it is closed.", default=None)
    reason: str = said(REASON)


@input
class CloseCauseInput:
    """Which cause to close."""

    cause_id: strawberry.ID = said("The id of a `Cause`.")
    reason: str = said(REASON)


@input
class PayOutCauseInput:
    """Which cause to pay out, by which payment."""

    cause_id: strawberry.ID = said("The id of a closed `Cause`.")
    reference: str = said("The payment's reference, 1 to 140 characters.")
    reason: str = said(REASON)


@input
class UndoDonationInput:
    """Which donation to give back."""

    donation_id: strawberry.ID = said("The id of a `Donation`, as its donor sees it.")
    reason: str = said(REASON)


@output
class CauseChanged:
    """The cause, as it is now."""

    cause: Cause = said("The cause, as it is now.")


@output
class CreateCauseSuccess(CauseChanged):
    """Members may give to it from its beginning on."""


@output
class CloseCauseSuccess(CauseChanged):
    """It takes no more donations."""


@output
class PayOutCauseSuccess:
    """All that waited in its account is redeemed."""

    payout: Payout = said("What was paid out.")


@output
class UndoDonationSuccess:
    """The donor has the points again."""

    points: Points = said("How many points.")


CreateCauseResult: TypeAlias = Annotated[
    CreateCauseSuccess | RequestRefused, result("CreateCauseResult")
]
CloseCauseResult: TypeAlias = Annotated[
    CloseCauseSuccess | RequestRefused, result("CloseCauseResult")
]
PayOutCauseResult: TypeAlias = Annotated[
    PayOutCauseSuccess | InsufficientPoints | RequestRefused, result("PayOutCauseResult")
]
UndoDonationResult: TypeAlias = Annotated[
    UndoDonationSuccess | InsufficientPoints | RequestRefused, result("UndoDonationResult")
]


async def _create(asked: CreateCauseInput, act: OpsAct) -> giving.Cause:
    draft = giving.Draft(
        name=asked.name,
        description=asked.description,
        url=asked.url,
        goal=asked.goal,
        active_from=asked.active_from or act.at,
        active_until=asked.active_until,
    )
    return await giving.create(draft, programme=act.programme.id, id=act.id, at=act.at, tx=act.tx)


async def _close(asked: CloseCauseInput, act: OpsAct) -> giving.Cause:
    id = _cause_of(asked.cause_id)
    return await giving.close(id, programme=act.programme.id, at=act.at, tx=act.tx)


async def _pay_out(asked: PayOutCauseInput, act: OpsAct) -> giving.Payout:
    return await giving.pay_out(
        _cause_of(asked.cause_id),
        programme=act.programme.id,
        reference=asked.reference,
        operator=act.operator.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _undo(asked: UndoDonationInput, act: OpsAct) -> giving.Donation:
    id = globalids.uuid_of(asked.donation_id, Kind.DONATION) or NOBODY
    programme, operator = act.programme.id, act.operator.id
    return await giving.undo(id, programme=programme, operator=operator, at=act.at, tx=act.tx)


def _shaped(kind: type[CauseChanged]) -> Any:
    async def shape(cause: giving.Cause, context: OpsContext) -> CauseChanged:
        return kind(cause=Cause.of(cause))

    return shape


async def _paid(payout: giving.Payout, context: OpsContext) -> PayOutCauseSuccess:
    return PayOutCauseSuccess(payout=Payout.of(payout))


async def _undone(donation: giving.Donation, context: OpsContext) -> UndoDonationSuccess:
    return UndoDonationSuccess(points=Points(donation.points))


CREATE: OpsVerb[giving.Cause, CreateCauseResult] = OpsVerb(
    giving.Cause,
    _create,
    _shaped(CreateCauseSuccess),
    permission=Permission.CAUSES_WRITE,
    made=lambda cause: cause_id(cause.id),
)
CLOSE: OpsVerb[giving.Cause, CloseCauseResult] = OpsVerb(
    giving.Cause, _close, _shaped(CloseCauseSuccess), permission=Permission.CAUSES_WRITE
)
PAY_OUT: OpsVerb[giving.Payout, PayOutCauseResult] = OpsVerb(
    giving.Payout, _pay_out, _paid, permission=Permission.CAUSES_PAY, moves=True
)
UNDO: OpsVerb[giving.Donation, UndoDonationResult] = OpsVerb(
    giving.Donation, _undo, _undone, permission=Permission.POINTS_ADJUST, moves=True
)


@output
class CauseMutations:
    """Mutations about causes."""

    @mutation
    async def create_cause(
        self, info: OpsInfo, input: Annotated[CreateCauseInput, argument("What it is.")]
    ) -> CreateCauseResult | None:
        """Register a cause. Needs CAUSES_WRITE. Refuses BAD_CAUSE."""
        return await CREATE.perform(info, input)

    @mutation
    async def close_cause(
        self, info: OpsInfo, input: Annotated[CloseCauseInput, argument("Which cause.")]
    ) -> CloseCauseResult | None:
        """Take no more donations for a cause. Needs CAUSES_WRITE. Refuses NO_SUCH_CAUSE."""
        return await CLOSE.perform(info, input)

    @mutation
    async def pay_out_cause(
        self, info: OpsInfo, input: Annotated[PayOutCauseInput, argument("Which, and by what.")]
    ) -> PayOutCauseResult | None:
        """Redeem what a closed cause was given, against a payment made elsewhere. Needs
        CAUSES_PAY and `@idempotent`. Refuses BAD_REFERENCE, NO_SUCH_CAUSE, CAUSE_STILL_OPEN,
        NOTHING_TO_PAY_OUT, INSUFFICIENT_POINTS."""
        return await PAY_OUT.perform(info, input)

    @mutation
    async def undo_donation(
        self, info: OpsInfo, input: Annotated[UndoDonationInput, argument("Which donation.")]
    ) -> UndoDonationResult | None:
        """Give a donation back to its donor. Needs POINTS_ADJUST and `@idempotent`. Refuses
        NO_SUCH_DONATION, CAUSE_PAID_OUT, INSUFFICIENT_POINTS."""
        return await UNDO.perform(info, input)


def _cause_of(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.CAUSE) or NOBODY
