"""GraphQL over server-sent events: the distinct connections mode, and what stays as it was."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest

from api import streaming
from infra import observing
from tests.api.test_live import give
from tests.support import waiting
from tests.support.client import Door, Person
from tests.support.documents import WATCH

STREAM = "text/event-stream"
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json,"
    " text/event-stream, multipart/mixed"
)
APOLLO = "application/graphql-response+json,application/json;q=0.9"
NAME = "{ viewer { name } }"
SIGN_OUT = "mutation { signOut(input: {everywhere: true}) { __typename } }"


@dataclass
class Heard:
    """One event of a stream."""

    event: str
    data: Any
    id: str | None


class Ears:
    """Reads the events of a response, one at a time."""

    def __init__(self, response: httpx.Response) -> None:
        self.response, self._lines = response, response.aiter_lines()

    async def event(self, seconds: float = 5.0) -> Heard:
        """The next one; comments are passed over."""
        said: dict[str, str] = {}
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                if line == "" and said:
                    data = said.get("data") or None
                    return Heard(said["event"], data and orjson.loads(data), said.get("id"))
                name, _, value = line.partition(":")
                if name:
                    said[name] = value.removeprefix(" ")
        raise AssertionError("the stream ended")


@asynccontextmanager
async def stream(
    door: Door, by: Person | None, query: str, *, method: str = "POST", **said: Any
) -> AsyncIterator[Ears]:
    headers = {"accept": said.pop("accept", STREAM), **(by.headers if by else {})}
    headers |= {"last-event-id": said.pop("last")} if "last" in said else {}
    words: dict[str, Any] = {"json": {"query": query, "variables": said}}
    if method == "GET":
        words = {"params": {"query": query, "variables": orjson.dumps(said).decode()}}
    async with door.http.stream(method, door.url, headers=headers, **words) as response:
        yield Ears(response)


@pytest.fixture(scope="module")
async def ada(door: Door) -> Person:
    return await door.member(name="Ada", holding=5)


async def nobody_watches() -> bool:
    return bool(observing.SUBSCRIPTIONS._value.get() == 0)


def code(heard: Heard) -> str:
    found: str = heard.data["errors"][0]["extensions"]["code"]
    return found


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("accept", [STREAM, URQL])
async def test_given_a_subscription_when_asked_as_a_stream_then_events_come_with_their_places(
    door: Door, method: str, accept: str
) -> None:
    ada = await door.member(holding=5)
    async with stream(door, ada, WATCH, method=method, accept=accept) as ears:
        first = await ears.event()
        await give(door, ada, 10)
        second = await ears.event()
        kind = ears.response.headers["content-type"]

    assert kind == f"{STREAM}; charset=utf-8"
    assert (first.event, second.event) == ("next", "next")
    assert first.data["data"]["pointsChanged"]["points"]["available"] == 5
    assert second.data["data"]["pointsChanged"]["entry"]["amount"] == 10
    assert second.id == second.data["data"]["pointsChanged"]["cursor"]


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_given_a_last_event_id_when_connecting_again_then_it_goes_before_the_variable(
    door: Door, method: str
) -> None:
    ada = await door.member(holding=1)
    async with stream(door, ada, WATCH, method=method) as ears:
        start = (await ears.event()).id
        await give(door, ada, 2)
        last = (await ears.event()).id
    await give(door, ada, 3)

    async with stream(door, ada, WATCH, method=method, after=start, last=last) as ears:
        missed = await ears.event()

    assert missed.data["data"]["pointsChanged"]["entry"]["amount"] == 3


ENDS: dict[str, tuple[dict[str, Any], str]] = {
    "no document": ({"query": "{"}, "PARSE_FAILED"),
    "nothing known": ({"query": "{ nope }"}, "VALIDATION_FAILED"),
    "no such operation": ({"query": "{ viewer { id } }", "operationName": "X"}, "BAD_REQUEST"),
    "no query": ({}, "BAD_REQUEST"),
    "a made-up place": ({"query": WATCH, "variables": {"after": "zzz"}}, "BAD_CURSOR"),
    "bad variables": ({"query": WATCH, "variables": {"after": 5}}, "BAD_VARIABLES"),
    "a board of nobody": (
        {"query": 'subscription { boardMoved(boardId: "zzz") { place } }'},
        "BAD_ARGUMENT",
    ),
}


@pytest.mark.parametrize("name", ENDS)
async def test_given_what_cannot_run_when_asked_as_a_stream_then_a_next_says_so_and_it_is_over(
    door: Door, ada: Person, name: str
) -> None:
    said, expected = ENDS[name]
    headers = {"accept": STREAM, **ada.headers}
    async with door.http.stream("POST", door.url, headers=headers, json=said) as response:
        ears = Ears(response)
        told, end = await ears.event(), await ears.event()

    assert (response.status_code, told.event, end.event) == (200, "next", "complete")
    assert code(told) == expected


async def test_given_no_token_when_asked_as_a_stream_then_it_is_a_plain_401(door: Door) -> None:
    response = await door.post({"query": WATCH}, accept=STREAM)

    assert response.status_code == 401
    assert response.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("accept", [URQL, APOLLO, "*/*", "", f"{STREAM};q=0, application/json"])
async def test_given_what_clients_accept_when_they_ask_a_query_then_the_answer_is_json(
    door: Door, ada: Person, accept: str
) -> None:
    response = await door.post({"query": NAME}, by=ada, accept=accept)
    failed = await door.post({"query": "{ nope }"}, by=ada, accept=accept)

    assert "json" in response.headers["content-type"]
    assert response.json() == {"data": {"viewer": {"name": "Ada"}}}
    assert "json" in failed.headers["content-type"]


async def test_given_a_client_that_takes_only_streams_when_it_asks_a_query_then_it_gets_one(
    door: Door, ada: Person
) -> None:
    async with stream(door, ada, NAME) as ears:
        told, end = await ears.event(), await ears.event()

    assert told.data == {"data": {"viewer": {"name": "Ada"}}}
    assert end.event == "complete"


REFUSED = {
    "a subscription as JSON": ("POST", "application/json", WATCH, 400),
    "a subscription to whoever takes anything": ("POST", "*/*", WATCH, 400),
    "a query by GET": ("GET", STREAM, NAME, 405),
    "a query by GET beside JSON": ("GET", URQL, NAME, 405),
    "a mutation by GET": ("GET", STREAM, SIGN_OUT, 405),
    "a subscription by GET as JSON": ("GET", "application/json", WATCH, 405),
    "another method": ("PUT", STREAM, WATCH, 405),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_given_a_way_that_is_not_offered_when_asked_then_the_status_says_so(
    door: Door, ada: Person, name: str
) -> None:
    method, accept, query, status = REFUSED[name]
    headers = {"accept": accept, **ada.headers}
    sent = {"json": {"query": query}} if method != "GET" else {"params": {"query": query}}

    response = await door.http.request(method, door.url, headers=headers, **sent)

    assert response.status_code == status


async def test_given_silence_when_time_passes_then_a_comment_keeps_the_stream_open(
    door: Door, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "KEEP_ALIVE_SECONDS", 0.05)
    async with stream(door, ada, WATCH) as ears:
        await ears.event()
        beat = await asyncio.wait_for(anext(ears._lines), 5)

    assert beat == ":"


async def test_given_a_client_that_vanishes_when_it_was_watching_then_nothing_of_it_is_left(
    door: Door, ada: Person
) -> None:
    await waiting.until(nobody_watches, seconds=5)
    tasks = len(asyncio.all_tasks())
    async with stream(door, ada, WATCH) as ears:
        await ears.event()
        during = observing.SUBSCRIPTIONS._value.get()
    await waiting.until(nobody_watches, seconds=5)
    await asyncio.sleep(0.1)

    assert during == 1
    assert len(asyncio.all_tasks()) <= tasks + 2


async def test_given_a_client_that_takes_nothing_when_its_buffers_are_full_then_it_is_left(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "SEND_SECONDS", 0.3)
    monkeypatch.setattr(streaming, "KEEP_ALIVE_SECONDS", 0.0)
    monkeypatch.setattr(streaming, "BEAT", b":" + b"x" * 60_000 + b"\n\n")
    ada = await door.member()
    await waiting.until(nobody_watches, seconds=5)
    host, _, port = door.at("").removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    body = orjson.dumps({"query": WATCH})
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ada.token}\r\n"
    head += f"accept: {STREAM}\r\ncontent-type: application/json\r\n"
    writer.write(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
    await reader.readline()

    async def watched() -> bool:
        return not await nobody_watches()

    await waiting.until(watched, seconds=5)
    await waiting.until(nobody_watches, seconds=15)
    writer.transport.abort()


async def test_given_a_stream_when_its_session_is_ended_then_it_says_so_and_is_over(
    door: Door,
) -> None:
    ada = await door.member()
    async with stream(door, ada, WATCH) as ears:
        await ears.event()
        await door.ask(ada, SIGN_OUT)
        told, end = await ears.event(), await ears.event()

    assert code(told) == "UNAUTHENTICATED"
    assert end.event == "complete"
