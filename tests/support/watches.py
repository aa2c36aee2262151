"""Watches: devices that sign in by a code, over HTTP, as an app on a wrist does."""

from typing import Any

import httpx

from tests.support.client import Door, Person

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
SAYS = {"platform": "ANDROID", "kind": "WATCH", "app_version": "1.0", "locale": "en"}
DECIDE = """
mutation ($code: String!) {
  %s(input: {userCode: $code}) {
    __typename
    ... on %s { watch { platform kind name appVersion askedAt expiresAt } }
    ... on RequestRefused { code path message }
  }
}
"""
DEVICES = """
{ viewer { devices { nodes { id name kind isReached isSignedIn } } } }
"""
REMOVE = """
mutation ($id: ID!) {
  removeDevice(input: {deviceId: $id}) { __typename ... on RequestRefused { code } }
}
"""


async def form(door: Door, path: str, **fields: str) -> httpx.Response:
    """The answer to a form."""
    return await door.http.post(door.at(path), data=fields)


async def asked(door: Door, programme: str = "north", **said: str) -> dict[str, Any]:
    """What a watch is told that asks to be signed in."""
    answer = await form(door, "/device/code", **{"client_id": programme, **SAYS, **said})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def polled(door: Door, code: str, programme: str = "north") -> httpx.Response:
    """The answer to a watch that comes for its token."""
    said = {"grant_type": GRANT, "device_code": code, "client_id": programme}
    return await form(door, "/device/token", **said)


async def decided(door: Door, by: Person, verb: str, code: str) -> dict[str, Any]:
    """findWatch, approveWatch or refuseWatch."""
    document = DECIDE % (verb, f"{verb[0].upper()}{verb[1:]}Success")
    return dict((await door.ask(by, document, code=code))[verb])


async def watch_of(door: Door, owner: Person, programme: str = "north") -> Person:
    """A watch that a member has let in, as somebody who asks with its own token."""
    told = await asked(door, programme)
    made = await decided(door, owner, "approveWatch", told["user_code"])
    assert made["__typename"] == "ApproveWatchSuccess", made
    answer = await polled(door, told["device_code"], programme)
    assert answer.status_code == 200, answer.text
    return Person(answer.json()["access_token"], owner.member)


async def removed(door: Door, owner: Person) -> None:
    """The member takes back every watch they let in."""
    nodes = (await door.ask(owner, DEVICES))["viewer"]["devices"]["nodes"]
    for node in nodes:
        if node["isSignedIn"]:
            answer = await door.ask(owner, REMOVE, id=node["id"])
            assert answer["removeDevice"]["__typename"] == "RemoveDeviceSuccess"
