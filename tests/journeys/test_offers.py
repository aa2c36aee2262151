"""An offer, from why it is shown to what came of it, over HTTP: accepted, earned by a run, spent on
a drink that another one makes cheaper, handed over for a code made offline, and given back."""

import base64
import hashlib
import hmac
import time
from datetime import datetime, timedelta
from typing import Any

import httpx

from cli.people import VERDE
from domain import activities
from domain.activities import reading
from infra import clock
from tests.journeys.living import Laurel
from tests.journeys.test_sources import asked
from tests.journeys.test_walk import Phone, key
from tests.support.waiting import until

# A member of old: what somebody did before they joined is looked at by people first.
HANDLE = VERDE.people[-1].split()[0].lower()
RUN_BONUS, DRINK = "15 more for your next run", "A cold brew"
DISCOUNT = "A cold brew for half"
# The file has whole seconds: it must not end in the one in which the offer was accepted.
SOON = timedelta(seconds=2)

AGREE = """
mutation { setConsent(input: {purpose: "personalisation", version: "1", given: true}) {
  __typename ... on UserError { code message }
} }
"""
OFFERS = "{ viewer { offers(placement: HOME, first: 10) { id title why kind exploring } } }"
RESPOND = """
mutation ($id: ID!, $response: OfferResponse!, $key: ID!) {
  respondToOffer(input: {decisionId: $id, response: $response}) @idempotent(key: $key) {
    ... on RespondToOfferSuccess {
      offer { response } viewer { offers(placement: HOME, first: 10) { title } }
    }
    ... on UserError { code message }
  }
}
"""
STATEMENT = "{ viewer { statement(first: 20) { nodes { amount text } } } }"
REWARDS = "{ viewer { rewards(first: 20) { nodes { id title price left hindrances { gate } } } } }"
REDEEM = """
mutation ($reward: ID!, $decision: ID, $key: ID!) {
  redeemReward(input: {rewardId: $reward, decisionId: $decision}) @idempotent(key: $key) {
    ... on RedeemRewardSuccess {
      redemption { id state price discount number }
      secret { secret digits stepSeconds }
      viewer { points { available held } }
    }
    ... on UserError { code message }
  }
}
"""
REDEMPTION = "query ($id: ID!) { viewer { redemption(id: $id) { state } } }"
OUTLET = "{ outlets(first: 1) { nodes { id } } }"
AT_TILL = """
mutation ($code: String!, $outlet: ID!, $key: ID!) {
  redeemAtTill(input: {code: $code, outletId: $outlet}) @idempotent(key: $key) {
    __typename
    ... on RedeemAtTillSuccess { redemptionId name quantity }
    ... on UserError { code message }
  }
}
"""
REFUND = """
mutation ($id: ID!, $key: ID!) {
  refundRedemption(input: {redemptionId: $id, restock: true}) @idempotent(key: $key) {
    __typename ... on UserError { code message }
  }
}
"""


class Till:
    """The till of the demo's bar, with a key of its own."""

    def __init__(self, laurel: Laurel, http: httpx.AsyncClient) -> None:
        made = laurel.run("partner", "key", "stride", "--scope", "REDEMPTIONS_WRITE")
        self._token, self._laurel, self._http = made["secret"], laurel, http

    async def ask(self, query: str, **said: Any) -> Any:
        path = "/partner/graphql"
        return await asked(self._laurel, self._http, path, self._token, query, **said)


async def test_an_offer_is_accepted_earned_spent_at_the_till_and_given_back(
    laurel: Laurel,
) -> None:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        runner, till = Phone(laurel, laurel.token(HANDLE), http), Till(laurel, http)
        await runner.ask(AGREE)
        offers = await _offered(runner)
        refused = next(title for title in offers if title not in (RUN_BONUS, DISCOUNT))
        left = await _answer(runner, offers[refused], "REFUSE")
        await _answer(runner, offers[RUN_BONUS], "ACCEPT")
        await _answer(runner, offers[DISCOUNT], "ACCEPT")
        await runner.upload("morning.gpx", _run())
        await until(lambda: _tells(runner, RUN_BONUS), seconds=60)

        held = await _redeem(runner, offers[DISCOUNT])
        outlet = (await till.ask(OUTLET))["outlets"]["nodes"][0]["id"]
        said = {"code": _made_offline(held), "outlet": outlet}
        handed = (await till.ask(AT_TILL, **said, key=key()))["redeemAtTill"]
        again = (await till.ask(AT_TILL, **said, key=key()))["redeemAtTill"]
        back = await till.ask(REFUND, id=handed["redemptionId"], key=key())
        after = await runner.ask(REDEMPTION, id=held["redemption"]["id"])

    assert all(offer["why"] for offer in offers.values())
    assert refused not in left
    told = held["redemption"]
    assert (told["state"], told["price"], told["discount"]) == ("RESERVED", 15, 15)
    assert held["viewer"]["points"]["held"] == 15
    assert (handed["name"], handed["quantity"]) == (DRINK, 1)
    assert again["code"] == "ALREADY_REDEEMED"
    assert back["refundRedemption"]["__typename"] == "RefundRedemptionSuccess"
    assert after["viewer"]["redemption"]["state"] == "REFUNDED"


def _run() -> bytes:
    """Five kilometres that end now, as nobody else ran them."""
    once = reading.read(_track(clock.now()))
    return _track(clock.now() + SOON - (once.ended_at - once.started_at))


def _track(began: datetime) -> bytes:
    where = {"latitude": 48.19, "longitude": 16.31}
    return activities.run_gpx(began, distance_m=5_000, seed=20_611, every_s=10, **where)


async def _offered(phone: Phone) -> dict[str, Any]:
    """What they are offered, by title."""
    found = (await phone.ask(OFFERS))["viewer"]["offers"]
    return {offer["title"]: offer for offer in found}


async def _answer(phone: Phone, offer: dict[str, Any], response: str) -> list[str]:
    """The titles of what is offered next."""
    said = {"id": offer["id"], "response": response, "key": key()}
    answer = (await phone.ask(RESPOND, **said))["respondToOffer"]
    assert answer.get("offer") == {"response": response}, answer
    return [one["title"] for one in answer["viewer"]["offers"]]


async def _tells(phone: Phone, title: str) -> bool:
    """Whether the statement has what the offer paid."""
    entries = (await phone.ask(STATEMENT))["viewer"]["statement"]["nodes"]
    return any(one["amount"] == 15 and title in one["text"] for one in entries)


async def _redeem(phone: Phone, discount: dict[str, Any]) -> Any:
    shelf = (await phone.ask(REWARDS))["viewer"]["rewards"]["nodes"]
    drink = next(one for one in shelf if one["title"] == DRINK)
    assert (drink["price"], drink["hindrances"]) == (30, [])
    said = {"reward": drink["id"], "decision": discount["id"], "key": key()}
    answer = (await phone.ask(REDEEM, **said))["redeemReward"]
    assert "secret" in answer, answer
    return answer


def _made_offline(held: Any) -> str:
    """What an app makes of the secret without any network (RFC 6238)."""
    known = held["secret"]
    step = int(time.time()) // known["stepSeconds"]
    text = known["secret"]
    secret = base64.b32decode(text + "=" * (-len(text) % 8))
    made = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha256).digest()
    place = made[-1] & 0x0F
    number = int.from_bytes(made[place : place + 4], "big") & 0x7FFFFFFF
    return held["redemption"]["number"] + str(number)[-known["digits"] :].zfill(known["digits"])
