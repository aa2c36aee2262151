"""What comes of mutations about members' redemptions, whoever made them: a partner or an
operator."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import output, said
from api.globalids import Kind
from api.nodes import Node
from api.redemptions import RedemptionFacts, facts, redemption_id
from api.refusals import RedemptionClosed, RequestRefused, result
from domain import redemptions


@output
class MemberRedemption(RedemptionFacts, Node):
    """What a member has redeemed. It names nobody; what codes are made with is the member's."""

    handed_over_at: strawberry.ID | None = said(
        "The id of the `Outlet` whose till has handed it over; null: no till did."
    )

    @classmethod
    def of(cls, one: redemptions.Redemption) -> "MemberRedemption":
        """A redemption, as the schema shows it."""
        return cls(id=redemption_id(one.id), handed_over_at=_outlet(one.handed_at), **facts(one))


@output
class RefundRedemptionSuccess:
    """The member has the points back, the very same lots."""

    redemption: MemberRedemption = said("The redemption, as it is now.")


RefundRedemptionResult: TypeAlias = Annotated[
    RefundRedemptionSuccess | RedemptionClosed | RequestRefused, result("RefundRedemptionResult")
]


async def refunded(one: redemptions.Redemption, context: object) -> RefundRedemptionSuccess:
    """Shapes a redemption that was given back."""
    return RefundRedemptionSuccess(redemption=MemberRedemption.of(one))


def _outlet(id: UUID | None) -> strawberry.ID | None:
    return None if id is None else globalids.of(Kind.OUTLET, id)
