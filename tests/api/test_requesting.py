"""Points asked for over the door, and what a friend's points may do."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from api import globalids
from api.globalids import Kind
from domain import transfers
from infra import clock
from tests.api.test_transferring import available, friend_id, key, send
from tests.support import given
from tests.support.client import Door, Person

ERRORS = "... on UserError { __typename code message path retryable }"
ASK = (
    "mutation ($friend: ID!, $points: Points!, $memo: String, $key: ID!) {"
    " requestPoints(input: {friendId: $friend, points: $points, memo: $memo})"
    " @idempotent(key: $key) { __typename ... on RequestPointsSuccess"
    " { request { id direction points memo state member { handle } transfer { id } } }"
    " ... on TooManyOpen { most } " + ERRORS + " } }"
)
PAY = (
    "mutation ($id: ID!, $key: ID!) { payPointRequest(input: {requestId: $id})"
    " @idempotent(key: $key) { __typename ... on PayPointRequestSuccess"
    " { request { id state transfer { id } } transfer { id direction state points }"
    " viewer { points { available held } } } ... on PointRequestClosed { state }"
    " ... on InsufficientPoints { available needed } " + ERRORS + " } }"
)
LIST = (
    "query ($way: Direction!, $open: Boolean) { viewer {"
    " pointRequests(direction: $way, openOnly: $open)"
    " { nodes { id direction state points member { handle } } } } }"
)
AUTO = (
    "mutation ($friend: ID!, $auto: Boolean) {"
    " setAutoAccept(input: {friendId: $friend, autoAccept: $auto})"
    " { __typename ... on SetAutoAcceptSuccess { friendId autoAccept } " + ERRORS + " } }"
)


def answering(verb: str, shown: str) -> str:
    kind = verb[0].upper() + verb[1:]
    return (
        f"mutation ($id: ID!) {{ {verb}(input: {{requestId: $id}}) {{ __typename"
        f" ... on {kind}Success {{ {shown} }} ... on PointRequestClosed {{ state }} {ERRORS} }} }}"
    )


DECLINE = answering("declinePointRequest", "requestId")
CANCEL = answering("cancelPointRequest", "request { state }")


async def ask(door: Door, by: Person, to: Person, points: int, **said: Any) -> dict[str, Any]:
    words = {"friend": friend_id(to), "points": points, "memo": None, "key": key(), **said}
    return (await door.ask(by, ASK, **words))["requestPoints"]


async def pay(door: Door, by: Person, id: str, **said: Any) -> dict[str, Any]:
    return (await door.ask(by, PAY, **{"id": id, "key": key(), **said}))["payPointRequest"]


async def listed(door: Door, by: Person, way: str, *, open: bool = False) -> list[dict[str, Any]]:
    found = await door.ask(by, LIST, way=way, open=open)
    return found["viewer"]["pointRequests"]["nodes"]


async def test_given_a_friend_when_asked_and_paying_then_the_points_are_there_at_once(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)

    asked = (await ask(door, bob, ada, 30, memo="cake"))["request"]
    (waiting,) = await listed(door, ada, "RECEIVED", open=True)
    paid = await pay(door, ada, waiting["id"])

    assert (asked["direction"], asked["state"], asked["memo"]) == ("SENT", "OPEN", "cake")
    assert (waiting["id"], waiting["direction"]) == (asked["id"], "RECEIVED")
    assert waiting["member"]["handle"] == bob.me.handle
    assert (paid["request"]["state"], paid["transfer"]["state"]) == ("PAID", "ACCEPTED")
    assert paid["request"]["transfer"]["id"] == paid["transfer"]["id"]
    assert paid["viewer"]["points"] == {"available": 70, "held": 0}
    assert await available(door, bob) == 30
    assert await listed(door, ada, "RECEIVED", open=True) == []


async def test_given_a_paid_request_when_the_payment_is_repeated_then_it_moves_once(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    id = (await ask(door, bob, ada, 30))["request"]["id"]
    again = key()
    first = await pay(door, ada, id, key=again)

    repeated = await pay(door, ada, id, key=again)
    other = await pay(door, ada, id)

    assert repeated == first
    assert (other["__typename"], other["state"]) == ("PointRequestClosed", "PAID")
    assert await available(door, ada) == 70


async def test_given_a_declined_request_then_only_the_one_who_declined_can_tell(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    id = (await ask(door, bob, ada, 30))["request"]["id"]
    node = "query ($id: ID!) { node(id: $id) { id ... on PointRequest { state } } }"
    before = await door.ask(bob, node, id=id)

    declined = await door.ask(ada, DECLINE, id=id)

    assert declined["declinePointRequest"]["requestId"] == id
    assert await door.ask(bob, node, id=id) == before
    assert await door.ask(ada, node, id=id) == {"node": None}
    assert [one["state"] for one in await listed(door, bob, "SENT")] == ["OPEN"]
    assert await listed(door, ada, "RECEIVED") == []
    assert (await ask(door, bob, ada, 1))["code"] == "ALREADY_ASKED"


async def test_given_each_reason_when_asking_or_paying_then_it_is_told(door: Door) -> None:
    ada, bob = await door.friends(holding=10)
    eve = await door.member()
    id = (await ask(door, bob, ada, 30))["request"]["id"]

    codes = [
        (await ask(door, bob, ada, 0))["code"],
        (await ask(door, bob, bob, 1))["code"],
        (await ask(door, bob, eve, 1))["code"],
        (await pay(door, bob, id))["code"],
        (await pay(door, eve, id))["code"],
        (await pay(door, ada, "zzz"))["code"],
    ]
    poor = await pay(door, ada, id)
    cancelled = await door.ask(bob, CANCEL, id=id)
    late = await door.ask(ada, DECLINE, id=id)

    assert codes == [
        "BAD_POINTS",
        "SELF_TRANSFER",
        "NOT_FRIENDS",
        "POINT_REQUEST_NOT_YOURS",
        "NO_SUCH_POINT_REQUEST",
        "NO_SUCH_POINT_REQUEST",
    ]
    assert (poor["code"], poor["available"], poor["needed"]) == ("INSUFFICIENT_POINTS", 10, 30)
    assert cancelled["cancelPointRequest"]["request"]["state"] == "CANCELLED"
    assert late["declinePointRequest"]["state"] == "CANCELLED"


async def test_given_no_key_when_paying_then_it_is_required(door: Door) -> None:
    ada, _ = await door.friends(holding=10)
    bare = PAY.replace(" @idempotent(key: $key)", "").replace(", $key: ID!", "")

    refused = await door.ask(ada, bare, id="zzz")

    assert refused["payPointRequest"]["code"] == "IDEMPOTENCY_KEY_REQUIRED"


async def test_given_what_one_friend_may_do_when_said_then_it_is_seen_and_holds(
    door: Door,
) -> None:
    ada = await door.member(holding=100)
    bob = await door.member()
    at = clock.now() - timedelta(minutes=1)
    await door.given(lambda tx: given.friendship(ada.me, bob.me, at=at, tx=tx))
    shown = "{ viewer { friends { nodes { id autoAccept } } } }"

    before = await door.ask(bob, shown)
    said = await door.ask(bob, AUTO, friend=friend_id(ada), auto=True)
    after = await door.ask(bob, shown)
    sent = await send(door, ada, bob, 30)
    unsaid = await door.ask(bob, AUTO, friend=friend_id(ada))
    stranger = await door.ask(bob, AUTO, friend=friend_id(await door.member()), auto=True)

    assert before["viewer"]["friends"]["nodes"] == [{"id": friend_id(ada), "autoAccept": None}]
    assert said["setAutoAccept"]["autoAccept"] is True
    assert after["viewer"]["friends"]["nodes"][0]["autoAccept"] is True
    assert sent["transfer"]["state"] == "ACCEPTED"
    assert unsaid["setAutoAccept"]["autoAccept"] is None
    assert stranger["setAutoAccept"]["code"] == "NOT_FRIENDS"


STRICT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "STEP_UP_REQUIRED": ({"confirm_above": 5}, {"above": 5, "minutes": 10}),
    "SENDER_TOO_NEW": ({"sender_age_hours": 9}, {"hours": 9}),
    "FRIEND_TOO_NEW": ({"cooling_hours": 9}, {"hours": 9}),
    "OVER_PAIR_DAY_LIMIT": ({"pair_day_max": 7}, {"limit": 7, "left": 7}),
    "OVER_PAIR_MONTH_LIMIT": ({"pair_month_max": 8}, {"limit": 8, "left": 8}),
}
SEND = (
    "mutation ($friend: ID!, $points: Points!, $key: ID!) {"
    " sendPoints(input: {friendId: $friend, points: $points}) @idempotent(key: $key)"
    " { __typename ... on SendPointsSuccess { transfer { state readyAt } }"
    " ... on TransferOverLimit { limit left } ... on TransferTooEarly { hours allowedAt }"
    " ... on StepUpRequired { above minutes } ... on TooManyOpen { most } " + ERRORS + " } }"
)


@pytest.mark.parametrize("code", STRICT)
async def test_given_a_policy_when_it_forbids_a_transfer_then_its_facts_are_told(
    door: Door, code: str
) -> None:
    policy, facts = STRICT[code]
    slug = f"strict-{code.lower().replace('_', '-')}"
    club = await door.programme(slug)
    ada, bob = await door.friends(slug, holding=100)
    at = clock.now()
    await door.given(
        lambda tx: transfers.set_policy(transfers.Policy(**policy), programme=club.id, at=at, tx=tx)
    )
    token = door.issuer.mint(subject_of(ada), programme=slug, at=at, auth_time=hour_ago(at))

    said = {"friend": friend_id(bob), "points": 10, "key": key()}
    refused = (await door.ask(replace(ada, token=token), SEND, **said))["sendPoints"]

    assert refused["code"] == code
    assert {name: refused[name] for name in facts} == facts
    assert refused["retryable"]
    if code == "STEP_UP_REQUIRED":
        # The very same request, once the member has signed in again.
        done = (await door.ask(ada, SEND, **said))["sendPoints"]
        assert done["transfer"]["state"] == "PENDING"


def hour_ago(at: datetime) -> int:
    return int(at.timestamp()) - 3600


def subject_of(person: Person) -> str:
    """What the person's token calls them."""
    body = person.token.split(".")[1]
    return orjson.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"]


async def test_given_ids_of_other_things_when_paying_then_there_is_no_such_request(
    door: Door,
) -> None:
    ada, _ = await door.friends(holding=10)

    refused = await pay(door, ada, globalids.of(Kind.TRANSFER, b"0" * 16))

    assert refused["code"] == "NO_SUCH_POINT_REQUEST"
