"""graphql-transport-ws, message by message."""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import orjson
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api import sockets
from infra import clock, observing
from tests.support import waiting
from tests.support.client import Door, Line, Person, line
from tests.support.documents import WATCH

INIT = {"type": "connection_init"}
WATCHING = {"query": WATCH}


@pytest.fixture(scope="module")
async def ada(door: Door) -> Person:
    return await door.member(name="Ada")


def subscribing(id: str, payload: Any = WATCHING) -> dict[str, Any]:
    return {"type": "subscribe", "id": id, "payload": payload}


async def test_given_a_query_when_sent_over_the_socket_then_it_is_answered_and_completed(
    door: Door, ada: Person
) -> None:
    async with line(door, ada) as opened:
        await opened.watch("{ viewer { name } }", id="q")

        answer, end = await opened.hear(), await opened.hear()

    assert answer["payload"] == {"data": {"viewer": {"name": "Ada"}}}
    assert end == {"type": "complete", "id": "q"}


async def test_given_a_mutation_when_sent_over_the_socket_then_it_is_carried_out(
    door: Door,
) -> None:
    bob = await door.member(name="Bob")
    change = 'mutation { updateProfile(input: {name: "Bobby"}) { __typename } }'
    async with line(door, bob) as opened:
        await opened.watch(change)

        answer = await opened.event()

    assert answer["updateProfile"]["__typename"] == "UpdateProfileSuccess"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "PARSE_FAILED"),
        ("{ nope }", "VALIDATION_FAILED"),
        ("{" + "__typename " * 1600 + "}", "LIMIT_EXCEEDED"),
        ("query ($id: ID!) { node(id: $id) { id } }", "BAD_VARIABLES"),
        ('subscription { pointsChanged(after: "zzz") { cursor } }', "BAD_CURSOR"),
        ("subscription ($a: Cursor!) { pointsChanged(after: $a) { cursor } }", "BAD_VARIABLES"),
        ("query A { viewer { id } } query B { viewer { id } }", "BAD_REQUEST"),
        (
            "subscription { a: pointsChanged { cursor } b: pointsChanged { cursor } }",
            "LIMIT_EXCEEDED",
        ),
    ],
)
async def test_given_a_document_that_cannot_run_when_sent_then_an_error_comes_and_the_socket_stays(
    door: Door, ada: Person, query: str, code: str
) -> None:
    async with line(door, ada) as opened:
        await opened.watch(query, id="bad")
        error = await opened.hear()
        await opened.watch("{ viewer { name } }", id="good")
        answer = await opened.event()

    assert (error["type"], error["id"]) == ("error", "bad")
    assert error["payload"][0]["extensions"]["code"] == code
    assert answer == {"viewer": {"name": "Ada"}}


CLOSED: dict[str, tuple[list[Any], int]] = {
    "a subscribe before init": ([subscribing("1")], 4401),
    "init twice": (["init", INIT], 4429),
    "no JSON": (["init", "not json"], 4400),
    "an unknown type": (["init", {"type": "weird"}], 4400),
    "no type": (["init", {}], 4400),
    "a type that is a number": (["init", {"type": 1}], 4400),
    "an id used twice": (["init", subscribing("1"), subscribing("1")], 4409),
    "a query that is a number": (["init", subscribing("1", {"query": 123})], 4400),
    "no payload": (["init", {"type": "subscribe", "id": "1"}], 4400),
    "a payload that is a list": (["init", subscribing("1", [])], 4400),
    "an empty id": (["init", subscribing("")], 4400),
    "an id that is a number": (["init", {"type": "complete", "id": 1}], 4400),
    "a list": (["init", [1, 2]], 4400),
    "null": (["init", "null"], 4400),
    "a binary frame": (["init", b"{}"], 4400),
    "a frame that is too large": (["init", "x" * 70_000], 1009),
    "no token": ([INIT], 4403),
    "a bad token": ([{**INIT, "payload": {"authorization": "Bearer x"}}], 4403),
    "a token that is a number": ([{**INIT, "payload": {"authorization": 5}}], 4403),
}


@pytest.mark.parametrize("name", CLOSED)
async def test_given_a_message_against_the_protocol_when_sent_then_it_closes_with_its_code(
    door: Door, ada: Person, name: str
) -> None:
    messages, code = CLOSED[name]
    good = {**INIT, "payload": {"authorization": f"Bearer {ada.token}"}}
    async with door.connect() as socket:
        for message in messages:
            said = good if message == "init" else message
            await socket.send(
                said if isinstance(said, str | bytes) else orjson.dumps(said).decode()
            )

        assert await Line(socket).closed() == code


async def test_given_silence_when_five_seconds_pass_then_the_socket_is_closed(door: Door) -> None:
    async with door.connect() as socket:
        assert await Line(socket).closed(seconds=7) == 4408


async def test_given_another_protocol_when_connecting_then_it_is_not_acceptable(
    door: Door,
) -> None:
    async with door.connect(subprotocols=["graphql-ws"]) as socket:
        assert await Line(socket).closed() == 4406


async def test_given_pings_when_sent_at_any_time_then_they_are_answered(
    door: Door, ada: Person
) -> None:
    async with line(door, None) as opened:
        await opened.say(type="ping", payload={"a": 1})
        before = await opened.hear()
        await opened.say(type="connection_init", payload={"authorization": f"Bearer {ada.token}"})
        await opened.hear()
        await opened.say(type="ping")
        after = await opened.hear()

    assert before == {"type": "pong", "payload": {"a": 1}}
    assert after == {"type": "pong"}


async def test_given_twenty_operations_when_one_more_starts_then_only_that_one_is_refused(
    door: Door, ada: Person
) -> None:
    async with line(door, ada) as opened:
        for n in range(21):
            await opened.watch(WATCH, id=f"s{n}")

        heard = [await opened.hear() for _ in range(21)]
        await opened.say(type="complete", id="s0")
        await opened.watch("{ viewer { name } }", id="later")
        later = await opened.hear()

    errors = [one for one in heard if one["type"] == "error"]
    assert [one["id"] for one in errors] == ["s20"]
    assert errors[0]["payload"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert later["id"] == "later"


async def test_given_a_completed_operation_when_its_id_is_used_again_then_it_is_free(
    door: Door, ada: Person
) -> None:
    async with line(door, ada) as opened:
        await opened.watch(WATCH, id="1")
        await opened.event()
        await opened.say(type="complete", id="1")
        await opened.watch("{ viewer { name } }", id="1")

        assert (await opened.event()) == {"viewer": {"name": "Ada"}}


async def test_given_a_token_that_ends_when_it_does_then_the_socket_is_closed(door: Door) -> None:
    ada = await door.member()
    lifetime = timedelta(seconds=-58)  # The leeway is 60 seconds: two are left.

    async def subject(tx: Any) -> Any:
        return await tx.value("SELECT subject FROM member_identity WHERE member = $1", ada.me.id)

    token = door.issuer.mint(
        await door.given(subject), programme="north", at=clock.now(), lifetime=lifetime
    )
    async with line(door, Person(token)) as opened:
        await opened.watch(WATCH)
        await opened.event()

        assert await opened.closed(seconds=5) == 4401


async def test_given_somebody_who_has_not_joined_when_they_watch_then_they_are_told(
    door: Door,
) -> None:
    async with line(door, door.stranger()) as opened:
        await opened.watch(WATCH)

        heard = await opened.hear()

    assert heard["type"] == "error"
    assert heard["payload"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_given_allowed_origins_when_a_page_of_another_connects_then_it_is_refused(
    door: Door, ada: Person
) -> None:
    door.settings.allowed_origins = ("https://laurel.example",)
    try:
        with pytest.raises(InvalidStatus) as refused:
            async with door.connect(origin="https://evil.example"):
                pass
        async with door.connect(origin="https://laurel.example") as socket:
            assert socket.subprotocol == "graphql-transport-ws"
        async with door.connect() as socket:
            assert socket.subprotocol == "graphql-transport-ws"
    finally:
        door.settings.allowed_origins = ()

    assert refused.value.response.status_code == 403


async def test_given_a_client_that_takes_nothing_when_its_buffers_are_full_then_it_is_closed(
    door: Door, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "SEND_SECONDS", 0.5)
    ping = orjson.dumps({"type": "ping", "payload": {"x": "a" * 60_000}}).decode()
    before = observing.SUBSCRIPTIONS._value.get()
    async with line(door, ada) as opened:
        await opened.watch(WATCH)
        await opened.event()
        during = observing.SUBSCRIPTIONS._value.get()

        async def flood() -> None:
            with suppress(ConnectionClosed):
                for _ in range(2000):
                    await opened.socket.send(ping)

        async def ended() -> bool:
            return bool(observing.SUBSCRIPTIONS._value.get() == before)

        flooding = asyncio.create_task(flood())
        await waiting.until(ended, seconds=15)
        flooding.cancel()
        opened.socket.transport.abort()

    assert during == before + 1


async def test_given_a_client_that_vanishes_when_it_was_watching_then_nothing_of_it_is_left(
    door: Door, ada: Person
) -> None:
    before = len(asyncio.all_tasks())
    for _ in range(5):
        async with line(door, ada) as opened:
            await opened.watch(WATCH)
            await opened.event()
            opened.socket.transport.abort()
    await asyncio.sleep(0.3)

    assert len(asyncio.all_tasks()) <= before + 2
