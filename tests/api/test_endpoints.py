"""The endpoints of partners and operators behave over HTTP as that of the members does."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from api.doors import PARTNER_BODY_BYTES_MAX
from api.negotiating import JSON, RESPONSE
from infra.settings import Environment
from tests.support import client
from tests.support.client import Door, Person
from tests.support.servers import Postgres

PATHS = ("/partner/graphql", "/ops/graphql")
VIEWER = {"query": "{ viewer { name } }"}


@pytest.fixture(scope="module", params=PATHS)
async def who(door: Door, request: pytest.FixtureRequest) -> Person:
    return await (door.partner() if request.param == PATHS[0] else door.operator())


def code(response: httpx.Response) -> str:
    return response.json()["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("media", [JSON, RESPONSE])
async def test_given_a_good_request_when_asked_then_it_answers_in_the_type_asked_for(
    door: Door, who: Person, media: str
) -> None:
    response = await door.post(VIEWER, by=who, accept=media)

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media}; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["data"]["viewer"]["name"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS"])
async def test_given_another_method_when_asked_then_only_post_is_allowed(
    door: Door, who: Person, method: str
) -> None:
    response = await door.http.request(method, door.at(who.path), headers=who.headers)

    assert (response.status_code, response.headers["allow"]) == (405, "POST")


WRONG: list[tuple[Any, dict[str, str], int, str]] = [
    (VIEWER, {"accept": "image/png"}, 406, "NOT_ACCEPTABLE"),
    (VIEWER, {"content_type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
    (b"[]", {}, 400, "BAD_REQUEST"),
    ({"query": "subscription { viewer { name } }"}, {"accept": RESPONSE}, 400, "VALIDATION_FAILED"),
    ({"query": "{ nope }"}, {"accept": RESPONSE}, 400, "VALIDATION_FAILED"),
    ({"query": "{"}, {"accept": RESPONSE}, 400, "PARSE_FAILED"),
    ({"query": "{" + "__typename " * 1600 + "}"}, {"accept": RESPONSE}, 400, "LIMIT_EXCEEDED"),
]


@pytest.mark.parametrize(("content", "headers", "status", "expected"), WRONG)
async def test_given_a_request_that_cannot_run_when_sent_then_it_says_so(
    door: Door, who: Person, content: Any, headers: dict[str, str], status: int, expected: str
) -> None:
    response = await door.post(content, by=who, **headers)

    assert (response.status_code, code(response)) == (status, expected)
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "token", ["", "a.b.c", "lk_x_y", "a" * 20_000, f"lk_{'a' * 16}_{'a' * 52}"]
)
async def test_given_no_good_token_when_asked_then_it_is_unauthenticated(
    door: Door, who: Person, token: str
) -> None:
    response = await door.post(VIEWER, by=replace(who, token=token or "x"))

    assert (response.status_code, code(response)) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_given_a_large_body_when_sent_then_each_endpoint_has_its_own_limit(
    door: Door,
) -> None:
    partner, operator = await door.partner(), await door.operator()

    def large(size: int) -> dict[str, Any]:
        return {**VIEWER, "variables": {"x": "a" * size}}

    statuses = [
        (await door.post(large(70_000), by=operator)).status_code,
        (await door.post(large(70_000), by=partner)).status_code,
        (await door.post(large(PARTNER_BODY_BYTES_MAX), by=partner)).status_code,
    ]

    assert statuses == [413, 200, 413]


@pytest.mark.parametrize("path", PATHS)
async def test_given_a_browser_when_it_opens_the_address_then_a_page_comes_in_development_only(
    door: Door, postgres: Postgres, valkey_url: str, tmp_path: Any, path: str
) -> None:
    html = {"accept": "text/html"}
    url = await postgres.copy()

    shown = await door.http.get(door.at(path), headers=html)
    async with client.door(database_url=url, valkey_url=valkey_url, folder=tmp_path) as other:
        other.settings.environment = Environment.PRODUCTION
        hidden = await other.http.get(other.at(path), headers=html)

    assert (shown.status_code, "graphiql" in shown.text.lower()) == (200, True)
    assert hidden.status_code == 405


async def test_given_a_socket_to_an_endpoint_without_subscriptions_then_it_is_refused(
    door: Door, who: Person
) -> None:
    other = replace(door, url=door.at(who.path))

    with pytest.raises(InvalidStatus):
        async with other.connect():
            pass
