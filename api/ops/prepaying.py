"""What partners pay in advance, as operators book it."""

from enum import Enum
from typing import Annotated, Any, TypeAlias

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import place_of
from api.ops.partners import PATHS, partner_id, partner_of
from api.refusals import InsufficientPoints, RequestRefused, result
from api.scalars import Moment, Points
from domain import partners
from domain.operators import Permission
from domain.partners import Payment

V = strawberry.enum_value
REASON = "Why, for the audit log: 1 to 300 characters, no names."


@strawberry.enum(description="Which way a partner's payment went.")
class PaymentKind(Enum):
    """Which way a payment went."""

    TOP_UP = V("TOP_UP", description="The partner paid, and has points.")
    WITHDRAWAL = V("WITHDRAWAL", description="The partner was paid back for points.")


@output
class PartnerPayment:
    """Points that came into a partner's prepaid account, or left it."""

    kind: PaymentKind = said("Which way it went.")
    points: Points = said("How many points.")
    reference: str = said("Of the payment made elsewhere.")
    partner_id: strawberry.ID = said("The id of the `Partner`.")
    operator_id: strawberry.ID = said("The id of the operator who booked it.")
    at: Moment = said("When.")

    @classmethod
    def of(cls, payment: Payment) -> "PartnerPayment":
        """A payment, as operators see it."""
        return cls(
            kind=PaymentKind[payment.kind.name],
            points=Points(payment.points),
            reference=payment.reference,
            partner_id=partner_id(payment.partner),
            operator_id=globalids.of(Kind.OPERATOR, payment.operator),
            at=Moment(payment.at),
        )


Which = Annotated[strawberry.ID, argument("The id of a `Partner`.")]


@output
class PaymentQueries:
    """What operators see of what partners pay in advance."""

    @permitted(Permission.PARTNERS_READ)
    async def partner_payments(
        self, info: OpsInfo, partner_id: Which, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[PartnerPayment] | None:
        """What one partner paid and was paid back, newest first; nothing for another id."""
        context, partner = info.context, partner_of(partner_id)
        asker = await context.allowed(Permission.PARTNERS_READ)
        page = Page[Payment](f"payments of {partner}", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await partners.payments(
                partner,
                programme=asker.programme,
                before=place_of(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=PartnerPayment.of, place=lambda one: one.id.bytes)


@input
class TopUpPartnerInput:
    """Which partner has paid for how many points."""

    partner_id: strawberry.ID = said("The id of a `Partner`.")
    points: Points = said("How many points, at most 1,000,000,000.")
    reference: str = said("The payment's reference, 1 to 140 characters; each is booked once.")
    reason: str = said(REASON)


@input
class WithdrawPartnerPointsInput:
    """Which partner was paid back for how many points."""

    partner_id: strawberry.ID = said("The id of a `Partner`.")
    points: Points = said("How many points, at most what it has not used.")
    reference: str = said("The payment's reference, 1 to 140 characters; each is booked once.")
    reason: str = said(REASON)


@output
class PartnerPaid:
    """What was booked."""

    payment: PartnerPayment = said("What was booked.")


@output
class TopUpPartnerSuccess(PartnerPaid):
    """The partner has the points."""


@output
class WithdrawPartnerPointsSuccess(PartnerPaid):
    """The partner has the points no more."""


TopUpPartnerResult: TypeAlias = Annotated[
    TopUpPartnerSuccess | RequestRefused, result("TopUpPartnerResult")
]
WithdrawPartnerPointsResult: TypeAlias = Annotated[
    WithdrawPartnerPointsSuccess | InsufficientPoints | RequestRefused,
    result("WithdrawPartnerPointsResult"),
]


async def _top_up(asked: TopUpPartnerInput, act: OpsAct) -> Payment:
    return await partners.top_up(partner_of(asked.partner_id), asked.points, **_words(asked, act))


async def _withdraw(asked: WithdrawPartnerPointsInput, act: OpsAct) -> Payment:
    id = partner_of(asked.partner_id)
    return await partners.withdraw(id, asked.points, **_words(asked, act))


def _words(asked: TopUpPartnerInput | WithdrawPartnerPointsInput, act: OpsAct) -> dict[str, Any]:
    who = {"programme": act.programme.id, "operator": act.operator.id}
    return {**who, "reference": asked.reference, "id": act.id, "at": act.at, "tx": act.tx}


def _shaped(kind: type[PartnerPaid]) -> Any:
    async def shape(payment: Payment, context: OpsContext) -> PartnerPaid:
        return kind(payment=PartnerPayment.of(payment))

    return shape


PAY = Permission.PARTNERS_PAY
TOP_UP: OpsVerb[Payment, TopUpPartnerResult] = OpsVerb(
    Payment, _top_up, _shaped(TopUpPartnerSuccess), permission=PAY, moves=True, paths=PATHS
)
WITHDRAW: OpsVerb[Payment, WithdrawPartnerPointsResult] = OpsVerb(
    Payment,
    _withdraw,
    _shaped(WithdrawPartnerPointsSuccess),
    permission=PAY,
    moves=True,
    paths=PATHS,
)


@output
class PaymentMutations:
    """Mutations about what partners pay in advance."""

    @mutation
    async def top_up_partner(
        self, info: OpsInfo, input: Annotated[TopUpPartnerInput, argument("Who paid, for what.")]
    ) -> TopUpPartnerResult | None:
        """Put points into a partner's prepaid account, against a payment made elsewhere. Needs
        PARTNERS_PAY and `@idempotent`. Refuses BAD_POINTS, BAD_REFERENCE, NO_SUCH_PARTNER,
        REFERENCE_USED."""
        return await TOP_UP.perform(info, input)

    @mutation
    async def withdraw_partner_points(
        self,
        info: OpsInfo,
        input: Annotated[WithdrawPartnerPointsInput, argument("Who was paid back, for what.")],
    ) -> WithdrawPartnerPointsResult | None:
        """Take points that a partner has not used out of its prepaid account, against money paid
        back. Needs PARTNERS_PAY and `@idempotent`. Refuses BAD_POINTS, BAD_REFERENCE,
        NO_SUCH_PARTNER, REFERENCE_USED, INSUFFICIENT_POINTS."""
        return await WITHDRAW.perform(info, input)
