"""A member takes what is kept of them, is forgotten, and comes back as somebody new."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from infra import clock
from tests.journeys.living import Laurel
from tests.journeys.newcomers import WALK_POINTS, Newcomers, Walks, has, joined
from tests.journeys.test_sources import operated
from tests.journeys.test_walk import ACCEPT, Phone, key

SUBJECT = "zoe's sign-in"
# What Zoe has when she goes: a walk, less what she gave, and what came back.
LEFT = WALK_POINTS - 20 + 5

FIELD = """
mutation { defineProfileField(input: {
  key: "favourite_trail", kind: TEXT, label: "Your favourite trail", reason: "A journey"
}) { __typename ... on UserError { code message } } }
"""
TELL = """
mutation { updateProfile(input: {answers: [{key: "favourite_trail", text: "The heron path"}]}) {
  __typename ... on UserError { code message }
} }
"""
REQUEST = """
mutation ($handle: String!) { requestFriend(input: {handle: $handle}) {
  ... on RequestFriendSuccess { request { id } } ... on UserError { code message }
} }
"""
BEFRIEND = """
mutation ($request: ID!) { acceptFriend(input: {requestId: $request}) {
  ... on AcceptFriendSuccess { friend { id } } ... on UserError { code message }
} }
"""
FRIEND = "{ viewer { friends(first: 1) { nodes { id } } } }"
REQUESTS = "{ viewer { friendRequests(direction: RECEIVED) { nodes { id } } } }"
SEND = """
mutation ($friend: ID!, $points: Points!, $memo: String!, $key: ID!) {
  sendPoints(input: {friendId: $friend, points: $points, memo: $memo}) @idempotent(key: $key) {
    ... on SendPointsSuccess { transfer { id state } } ... on UserError { code message }
  }
}
"""
EXPORT = """
mutation { exportMyData(input: {}) {
  ... on ExportMyDataSuccess { document } ... on UserError { code message }
} }
"""
ERASE = """
mutation { requestErasure(input: {handle: "zoe"}) {
  ... on RequestErasureSuccess { pointsGivenUp } ... on UserError { code }
} }
"""
VIEWER = "{ viewer { handle } }"
STATEMENT = """
{ viewer { points { available } friends { nodes { id } } statement(first: 10) { nodes {
  kind amount balanceAfter friend { handle name } transfer { memo }
} } } }
"""


async def befriend(one: Phone, other: Phone, *, handle: str) -> None:
    """One asks the other, whose handle it is, to be friends, and they are."""
    await one.ask(REQUEST, handle=handle)
    (request,) = (await other.ask(REQUESTS))["viewer"]["friendRequests"]["nodes"]
    answer = await other.ask(BEFRIEND, request=request["id"])
    assert "friend" in answer["acceptFriend"], answer


async def give(one: Phone, other: Phone, points: int, *, memo: str) -> None:
    """Points from one to the other, who is their only friend and takes them."""
    (friend,) = (await one.ask(FRIEND))["viewer"]["friends"]["nodes"]
    told = {"friend": friend["id"], "points": points, "memo": memo, "key": key()}
    transfer = (await one.ask(SEND, **told))["sendPoints"]["transfer"]
    taken = await other.ask(ACCEPT, transfer=transfer["id"], key=key())
    assert taken["acceptTransfer"]["transfer"]["state"] == "ACCEPTED", taken


def changes(statement: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    """What changed the balance, newest first; what was only set aside is left out."""
    return [
        (entry["kind"], entry["amount"], entry["balanceAfter"])
        for entry in statement
        if entry["kind"] not in {"SET_ASIDE", "GIVEN_BACK"}
    ]


@dataclass(frozen=True, slots=True)
class Life:
    """A member with a name, an answer, a friend, points and memos, and that friend.

    pocketed -- the phone of whoever found the member's, an hour after they had signed in.
    """

    zoe: Phone
    vera: Phone
    pocketed: Phone
    number: str


async def a_life(laurel: Laurel, http: httpx.AsyncClient) -> Life:
    """Zoe walks, gives Vera 20 of her points, and gets 5 back."""
    newcomers, walks = Newcomers(laurel, http), Walks(laurel, http, "herons")
    zoe, vera = newcomers.phone(SUBJECT), await newcomers.joins("vera", name="Vera")
    number = (await joined(zoe, "zoe", name="Zoe Quillfeather"))["loyaltyNumber"]
    await operated(laurel, http, FIELD)
    await zoe.ask(TELL)
    await befriend(zoe, vera, handle="vera")
    await walks.told(number)
    await has(zoe, WALK_POINTS)
    await give(zoe, vera, 20, memo="For the blue kettle")
    await give(vera, zoe, 5, memo="The change")
    long_ago = int((clock.now() - timedelta(hours=1)).timestamp())
    return Life(zoe, vera, newcomers.phone(SUBJECT, auth_time=long_ago), number)


async def test_given_a_member_with_a_life_when_erased_then_nobody_is_left_and_every_sum_is(
    laurel: Laurel,
) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        life = await a_life(laurel, http)

        document = (await life.zoe.ask(EXPORT))["exportMyData"]["document"]
        refused = (await life.pocketed.ask(ERASE))["requestErasure"]
        erased = (await life.zoe.ask(ERASE))["requestErasure"]
        gone = await life.zoe.ask(VIEWER)
        seen = (await life.vera.ask(STATEMENT))["viewer"]
        back = await joined(life.zoe, "zoe", name="Zoe Quillfeather")

    (told,) = json.loads(document)["members"]
    assert told["member"][0]["name"] == "Zoe Quillfeather"
    assert told["profile_value"][0]["words"] == "The heron path"
    assert [row["memo"] for row in told["transfer"]] == ["For the blue kettle", None]
    assert (len(told["friendship"]), "Vera" in document) == (1, False)
    assert told["statement"][-1]["balance_after"] == LEFT
    assert refused == {"code": "STEP_UP_REQUIRED"}
    assert erased == {"pointsGivenUp": LEFT}
    assert gone == {"viewer": None}
    statement = seen["statement"]["nodes"]
    assert (seen["points"]["available"], seen["friends"]["nodes"]) == (15, [])
    assert changes(statement) == [("SENT", -5, 15), ("RECEIVED", 20, 20)]
    assert {entry["friend"]["name"] for entry in statement} == {""}
    assert all(entry["friend"]["handle"].startswith("former-") for entry in statement)
    assert {entry["transfer"]["memo"] for entry in statement} == {None, "The change"}
    assert (back["handle"], back["points"]["available"]) == ("zoe", 0)
    assert back["loyaltyNumber"] != life.number
    assert all(verdict["sound"] for verdict in laurel.run("verify"))
