"""Offers, and who runs them."""

from datetime import timedelta

from domain.offers import Placement
from domain.operators import Permission
from domain.partners import Scope
from infra import clock
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import WITH_PARENT, each
from tests.domain.offers import making
from tests.support.client import Door

OFFER = (
    "id partnerId state version kind name creatives rule placements about margin cost gain"
    " acceptMax shownMax memberDays totalMax holdoutPercent validFrom validUntil promise funded"
    " held captured returned left accepted halted reason createdAt endedAt"
)
SHARED = {
    **each("Offer", OFFER, WITH_PARENT),
    **each("OfferCreative", "locale title body imageUrl imageAlt actionUrl", WITH_PARENT),
    **each(
        "OfferGain",
        "points percent most times types withinHours rewardId challengeId",
        WITH_PARENT,
    ),
    **each("OfferReport", "seen refused putOff members open used lapsed", WITH_PARENT),
}
RUN = "createOffer editOffer fundOffer submitOffer pauseOffer resumeOffer endOffer"
PARTNER = {
    **each("Query", "offers offerReport", Scope.OFFERS_WRITE),
    **SHARED,
    **each("Mutation", RUN, Scope.OFFERS_WRITE),
}
OPS = {
    **each("Query", "offers offerReport", Permission.OFFERS_READ),
    **SHARED,
    **each("Mutation", RUN, Permission.OFFERS_WRITE),
    **each("Mutation", "approveOffer rejectOffer", Permission.OFFERS_APPROVE),
}


async def scene(door: Door, cast: Cast) -> None:
    """A partner offers a bonus for running."""
    at, home = clock.now(), await door.programme()

    async def build(tx: Tx) -> None:
        partner = await making.a_payer(home, tx=tx)
        times = {"valid_from": at - timedelta(hours=1), "valid_until": at + making.DAY}
        await making.live(home, partner, tx, placements=frozenset(Placement), **times)

    await door.given(build)
