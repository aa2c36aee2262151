"""What was chosen for a member, through the doors: seen, answered, and read by operators."""

from collections.abc import Mapping, Sequence
from typing import Any

from api import globalids
from api.globalids import Kind
from domain import decisions
from domain.offers import OfferKind
from infra import clock, ids
from infra.db import Tx
from tests.domain.decisions import making
from tests.support.client import Door, Person
from tests.support.given import NOON

ASK = """query ($first: Int!) { viewer { offers(placement: HOME, first: $first) {
  id placement kind title body imageUrl imageAlt actionUrl why exploring response expiresAt
} } }"""
RESPOND = """mutation ($id: ID!, $response: OfferResponse!, $key: ID!) {
  respondToOffer(input: { decisionId: $id, response: $response }) @idempotent(key: $key) {
    __typename ... on UserError { code path }
    ... on RespondToOfferSuccess {
      offer { response } viewer { offers(placement: HOME, first: 3) { id title } }
    }
  }
}"""
SEE = """mutation ($ids: [ID!]!) { reportImpressions(input: { decisionIds: $ids }) {
  __typename ... on UserError { code path } ... on ReportImpressionsSuccess { seen }
} }"""
NODE = "query ($id: ID!) { node(id: $id) { __typename ... on ChosenOffer { title response } } }"
LOG = """query ($id: ID!) { decisions(memberId: $id, first: 5) { nodes {
  id slateId placement position item propensity value p model chooser exploring holdout why answer
  seenAt taken
} } }"""
SET = """mutation ($plain: [ID!]!, $percent: Int!) {
  setDecisionRules(input: { holdoutPercent: $percent, plainOfferIds: $plain, reason: "a test" }) {
    __typename ... on UserError { code path }
    ... on SetDecisionRulesSuccess { rules { holdoutPercent plainOfferIds } }
  }
}"""


async def offered(door: Door, count: int) -> Sequence[str]:
    """Offers of the door's programme, the best first; their global ids."""
    home = await door.programme()

    async def build(tx: Tx) -> Sequence[str]:
        # The ledger was opened at noon of the day that all tests begin on.
        at = clock.now()
        times = {"valid_from": NOON - making.DAY, "valid_until": at + 30 * making.DAY}
        made = []
        for number in range(count):
            said: dict[str, Any] = {"margin": 100 * (count - number), **times}
            said |= {"name": f"Number {number}", "kind": OfferKind.CONTENT, "points": 0}
            made.append(await making.an_offer(home, tx, **said))
        await decisions.set_rules(holdout_percent=0, plain=[], programme=home.id, tx=tx)
        return [globalids.of(Kind.OFFER, one.id) for one in made]

    return await door.given(build)


async def responds(door: Door, by: Person, id: str, response: str, **said: Any) -> Mapping:
    key = said.get("key") or str(ids.new(clock.now()))
    told = await door.ask(by, RESPOND, id=id, response=response, key=key)
    return told["respondToOffer"]


async def test_given_offers_when_one_is_refused_then_the_answer_shows_the_next(
    door: Door,
) -> None:
    await offered(door, 3)
    ada, kim = await door.member(), await door.member()

    chosen = (await door.ask(ada, ASK, first=2))["viewer"]["offers"]
    seen = await door.ask(ada, SEE, ids=[one["id"] for one in chosen])
    key = str(ids.new(clock.now()))
    refused = await responds(door, ada, chosen[0]["id"], "REFUSE", key=key)
    again = await responds(door, ada, chosen[0]["id"], "REFUSE", key=key)
    late = await responds(door, ada, chosen[0]["id"], "ACCEPT")
    others = await responds(door, kim, chosen[0]["id"], "ACCEPT")
    hers = await door.ask(ada, NODE, id=chosen[0]["id"])
    theirs = await door.ask(kim, NODE, id=chosen[0]["id"])

    assert [one["title"] for one in chosen] == ["Number 0", "Number 1"]
    assert {one["why"] for one in chosen} == {"New here."}
    assert seen["reportImpressions"] == {"__typename": "ReportImpressionsSuccess", "seen": 2}
    assert refused["offer"] == {"response": "REFUSE"}
    titles = [one["title"] for one in refused["viewer"]["offers"]]
    assert titles == ["Number 1", "Number 2"]
    assert again["offer"] == refused["offer"]
    assert (late["code"], others["code"]) == ("DECISION_ANSWERED", "NO_SUCH_DECISION")
    assert others["path"] == ["input", "decisionId"]
    assert hers["node"] == {
        "__typename": "ChosenOffer",
        "title": "Number 0",
        "response": "REFUSE",
    }
    assert theirs["node"] is None


async def test_given_decisions_when_an_operator_reads_them_then_they_say_how_likely_they_were(
    door: Door,
) -> None:
    plain = await offered(door, 2)
    ada, staff = await door.member(), await door.operator()
    changed = await door.ask(staff, SET, plain=[plain[1]], percent=0)
    bad = await door.ask(staff, SET, plain=[plain[1]], percent=51)

    chosen = (await door.ask(ada, ASK, first=1))["viewer"]["offers"]
    log = await door.ask(staff, LOG, id=globalids.of(Kind.MEMBER, ada.me.id))

    assert changed["setDecisionRules"]["rules"]["plainOfferIds"] == [plain[1]]
    assert bad["setDecisionRules"]["code"] == "BAD_DECISION_RULES"
    (one,) = log["decisions"]["nodes"]
    assert one["id"] == chosen[0]["id"]
    assert (one["chooser"], one["propensity"], one["position"]) == ("PLAIN", 1.0, 0)


async def test_given_too_many_at_once_when_asked_then_it_is_refused(door: Door) -> None:
    ada = await door.member()

    answer = await door.answer(ada, ASK, first=11)

    assert [one["extensions"]["code"] for one in answer["errors"]] == ["BAD_ARGUMENT"]
