"""The mutation that gives points to a cause."""

from typing import Annotated, TypeAlias

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.giving import Cause, Donation
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import (
    CauseNotActive,
    InsufficientPoints,
    RequestRefused,
    TransferOverLimit,
    result,
)
from api.scalars import Points
from api.transferring import NOBODY
from domain import giving


@input
class DonateInput:
    """What to give, and to what."""

    cause_id: strawberry.ID = said("The id of a `Cause`.")
    points: Points = said("How many points, 1 or more.")
    named: bool = said("True: other members see that it was you.", default=False)


@output
class DonateSuccess:
    """The points are the cause's. Only the programme can give them back."""

    donation: Donation = said("The donation as it stood when the request was carried out.")
    cause: Cause = said("The cause, as it is now.")
    viewer: Member = said("You, as you are now.")


DonateResult: TypeAlias = Annotated[
    DonateSuccess | InsufficientPoints | TransferOverLimit | CauseNotActive | RequestRefused,
    result("DonateResult"),
]


async def _donate(asked: DonateInput, act: Act) -> giving.Donation:
    return await giving.donate(
        asked.points,
        member=act.member,
        cause=globalids.uuid_of(asked.cause_id, Kind.CAUSE) or NOBODY,
        named=asked.named,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _donated(donation: giving.Donation, context: Context) -> DonateSuccess:
    viewer = await viewer_of(context)
    cause = await context.loading.causes.load(donation.cause)
    assert cause is not None, "a donation is always to a cause of the programme"
    return DonateSuccess(
        donation=Donation.of(donation), cause=Cause.of(cause, context), viewer=viewer
    )


DONATE: Verb[giving.Donation, DonateResult] = Verb(giving.Donation, _donate, _donated, moves=True)


@output
class DonationMutations:
    """The mutation about donations."""

    @mutation
    async def donate(
        self, info: Info, input: Annotated[DonateInput, argument("What, and to what.")]
    ) -> DonateResult | None:
        """Give points to a cause. You cannot take them back. Needs `@idempotent`. Refuses
        BAD_POINTS, NO_SUCH_CAUSE, CAUSE_NOT_ACTIVE, OVER_DONATION_LIMIT,
        INSUFFICIENT_POINTS."""
        return await DONATE.perform(info, input)
