"""Devices over the door: registering, refreshing, listing, removing, and what is refused."""

from typing import Any

import pytest

from api import globalids
from api.globalids import Kind
from infra import clock, ids
from tests.support import watches
from tests.support.client import Door, Person
from tests.support.watches import watch_of

ABOUT = "id name kind platform appVersion locale zone isReached isSignedIn"
REGISTER = f"""
mutation ($in: RegisterDeviceInput!) {{ registerDevice(input: $in) {{
  ... on RegisterDeviceSuccess {{ device {{ {ABOUT} }} }}
  ... on RequestRefused {{ code path }} }} }}
"""
REFRESH = f"""
mutation ($in: RefreshDeviceInput!) {{ refreshDevice(input: $in) {{
  ... on RefreshDeviceSuccess {{ device {{ {ABOUT} }} }} ... on RequestRefused {{ code path }} }} }}
"""
LISTED = """
query ($after: Cursor) { viewer { devices(first: 2, after: $after) {
  nodes { id } pageInfo { hasNextPage endCursor } } } }
"""
FOLLOW = """
mutation ($in: FollowLiveInput!) { followLive(input: $in) {
  __typename ... on RequestRefused { code path } } }
"""
UNFOLLOW = """
mutation ($in: UnfollowLiveInput!) { unfollowLive(input: $in) {
  __typename ... on RequestRefused { code } } }
"""
PHONE = {"platform": "IOS", "kind": "PHONE", "appVersion": "4.2", "locale": "en"}


def installation(number: int) -> str:
    return f"c{number:021}"


async def registered(door: Door, by: Person, number: int, **said: Any) -> dict[str, Any]:
    told = PHONE | {"installation": installation(number)} | said
    return dict((await door.ask(by, REGISTER, **{"in": told}))["registerDevice"])


async def refreshed(door: Door, by: Person, id: str, **said: Any) -> dict[str, Any]:
    told = {"deviceId": id} | said
    return dict((await door.ask(by, REFRESH, **{"in": told}))["refreshDevice"])


async def listed(door: Door, by: Person) -> list[str]:
    nodes = (await door.ask(by, watches.DEVICES))["viewer"]["devices"]["nodes"]
    return [node["id"] for node in nodes]


async def test_given_a_phone_when_registered_and_refreshed_then_what_is_not_said_stays(
    door: Door,
) -> None:
    ada = await door.member()

    made = (await registered(door, ada, 1, name="Mine", zone="Europe/Vienna"))["device"]
    fresh = (await refreshed(door, ada, made["id"], appVersion="5.0"))["device"]

    assert made == {
        **PHONE, "id": made["id"], "name": "Mine", "zone": "Europe/Vienna",
        "isReached": True, "isSignedIn": False,
    }  # fmt: skip
    assert fresh == made | {"appVersion": "5.0"}


async def test_given_three_devices_then_they_are_listed_newest_first_a_page_at_a_time(
    door: Door,
) -> None:
    ada = await door.member()
    made = [(await registered(door, ada, 10 + n))["device"]["id"] for n in range(3)]

    first = (await door.ask(ada, LISTED))["viewer"]["devices"]
    second = await door.ask(ada, LISTED, after=first["pageInfo"]["endCursor"])

    there = [*first["nodes"], *second["viewer"]["devices"]["nodes"]]
    assert [node["id"] for node in there] == made[::-1]
    assert first["pageInfo"]["hasNextPage"] is True


async def test_given_a_phone_that_two_people_use_then_it_is_the_last_ones(door: Door) -> None:
    ada, bob = [await door.member() for _ in range(2)]

    await registered(door, ada, 20)
    await registered(door, bob, 20)

    assert (await listed(door, ada), len(await listed(door, bob))) == ([], 1)


WRONG = [
    ({"installation": "fcm:APA91bHun4MxP5egoKMwt2KZFBaFUH"}, "BAD_INSTALLATION", "installation"),
    ({"platform": "WEB", "kind": "WATCH"}, "BAD_DEVICE_KIND", "kind"),
    ({"appVersion": "new!"}, "BAD_APP_VERSION", "appVersion"),
    ({"name": "\u0007"}, "BAD_DEVICE_NAME", "name"),
    ({"locale": "klingon"}, "BAD_LOCALE", "locale"),
    ({"zone": "Moon/Sea"}, "BAD_ZONE", "zone"),
]


@pytest.mark.parametrize("n", range(len(WRONG)))
async def test_given_something_bad_when_registering_then_it_is_refused_with_its_place(
    door: Door, n: int
) -> None:
    ada = await door.member()
    said, code, place = WRONG[n]

    answer = await registered(door, ada, 30, **said)

    assert answer == {"code": code, "path": ["input", place]}
    assert await listed(door, ada) == []


@pytest.mark.parametrize("said", [{"platform": "TOASTER"}, {"kind": "FRIDGE"}], ids=str)
async def test_given_an_unknown_platform_or_kind_then_the_request_cannot_run(
    door: Door, said: dict[str, str]
) -> None:
    told = PHONE | {"installation": installation(40)} | said

    answer = await door.answer(await door.member(), REGISTER, **{"in": told})

    assert answer["errors"][0]["extensions"]["code"] == "BAD_VARIABLES"


async def test_given_devices_of_others_when_changing_them_then_there_are_none(door: Door) -> None:
    ada, bob = [await door.member() for _ in range(2)]
    mine = (await registered(door, ada, 50))["device"]["id"]
    await registered(door, bob, 51)

    for id in (mine, globalids.of(Kind.MEMBER, bob.me.id), "", "x" * 1000):
        answer = await refreshed(door, bob, id, locale="de")
        gone = (await door.ask(bob, watches.REMOVE, id=id))["removeDevice"]
        assert (answer["code"], gone["code"]) == ("NO_SUCH_DEVICE", "NO_SUCH_DEVICE")
    taken = await refreshed(door, ada, mine, installation=installation(51))

    assert taken == {"code": "INSTALLATION_USED", "path": ["input", "installation"]}
    assert await listed(door, ada) == [mine]


async def test_given_a_watch_when_it_registers_then_it_is_itself_and_tells_of_nothing_else(
    door: Door,
) -> None:
    ada = await door.member()
    phone = (await registered(door, ada, 60))["device"]["id"]
    watch = await watch_of(door, ada)

    itself = await registered(door, watch, 61, kind="WATCH")
    other = await refreshed(door, watch, phone, locale="de")
    own = await refreshed(door, watch, itself["device"]["id"], locale="de")

    assert (itself["device"]["isSignedIn"], itself["device"]["isReached"]) == (True, True)
    assert (other["code"], own["device"]["locale"]) == ("NOT_ON_WATCH", "de")
    assert len(await listed(door, ada)) == 2


async def test_given_nobodys_challenge_or_a_bad_token_when_following_then_it_is_refused(
    door: Door,
) -> None:
    ada = await door.member()
    phone = (await registered(door, ada, 70))["device"]["id"]
    challenge = globalids.of(Kind.CHALLENGE, ids.new(clock.now()))
    said = {"deviceId": phone, "challengeId": challenge, "token": "ab" * 40}

    followed = (await door.ask(ada, FOLLOW, **{"in": said}))["followLive"]
    told = {"deviceId": phone, "challengeId": challenge}
    unfollowed = (await door.ask(ada, UNFOLLOW, **{"in": told}))["unfollowLive"]
    told["deviceId"] = challenge
    nobodys = (await door.ask(ada, UNFOLLOW, **{"in": told}))["unfollowLive"]

    assert followed["code"] == "NOT_JOINED"
    assert unfollowed["__typename"] == "UnfollowLiveSuccess"
    assert nobodys["code"] == "NO_SUCH_DEVICE"
