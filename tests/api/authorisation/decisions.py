"""What was chosen for members, and what they made of it."""

from domain import decisions, interactions, members
from domain.operators import Permission
from infra import clock
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, SELF, WITH_PARENT, each
from tests.domain.decisions import making
from tests.support.client import Door

LOGGED = (
    "id slateId placement position item propensity value p model chooser exploring holdout why at"
    " seenAt answer taken"
)
MEMBER = {
    "Member.offers": SELF,
    **each(
        "ChosenOffer",
        "id placement kind title body imageUrl imageAlt actionUrl why exploring response expiresAt",
        SELF,
    ),
    **each("Mutation", "respondToOffer reportImpressions", MEMBERS),
}
OPS = {
    **each("Query", "decisions decisionRules", Permission.DECISIONS_READ),
    **each("LoggedDecision", LOGGED, WITH_PARENT),
    **each("DecisionRules", "holdoutPercent plainOfferIds", WITH_PARENT),
    "Mutation.setDecisionRules": Permission.DECISIONS_WRITE,
}
OFFERS = "{ viewer { offers(placement: HOME) { id } } }"


async def chosen_for(door: Door, cast: Cast) -> str:
    """The global id of the first that was chosen for Ada."""
    return (await door.ask(cast.ada, OFFERS))["viewer"]["offers"][0]["id"]


THINGS = {"ChosenOffer": chosen_for}


async def scene(door: Door, cast: Cast) -> None:
    """There is something to read for Ada, who agreed to be shown what she likes."""
    ada, at, home = cast.ada.me, clock.now(), await door.programme()

    async def build(tx: Tx) -> None:
        words = {"version": "1", "channel": "APP", "given": True, "at": at}
        await members.set_consent(ada, purpose=interactions.PERSONALISATION, tx=tx, **words)
        times = {"valid_from": at - making.DAY, "valid_until": at + making.DAY}
        await making.an_offer(home, tx, **times)
        await decisions.set_rules(holdout_percent=0, plain=[], programme=home.id, tx=tx)

    await door.given(build)
