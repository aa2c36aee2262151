"""Badges: theirs alone for members, everybody's for operators who may."""

from domain import badges
from domain.badges import Draft, Gift, Period, Rule
from domain.metrics import Metric
from domain.operators import Permission
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, PROGRAMME, WITH_PARENT, each
from tests.support.client import Door

RULE = "metric period counted firstDay lastDay"
MEMBER = {
    "Query.badges": MEMBERS,
    "Query.secretBadges": MEMBERS,
    **each(
        "Badge",
        "id key name description level levels rule progress secret keptForEver retiredAt shares",
        PROGRAMME,
    ),
    **each("BadgeLevel", "number name target text rarityPercent why", WITH_PARENT),
    **each("BadgeReason", "origin text givenAt activityId reached evidenceUrl", WITH_PARENT),
    **each("BadgeRule", RULE, WITH_PARENT),
    **each("BadgeProgress", "reached target percent text", WITH_PARENT),
    **each("BadgeShare", "level url credential showsName sharedAt", WITH_PARENT),
    "Mutation.shareBadge": MEMBERS,
    "Mutation.unshareBadge": MEMBERS,
}
OPS = {
    "Query.badges": Permission.BADGES_READ,
    "Query.badgeGrants": Permission.BADGES_READ,
    **each(
        "Badge",
        "id key name description levels rule secret keptForEver createdAt retiredAt",
        WITH_PARENT,
    ),
    "Badge.holders": Permission.BADGES_READ,
    **each("BadgeLevel", "number name threshold text", WITH_PARENT),
    **each("BadgeRule", RULE, WITH_PARENT),
    **each(
        "BadgeGrant",
        "id badgeId level origin givenAt evidence reason operatorId endedAt endedWhy",
        WITH_PARENT,
    ),
    **each("Mutation", "createBadge rewordBadge retireBadge", Permission.BADGES_WRITE),
    **each("Mutation", "grantBadge revokeBadge", Permission.BADGES_GRANT),
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has a badge that others may earn, and shares it."""
    ada, at = cast.ada.me, clock.now()
    home = await door.programme()

    async def build(tx: Tx) -> None:
        draft = Draft(
            key="far",
            name="Far",
            description="Go on.",
            levels=("One", "Two"),
            rule=Rule(Metric.DISTANCE, Period.LIFETIME, (10_000, 20_000)),
        )
        id = ids.new(at)
        badge = await badges.define(draft, programme=home.id, id=id, at=at, tx=tx)
        gift = Gift(badge=badge.id, member=ada.id, level=1, reason="Was there.")
        await badges.bestow(gift, operator=id, programme=home.id, id=id, at=at, tx=tx)
        await badges.share(
            badge.id, member=ada, programme=home, root="https://x.example", id=id, at=at, tx=tx
        )

    await door.given(build)
