"""Redemptions of members, as operators see and settle them."""

from typing import Annotated, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.members import member_of
from api.redemption_changes import MemberRedemption, RefundRedemptionResult, refunded
from api.redemptions import place_of, redemption_of
from api.refusals import RedemptionClosed, RequestRefused, result
from domain import members, redemptions
from domain.operators import Permission

READ, WRITE = Permission.REDEMPTIONS_READ, Permission.REDEMPTIONS_WRITE
PATHS = {"redemption": "redemption_id"}
REASON = "Why, for the audit log: 1 to 300 characters, no names."


@input
class CancelRedemptionInput:
    """What to let go of."""

    redemption_id: strawberry.ID = said("The id of a `MemberRedemption` in RESERVED.")
    reason: str = said(REASON)


@input
class HandOverRedemptionInput:
    """What was handed over where no till is."""

    redemption_id: strawberry.ID = said("The id of a `MemberRedemption` in RESERVED.")
    reason: str = said(REASON)


@input
class RefundRedemptionInput:
    """What to give back."""

    redemption_id: strawberry.ID = said("The id of a `MemberRedemption` in FULFILLED.")
    restock: bool = said("True: the units came back, and others may have them.", default=False)
    reason: str = said(REASON)


@output
class CancelRedemptionSuccess:
    """The member's points are free again."""

    redemption: MemberRedemption = said("The redemption, as it is now.")


@output
class HandOverRedemptionSuccess:
    """The member has it, and the points are used up."""

    redemption: MemberRedemption = said("The redemption, as it is now.")


CancelRedemptionResult: TypeAlias = Annotated[
    CancelRedemptionSuccess | RedemptionClosed | RequestRefused, result("CancelRedemptionResult")
]
HandOverRedemptionResult: TypeAlias = Annotated[
    HandOverRedemptionSuccess | RedemptionClosed | RequestRefused,
    result("HandOverRedemptionResult"),
]


@output
class RedemptionQueries:
    """What operators see of redemptions."""

    @permitted(READ)
    async def redemptions(
        self,
        info: OpsInfo,
        member_id: Annotated[strawberry.ID, argument("Whose they are.")],
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[MemberRedemption] | None:
        """What a member has redeemed, newest first; null when there is no such member."""
        context = info.context
        asker, member = await context.allowed(READ), member_of(member_id)
        of = f"redemptions {member}"
        page = Page[redemptions.Redemption](of, asker, context, first=first, after=after)
        try:
            async with context.reading() as tx:
                who = await members.get(member, programme=asker.programme, tx=tx)
                found = await redemptions.listed(
                    who, before=place_of(page), limit=page.limit, tx=tx
                )
        except members.NoSuchMember:
            return None
        return page.shaped(found, node=MemberRedemption.of, place=lambda one: one.id.bytes)

    @permitted(READ)
    async def redemption(
        self,
        info: OpsInfo,
        id: Annotated[strawberry.ID, argument("The id of a `MemberRedemption`.")],
    ) -> MemberRedemption | None:
        """The redemption with that id; null when there is none."""
        asker = await info.context.allowed(READ)
        try:
            async with info.context.reading() as tx:
                found = await redemptions.get(redemption_of(id), programme=asker.programme, tx=tx)
        except redemptions.NoSuchRedemption:
            return None
        return MemberRedemption.of(found)


async def _cancel(asked: CancelRedemptionInput, act: OpsAct) -> redemptions.Redemption:
    id, programme = redemption_of(asked.redemption_id), act.programme.id
    return await redemptions.cancel(id, programme=programme, at=act.at, tx=act.tx)


async def _hand_over(asked: HandOverRedemptionInput, act: OpsAct) -> redemptions.Redemption:
    id, programme = redemption_of(asked.redemption_id), act.programme.id
    return await redemptions.hand_over(id, programme=programme, at=act.at, tx=act.tx)


async def _refund(asked: RefundRedemptionInput, act: OpsAct) -> redemptions.Redemption:
    return await redemptions.refund(
        redemption_of(asked.redemption_id),
        refund=act.id,
        actor=act.operator.id,
        restock=asked.restock,
        programme=act.programme.id,
        at=act.at,
        tx=act.tx,
    )


async def _cancelled(one: redemptions.Redemption, context: OpsContext) -> CancelRedemptionSuccess:
    return CancelRedemptionSuccess(redemption=MemberRedemption.of(one))


async def _handed_over(
    one: redemptions.Redemption, context: OpsContext
) -> HandOverRedemptionSuccess:
    return HandOverRedemptionSuccess(redemption=MemberRedemption.of(one))


CANCEL: OpsVerb[redemptions.Redemption, CancelRedemptionResult] = OpsVerb(
    redemptions.Redemption, _cancel, _cancelled, permission=WRITE, moves=True, paths=PATHS
)
HAND_OVER: OpsVerb[redemptions.Redemption, HandOverRedemptionResult] = OpsVerb(
    redemptions.Redemption, _hand_over, _handed_over, permission=WRITE, moves=True, paths=PATHS
)
REFUND: OpsVerb[redemptions.Redemption, RefundRedemptionResult] = OpsVerb(
    redemptions.Redemption, _refund, refunded, permission=WRITE, moves=True, paths=PATHS
)


@output
class RedemptionMutations:
    """Mutations of operators about redemptions."""

    @mutation
    async def cancel_redemption(
        self, info: OpsInfo, input: Annotated[CancelRedemptionInput, argument("Which one.")]
    ) -> CancelRedemptionResult | None:
        """Let go of a redemption that waits; the member's points are free again. Needs
        REDEMPTIONS_WRITE and `@idempotent`. Refuses NO_SUCH_REDEMPTION, REDEMPTION_OVER."""
        return await CANCEL.perform(info, input)

    @mutation
    async def hand_over_redemption(
        self, info: OpsInfo, input: Annotated[HandOverRedemptionInput, argument("Which one.")]
    ) -> HandOverRedemptionResult | None:
        """Say that the member has it, where no till took the code. Needs REDEMPTIONS_WRITE and
        `@idempotent`. Refuses NO_SUCH_REDEMPTION, REDEMPTION_OVER."""
        return await HAND_OVER.perform(info, input)

    @mutation
    async def refund_redemption(
        self, info: OpsInfo, input: Annotated[RefundRedemptionInput, argument("Which one.")]
    ) -> RefundRedemptionResult | None:
        """Give a member the points of a redemption back, the very same lots with their expiry.
        Needs REDEMPTIONS_WRITE and `@idempotent`. Refuses NO_SUCH_REDEMPTION, ALREADY_REFUNDED,
        NOT_REFUNDABLE."""
        return await REFUND.perform(info, input)
