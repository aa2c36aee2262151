"""Transfers over the door: what works, and every reason to say no."""

from datetime import timedelta
from typing import Any

import pytest

from api import globalids
from api.globalids import Kind
from domain import friends
from infra import clock, ids
from tests.support import documents, given
from tests.support.client import Door, Person
from tests.support.documents import SEND


def key() -> str:
    return str(ids.new(clock.now()))


def friend_id(person: Person) -> str:
    return globalids.of(Kind.FRIEND, person.me.id)


async def send(door: Door, by: Person, to: Person, points: int, **more: Any) -> dict[str, Any]:
    said = {"friend": friend_id(to), "points": points, "key": key()} | more
    return (await door.ask(by, SEND, **said))["sendPoints"]


async def answer(door: Door, by: Person, verb: str, transfer: str) -> dict[str, Any]:
    return (await door.ask(by, documents.answering(verb), id=transfer, key=key()))[verb]


async def available(door: Door, person: Person) -> int:
    return (await door.ask(person, documents.POINTS))["viewer"]["points"]["available"]


async def test_given_two_friends_when_one_sends_then_the_points_wait_set_aside(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)

    sent = await send(door, ada, bob, 30, memo="for the coffee")

    assert sent["__typename"] == "SendPointsSuccess"
    assert sent["transfer"]["state"] == "PENDING"
    assert sent["transfer"]["memo"] == "for the coffee"
    assert sent["transfer"]["member"] == {"handle": bob.me.handle, "name": "Bob"}
    assert sent["viewer"]["points"] == {"available": 70, "held": 30}


ANSWERS = {
    "acceptTransfer": ("bob", "ACCEPTED", 70, 30),
    "declineTransfer": ("bob", "DECLINED", 100, 0),
    "cancelTransfer": ("ada", "CANCELLED", 100, 0),
}


@pytest.mark.parametrize("verb", ANSWERS)
async def test_given_an_offer_when_it_is_answered_then_the_points_are_where_they_belong(
    door: Door, verb: str
) -> None:
    who, state, adas, bobs = ANSWERS[verb]
    ada, bob = await door.friends(holding=100)
    sent = await send(door, ada, bob, 30)

    answered = await answer(door, {"ada": ada, "bob": bob}[who], verb, sent["transfer"]["id"])

    assert answered["transfer"]["state"] == state
    assert (await available(door, ada), await available(door, bob)) == (adas, bobs)


async def test_given_a_friend_who_accepts_automatically_when_sent_then_they_have_it_at_once(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    await door.ask(bob, "mutation { updateProfile(input: {autoAccept: true}) { __typename } }")

    sent = await send(door, ada, bob, 30)

    assert sent["transfer"]["state"] == "ACCEPTED"
    assert await available(door, bob) == 30


SENDINGS: dict[str, tuple[dict[str, Any], str, str, list[str] | None]] = {
    "zero": ({"points": 0}, "RequestRefused", "BAD_POINTS", ["input", "points"]),
    "negative": ({"points": -5}, "RequestRefused", "BAD_POINTS", ["input", "points"]),
    "a long memo": ({"memo": "x" * 141}, "RequestRefused", "BAD_MEMO", ["input", "memo"]),
    "no id at all": ({"friend": "zzz"}, "RequestRefused", "NO_SUCH_MEMBER", None),
    "an id of another kind": (
        {"friend": globalids.of(Kind.TRANSFER, b"0" * 16)},
        "RequestRefused",
        "NO_SUCH_MEMBER",
        None,
    ),
    "an unknown friend": (
        {"friend": globalids.of(Kind.FRIEND, b"0" * 16)},
        "RequestRefused",
        "NO_SUCH_MEMBER",
        None,
    ),
    "more than there is": ({"points": 101}, "InsufficientPoints", "INSUFFICIENT_POINTS", None),
    "more than one transfer carries": (
        {"points": 5000},
        "TransferOverLimit",
        "OVER_TRANSFER_LIMIT",
        ["input", "points"],
    ),
    "a key that is no UUID": ({"key": "x"}, "RequestRefused", "IDEMPOTENCY_KEY_INVALID", None),
    "a random UUID": (
        {"key": "6f9619ff-8b86-4011-b42d-00c04fc964ff"},
        "RequestRefused",
        "IDEMPOTENCY_KEY_INVALID",
        None,
    ),
    "a key of the far future": (
        {"key": "ffffffff-ffff-7fff-bfff-ffffffffffff"},
        "RequestRefused",
        "IDEMPOTENCY_KEY_INVALID",
        None,
    ),
    "a key of tomorrow's tomorrow": (
        {"key": str(ids.new(clock.now() + timedelta(days=2, hours=1)))},
        "RequestRefused",
        "IDEMPOTENCY_KEY_INVALID",
        None,
    ),
    "an old key": (
        {"key": str(ids.new(clock.now() - timedelta(days=30, minutes=1)))},
        "RequestRefused",
        "IDEMPOTENCY_KEY_EXPIRED",
        None,
    ),
}


@pytest.mark.parametrize("said", SENDINGS)
async def test_given_a_bad_request_when_sending_then_it_is_refused_and_nothing_moves(
    door: Door, said: str
) -> None:
    more, kind, code, path = SENDINGS[said]
    ada, bob = await door.friends(holding=100)

    refused = await send(door, ada, bob, **({"points": 30} | more))

    assert (refused["__typename"], refused["code"], refused["path"]) == (kind, code, path)
    assert await available(door, ada) == 100


async def test_given_too_few_points_when_sending_then_the_refusal_says_how_many(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)

    refused = await send(door, ada, bob, 130)

    assert (refused["available"], refused["needed"]) == (100, 130)


async def test_given_oneself_a_stranger_and_a_blocked_friend_when_sending_then_it_is_refused(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    eve = await door.member()
    await door.given(lambda tx: friends.block(bob.me, friend=ada.me.id, at=given.NOON, tx=tx))

    codes = [(await send(door, ada, to, 30))["code"] for to in (ada, eve, bob)]

    assert codes == ["SELF_TRANSFER", "NOT_FRIENDS", "NOT_FRIENDS"]


async def test_given_the_days_limit_when_sending_beyond_it_then_it_says_what_is_left(
    door: Door,
) -> None:
    await door.programme("daily", transfer_max=50, transfer_day_max=60)
    ada, bob = await door.friends("daily", holding=100)
    await send(door, ada, bob, 50)

    refused = await send(door, ada, bob, 20)

    assert (refused["code"], refused["limit"], refused["left"]) == ("OVER_DAY_LIMIT", 60, 10)
    assert refused["retryable"]


async def test_given_no_key_when_points_would_move_then_it_is_required(door: Door) -> None:
    ada, bob = await door.friends(holding=100)
    bare = SEND.replace("@idempotent(key: $key)", "").replace(", $key: ID!", "")
    bare_answer = documents.answering("acceptTransfer").replace("@idempotent(key: $key)", "")

    sent = await door.ask(ada, bare, friend=friend_id(bob), points=1)
    taken = await door.ask(bob, bare_answer.replace(", $key: ID!", ""), id="zzz")

    assert sent["sendPoints"]["code"] == "IDEMPOTENCY_KEY_REQUIRED"
    assert taken["acceptTransfer"]["code"] == "IDEMPOTENCY_KEY_REQUIRED"


async def test_given_two_keys_on_one_field_when_sending_then_it_is_refused(door: Door) -> None:
    ada, bob = await door.friends(holding=100)
    field = "sendPoints(input: {friendId: $f, points: 1}) @idempotent(key: $%s)"
    errors = "{ ... on UserError { code } }"

    data = await door.ask(
        ada,
        f"mutation ($f: ID!, $a: ID!, $b: ID!) {{ {field % 'a'} {errors} {field % 'b'} {errors} }}",
        f=friend_id(bob),
        a=key(),
        b=key(),
    )

    assert data["sendPoints"]["code"] == "IDEMPOTENCY_KEY_INVALID"


@pytest.mark.parametrize("verb", ANSWERS)
async def test_given_somebody_else_when_they_answer_then_there_is_no_such_transfer_or_not_theirs(
    door: Door, verb: str
) -> None:
    ada, bob = await door.friends(holding=100)
    eve, stranger = await door.member(), await door.member("south")
    transfer = (await send(door, ada, bob, 30))["transfer"]["id"]
    wrong_end = ada if ANSWERS[verb][0] == "bob" else bob

    codes = [
        (await answer(door, who, verb, transfer))["code"] for who in (eve, stranger, wrong_end)
    ]

    assert codes == ["NO_SUCH_TRANSFER", "NO_SUCH_TRANSFER", "TRANSFER_NOT_YOURS"]
    assert (await answer(door, ada, verb, "zzz"))["code"] == "NO_SUCH_TRANSFER"


@pytest.mark.parametrize("verb", ANSWERS)
async def test_given_an_answered_transfer_when_it_is_answered_otherwise_then_it_is_closed(
    door: Door, verb: str
) -> None:
    ada, bob = await door.friends(holding=100)
    transfer = (await send(door, ada, bob, 30))["transfer"]["id"]
    first = "declineTransfer" if verb == "acceptTransfer" else "acceptTransfer"
    await answer(door, bob, first, transfer)

    refused = await answer(door, ada if verb == "cancelTransfer" else bob, verb, transfer)

    assert (refused["__typename"], refused["code"]) == ("TransferClosed", "TRANSFER_CLOSED")
    assert refused["state"] == ("DECLINED" if first == "declineTransfer" else "ACCEPTED")


async def test_given_transfers_when_filtered_then_only_those_come_and_cursors_stay_apart(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    for points in (1, 2, 3):
        await send(door, ada, bob, points)
    listed = """query ($s: [TransferState!], $d: Direction, $after: Cursor) {
      viewer { transfers(states: $s, direction: $d, first: 2, after: $after) {
        nodes { points direction } pageInfo { endCursor hasNextPage } } } }"""

    sent = (await door.ask(ada, listed, d="SENT"))["viewer"]["transfers"]
    rest = await door.ask(ada, listed, d="SENT", after=sent["pageInfo"]["endCursor"])
    received = (await door.ask(bob, listed, d="RECEIVED", s=["PENDING"]))["viewer"]["transfers"]
    none = (await door.ask(bob, listed, d="SENT"))["viewer"]["transfers"]["nodes"]
    accepted = (await door.ask(ada, listed, s=["ACCEPTED"]))["viewer"]["transfers"]["nodes"]
    astray = await door.answer(ada, listed, d="RECEIVED", after=sent["pageInfo"]["endCursor"])

    assert [one["points"] for one in sent["nodes"]] == [3, 2]
    assert [one["points"] for one in rest["viewer"]["transfers"]["nodes"]] == [1]
    assert [one["direction"] for one in received["nodes"]] == ["RECEIVED", "RECEIVED"]
    assert (none, accepted) == ([], [])
    assert astray["errors"][0]["extensions"]["code"] == "BAD_CURSOR"
