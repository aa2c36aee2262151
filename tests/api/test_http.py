"""GraphQL over HTTP: media types, statuses, shapes, limits, and nothing that ends in a 5xx."""

import asyncio
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest

from api.negotiating import JSON, RESPONSE, preferred
from infra.settings import Environment
from tests.support import client
from tests.support.client import Door, Person
from tests.support.loops import longest_pause
from tests.support.servers import Postgres

VIEWER = {"query": "{ viewer { name } }"}
MANY = " ".join(f"a{n}: viewer {{ name }}" for n in range(40))


@pytest.fixture(scope="module")
async def ada(door: Door) -> Person:
    return await door.member(name="Ada")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{JSON}, {RESPONSE}", JSON),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{JSON};q=0.5, {RESPONSE};q=0.8", RESPONSE),
        (f"{RESPONSE};q=0, */*", JSON),
        (f"{JSON};q=0", None),
        (f"{JSON};q=0, */*", None),
        ("text/html", None),
        ("image/png, text/*;q=0.3", None),
        (f"{RESPONSE}; charset=utf-8", RESPONSE),
        (f"{JSON};q=zzz", None),
    ],
)
def test_the_media_type_follows_quality_then_order(accept: str, chosen: str | None) -> None:
    assert preferred(accept) == chosen


@pytest.mark.parametrize("media", [JSON, RESPONSE])
async def test_given_a_good_request_when_asked_then_it_answers_in_the_type_asked_for(
    door: Door, ada: Person, media: str
) -> None:
    response = await door.post(VIEWER, by=ada, accept=media)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.json() == {"data": {"viewer": {"name": "Ada"}}}
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "GET", "HEAD", "OPTIONS"])
async def test_given_another_method_when_asked_then_only_post_is_allowed(
    door: Door, ada: Person, method: str
) -> None:
    response = await door.http.request(
        method, f"{door.url}?query={{viewer{{name}}}}", headers=ada.headers
    )

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_given_no_type_we_have_when_asked_then_it_is_not_acceptable(
    door: Door, ada: Person
) -> None:
    response = await door.post(VIEWER, by=ada, accept="image/png")

    assert response.status_code == 406
    assert code(response) == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "text/plain; x=application/json",
        "xapplication/jsonx",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "",
    ],
)
async def test_given_a_body_of_another_type_when_asked_then_it_is_unsupported(
    door: Door, ada: Person, kind: str
) -> None:
    response = await door.post(VIEWER, by=ada, content_type=kind)

    assert response.status_code == 415
    assert code(response) == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"5",
        b"null",
        b'"x"',
        b"[]",
        b'[{"query":"{viewer{name}}"}]',
        b"{",
        b'{"query":"{\xff}"}',
        b"{}",
        b'{"query":null}',
        b'{"query":""}',
        b'{"query":5}',
        b'{"query":["x"]}',
        b'{"query":"{viewer{name}}","variables":"x"}',
        b'{"query":"{viewer{name}}","variables":[1]}',
        b'{"query":"query A{viewer{name}}","operationName":5}',
        b'{"query":"{viewer{name}}","extensions":"x"}',
        b'{"query":"{viewer{name}}","variables":{"a":' + b"[" * 20000 + b"]" * 20000 + b"}}",
        b'{"query":"query A{viewer{name}} query B{viewer{name}}"}',
        b'{"query":"query A{viewer{name}}","operationName":"B"}',
        b'{"query":"fragment F on Member{name}"}',
        b'{"query":"subscription{pointsChanged{cursor}}"}',
    ],
)
async def test_given_a_body_that_asks_nothing_when_sent_then_it_is_a_bad_request_without_data(
    door: Door, ada: Person, body: bytes
) -> None:
    response = await door.post(body, by=ada)

    assert response.status_code == 400
    assert code(response) == "BAD_REQUEST"
    assert "data" not in response.json()


REFUSED = {
    "syntax": ("{", {}, "PARSE_FAILED"),
    "unknown field": ("{ nope }", {}, "VALIDATION_FAILED"),
    "unknown argument": ("{ viewer(x: 1) { name } }", {}, "VALIDATION_FAILED"),
    "missing variable": ("query ($id: ID!) { node(id: $id) { id } }", {}, "BAD_VARIABLES"),
    "wrong variable": (
        "query ($n: Int) { viewer { friends(first: $n) { nodes { id } } } }",
        {"n": "x"},
        "BAD_VARIABLES",
    ),
    "deep": ("{ viewer " + "{ friends " * 200 + "{ id }" + "}" * 200 + "}", {}, "LIMIT_EXCEEDED"),
    "deeper": (
        "{ viewer " + "{ friends " * 3000 + "{ id }" + "}" * 3000 + "}",
        {},
        "LIMIT_EXCEEDED",
    ),
    "tokens": ("{" + "__typename " * 1600 + "}", {}, "LIMIT_EXCEEDED"),
    "aliases": (
        f"{{ viewer {{ {' '.join(f'a{n}: name' for n in range(31))} }} }}",
        {},
        "LIMIT_EXCEEDED",
    ),
    "root fields": (f"{{ {MANY} }}", {}, "LIMIT_EXCEEDED"),
    "directives": (
        "{ viewer { name " + "@include(if: true) " * 21 + "} }",
        {},
        "LIMIT_EXCEEDED",
    ),
    "mutations": (
        "mutation {"
        + " ".join(f"a{n}: updateProfile(input: {{}}) {{ __typename }}" for n in range(4))
        + "}",
        {},
        "LIMIT_EXCEEDED",
    ),
    "fragment bomb": (
        "{ viewer { ...F0 } } "
        + " ".join(f"fragment F{n} on Member {{ ...F{n + 1} ...F{n + 1} }}" for n in range(18))
        + " fragment F18 on Member { id }",
        {},
        "LIMIT_EXCEEDED",
    ),
    "unused fragment": (
        "{ viewer { name } } fragment A on Member { " + "name " * 300 + "}",
        {},
        "LIMIT_EXCEEDED",
    ),
    "objects repeated": (
        "{ viewer { " + "transfers { nodes { member { name } } } " * 11 + "} }",
        {},
        "LIMIT_EXCEEDED",
    ),
    "objects repeated through fragments": (
        "{ viewer { " + "...A " * 11 + "} } fragment A on Member { programme { name } }",
        {},
        "LIMIT_EXCEEDED",
    ),
    "circular introspection": (
        "{__schema{types{fields{type{fields{type{fields{type{fields{name}}}}}}}}}}",
        {},
        "VALIDATION_FAILED",
    ),
    "circular fragments": (
        "{ viewer { ...A } } fragment A on Member { ...B } fragment B on Member { ...A }",
        {},
        "VALIDATION_FAILED",
    ),
    "huge number": (
        "{ viewer { friends(first: " + "9" * 5000 + ") { nodes { id } } } }",
        {},
        "VALIDATION_FAILED",
    ),
    "points too large": (
        'mutation { sendPoints(input: {friendId: "x", points: 9007199254740993}) { __typename } }',
        {},
        "VALIDATION_FAILED",
    ),
    "half a point": (
        'mutation ($p: Points!) { sendPoints(input: {friendId: "x", points: $p}) { __typename } }',
        {"p": 0.5},
        "BAD_VARIABLES",
    ),
    "a file where none was sent": (
        "mutation ($f: Upload!) { uploadActivity(input: {file: $f}) { __typename } }",
        {"f": "x"},
        "BAD_VARIABLES",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_given_a_document_that_cannot_run_when_sent_then_each_media_type_says_so_its_way(
    door: Door, ada: Person, name: str
) -> None:
    query, variables, expected = REFUSED[name]
    body = {"query": query, "variables": variables}

    async with longest_pause() as pause:
        modern = await door.post(body, by=ada, accept=RESPONSE)
        plain = await door.post(body, by=ada, accept=JSON)

    assert (modern.status_code, plain.status_code) == (400, 200)
    assert (code(modern), code(plain)) == (expected, expected)
    assert "data" not in modern.json()
    assert "data" not in plain.json()
    assert pause.busy_seconds < 0.25


@pytest.mark.parametrize(
    ("first", "expected"), [(0, "BAD_ARGUMENT"), (-1, "BAD_ARGUMENT"), (101, "BAD_ARGUMENT")]
)
async def test_given_a_page_size_out_of_bounds_when_asked_then_it_is_refused(
    door: Door, ada: Person, first: int, expected: str
) -> None:
    query = f"{{ viewer {{ friends(first: {first}) {{ nodes {{ id }} }} }} }}"

    response = await door.post({"query": query}, by=ada)

    assert code(response) == expected


async def test_given_the_name_of_one_of_two_operations_when_asked_then_it_runs_that_one(
    door: Door, ada: Person
) -> None:
    two = "query A { viewer { name } } query B { viewer { handle } }"

    response = await door.post({"query": two, "operationName": "B"}, by=ada)

    assert response.json()["data"] == {"viewer": {"handle": ada.me.handle}}


async def test_given_a_large_body_when_sent_then_reading_stops(door: Door, ada: Person) -> None:
    said = {**VIEWER, "variables": {"x": "a" * 70_000}}

    response = await door.post(said, by=ada)

    assert response.status_code == 413
    assert code(response) == "PAYLOAD_TOO_LARGE"


async def test_given_a_file_a_little_too_large_when_sent_then_the_client_hears_so(
    door: Door, ada: Person
) -> None:
    query = "mutation ($file: Upload!) { uploadActivity(input: {file: $file}) { __typename } }"

    answer = await door.upload(ada, query, b"a" * (10 * 1024 * 1024 + 1))
    larger = await door.upload(ada, query, b"a" * (12 * 1024 * 1024))

    for heard in (answer, larger):
        assert heard["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
async def test_given_a_gigabyte_in_chunks_when_sent_then_reading_stops_early(
    door: Door, ada: Person, kind: str
) -> None:
    place = urlsplit(door.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    part = b'--x\r\nContent-Disposition: form-data; name="0"; filename="a"\r\n\r\n'
    writer.write(
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n"
        + f"authorization: Bearer {ada.token}\r\ncontent-type: {kind}\r\n\r\n".encode()
        + b"%x\r\n%s\r\n" % (len(part), part)
    )
    sent = 0

    async def flood() -> None:
        nonlocal sent
        with suppress(ConnectionError):
            for _ in range(1024):
                writer.write(b"100000\r\n" + b"a" * 1024 * 1024 + b"\r\n")
                await writer.drain()
                sent += 1

    flooding = asyncio.create_task(flood())
    head = await reader.readuntil(b"\r\n\r\n")
    await flooding
    writer.close()

    assert head.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in head
    assert sent < 64


TOKENS = {
    "none": {},
    "empty": {"authorization": ""},
    "another scheme": {"authorization": "Basic YTpi"},
    "no token": {"authorization": "Bearer"},
    "garbage": {"authorization": "Bearer a.b.c"},
    "very long": {"authorization": "Bearer " + "a" * 20_000},
}


@pytest.mark.parametrize("name", TOKENS)
async def test_given_no_good_token_when_asked_then_it_is_unauthenticated(
    door: Door, name: str
) -> None:
    response = await door.http.post(door.url, json=VIEWER, headers=TOKENS[name])

    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert code(response) == "UNAUTHENTICATED"
    assert "data" not in response.json()


async def test_given_a_token_of_another_installation_when_asked_then_it_is_unauthenticated(
    door: Door, ada: Person
) -> None:
    head, claims, signature = ada.token.split(".")
    forged = Person(f"{head}.{claims}.{signature[::-1]}")

    response = await door.post(VIEWER, by=forged)

    assert response.status_code == 401
    assert "invalid_token" in response.headers["www-authenticate"]


async def test_given_a_browser_in_development_when_it_opens_the_address_then_it_gets_graphiql(
    door: Door,
) -> None:
    response = await door.http.get(door.url, headers={"accept": "text/html,*/*;q=0.8"})

    assert response.status_code == 200
    assert "graphiql" in response.text.lower()


async def test_given_production_when_a_browser_opens_the_address_then_there_is_no_page(
    postgres: Postgres, valkey_url: str, tmp_path: Any
) -> None:
    url = await postgres.copy()
    async with client.door(database_url=url, valkey_url=valkey_url, folder=tmp_path) as door:
        door.settings.environment = Environment.PRODUCTION

        response = await door.http.get(door.url, headers={"accept": "text/html"})

    assert response.status_code == 405


async def test_given_every_error_when_told_then_it_carries_a_code_and_a_request_id(
    door: Door, ada: Person
) -> None:
    for query in ("{", "{ nope }", "{ viewer { friends(first: 0) { nodes { id } } } }"):
        (error, *_) = (await door.post({"query": query}, by=ada)).json()["errors"]

        assert set(error["extensions"]) == {"code", "requestId"}
        assert error["extensions"]["requestId"]


async def test_given_many_hostile_requests_at_once_when_sent_then_none_is_a_server_error(
    door: Door, ada: Person
) -> None:
    bodies = [orjson.dumps({"query": q, "variables": v}) for q, v, _ in REFUSED.values()]

    answers = await asyncio.gather(*(door.post(body, by=ada) for body in bodies * 3))

    assert {answer.status_code for answer in answers} == {200}


def code(response: httpx.Response) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


async def test_given_a_second_operation_beyond_the_limits_when_the_first_is_named_then_refused(
    door: Door,
) -> None:
    ada = await door.member()
    both = "query A { viewer { name } } query B { viewer { " + "name " * 300 + "} }"

    response = await door.post({"query": both, "operationName": "A"}, by=ada)

    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
