"""Watches: signing in by a code over HTTP, what a watch may do, and how it is shown out."""

from typing import Any

import pytest

from api import globalids, schema
from api.globalids import Kind
from domain import devices
from domain.operators import Role
from infra import clock, ids
from tests.support import making, watches
from tests.support.client import Door, Person, line
from tests.support.documents import SEND, WATCH, answering
from tests.support.watches import GRANT, SAYS, asked, decided, form, polled, watch_of

WHO = "{ viewer { id name } }"
NAMED = "{ viewer { name } }"
OUT = (
    "mutation ($all: Boolean!) { signOut(input: {everywhere: $all})"
    " { __typename ... on RequestRefused { code } } }"
)
# What a watch may do with its own token. Whatever is not in this list is refused, and a mutation
# that comes to it is a decision: see docs/watch.md.
ALLOWED = {
    "acceptTransfer",
    "archiveInboxItem",
    "declineTransfer",
    "endActivity",
    "joinChallenge",
    "leaveChallenge",
    "reportImpressions",
    "respondToOffer",
    "markAllRead",
    "markRead",
    "redemptionCode",
    "refreshDevice",
    "refuseChallenge",
    "registerDevice",
    "reportMessages",
    "signOut",
    "startActivity",
    "unarchiveInboxItem",
}


async def test_given_a_watch_that_asks_when_its_member_approves_then_it_reads_as_they_do(
    door: Door,
) -> None:
    ada = await door.member()
    told = await asked(door, name="Watch 7")

    early = await polled(door, told["device_code"])
    found = await decided(door, ada, "findWatch", told["user_code"])
    approved = await decided(door, ada, "approveWatch", told["user_code"].lower())
    granted = await polled(door, told["device_code"])
    again = await polled(door, told["device_code"])

    assert (told["expires_in"], told["interval"]) == (600, 5)
    assert told["verification_uri_complete"].endswith(f"?user_code={told['user_code']}")
    assert (early.status_code, early.json()["error"]) == (400, "authorization_pending")
    assert (found["watch"]["name"], approved["watch"]) == ("Watch 7", found["watch"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert granted.headers["cache-control"] == "no-store"
    watch = Person(granted.json()["access_token"])
    assert await door.ask(watch, WHO) == await door.ask(ada, WHO)


async def test_given_a_watch_that_its_member_refuses_then_it_is_denied(door: Door) -> None:
    ada = await door.member()
    told = await asked(door)

    await decided(door, ada, "refuseWatch", told["user_code"])
    answer = await polled(door, told["device_code"])
    second = await decided(door, ada, "approveWatch", told["user_code"])

    assert (answer.status_code, answer.json()["error"]) == (400, "access_denied")
    assert (second["code"], second["path"]) == ("NO_SUCH_CODE", ["input", "userCode"])


async def test_given_a_watch_that_comes_too_soon_then_it_is_told_to_slow_down(door: Door) -> None:
    await door.programme()
    told = await asked(door)

    await polled(door, told["device_code"])
    answer = await polled(door, told["device_code"])

    assert (answer.status_code, answer.json()["error"]) == (400, "slow_down")
    assert answer.json()["interval"] == 10


TOKEN = {"grant_type": GRANT, "device_code": "ld_x", "client_id": "north"}
CODE = {"client_id": "north", **SAYS}
WRONG: list[tuple[str, dict[str, str], str]] = [
    ("/device/code", {}, "invalid_request"),
    ("/device/code", CODE | {"client_id": "nowhere"}, "invalid_client"),
    ("/device/code", CODE | {"client_id": "north\0"}, "invalid_request"),
    ("/device/code", CODE | {"platform": "TOASTER"}, "invalid_request"),
    ("/device/code", CODE | {"kind": "FRIDGE"}, "invalid_request"),
    ("/device/code", CODE | {"platform": "WEB"}, "invalid_request"),
    ("/device/code", CODE | {"app_version": " "}, "invalid_request"),
    ("/device/code", CODE | {"locale": "?"}, "invalid_request"),
    ("/device/code", CODE | {"name": "\u202e"}, "invalid_request"),
    ("/device/code", CODE | {"name": "x" * 5000}, "invalid_request"),
    ("/device/code", CODE | {f"f{n}": "" for n in range(30)}, "invalid_request"),
    ("/device/token", {}, "invalid_request"),
    ("/device/token", TOKEN | {"grant_type": "password"}, "unsupported_grant_type"),
    ("/device/token", TOKEN | {"client_id": "nowhere"}, "invalid_client"),
    ("/device/token", TOKEN, "invalid_grant"),
    ("/device/token", TOKEN | {"device_code": "x" * 3000}, "invalid_grant"),
    ("/device/token", TOKEN | {"device_code": "\0"}, "invalid_request"),
]


@pytest.mark.parametrize("n", range(len(WRONG)))
async def test_given_a_bad_form_then_it_is_refused_in_the_words_of_the_rfc(
    door: Door, n: int
) -> None:
    await door.programme()
    path, fields, error = WRONG[n]

    answer = await form(door, path, **fields)

    assert answer.status_code in (400, 413)
    assert answer.json()["error"] == error, answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"client_id=%ff", "application/x-www-form-urlencoded"),
        (b"client_id=north&client_id=south", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
    ids=range(5),
)
async def test_given_what_is_no_form_then_it_is_an_invalid_request(
    door: Door, body: bytes, kind: str
) -> None:
    for path in ("/device/code", "/device/token"):
        answer = await door.http.post(door.at(path), content=body, headers={"content-type": kind})

        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_given_somebody_who_guesses_codes_then_they_are_soon_stopped(door: Door) -> None:
    ada = await door.member()

    said = [
        (await decided(door, ada, "approveWatch", "BBBBBBBB"))["code"]
        for _ in range(devices.TRIES_MAX + 2)
    ]

    assert said == ["NO_SUCH_CODE"] * devices.TRIES_MAX + ["TOO_MANY_CODES"] * 2


async def test_given_a_friends_points_when_accepted_twice_on_the_watch_then_they_move_once(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    watch = await watch_of(door, bob)
    made = await send(door, ada, bob, 30)
    key = str(ids.new(clock.now()))

    first, second = [
        (await door.ask(watch, answering("acceptTransfer"), id=made, key=key))["acceptTransfer"]
        for _ in range(2)
    ]
    third = await door.ask(
        watch, answering("acceptTransfer"), id=made, key=str(ids.new(clock.now()))
    )

    assert first == second
    assert (first["transfer"]["state"], first["viewer"]["points"]["available"]) == ("ACCEPTED", 30)
    assert third["acceptTransfer"]["viewer"]["points"]["available"] == 30


async def test_given_every_mutation_when_a_watch_uses_it_then_only_the_listed_ones_are_let_in(
    door: Door,
) -> None:
    built = schema.build()
    assert built.mutation_type is not None
    watch = await watch_of(door, await door.member())
    let_in = set()

    # Last what ends the watch's own session.
    names = sorted(built.mutation_type.fields, key=lambda name: (name == "signOut", name))
    for name in names:
        code = await outcome(door, watch, name, built.mutation_type.fields[name])
        if code != "NOT_ON_WATCH":
            let_in.add(name)

    # The made-up device is not the watch itself, of which alone it may tell.
    assert let_in == ALLOWED - {"refreshDevice"}


async def test_given_a_watch_when_signing_out_everywhere_then_it_may_not_but_out_itself_it_may(
    door: Door,
) -> None:
    ada = await door.member()
    watch = await watch_of(door, ada)

    everywhere = await door.ask(watch, OUT, all=True)
    itself = await door.ask(watch, OUT, all=False)

    assert everywhere["signOut"]["code"] == "NOT_ON_WATCH"
    assert itself["signOut"]["__typename"] == "SignOutSuccess"
    assert await is_out(door, watch)
    assert not await is_out(door, ada)
    assert (await door.ask(ada, watches.DEVICES))["viewer"]["devices"]["nodes"] == []


async def test_given_a_removed_watch_then_its_requests_and_open_sockets_end_at_once(
    door: Door,
) -> None:
    ada = await door.member()
    watch, other = [await watch_of(door, ada) for _ in range(2)]
    nodes = (await door.ask(ada, watches.DEVICES))["viewer"]["devices"]["nodes"]

    async with line(door, watch) as mine, line(door, other) as theirs:
        await mine.watch(WATCH)
        await mine.event()
        answer = await door.ask(ada, watches.REMOVE, id=nodes[-1]["id"])

        assert answer["removeDevice"]["__typename"] == "RemoveDeviceSuccess"
        assert await mine.closed() == 4401
        assert await is_out(door, watch)
        await theirs.say(type="ping")
        assert (await theirs.hear())["type"] == "pong"


async def test_given_a_watch_when_its_member_signs_out_everywhere_then_it_is_out(
    door: Door,
) -> None:
    ada = await door.member()
    watch = await watch_of(door, ada)

    async with line(door, watch) as open_line:
        await door.ask(ada, OUT, all=True)

        assert await open_line.closed() == 4401
    assert await is_out(door, watch)


async def test_given_a_lost_watch_when_support_removes_it_then_it_is_out(door: Door) -> None:
    ada, support = await door.member(), await door.operator(Role.SUPPORT)
    watch = await watch_of(door, ada)
    member = (await door.ask(ada, WHO))["viewer"]["id"]
    listed = "query ($m: ID!) { devices(memberId: $m) { nodes { id isSignedIn } } }"
    remove = (
        "mutation ($m: ID!, $d: ID!) { removeMemberDevice(input: {memberId: $m, deviceId: $d,"
        ' reason: "It was lost."}) { __typename ... on RequestRefused { code } } }'
    )

    [node] = (await door.ask(support, listed, m=member))["devices"]["nodes"]
    first, second = [
        (await door.ask(support, remove, m=member, d=node["id"]))["removeMemberDevice"]
        for _ in range(2)
    ]

    assert (node["isSignedIn"], first["__typename"]) == (True, "RemoveMemberDeviceSuccess")
    assert second["code"] == "NO_SUCH_DEVICE"
    assert await is_out(door, watch)


async def test_given_a_watch_of_one_programme_then_it_is_nobodys_in_another(door: Door) -> None:
    await door.programme("south")
    ada = await door.member()
    told = await asked(door, "south")

    found = await decided(door, ada, "approveWatch", told["user_code"])

    assert found["code"] == "NO_SUCH_CODE"


@pytest.mark.parametrize("path", ["/partner/graphql", "/ops/graphql"])
async def test_given_a_watch_when_it_knocks_at_another_door_then_it_is_nobody(
    door: Door, path: str
) -> None:
    watch = await watch_of(door, await door.member())

    answer = await door.post(
        {"query": "{ viewer { __typename } }"}, by=Person(watch.token, path=path)
    )

    assert answer.status_code == 401


async def send(door: Door, by: Person, to: Person, points: int) -> str:
    friend = globalids.of(Kind.FRIEND, to.me.id)
    said = {"friend": friend, "points": points, "key": str(ids.new(clock.now()))}
    return str((await door.ask(by, SEND, **said))["sendPoints"]["transfer"]["id"])


async def outcome(door: Door, by: Person, name: str, field: Any) -> str:
    """The code with which a made-up mutation is refused; its type when it is not."""
    question = making.mutation(name, field)
    said = {**question.variables, "key": str(ids.new(clock.now()))}
    if making.needs_a_file(field):
        answer = await door.send_file(by, question.document, b"x", **said)
    else:
        answer = await door.answer(by, question.document, **said)
    assert answer.get("data"), (name, answer)
    told = answer["data"][name]
    return str(told.get("code") or told["__typename"])


async def is_out(door: Door, by: Person) -> bool:
    """Whether a request is refused as from nobody."""
    return (await door.post({"query": NAMED}, by=by)).status_code == 401
