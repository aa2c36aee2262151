"""What members have redeemed, the tills that hand it over, and who settles it."""

from domain import redemptions
from domain.operators import Permission
from domain.partners import Scope
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, SELF, WITH_PARENT, each
from tests.domain.redemptions import making
from tests.support.client import Door

FACTS = (
    "id rewardId kind state quantity price discount cashMinor currency outletId reservedAt"
    " expiresAt fulfilledAt releasedAt refundedAt refundableUntil"
)
SHARED = {
    **each("MemberRedemption", f"{FACTS} handedOverAt", WITH_PARENT),
    "Mutation.refundRedemption": Scope.REDEMPTIONS_WRITE,
}
MEMBER = {
    **each("Member", "redemptions redemption", SELF),
    **each("Redemption", f"{FACTS} number title vouchers code", SELF),
    **each("RedemptionCode", "number code text svg expiresAt", WITH_PARENT),
    **each("RedeemedVoucher", "code expiresAt", WITH_PARENT),
    **each("RedemptionSecret", "secret digits stepSeconds serverTime", WITH_PARENT),
    **each("Mutation", "redeemReward cancelRedemption", MEMBERS),
}
PARTNER = {**SHARED, "Mutation.redeemAtTill": Scope.REDEMPTIONS_WRITE}
OPS = {
    **SHARED,
    **each("Query", "redemptions redemption owedRewards", Permission.REDEMPTIONS_READ),
    **each("OwedReward", "redemptionId memberId unit rewardId owedSince why", WITH_PARENT),
    **each(
        "Mutation",
        "cancelRedemption handOverRedemption refundRedemption",
        Permission.REDEMPTIONS_WRITE,
    ),
}
MINE = "{ viewer { redemptions(first: 1) { edges { node { id } } } } }"


async def redemption_of(door: Door, cast: Cast) -> str:
    """The global id of what Ada has redeemed."""
    page = (await door.ask(cast.ada, MINE))["viewer"]["redemptions"]
    return page["edges"][0]["node"]["id"]


THINGS = {"Redemption": redemption_of}


async def scene(door: Door, cast: Cast) -> None:
    """Something waits for Ada at a shop."""
    ada, at, home = cast.ada.me, clock.now(), await door.programme()

    async def build(tx: Tx) -> None:
        partner = await making.a_payer(home, tx=tx)
        cup = await making.live(home, partner=partner, price=1, tx=tx)
        await redemptions.reserve(cup.id, member=ada, id=ids.new(at), at=at, tx=tx)

    await door.given(build)
