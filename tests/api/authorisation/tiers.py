"""Tiers: the ladder, and where a member is on it."""

from datetime import timedelta

from domain import tiers
from domain.operators import Permission
from domain.tiers import Terms, Tier
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import NEWCOMERS, WITH_PARENT, each
from tests.support.client import Door

LADDER = (
    "tiers basis qualifying period periodMonths validMonths graceDays downgrade levels version"
    " setAt"
)
STANDING = (
    "tier since validUntil fallsOn points periodFrom periodUntil toStay toRise projected level xp"
    " nextLevelXp ladder"
)
TYPES = {
    **each("Tier", "key name points", WITH_PARENT),
    **each("TierLadder", LADDER, WITH_PARENT),
    **each("TierStanding", STANDING, WITH_PARENT),
    **each("TierWay", "tier points by", WITH_PARENT),
}
MEMBER = {"Query.tier": NEWCOMERS, **TYPES}
OPS = {
    "Query.tierLadder": Permission.TIERS_READ,
    "Query.memberTier": Permission.TIERS_READ,
    **TYPES,
    "Mutation.setTierLadder": Permission.TIERS_WRITE,
    "Mutation.giveTierCredit": Permission.TIERS_WRITE,
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has reached the first tier of the programme's ladder, and may lose it."""
    ada, at = cast.ada.me, clock.now()
    home = await door.programme()

    async def build(tx: Tx) -> None:
        terms = Terms((Tier("silver", "Silver", 10), Tier("gold", "Gold", 100)), levels=(5, 500))
        await tiers.set_ladder(home, terms, at=at - timedelta(days=1), tx=tx)
        await tiers.credit(
            10, member=ada.id, programme=ada.programme, reason="Hello", id=ids.new(at), at=at, tx=tx
        )

    await door.given(build)
