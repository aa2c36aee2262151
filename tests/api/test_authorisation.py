"""Who sees what: a row for each field and each mutation that could show what is not theirs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from api import globalids
from api.globalids import Kind
from domain import activities
from infra import clock
from tests.api.test_live import give
from tests.api.test_transferring import send
from tests.support import documents
from tests.support.client import Door, Person


@dataclass
class Scene:
    """Ada and Bob are friends; Cy asked Ada; Eve is a stranger; Finn is of another programme."""

    ada: Person
    bob: Person
    cy: Person
    eve: Person
    finn: Person
    ids: dict[str, str]


THINGS = """{ viewer { id programme { id }
  statement(first: 1) { nodes { id } } transfers(first: 1) { nodes { id } }
  friends(first: 1) { nodes { id } } friendRequests(direction: RECEIVED) { nodes { id } } } }"""
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"


@pytest.fixture(scope="module")
async def scene(door: Door) -> Scene:
    ada, bob = await door.friends(holding=100)
    cy, eve, finn = await door.member(), await door.member(), await door.member("south")
    await send(door, ada, bob, 30)
    for somebody in (bob, eve, finn):
        for points in (1, 2, 3):  # So that an entry of theirs has the number of Ada's.
            await give(door, somebody, points)
    await door.ask(cy, documents.on_friend("requestFriend", "handle"), it=ada.me.handle)
    viewer = (await door.ask(ada, THINGS))["viewer"]
    ids = {"Member": viewer["id"], "Programme": viewer["programme"]["id"]}
    for field, kind in (
        ("statement", "StatementEntry"),
        ("transfers", "Transfer"),
        ("friends", "Friend"),
        ("friendRequests", "FriendRequest"),
    ):
        ids[kind] = viewer[field]["nodes"][0]["id"]
    return Scene(ada, bob, cy, eve, finn, ids)


# Who, beside Ada, sees Ada's thing under its id. A friend's id names the friend for anyone who
# is friends with them, so Bob is nobody's friend here but Ada's.
SEEN_BY = {
    "Member": set(),
    "Programme": {"bob", "cy", "eve"},
    "StatementEntry": set(),
    "Transfer": {"bob"},
    "Friend": set(),
    "FriendRequest": set(),
}


@pytest.mark.parametrize("kind", SEEN_BY)
async def test_given_an_id_when_asked_for_by_each_person_then_only_who_may_see_it_does(
    door: Door, scene: Scene, kind: str
) -> None:
    id = scene.ids[kind]

    seen = {
        name
        for name in ("ada", "bob", "cy", "eve", "finn")
        if (await door.ask(getattr(scene, name), NODE, id=id))["node"] is not None
    }

    assert seen == SEEN_BY[kind] | {"ada"}
    assert (await door.ask(scene.ada, NODE, id=id))["node"] == {"__typename": kind, "id": id}


@pytest.mark.parametrize(
    "id",
    [
        "",
        "zzz",
        "TWVtYmVyOjE=",
        "M" * 500,
        "ä",
        globalids.of(Kind.TRANSFER, b"x"),
        globalids.of(Kind.ENTRY, b"\xff" * 16),
        globalids.of(Kind.ENTRY, b"\x00" * 16),
        globalids.of(Kind.PROGRAMME, b"\x00\x00\x00\x63"),
        globalids.of(Kind.PROGRAMME, b"\xff" * 30),
        *[globalids.of(kind, b"0" * 16) for kind in Kind],
    ],
)
async def test_given_an_id_of_nothing_when_asked_for_then_it_is_null_like_what_is_forbidden(
    door: Door, scene: Scene, id: str
) -> None:
    assert await door.ask(scene.ada, NODE, id=id) == {"node": None}


async def test_given_somebody_who_has_not_joined_when_they_ask_for_a_thing_then_it_is_null(
    door: Door, scene: Scene
) -> None:
    stranger = door.stranger()

    found = [await door.ask(stranger, NODE, id=id) for id in scene.ids.values()]

    assert found == [{"node": None}] * len(found)


async def test_given_a_member_when_reading_then_nothing_of_another_programme_is_in_any_list(
    door: Door, scene: Scene
) -> None:
    query = """{ viewer { activities { nodes { id } }
      friends { nodes { id } } blockedMembers { nodes { handle } } transfers { nodes { id } }
      sent: friendRequests(direction: SENT) { nodes { id } }
      got: friendRequests(direction: RECEIVED) { nodes { id } } } }"""

    viewer = (await door.ask(scene.finn, query))["viewer"]

    assert all(listed == {"nodes": []} for listed in viewer.values())


UPLOAD = """mutation ($file: Upload!) { uploadActivity(input: {file: $file}) { __typename
  ... on UploadActivitySuccess { activity { id state format fileName awards { text } } }
  ... on DuplicateFile { activityId } ... on UserError { code path } } }"""


async def test_given_an_upload_when_taken_then_only_its_owner_sees_it_and_a_copy_is_known(
    door: Door, scene: Scene
) -> None:
    content = activities.run_gpx(start=clock.now() - timedelta(hours=3))

    taken = (await door.upload(scene.ada, UPLOAD, content))["data"]["uploadActivity"]
    copied = (await door.upload(scene.ada, UPLOAD, content))["data"]["uploadActivity"]
    id = taken["activity"]["id"]
    mine = await door.ask(scene.ada, NODE, id=id)
    theirs = [await door.ask(who, NODE, id=id) for who in (scene.bob, scene.finn)]

    assert (taken["activity"]["state"], taken["activity"]["format"]) == ("PROCESSING", "GPX")
    assert (copied["code"], copied["activityId"]) == ("DUPLICATE_FILE", id)
    assert mine["node"]["__typename"] == "Activity"
    assert theirs == [{"node": None}] * 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"hello", "UNSUPPORTED_FORMAT"),
        (b"PK\x03\x04zip", "UNSUPPORTED_FORMAT"),
    ],
)
async def test_given_a_file_that_is_no_workout_when_uploaded_then_it_is_refused(
    door: Door, scene: Scene, content: bytes, code: str
) -> None:
    refused = (await door.upload(scene.ada, UPLOAD, content))["data"]["uploadActivity"]

    assert (refused["code"], refused["path"]) == (code, ["input", "file"])


FORMS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "no map": ({"operations": "{}"}, {"0": b"x"}),
    "no operations": ({"map": "{}"}, {"0": b"x"}),
    "operations that are no JSON": ({"operations": "x", "map": "{}"}, {"0": b"x"}),
    "operations that are a list": ({"operations": "[]", "map": "{}"}, {"0": b"x"}),
    "no file": ({"operations": '{"query":"{viewer{id}}"}', "map": '{"0":["variables.a"]}'}, {}),
    "two files": (
        {"operations": '{"query":"{viewer{id}}"}', "map": '{"0":["variables.a"]}'},
        {"0": b"x", "1": b"y"},
    ),
    "a place that is not there": (
        {"operations": '{"query":"{viewer{id}}"}', "map": '{"0":["variables.a.b"]}'},
        {"0": b"x"},
    ),
    "a place that is taken": (
        {
            "operations": '{"query":"{viewer{id}}","variables":{"a":1}}',
            "map": '{"0":["variables.a"]}',
        },
        {"0": b"x"},
    ),
    "a place outside the variables": (
        {"operations": '{"query":"{viewer{id}}"}', "map": '{"0":["query"]}'},
        {"0": b"x"},
    ),
    "a map that is a list": ({"operations": '{"query":"{viewer{id}}"}', "map": "[]"}, {"0": b"x"}),
    "two places": (
        {
            "operations": '{"query":"{viewer{id}}","variables":{"a":null,"b":null}}',
            "map": '{"0":["variables.a","variables.b"]}',
        },
        {"0": b"x"},
    ),
}


@pytest.mark.parametrize("name", FORMS)
async def test_given_a_form_against_the_specification_when_sent_then_it_is_a_bad_request(
    door: Door, scene: Scene, name: str
) -> None:
    fields, files = FORMS[name]

    response = await door.http.post(
        door.url,
        headers=scene.ada.headers,
        data=fields,
        files={key: ("f", content) for key, content in files.items()} or {"": ("", b"")},
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


async def test_given_a_form_cut_short_when_sent_then_it_is_a_bad_request(
    door: Door, scene: Scene
) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}

    for body in (b"", b"--x", b"--x\r\nzzz", b"\r\n", b"--y--"):
        response = await door.http.post(door.url, headers=scene.ada.headers | headers, content=body)

        assert response.status_code == 400


async def test_given_the_same_person_in_two_programmes_when_reading_then_each_token_sees_its_own(
    door: Door,
) -> None:
    north, south = await door.member(name="North"), await door.member("south", name="South")

    names = [
        (await door.ask(who, "{ viewer { name } }"))["viewer"]["name"] for who in (north, south)
    ]

    assert names == ["North", "South"]
