"""What is under way, what is offered at its end, and who runs that."""

from datetime import timedelta

from domain import moments
from domain.activities import Type
from domain.moments import Chance
from domain.operators import Permission
from domain.partners import Scope
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, SELF, WITH_PARENT, each
from tests.domain.moments import making
from tests.domain.outlets.making import an_outlet
from tests.support.client import Door

OUTLET = "id partnerId name latitude longitude zone hours exceptions open createdAt"
TREAT = (
    "id partnerId payer state kind name texts fits secondsMin cost worth memberMax memberDays"
    " validFrom validUntil funded held captured returned left halted reason createdAt endedAt"
    " stocks"
)
CAMPAIGN = (
    "id name fits percent most secondsMin metresMin share memberMax memberDays validFrom validUntil"
    " budget reserved paid left open createdAt"
)
SHARED = {
    **each("Outlet", OUTLET, WITH_PARENT),
    **each("OutletSpan", "weekday opens closes", WITH_PARENT),
    **each("OutletException", "day opens closes", WITH_PARENT),
    **each("Treat", TREAT, WITH_PARENT),
    **each("TreatText", "locale title body", WITH_PARENT),
    **each("TreatStock", "outletId stock reserved redeemed left", WITH_PARENT),
    **each("TreatReport", "offered redeemed refused expired cost groups", WITH_PARENT),
    **each("TreatGroup", "name members redeemed cost", WITH_PARENT),
}
RUN = (
    "openOutlet changeOutlet closeOutlet createTreat editTreat fundTreat setTreatStock submitTreat"
    " pauseTreat resumeTreat endTreat"
)
MEMBER = {
    **each("Member", "activityUnderWay moment", SELF),
    **each("ActivitySession", "id type startedAt endedAt bonus", WITH_PARENT),
    **each("ActivityBonus", "percent most secondsMin metresMin state points lapsesAt", WITH_PARENT),
    **each(
        "TreatOffer",
        "id kind title body state outletName latitude longitude offeredAt expiresAt",
        SELF,
    ),
    **each("Mutation", "startActivity endActivity refuseMoment redemptionCode", MEMBERS),
}
PARTNER = {
    **each("Query", "outlets", (Scope.TREATS_WRITE, Scope.REDEMPTIONS_WRITE)),
    **each("Query", "treats treatReport", Scope.TREATS_WRITE),
    **SHARED,
    **each("Mutation", RUN, Scope.TREATS_WRITE),
    "Mutation.redeemTreat": Scope.REDEMPTIONS_WRITE,
}
OPS = {
    **each("Query", "outlets treats treatReport bonusCampaigns", Permission.TREATS_READ),
    **SHARED,
    **each("BonusCampaign", CAMPAIGN, WITH_PARENT),
    **each("Mutation", RUN, Permission.TREATS_WRITE),
    **each(
        "Mutation",
        "approveTreat rejectTreat openBonusCampaign endBonusCampaign",
        Permission.TREATS_WRITE,
    ),
}
OFFER = "{ viewer { moment { id } } }"


async def offer_of(door: Door, cast: Cast) -> str:
    """The global id of what Ada is offered."""
    return (await door.ask(cast.ada, OFFER))["viewer"]["moment"]["id"]


THINGS = {"TreatOffer": offer_of}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has ended a run near a shop with a drink, and is at another with a bonus."""
    ada, at, home = cast.ada.me, clock.now(), await door.programme()

    async def build(tx: Tx) -> None:
        words = {"version": "1", "channel": "APP", "given": True, "at": at}
        await making.members.set_consent(ada, purpose=moments.PURPOSE, tx=tx, **words)
        partner = await making.a_payer(home, tx=tx)
        outlet = await an_outlet(partner, tx=tx)
        began = at - timedelta(hours=1)
        await making.live(partner, outlet, valid_from=began, valid_until=at + making.DAY, tx=tx)
        chance = Chance(
            name="Double",
            fits=frozenset({Type.RUN}),
            hundredths=200,
            most=10,
            budget=100,
            valid_from=began,
            valid_until=at + making.DAY,
        )
        await moments.create_campaign(chance, programme=home.id, id=ids.new(at), at=at, tx=tx)
        session = await making.began(ada, at=at - timedelta(minutes=30), tx=tx)
        await making.ends(session, ada, at=at, tx=tx)
        await making.began(ada, at=at, tx=tx)

    await door.given(build)
