"""What members may have for points, and who runs that."""

from domain.operators import Permission
from domain.partners import Scope
from infra import clock
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import PROGRAMME, SELF, WITH_PARENT, each
from tests.domain.challenges.making import a_payer
from tests.domain.outlets.making import an_outlet
from tests.domain.rewards import making
from tests.support.client import Door

SHOWN = (
    "id kind title body images price cashMinor currency validFrom validUntil reserveSeconds"
    " refundDays ageMin memberMax memberDays causeId left hindrances outlets"
)
DRAFT = (
    "id owner partnerId state kind name code texts images price cashMinor valueMinor currency"
    " version tiers segments ageMin memberMax memberDays totalMax totalDays validFrom validUntil"
    " outletIds causeId reserveSeconds refundDays stock reserved redeemed left halted reason"
    " createdAt endedAt stocks prices"
)
PLACE = "name latitude longitude zone hours exceptions isOpen left"
MEMBER = {
    **each("Member", "rewards reward", SELF),
    **each("Reward", SHOWN, PROGRAMME),
    **each("RewardImage", "url alt", WITH_PARENT),
    **each("RewardHindrance", "gate words", WITH_PARENT),
    "RewardOutlet.id": PROGRAMME,
    **each("RewardOutlet", PLACE, WITH_PARENT),
    **each("OutletSpan", "weekday opens closes", WITH_PARENT),
    **each("OutletException", "day opens closes", WITH_PARENT),
}
SHARED = {
    **each("Reward", DRAFT, WITH_PARENT),
    **each("RewardText", "locale title body", WITH_PARENT),
    **each("RewardImage", "url alts", WITH_PARENT),
    **each("RewardImageAlt", "locale words", WITH_PARENT),
    **each("RewardStock", "outletId stock reserved redeemed left", WITH_PARENT),
    **each("RewardPrice", "version price cashMinor currency at", WITH_PARENT),
}
RUN = "createReward editReward setRewardStock submitReward pauseReward resumeReward endReward"
PARTNER = {
    **each("Query", "rewards reward", Scope.REWARDS_WRITE),
    **SHARED,
    **each("Mutation", RUN, Scope.REWARDS_WRITE),
}
OPS = {
    **each("Query", "rewards reward", Permission.REWARDS_READ),
    **SHARED,
    **each(
        "Mutation",
        f"{RUN} repriceReward approveReward rejectReward",
        Permission.REWARDS_WRITE,
    ),
}
MINE = "{ viewer { rewards(first: 1) { nodes { id } } } }"


async def reward_of(door: Door, cast: Cast) -> str:
    """The global id of what Ada may have."""
    return (await door.ask(cast.ada, MINE))["viewer"]["rewards"]["nodes"][0]["id"]


THINGS = {"Reward": reward_of}


async def scene(door: Door, cast: Cast) -> None:
    """A shop of a partner has cups."""
    at, home = clock.now(), await door.programme()

    async def build(tx: Tx) -> None:
        partner = await a_payer(home, tx=tx)
        shop = await an_outlet(partner, tx=tx)
        times = {"valid_from": at - making.DAY, "valid_until": at + making.DAY}
        await making.live(partner, outlets=frozenset({shop.id}), tx=tx, **times)

    await door.given(build)
