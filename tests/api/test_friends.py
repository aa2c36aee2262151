"""Friends, blocking and the profile over the door: what works, and every reason to say no."""

from typing import Any

import pytest

from api import globalids
from api.globalids import Kind
from domain import friends
from tests.support import documents, given
from tests.support.client import Door, Person
from tests.support.documents import on_friend


async def say(door: Door, by: Person, verb: str, argument: str, it: str) -> dict[str, Any]:
    return (await door.ask(by, on_friend(verb, argument), it=it))[verb]


async def requests(door: Door, by: Person, way: str) -> list[dict[str, Any]]:
    return (await door.ask(by, documents.REQUESTS, way=way))["viewer"]["friendRequests"]["nodes"]


async def listed(door: Door, by: Person) -> list[dict[str, Any]]:
    return (await door.ask(by, documents.FRIENDS))["viewer"]["friends"]["nodes"]


async def test_given_two_members_when_one_asks_and_the_other_accepts_then_they_are_friends(
    door: Door,
) -> None:
    ada, bob = await door.member(), await door.member()

    asked = await say(door, ada, "requestFriend", "handle", bob.me.handle)
    (sent,), (received,) = (
        await requests(door, ada, "SENT"),
        await requests(door, bob, "RECEIVED"),
    )
    accepted = await say(door, bob, "acceptFriend", "requestId", received["id"])

    assert asked["__typename"] == "RequestFriendSuccess"
    assert sent["member"]["handle"] == bob.me.handle
    assert accepted["__typename"] == "AcceptFriendSuccess"
    assert [one["member"]["handle"] for one in await listed(door, ada)] == [bob.me.handle]
    assert await requests(door, bob, "RECEIVED") == []


async def test_given_requests_both_ways_when_the_second_asks_then_they_are_friends_at_once(
    door: Door,
) -> None:
    ada, bob = await door.member(), await door.member()
    await say(door, ada, "requestFriend", "handle", bob.me.handle)
    query = (
        "mutation ($h: String!) { requestFriend(input: {handle: $h}) {"
        " ... on RequestFriendSuccess { request { id } friend { member { handle } } } } }"
    )

    asked = (await door.ask(bob, query, h=ada.me.handle))["requestFriend"]

    assert asked == {"request": None, "friend": {"member": {"handle": ada.me.handle}}}


async def test_given_a_request_when_declined_then_the_sender_still_sees_it_open(
    door: Door,
) -> None:
    ada, bob = await door.member(), await door.member()
    await say(door, ada, "requestFriend", "handle", bob.me.handle)
    (received,) = await requests(door, bob, "RECEIVED")

    declined = await say(door, bob, "declineFriend", "requestId", received["id"])

    assert declined["__typename"] == "DeclineFriendSuccess"
    assert await requests(door, bob, "RECEIVED") == []
    assert len(await requests(door, ada, "SENT")) == 1


async def test_given_a_request_when_withdrawn_then_it_is_gone_for_both(door: Door) -> None:
    ada, bob = await door.member(), await door.member()
    await say(door, ada, "requestFriend", "handle", bob.me.handle)
    (sent,) = await requests(door, ada, "SENT")

    withdrawn = await say(door, ada, "withdrawFriend", "requestId", sent["id"])

    assert withdrawn["__typename"] == "WithdrawFriendSuccess"
    assert await requests(door, bob, "RECEIVED") == []


async def test_given_friends_when_one_removes_or_blocks_then_they_part_and_unblocking_allows_more(
    door: Door,
) -> None:
    ada, bob = await door.friends()
    cy, dan = await door.friends()
    (friend,) = await listed(door, ada)
    blocked = "{ viewer { blockedMembers { nodes { handle } } } }"

    removed = await say(door, ada, "removeFriend", "friendId", friend["id"])
    blocking = await say(door, cy, "blockMember", "handle", dan.me.handle)
    seen = (await door.ask(cy, blocked))["viewer"]["blockedMembers"]["nodes"]
    unblocking = await say(door, cy, "unblockMember", "handle", dan.me.handle)

    assert removed["__typename"] == "RemoveFriendSuccess"
    assert (await listed(door, ada), await listed(door, bob)) == ([], [])
    assert (blocking["__typename"], seen) == ("BlockMemberSuccess", [{"handle": dan.me.handle}])
    assert unblocking["__typename"] == "UnblockMemberSuccess"
    assert await listed(door, dan) == []


UNKNOWN = {
    "requestFriend": ("handle", "NO_SUCH_MEMBER", None),
    "blockMember": ("handle", "NO_SUCH_MEMBER", None),
    "unblockMember": ("handle", "NO_SUCH_MEMBER", None),
    "acceptFriend": ("requestId", "NO_SUCH_REQUEST", Kind.REQUEST_RECEIVED),
    "declineFriend": ("requestId", "NO_SUCH_REQUEST", Kind.REQUEST_RECEIVED),
    "withdrawFriend": ("requestId", "NO_SUCH_REQUEST", Kind.REQUEST_SENT),
    "removeFriend": ("friendId", "NO_SUCH_FRIEND", Kind.FRIEND),
}


@pytest.mark.parametrize("verb", UNKNOWN)
async def test_given_nobody_or_somebody_of_another_programme_when_meant_then_both_look_the_same(
    door: Door, verb: str
) -> None:
    argument, code, kind = UNKNOWN[verb]
    ada, foreign = await door.member(), await door.member("south")
    theirs = foreign.me.handle if kind is None else globalids.of(kind, foreign.me.id)

    refused = [await say(door, ada, verb, argument, it) for it in ("nobody-here", theirs)]

    assert [one["code"] for one in refused] == [code, code]
    assert refused[0] == refused[1]


async def test_given_every_other_reason_when_asking_then_it_is_told(door: Door) -> None:
    ada, bob = await door.friends()
    eve = await door.member()
    await door.given(lambda tx: friends.block(ada.me, friend=eve.me.id, at=given.NOON, tx=tx))

    codes = [
        (await say(door, ada, "requestFriend", "handle", whom.me.handle))["code"]
        for whom in (ada, eve, bob)
    ]
    itself = (await say(door, ada, "blockMember", "handle", ada.me.handle))["code"]
    strange = (
        await say(
            door,
            ada,
            "acceptFriend",
            "requestId",
            globalids.of(Kind.REQUEST_RECEIVED, eve.me.id),
        )
    )["code"]

    assert codes == ["SELF_FRIEND", "MEMBER_BLOCKED", "ALREADY_FRIENDS"]
    assert (itself, strange) == ("SELF_FRIEND", "NO_SUCH_REQUEST")


UPDATE = (
    "mutation ($in: UpdateProfileInput!) { updateProfile(input: $in) { __typename"
    " ... on UpdateProfileSuccess { viewer { name locale zone autoAccept } } "
    + documents.ERRORS
    + " } }"
)
JOIN = (
    "mutation ($in: JoinProgrammeInput!) { joinProgramme(input: $in) { __typename"
    " ... on JoinProgrammeSuccess { viewer { handle name zone programme { name } } } "
    + documents.ERRORS
    + " } }"
)


async def test_given_a_member_when_they_change_their_profile_then_only_what_was_said_changes(
    door: Door,
) -> None:
    ada = await door.member(name="Ada")

    one = await door.ask(ada, UPDATE, **{"in": {"zone": "Asia/Tokyo", "autoAccept": True}})
    two = await door.ask(ada, UPDATE, **{"in": {"name": "Ada L.", "zone": None}})

    assert one["updateProfile"]["viewer"]["zone"] == "Asia/Tokyo"
    assert two["updateProfile"]["viewer"] == {
        "name": "Ada L.",
        "locale": "en",
        "zone": "Asia/Tokyo",
        "autoAccept": True,
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "BAD_NAME"),
        ({"name": "a\u0000b"}, "BAD_NAME"),
        ({"name": "x" * 81}, "BAD_NAME"),
        ({"locale": "english please"}, "BAD_LOCALE"),
        ({"zone": "Mars/Olympus"}, "BAD_ZONE"),
        ({"zone": "../../etc/passwd"}, "BAD_ZONE"),
    ],
)
async def test_given_a_bad_profile_when_changed_then_it_is_refused_with_its_place(
    door: Door, change: dict[str, Any], code: str
) -> None:
    ada = await door.member()

    refused = (await door.ask(ada, UPDATE, **{"in": change}))["updateProfile"]

    assert (refused["code"], refused["path"]) == (code, ["input", *change])


async def test_given_a_good_token_when_they_join_then_they_are_members_of_its_programme(
    door: Door,
) -> None:
    await door.programme()
    new = door.stranger()
    viewer = "{ viewer { handle } }"
    before = await door.ask(new, viewer)
    handle = f"new{door.stranger().token[-8:].lower().replace('_', '-')}"

    joined = await door.ask(new, JOIN, **{"in": {"handle": handle, "name": "New"}})

    assert before == {"viewer": None}
    assert joined["joinProgramme"]["viewer"]["zone"] == "Europe/Vienna"
    assert await door.ask(new, viewer) == {"viewer": {"handle": handle}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"handle": "No Good"}, "BAD_HANDLE"),
        ({"name": ""}, "BAD_NAME"),
        ({"locale": "??"}, "BAD_LOCALE"),
        ({"zone": "Nowhere"}, "BAD_ZONE"),
    ],
)
async def test_given_bad_words_when_joining_then_they_are_refused(
    door: Door, change: dict[str, str], code: str
) -> None:
    await door.programme()
    said = {"handle": "somebody-new", "name": "New"} | change

    refused = (await door.ask(door.stranger(), JOIN, **{"in": said}))["joinProgramme"]

    assert (refused["code"], refused["path"]) == (code, ["input", *change])


async def test_given_a_taken_handle_a_second_join_and_no_programme_when_joining_then_it_is_refused(
    door: Door,
) -> None:
    ada = await door.member()
    taken = {"handle": ada.me.handle, "name": "New"}
    free = {"handle": "free-handle-1", "name": "New"}

    codes = [
        (await door.ask(by, JOIN, **{"in": said}))["joinProgramme"]["code"]
        for by, said in (
            (door.stranger(), taken),
            (ada, free),
            (door.stranger("nowhere"), free),
            (door.stranger(subject="line\nbreak"), free),
        )
    ]

    assert codes == ["HANDLE_TAKEN", "ALREADY_MEMBER", "NO_SUCH_PROGRAMME", "BAD_IDENTITY"]


async def test_given_somebody_who_has_not_joined_when_they_do_anything_else_then_they_are_told(
    door: Door,
) -> None:
    await door.programme()

    refused = await say(door, door.stranger(), "requestFriend", "handle", "ada")

    assert refused["code"] == "NOT_A_MEMBER"
