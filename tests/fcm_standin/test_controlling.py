"""Controlling: the API for tests and demos, with its refusals, and the stream of deliveries."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from fcm_standin import Served, StandIn
from tests.fcm_standin.senders import Sender

# What is asked, and what is said of it.
BAD: dict[str, tuple[str, str, Any, int, str]] = {
    "an address": ("GET", "/nothing", None, 404, "there is no GET /nothing here"),
    "a method": ("POST", "/health", {}, 404, "there is no POST /health here"),
    "an app": ("GET", "/apps/nobody", None, 404, "no app has the FID nobody"),
    "a platform": (
        "POST",
        "/apps",
        {"platform": "palm"},
        400,
        "no platform is called 'palm'; there are android, ios, web",
    ),
    "a field of an app": (
        "POST",
        "/apps",
        {"colour": "red"},
        400,
        "there is no 'colour' here; there are count, kind, package, platform, project, target",
    ),
    "a kind": ("POST", "/apps", {"kind": 5}, 400, "kind is a text"),
    "a count": ("POST", "/apps", {"count": 0}, 400, "count is between 1 and 100000"),
    "a list": ("POST", "/apps", [], 400, "the body is an object"),
    "a number": ("GET", "/deliveries?after=x", None, 400, "after is a whole number"),
    "an answer": (
        "PUT",
        "/rules",
        {"rules": [{"answer": "TIRED"}]},
        400,
        "no answer is called 'TIRED'; there are UNREGISTERED, INVALID_ARGUMENT, BAD_TARGET, "
        "SENDER_ID_MISMATCH, THIRD_PARTY_AUTH_ERROR, UNAUTHENTICATED, QUOTA_EXCEEDED, "
        "DEVICE_QUOTA_EXCEEDED, UNAVAILABLE, INTERNAL, BAD_GATEWAY, RESET, NEVER, DROP",
    ),
    "a field of a rule": ("POST", "/rules", {"when": 1}, 400, "a rule has no field 'when'"),
    "a rule": ("POST", "/rules", [], 400, "a rule is an object"),
    "a share": ("POST", "/rules", {"share": 30}, 400, "share is between 0 and 1"),
    "a delay": (
        "POST",
        "/rules",
        {"latency_ms": [5, 1]},
        400,
        "latency_ms is a number, or [least, most]",
    ),
    "a delay without an end": (
        "POST",
        "/rules",
        {"latency_ms": 1e12},
        400,
        "latency_ms is a number, or [least, most]",
    ),
    "an answer that is a list": (
        "POST",
        "/rules",
        {"answer": ["RESET"]},
        400,
        "answer is a text",
    ),
    "how many": ("POST", "/rules", {"next": -1}, 400, "next is a whole number"),
    "the rules": ("PUT", "/rules", {"rules": {}}, 400, "rules is a list, and seed a whole number"),
    "a limit": (
        "PUT",
        "/limits",
        {"device_per_day": 5},
        400,
        "no limit is called 'device_per_day'; there are collapse_keys, collapsible_burst, "
        "collapsible_refill_s, device_per_hour, device_per_minute, pending, project_per_minute",
    ),
    "a limit that is a text": (
        "PUT",
        "/limits",
        {"pending": "5"},
        400,
        "pending is a whole number, or null for none",
    ),
    "a shape": (
        "PUT",
        "/connections",
        {"streams_max": -1},
        400,
        "streams_max is a whole number",
    ),
    "a lifetime": ("PUT", "/tokens", {"lifetime_s": "1"}, 400, "lifetime_s is a whole number"),
    "yesterday": (
        "POST",
        "/clock",
        {"advance_s": -1},
        400,
        "advance_s is a number of seconds; time does not run backwards",
    ),
    "the end of days": (
        "POST",
        "/clock",
        {"advance_s": 1e300},
        400,
        "advance_s is a number of seconds; time does not run backwards",
    ),
}


@pytest.fixture
async def control(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served.control_url, trust_env=False) as http:
        yield http


@pytest.mark.parametrize(("method", "path", "body", "status", "said"), BAD.values(), ids=BAD)
async def test_given_what_makes_no_sense_when_asked_then_it_says_why(
    control: httpx.AsyncClient, method: str, path: str, body: Any, status: int, said: str
) -> None:
    answer = await control.request(
        method, path, content=b"" if body is None else orjson.dumps(body)
    )

    assert (answer.status_code, answer.json()) == (status, {"error": said})


async def test_given_no_json_when_posted_then_it_says_so(control: httpx.AsyncClient) -> None:
    answer = await control.post("/apps", content=b"{")

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("the body is not JSON")


async def test_given_a_web_page_elsewhere_when_it_asks_then_its_browser_may(
    control: httpx.AsyncClient,
) -> None:
    asked = {"origin": "http://example.com", "access-control-request-method": "DELETE"}

    before = await control.options("/apps/x", headers=asked)
    answer = await control.get("/health")

    assert (before.status_code, before.headers["access-control-allow-origin"]) == (204, "*")
    assert "DELETE" in before.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_given_an_app_when_it_lives_its_life_then_every_step_shows(
    served: Served, control: httpx.AsyncClient
) -> None:
    sender = Sender(served.standin)
    app = (await control.post("/apps", json={"platform": "ios", "kind": "watch"})).json()
    path = f"/apps/{app['fid']}"

    statuses = [sender.send(app["fid"], notification={"title": "1"}).status]
    await control.patch(path, json={"online": False})
    statuses.append(sender.send(app["fid"], notification={"title": "2"}).status)
    away = (await control.get("/deliveries")).json()["deliveries"]
    await control.patch(path, json={"online": True})
    back = (await control.get(f"/deliveries?fid={app['fid']}&after=1")).json()["deliveries"]
    token = (await control.post(f"{path}/token")).json()
    statuses.append(sender.post({"message": {"token": token["token"]}}).status)
    gone = (await control.delete(path)).json()
    statuses.append(sender.post({"message": {"token": token["token"]}}).status)

    assert (app["platform"], app["kind"], len(app["fid"])) == ("ios", "watch", 22)
    assert [len(away), len(back)] == [1, 1]
    assert back[0]["received"]["payload"] == {"aps": {"alert": {"title": "2"}}}
    assert (token["target"], gone["installed"]) == ("token", False)
    assert statuses == [200, 200, 200, 404]


async def test_given_many_apps_when_asked_for_at_once_then_all_are_different(
    control: httpx.AsyncClient,
) -> None:
    apps = (await control.post("/apps", json={"count": 500})).json()["apps"]

    assert len({app["fid"] for app in apps}) == 500
    assert {app["fid"][0] for app in apps} == set("cdef")


def test_given_a_seed_when_apps_are_installed_then_their_fids_are_the_same_again_and_else_new(
    keys,
) -> None:
    def fids(seed: int | None) -> list[str]:
        standin = StandIn(keys, seed=seed)
        return [standin.apps.install().fid for _ in range(3)]

    assert fids(1) == fids(1)
    assert fids(1) != fids(2)
    assert not set(fids(None)) & set(fids(None))


async def test_given_rules_limits_and_shape_when_changed_then_they_hold_and_show(
    served: Served, control: httpx.AsyncClient
) -> None:
    rules = {"seed": 7, "rules": [{"answer": "UNAVAILABLE", "share": 0.3, "latency_ms": 5}]}

    told = (await control.put("/rules", json=rules)).json()
    added = (await control.post("/rules", json={"answer": "INTERNAL"})).json()
    removed = (await control.delete("/rules")).json()
    limits = (await control.put("/limits", json={"device_per_minute": None})).json()
    shape = (await control.put("/connections", json={"goaway_every_streams": 150})).json()
    await control.put("/tokens", json={"lifetime_s": 5})

    assert told["seed"] == 7
    assert (told["rules"][0]["share"], told["rules"][0]["latency_ms"]) == (0.3, [5.0, 5.0])
    assert [len(one["rules"]) for one in (told, added, removed)] == [1, 2, 0]
    assert limits["device_per_minute"] is None
    assert shape == {"streams_max": 100, "goaway_every_streams": 150}
    assert served.standin.tokens.lifetime_s == 5


async def test_given_what_happened_when_asked_then_the_numbers_say_so(
    served: Served, control: httpx.AsyncClient
) -> None:
    sender, app = Sender(served.standin), served.standin.apps.install()
    sender.send(app.fid)
    sender.send("d" * 22)
    app.online = False
    sender.send(app.fid, data={"id": "1"})

    stats = (await control.get("/stats")).json()
    waiting = (await control.get(f"/messages?fid={app.fid}")).json()["messages"]

    assert stats["sends"]["answers"] == {"200": 2, "404 UNREGISTERED": 1}
    assert stats["deliveries"] == {"delivered": 1, "waiting": 1, "dropped": {}}
    assert [one["fate"] for one in waiting] == ["waiting"]


async def test_given_a_stream_when_it_breaks_and_comes_back_then_nothing_is_missed_or_twice(
    served: Served, control: httpx.AsyncClient
) -> None:
    sender = Sender(served.standin)
    ada, bob = served.standin.apps.install(), served.standin.apps.install()
    path = f"/deliveries/stream?fid={ada.fid}&after=0"

    sender.send(ada.fid, data={"id": "1"})
    sender.send(bob.fid, data={"id": "other"})
    first = await _events(control, path, 2, when=lambda: sender.send(ada.fid, data={"id": "2"}))
    sender.send(ada.fid, data={"id": "3"})
    last = {"last-event-id": first[-1][0]}
    second = await _events(
        control, path, 2, last, when=lambda: sender.send(ada.fid, data={"id": "4"})
    )

    assert [told for _, told in first + second] == ["1", "2", "3", "4"]
    assert served.standin.post.listeners == 0


async def test_given_more_than_a_page_when_streamed_then_it_ends_there_and_the_rest_is_next(
    served: Served, control: httpx.AsyncClient
) -> None:
    sender, app = Sender(served.standin), served.standin.apps.install()
    served.standin.meter.limits.device_per_minute = None
    for number in range(1_003):
        sender.send(app.fid, data={"id": str(number)})

    async with asyncio.timeout(10):
        first = (await control.get("/deliveries/stream?after=0")).text
        async with control.stream(
            "GET", "/deliveries/stream", headers={"last-event-id": "1000"}
        ) as stream:
            second: list[str] = []
            async for line in stream.aiter_lines():
                second += [line] if line.startswith("id: ") else []
                if len(second) == 3:
                    break

    assert (first.count("\nid: "), "id: 1000\n" in first) == (1_000, True)
    assert second == ["id: 1001", "id: 1002", "id: 1003"]


async def test_given_a_plain_token_endpoint_when_asked_then_it_is_googles(
    control: httpx.AsyncClient,
) -> None:
    answer = await control.post("/token", data={"grant_type": "password"})

    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


async def _events(
    control: httpx.AsyncClient,
    path: str,
    count: int,
    headers: dict[str, str] | None = None,
    *,
    when: Any,
) -> list[tuple[str, str]]:
    """So many events of a stream: number and the data's id. `when` is called after the first."""
    found: list[tuple[str, str]] = []
    async with asyncio.timeout(5), control.stream("GET", path, headers=headers) as stream:
        number = ""
        async for line in stream.aiter_lines():
            if line.startswith("id: "):
                number = line.removeprefix("id: ")
            elif line.startswith("data: "):
                told = orjson.loads(line.removeprefix("data: "))
                found.append((number, told["message"]["data"]["id"]))
                if len(found) == 1:
                    when()
            if len(found) == count:
                break
    await asyncio.sleep(0.05)
    return found
