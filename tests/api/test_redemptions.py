"""Redemptions through the doors: from points to the till, and back."""

import base64
import re
from typing import Any
from uuid import UUID

from api import globalids
from domain import redemptions
from domain.redemptions import coding
from infra import clock, ids
from infra.db import Tx
from tests.api.test_moments import document, says
from tests.domain.outlets.making import an_outlet
from tests.domain.redemptions import making
from tests.support.client import Door, Person

REDEEM = document(
    "redeemReward",
    "redemption { id title state price number code { text svg } vouchers { code } }"
    " secret { secret digits stepSeconds serverTime } viewer { points { available held } }",
)
# The refusals that say more than their code stand before what all of them have.
OVER, BEFORE = "... on RedemptionClosed { state }", "... on RedeemedBefore { outletName }"
CANCEL = document("cancelRedemption", "redemption { state }").replace(
    "... on UserError", f"{OVER} ... on UserError"
)
TILL = document("redeemAtTill", "name quantity cashMinor").replace(
    "... on UserError", f"{OVER} {BEFORE} ... on UserError"
)
REFUND = document("refundRedemption", "redemption { id state handedOverAt refundedAt }")
HAND_OVER = document("handOverRedemption", "redemption { id state }")
MINE = """query ($id: ID!) { viewer {
  redemptions(first: 5, states: [RESERVED, REFUNDED]) { edges { node { id state title } } }
  redemption(id: $id) { id state code { number text expiresAt } }
} node(id: $id) { id } }"""
OPS = """query ($id: ID!, $member: ID!) {
  redemption(id: $id) { id state number: quantity }
  redemptions(memberId: $member) { edges { node { id } } }
}"""
OWED = """{ owedRewards(first: 5) {
  nodes { redemptionId memberId unit rewardId why } pageInfo { hasNextPage }
} }"""
KEPT = "SELECT string_agg(answer::text, ' ') FROM answer"


async def a_shop(door: Door) -> tuple[Any, Any, Any]:
    """A partner's till, its outlet, and its reward."""
    till, home = await door.partner(), await door.programme()

    async def build(tx: Tx) -> Any:
        assert till.partner is not None
        outlet = await an_outlet(till.partner, tx=tx)
        return outlet, await making.live(home, partner=till.partner, stock=5, tx=tx)

    outlet, reward = await door.given(build)
    return till, outlet, reward


def named(kind: str, id: UUID) -> str:
    """The global id of something."""
    return str(globalids.of(globalids.Kind[kind], id))


def offline(secret: Any, number: str) -> str:
    """What the app makes by itself."""
    raw = base64.b32decode(secret["secret"] + "=" * (-len(secret["secret"]) % 8))
    step = int(clock.now().timestamp()) // secret["stepSeconds"]
    return f"{number}{coding.code_of(raw, step=step)}"


async def points(door: Door, by: Person) -> dict[str, int]:
    return (await door.ask(by, "{ viewer { points { available held } } }"))["viewer"]["points"]


async def test_given_points_when_a_reward_is_redeemed_then_it_waits_for_its_member_alone(
    door: Door,
) -> None:
    ada, eve = await door.member(holding=100), await door.member()
    _, outlet, reward = await a_shop(door)
    asked = {"rewardId": named("REWARD", reward.id), "outletId": named("OUTLET", outlet.id)}
    key = str(ids.new(clock.now()))

    first = await says(door, ada, REDEEM, key=key, **asked)
    again = await says(door, ada, REDEEM, key=key, **asked)
    one, secret = first["redemption"], first["secret"]["secret"]
    seen = (await door.ask(ada, MINE, id=one["id"]))["viewer"]
    foreign = await door.ask(eve, MINE, id=one["id"])

    assert (one["title"], one["state"], one["price"]) == ("A cup", "RESERVED", 40)
    assert first["viewer"]["points"] == {"available": 60, "held": 40}
    assert (again["secret"]["secret"], again["redemption"]["id"]) == (secret, one["id"])
    assert re.fullmatch(r"[0-9]{18}", seen["redemption"]["code"]["text"])
    assert seen["redemption"]["code"]["number"] == one["number"]
    assert one["code"]["svg"].startswith("<svg")
    assert [edge["node"]["id"] for edge in seen["redemptions"]["edges"]] == [one["id"]]
    assert (foreign["viewer"]["redemption"], foreign["node"]) == (None, None)

    # What codes are made with is in no kept answer.
    kept = await door.given(lambda tx: tx.value(KEPT))
    assert one["number"] in kept
    assert secret not in kept
    assert base64.b32decode(secret + "=" * (-len(secret) % 8)).hex() not in kept


async def test_given_a_reservation_when_a_till_takes_its_code_then_it_is_paid_once_and_refunded(
    door: Door,
) -> None:
    ada, staff = await door.member(holding=100), await door.operator()
    till, outlet, reward = await a_shop(door)
    where = {"outletId": named("OUTLET", outlet.id)}
    made = await says(door, ada, REDEEM, rewardId=named("REWARD", reward.id), **where)
    one = made["redemption"]
    code = offline(made["secret"], one["number"])

    paid = await says(door, till, TILL, code=f"{code[:10]} {code[10:]}", **where)
    second = await says(door, till, TILL, code=code, **where)
    late = await says(door, ada, CANCEL, redemptionId=one["id"])
    shown = await door.ask(staff, OPS, id=one["id"], member=named("MEMBER", ada.me.id))
    back = await says(door, staff, REFUND, redemptionId=one["id"], restock=True, reason="broken")
    twice = await says(door, till, REFUND, redemptionId=one["id"])

    assert (paid["name"], paid["quantity"], paid["cashMinor"]) == ("Cup", 1, 200)
    assert (second["code"], second["outletName"]) == ("ALREADY_REDEEMED", "Corner shop")
    assert (late["code"], late["state"]) == ("REDEMPTION_OVER", "FULFILLED")
    assert shown["redemption"]["state"] == "FULFILLED"
    assert shown["redemptions"]["edges"][0]["node"]["id"] == one["id"]
    assert back["redemption"]["state"] == "REFUNDED"
    assert twice["code"] == "ALREADY_REFUNDED"
    assert await points(door, ada) == {"available": 100, "held": 0}


async def test_given_units_that_nobody_has_when_operators_look_then_they_see_who_is_owed_what(
    door: Door,
) -> None:
    ada, staff, home = await door.member(), await door.operator(), await door.programme()
    promised, won = ids.new(clock.now()), ids.new(clock.now())
    where: dict[str, Any] = {"member": ada.me.id, "programme": home.id, "at": clock.now()}

    async def build(tx: Tx) -> UUID:
        gone = await making.live(home, partner=await making.a_payer(home, tx=tx), stock=0, tx=tx)
        await redemptions.hand_out(promised, unit="hat", tx=tx, **where)
        await redemptions.hand_out(won, reward=gone.id, tx=tx, **where)
        return gone.id

    gone = await door.given(build)
    seen = (await door.ask(staff, OWED))["owedRewards"]

    owed = {one["unit"]: (one["memberId"], one["rewardId"], one["why"]) for one in seen["nodes"]}
    me = named("MEMBER", ada.me.id)
    assert owed == {
        "hat": (me, None, "NO_SUCH_REWARD"),
        None: (me, named("REWARD", gone), "OUT_OF_STOCK"),
    }
    assert seen["pageInfo"] == {"hasNextPage": False}


async def test_given_a_till_that_guesses_when_it_goes_on_then_it_is_stopped(door: Door) -> None:
    ada, staff = await door.member(holding=100), await door.operator()
    till, outlet, reward = await a_shop(door)
    where = {"outletId": named("OUTLET", outlet.id)}
    made = await says(door, ada, REDEEM, rewardId=named("REWARD", reward.id))
    one = made["redemption"]

    codes = [
        (await says(door, till, TILL, code=f"{one['number']}{guess:08}", **where))["code"]
        for guess in range(21)
    ]
    stopped = await says(door, till, TILL, code=offline(made["secret"], one["number"]), **where)
    handed = await says(door, staff, HAND_OVER, redemptionId=one["id"], reason="the till is down")

    assert codes == ["BAD_REDEMPTION_CODE"] * 20 + ["TOO_MANY_GUESSES"]
    assert (stopped["code"], handed["redemption"]["state"]) == ("TOO_MANY_GUESSES", "FULFILLED")
    assert await points(door, ada) == {"available": 60, "held": 0}
