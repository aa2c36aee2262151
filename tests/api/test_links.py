"""Links, contacts and friends of other programmes over the door; joining by a code."""

from hashlib import sha256
from typing import Any

import pytest

from domain import members
from domain.members import ContactKind
from infra import clock
from infra.db import Tx
from tests.support import documents
from tests.support.client import Door, Person
from tests.support.documents import on_friend

ERRORS = "... on UserError { code path }"
MAKE = (
    "mutation ($in: MakeFriendLinkInput!) { makeFriendLink(input: $in) { __typename"
    " ... on MakeFriendLinkSuccess { link { code uses } } " + ERRORS + " } }"
)
OPEN = (
    "mutation ($code: String!) { openFriendLink(input: {code: $code}) { __typename"
    " ... on OpenFriendLinkSuccess { friend { member { name } } request { member { name handle } }"
    " acrossFriend { name programmeName } acrossRequest { id direction } } " + ERRORS + " } }"
)
ACROSS = "{ acrossFriends { nodes { id name programmeName } } }"
WISHES = "{ acrossFriendRequests(direction: RECEIVED) { nodes { id note } } }"
JOIN = (
    "mutation ($in: JoinProgrammeInput!) { joinProgramme(input: $in) { __typename"
    " ... on JoinProgrammeSuccess { viewer { handle friends { nodes { member { name } } } } } "
    + ERRORS
    + " } }"
)


async def a_link(door: Door, by: Person, **terms: Any) -> str:
    made = (await door.ask(by, MAKE, **{"in": terms}))["makeFriendLink"]
    return made["link"]["code"]


async def follow(door: Door, by: Person, code: str) -> dict[str, Any]:
    return (await door.ask(by, OPEN, code=code))["openFriendLink"]


async def test_given_links_of_both_kinds_when_opened_then_a_friend_or_a_request(
    door: Door,
) -> None:
    ada, bob, cy = [await door.member(name=name) for name in ("Ada", "Bob", "Cy")]

    at_once = await follow(door, bob, await a_link(door, ada, atOnce=True))
    asked = await follow(door, cy, await a_link(door, ada))

    assert at_once["friend"] == {"member": {"name": "Ada"}}
    # Ada has not agreed yet, so her name is not told.
    assert asked["request"]["member"] == {"name": ada.me.handle, "handle": ada.me.handle}


async def test_given_a_code_of_nothing_when_tried_fifty_times_then_the_day_is_over(
    door: Door,
) -> None:
    ada = await door.member()

    codes = [(await follow(door, ada, "0" * 20))["code"] for _ in range(51)]

    assert codes == ["NO_SUCH_LINK"] * 50 + ["OVER_LOOKUP_LIMIT"]


async def test_given_a_link_across_when_both_agree_then_each_sees_name_and_programme_only(
    door: Door,
) -> None:
    ada, finn = await door.member(name="Ada"), await door.member("south", name="Finn")
    code = await a_link(door, ada, across=True, note="for Finn")
    accept = (
        "mutation ($id: ID!) { acceptAcrossFriend(input: {requestId: $id}) { __typename"
        " ... on AcceptAcrossFriendSuccess { friend { id name programmeName } } " + ERRORS + " } }"
    )
    block = "mutation ($id: ID!) { blockAcrossFriend(input: {friendId: $id}) { __typename } }"

    opened = await follow(door, finn, code)
    (wish,) = (await door.ask(ada, WISHES))["acrossFriendRequests"]["nodes"]
    before = (await door.ask(finn, ACROSS))["acrossFriends"]["nodes"]
    accepted = (await door.ask(ada, accept, id=wish["id"]))["acceptAcrossFriend"]
    (seen,) = (await door.ask(finn, ACROSS))["acrossFriends"]["nodes"]
    await door.ask(finn, block, id=seen["id"])
    after = (await door.ask(ada, ACROSS))["acrossFriends"]["nodes"]
    again = await follow(door, finn, code)

    assert (opened["acrossFriend"], opened["acrossRequest"]["direction"]) == (None, "SENT")
    assert (wish["note"], before) == ("for Finn", [])
    assert (accepted["friend"]["name"], seen["name"]) == ("Finn", "Ada")
    assert (after, again["code"]) == ([], "NO_SUCH_LINK")


async def test_given_contacts_when_looked_for_then_only_who_wants_to_be_found_is(
    door: Door,
) -> None:
    ada, bob = await door.member(), await door.member(name="Bob")
    email = f"{bob.me.handle}@b.example"

    async def prove(tx: Tx) -> None:
        await members.add_contact(
            bob.me, kind=ContactKind.EMAIL, value=email, verified=True, at=clock.now(), tx=tx
        )

    await door.given(prove)
    salt = (await door.ask(ada, "{ findability { contactSalt } }"))["findability"]["contactSalt"]
    text = "\x1f".join(("laurel contact", salt, "EMAIL", email))
    hashes = [sha256(text.encode()).hexdigest(), "f" * 64]
    look = (
        "mutation ($h: [String!]!) { findByContacts(input: {hashes: $h}) { __typename"
        " ... on FindByContactsSuccess { matches { hash member { name } } } " + ERRORS + " } }"
    )
    opt_in = (
        "mutation { setFindability(input: {byHandle: false, byContact: true}) { __typename"
        " ... on SetFindabilitySuccess { findability { byHandle byContact } } } }"
    )

    before = (await door.ask(ada, look, h=hashes))["findByContacts"]
    said = (await door.ask(bob, opt_in))["setFindability"]
    found = (await door.ask(ada, look, h=hashes))["findByContacts"]
    bad = (await door.ask(ada, look, h=["zz"]))["findByContacts"]
    hidden = (await door.ask(ada, on_friend("requestFriend", "handle"), it=bob.me.handle))[
        "requestFriend"
    ]

    assert before["matches"] == []
    assert said["findability"] == {"byHandle": False, "byContact": True}
    assert found["matches"] == [{"hash": hashes[0], "member": {"name": "Bob"}}]
    assert (bad["code"], bad["path"]) == ("BAD_CONTACT_HASH", ["input", "hashes"])
    assert hidden["code"] == "NO_SUCH_MEMBER"


async def test_given_a_handle_when_asked_or_blocked_then_the_name_behind_it_is_not_told(
    door: Door,
) -> None:
    ada, bob = await door.member(), await door.member(name="Roberta")
    ask = (
        "mutation ($h: String!) { requestFriend(input: {handle: $h}) {"
        " ... on RequestFriendSuccess { request { member { name } } } } }"
    )
    block = (
        "mutation ($h: String!) { blockMember(input: {handle: $h}) {"
        " ... on BlockMemberSuccess { member { name } } } }"
    )

    asked = await door.ask(ada, ask, h=bob.me.handle)
    sent = (await door.ask(ada, documents.REQUESTS, way="SENT"))["viewer"]["friendRequests"]
    blocked = await door.ask(ada, block, h=bob.me.handle)

    assert asked["requestFriend"]["request"]["member"]["name"] == bob.me.handle
    assert len(sent["nodes"]) == 1
    assert blocked["blockMember"]["member"]["name"] == bob.me.handle


async def test_given_an_invite_when_a_newcomer_joins_by_it_then_they_have_a_friend(
    door: Door,
) -> None:
    ada = await door.member(name="Ada")
    code = await a_link(door, ada, atOnce=True)
    said = {"handle": "newcomer-of-ada", "name": "New", "inviteCode": code}

    joined = (await door.ask(door.stranger(), JOIN, **{"in": said}))["joinProgramme"]

    assert joined["viewer"]["friends"]["nodes"] == [{"member": {"name": "Ada"}}]


@pytest.mark.parametrize(
    ("field", "code", "refusal"),
    [
        ("inviteCode", "0" * 20, "NO_SUCH_LINK"),
        ("referralCode", "0" * 12, "NO_SUCH_REFERRAL_CODE"),
        ("deviceId", "a\nb", "BAD_DEVICE"),
    ],
)
async def test_given_a_code_of_nothing_when_joining_by_it_then_nobody_has_joined(
    door: Door, field: str, code: str, refusal: str
) -> None:
    await door.programme()
    stranger = door.stranger()

    said = {"handle": f"none-{field.lower()}", "name": "New", field: code}
    refused = (await door.ask(stranger, JOIN, **{"in": said}))["joinProgramme"]

    assert (refused["code"], refused["path"]) == (refusal, ["input", field])
    assert await door.ask(stranger, "{ viewer { id } }") == {"viewer": None}
