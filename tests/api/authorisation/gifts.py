"""Points asked for, points held for a review, causes and donations."""

from domain import giving, transfers
from domain.operators import Permission
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import ENDS, MEMBERS, PROGRAMME, SELF, WITH_PARENT, each
from tests.support.client import Door

CAUSE = "name description url goal activeFrom activeUntil closedAt donated donations"
POLICY = (
    "pairDayMax pairMonthMax senderAgeHours coolingHours coolingHolds confirmAbove confirmMinutes"
    " openOffersMax openRequestsMax requestDays screened screenHours screenPointsMin fanInMax"
    " fanOutMax returnsMax drainsMax nearLimitMax freshDays reviewDays"
)
MEMBER = {
    "Member.pointRequests": SELF,
    "Member.causes": SELF,
    "Member.donations": SELF,
    "Friend.autoAccept": SELF,
    "Transfer.readyAt": ENDS,
    **each(
        "PointRequest",
        "id direction points memo state requestedAt expiresAt resolvedAt member transfer",
        ENDS,
    ),
    **each("Cause", f"id {CAUSE} standing donors", PROGRAMME),
    **each("CauseDonor", "points givenAt member", WITH_PARENT),
    **each("Donation", "id points named givenAt undoneAt cause", SELF),
    "Mutation.requestPoints": MEMBERS,
    "Mutation.payPointRequest": MEMBERS,
    "Mutation.declinePointRequest": MEMBERS,
    "Mutation.cancelPointRequest": MEMBERS,
    "Mutation.setAutoAccept": MEMBERS,
    "Mutation.donate": MEMBERS,
}
OPS = {
    "Query.transfersUnderReview": Permission.TRANSFERS_READ,
    "Query.transferPolicy": Permission.PROGRAMME_READ,
    "Query.givingPolicy": Permission.PROGRAMME_READ,
    "Query.causes": Permission.CAUSES_READ,
    **each("TransferReview", "transfer reasons facts heldAt", WITH_PARENT),
    **each("Transfer", "id senderId receiverId points state sentAt expiresAt", WITH_PARENT),
    **each(
        "ScreenFacts",
        "senders arrived receivers gone forth back drained drains nearLimit",
        WITH_PARENT,
    ),
    **each("TransferPolicy", POLICY, WITH_PARENT),
    "GivingPolicy.donationMonthMax": WITH_PARENT,
    **each("Cause", f"id {CAUSE} paidOut", WITH_PARENT),
    "Cause.payouts": Permission.CAUSES_READ,
    "Cause.waiting": Permission.CAUSES_READ,
    **each("Payout", "points reference operatorId at", WITH_PARENT),
    "Mutation.approveTransfer": Permission.TRANSFERS_REVIEW,
    "Mutation.rejectTransfer": Permission.TRANSFERS_REVIEW,
    "Mutation.updateTransferPolicy": Permission.PROGRAMME_WRITE,
    "Mutation.updateGivingPolicy": Permission.PROGRAMME_WRITE,
    "Mutation.createCause": Permission.CAUSES_WRITE,
    "Mutation.closeCause": Permission.CAUSES_WRITE,
    "Mutation.payOutCause": Permission.CAUSES_PAY,
    "Mutation.undoDonation": Permission.POINTS_ADJUST,
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has asked Bob for points, and has given some to a cause, to be seen."""
    ada, bob, at = cast.ada.me, cast.bob.me, clock.now()

    async def build(tx: Tx) -> None:
        await transfers.ask(5, asker=ada, payer=bob.id, id=ids.new(at), at=at, tx=tx)
        draft = giving.Draft(
            name="Trees", description="We plant.", url="https://trees.example", active_from=at
        )
        cause = await giving.create(draft, programme=ada.programme, id=ids.new(at), at=at, tx=tx)
        id = ids.new(at)
        await giving.donate(7, member=ada, cause=cause.id, named=True, id=id, at=at, tx=tx)

    await door.given(build)
