"""Causes over the doors: operators register, close and pay them out, members give."""

from typing import Any

from domain.operators import Role
from tests.api.test_transferring import available, key
from tests.support.client import Door, Person

ERRORS = "... on UserError { __typename code path }"
WHY = 'reason: "as agreed"'
CREATE = (
    "mutation ($name: String!, $url: String!) { createCause(input: {name: $name,"
    f' description: "We plant.", url: $url, goal: 500, {WHY}}})'
    " { __typename ... on CreateCauseSuccess { cause { id name donated } } " + ERRORS + " } }"
)
CLOSE = (
    f"mutation ($id: ID!) {{ closeCause(input: {{causeId: $id, {WHY}}})"
    " { __typename ... on CloseCauseSuccess { cause { closedAt } } " + ERRORS + " } }"
)
PAY = (
    "mutation ($id: ID!, $key: ID!) { payOutCause(input: {causeId: $id,"
    f' reference: "bank 17", {WHY}}}) @idempotent(key: $key)'
    " { __typename ... on PayOutCauseSuccess { payout { points reference } } " + ERRORS + " } }"
)
UNDO = (
    f"mutation ($id: ID!, $key: ID!) {{ undoDonation(input: {{donationId: $id, {WHY}}})"
    " @idempotent(key: $key) { __typename ... on UndoDonationSuccess { points } " + ERRORS + " } }"
)
DONATE = (
    "mutation ($id: ID!, $points: Points!, $named: Boolean!, $key: ID!) {"
    " donate(input: {causeId: $id, points: $points, named: $named}) @idempotent(key: $key)"
    " { __typename ... on DonateSuccess { donation { id points named cause { id } }"
    " cause { donated } viewer { points { available } } }"
    " ... on CauseNotActive { standing } ... on TransferOverLimit { limit left }"
    " ... on InsufficientPoints { available needed } " + ERRORS + " } }"
)
CAUSES = (
    "{ viewer { causes { nodes { id name goal donated donations standing"
    " donors { nodes { points member { handle } } } } }"
    " donations { nodes { id points named cause { name } } } statement(first: 1)"
    " { nodes { kind amount } } } }"
)


async def donate(door: Door, by: Person, id: str, points: int, **said: Any) -> dict[str, Any]:
    words = {"id": id, "points": points, "named": False, "key": key(), **said}
    return (await door.ask(by, DONATE, **words))["donate"]


async def a_cause(door: Door, by: Person) -> str:
    made = await door.ask(by, CREATE, name="Trees", url="https://trees.example")
    return made["createCause"]["cause"]["id"]


async def test_given_a_cause_when_it_lives_from_its_beginning_to_its_payout_then_all_see_what_came(
    door: Door,
) -> None:
    marketing, finance = await door.operator(Role.MARKETING), await door.operator(Role.FINANCE)
    ada, bob = await door.member(holding=100), await door.member(holding=50)
    id = await a_cause(door, marketing)

    given_ = await donate(door, ada, id, 30, named=True)
    await donate(door, bob, id, 12)
    bobs = (await door.ask(bob, CAUSES))["viewer"]
    (seen,) = [one for one in bobs["causes"]["nodes"] if one["id"] == id]
    early = await door.ask(finance, PAY, id=id, key=key())
    closed = await door.ask(marketing, CLOSE, id=id)
    late = await donate(door, ada, id, 1)
    forbidden = await door.ask(marketing, PAY, id=id, key=key())
    once = {"id": id, "key": key()}
    paid, again = [await door.ask(finance, PAY, **once) for _ in range(2)]

    assert given_["viewer"]["points"]["available"] == 70
    assert (seen["donated"], seen["donations"], seen["standing"]) == (42, 2, "ACTIVE")
    assert seen["donors"]["nodes"] == [{"points": 30, "member": {"handle": ada.me.handle}}]
    assert [one["points"] for one in bobs["donations"]["nodes"]] == [12]
    assert bobs["statement"]["nodes"] == [{"kind": "DONATED", "amount": -12}]
    assert early["payOutCause"]["code"] == "CAUSE_STILL_OPEN"
    assert closed["closeCause"]["cause"]["closedAt"] is not None
    assert (late["__typename"], late["standing"]) == ("CauseNotActive", "CLOSED")
    assert forbidden["payOutCause"]["code"] == "NOT_PERMITTED"
    assert paid["payOutCause"]["payout"] == {"points": 42, "reference": "bank 17"}
    assert again == paid


async def test_given_a_donation_when_repeated_and_undone_then_it_moves_once_each_way(
    door: Door,
) -> None:
    marketing, finance = await door.operator(Role.MARKETING), await door.operator(Role.FINANCE)
    ada = await door.member(holding=100)
    id, once = await a_cause(door, marketing), key()
    first = await donate(door, ada, id, 30, key=once)

    again = await donate(door, ada, id, 30, key=once)
    donation = first["donation"]["id"]
    undone = [await door.ask(finance, UNDO, id=donation, key=key()) for _ in range(2)]

    assert again == first
    assert [one["undoDonation"]["points"] for one in undone] == [30, 30]
    assert await available(door, ada) == 100


async def test_given_each_reason_when_giving_then_it_is_told(door: Door) -> None:
    marketing, south = await door.operator(Role.MARKETING), await door.operator(programme="south")
    ada = await door.member(holding=10)
    id, foreign = await a_cause(door, marketing), await a_cause(door, south)
    bad = await door.ask(marketing, CREATE, name="Trees", url="http://trees.example")
    limit = (
        "mutation ($most: Points) { updateGivingPolicy(input: {donationMonthMax: $most,"
        f" {WHY}}}) {{ __typename ... on UpdateGivingPolicySuccess"
        " { policy { donationMonthMax } } " + ERRORS + " } }"
    )
    admin = await door.operator()

    codes = [
        (await donate(door, ada, id, 0))["code"],
        (await donate(door, ada, "zzz", 1))["code"],
        (await donate(door, ada, foreign, 1))["code"],
    ]
    poor = await donate(door, ada, id, 11)
    await door.ask(admin, limit, most=5)
    over = await donate(door, ada, id, 6)
    unlimited = await door.ask(admin, limit, most=None)

    assert codes == ["BAD_POINTS", "NO_SUCH_CAUSE", "NO_SUCH_CAUSE"]
    assert (poor["available"], poor["needed"]) == (10, 11)
    assert (over["code"], over["limit"], over["left"]) == ("OVER_DONATION_LIMIT", 5, 5)
    assert unlimited["updateGivingPolicy"]["policy"] == {"donationMonthMax": None}
    assert bad["createCause"] == {
        "__typename": "RequestRefused",
        "code": "BAD_CAUSE",
        "path": ["input", "url"],
    }
