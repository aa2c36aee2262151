"""Clubs over the door: from founding one to closing it, and what is refused."""

from typing import Any

from infra import clock, ids
from tests.support.client import Door, Person

ERRORS = "... on UserError { code path retryable }"
CLUBS = """{ clubs { nodes { id name role pooled
  members { nodes { memberId role member { handle } } }
  statement { nodes { number kind amount balanceAfter member { handle } } } } } }"""
INVITATIONS = "{ clubInvitations { nodes { id clubName inviter { handle } } } }"
FRIENDS = "{ viewer { friends { nodes { id } } } }"


def verb(name: str, kind: str, fields: str, *, moves: bool = False) -> str:
    """A mutation with one input, whose answer has the club where there is one."""
    directive = " @idempotent(key: $key)" if moves else ""
    key = ", $key: ID!" if moves else ""
    return (
        f"mutation ($in: {kind}Input!{key}) {{ {name}(input: $in){directive}"
        f" {{ __typename ... on {kind}Success {{ {fields} }} {ERRORS} }} }}"
    )


CLUB = "club { id role pooled }"
VERBS = {
    "foundClub": verb("foundClub", "FoundClub", CLUB),
    "inviteToClub": verb("inviteToClub", "InviteToClub", CLUB),
    "acceptClubInvitation": verb("acceptClubInvitation", "AcceptClubInvitation", CLUB),
    "declineClubInvitation": verb(
        "declineClubInvitation", "DeclineClubInvitation", "viewer { handle }"
    ),
    "removeFromClub": verb("removeFromClub", "RemoveFromClub", CLUB),
    "setTreasurer": verb("setTreasurer", "SetTreasurer", CLUB),
    "handOverClub": verb("handOverClub", "HandOverClub", CLUB),
    "giveToClub": verb("giveToClub", "GiveToClub", CLUB, moves=True),
    "payFromClub": verb("payFromClub", "PayFromClub", CLUB, moves=True),
    "leaveClub": verb("leaveClub", "LeaveClub", "viewer { handle }", moves=True),
    "closeClub": verb("closeClub", "CloseClub", "returned", moves=True),
}


async def say(door: Door, by: Person, verb: str, /, *, key: str | None = None, **said: Any) -> Any:
    """What came of one mutation."""
    variables: dict[str, Any] = {"in": said}
    if "$key" in VERBS[verb]:
        variables["key"] = key or str(ids.new(clock.now()))
    return (await door.ask(by, VERBS[verb], **variables))[verb]


async def clubs_of(door: Door, by: Person) -> list[dict[str, Any]]:
    return (await door.ask(by, CLUBS))["clubs"]["nodes"]


async def points_of(door: Door, by: Person) -> int:
    return (await door.ask(by, "{ viewer { points { available } } }"))["viewer"]["points"][
        "available"
    ]


async def a_club(door: Door, *, holding: int = 100) -> tuple[Person, Person, str]:
    """Ada's club, with her friend Bob in it; its id."""
    ada, bob = await door.friends(holding=holding)
    club = (await say(door, ada, "foundClub", name="The Hares"))["club"]["id"]
    (friend,) = (await door.ask(ada, FRIENDS))["viewer"]["friends"]["nodes"]
    await say(door, ada, "inviteToClub", clubId=club, friendId=friend["id"])
    (asked,) = (await door.ask(bob, INVITATIONS))["clubInvitations"]["nodes"]
    await say(door, bob, "acceptClubInvitation", invitationId=asked["id"])
    return ada, bob, club


async def test_given_a_club_when_given_to_and_paid_from_then_all_its_members_see_it(
    door: Door,
) -> None:
    ada, bob, club = await a_club(door)
    key = str(ids.new(clock.now()))
    (seen,) = await clubs_of(door, bob)
    theirs = next(m for m in seen["members"]["nodes"] if m["member"]["handle"] == bob.me.handle)

    gave = [await say(door, ada, "giveToClub", key=key, clubId=club, points=60) for _ in range(2)]
    paid = await say(door, ada, "payFromClub", clubId=club, memberId=theirs["memberId"], points=25)
    (after,) = await clubs_of(door, bob)

    assert gave[0] == gave[1]
    assert gave[0]["__typename"] == "GiveToClubSuccess"
    assert paid["club"]["pooled"] == after["pooled"] == 35
    assert (await points_of(door, ada), await points_of(door, bob)) == (40, 25)
    assert after["statement"]["nodes"] == [
        {
            "number": 2, "kind": "PAID_OUT", "amount": -25, "balanceAfter": 35,
            "member": {"handle": bob.me.handle},
        },
        {
            "number": 1, "kind": "GIVEN", "amount": 60, "balanceAfter": 60,
            "member": {"handle": ada.me.handle},
        },
    ]  # fmt: skip
    statement = await door.ask(ada, "{ viewer { statement(first: 1) { nodes { kind text } } } }")
    assert statement["viewer"]["statement"]["nodes"] == [
        {"kind": "SENT", "text": "Points given to a club"}
    ]


async def test_given_roles_when_changed_then_they_hold_and_the_club_ends_with_its_points_back(
    door: Door,
) -> None:
    ada, bob, club = await a_club(door)
    (seen,) = await clubs_of(door, ada)
    ids_ = {m["member"]["handle"]: m["memberId"] for m in seen["members"]["nodes"]}
    bobs = ids_[bob.me.handle]
    await say(door, ada, "giveToClub", clubId=club, points=50)

    early = await say(door, bob, "closeClub", clubId=club)
    treasurer = await say(door, ada, "setTreasurer", clubId=club, memberId=bobs, treasurer=True)
    handed = await say(door, ada, "handOverClub", clubId=club, memberId=bobs)
    stays = await say(door, bob, "leaveClub", clubId=club)
    closed = await say(door, bob, "closeClub", clubId=club)

    assert early["code"] == "CLUB_ROLE_NEEDED"
    assert treasurer["club"]["role"] == "OWNER"
    assert handed["club"]["role"] == "TREASURER"
    assert stays["code"] == "CLUB_OWNER_STAYS"
    assert closed == {"__typename": "CloseClubSuccess", "returned": 50}
    assert (await clubs_of(door, ada), await points_of(door, ada)) == ([], 100)


async def test_given_a_stranger_when_acting_on_a_club_then_there_is_no_such_club(
    door: Door,
) -> None:
    _, bob, club = await a_club(door)
    eve = await door.member(holding=10)

    gave = await say(door, eve, "giveToClub", clubId=club, points=5)
    left = await say(door, eve, "leaveClub", clubId=club)
    node = await door.ask(eve, "query ($id: ID!) { node(id: $id) { id } }", id=club)

    assert (gave["code"], left["code"]) == ("NO_SUCH_CLUB", "NO_SUCH_CLUB")
    assert node == {"node": None}
    assert bob.member is not None


async def test_given_a_fault_when_giving_or_inviting_then_the_code_and_the_place_say_so(
    door: Door,
) -> None:
    ada, bob, club = await a_club(door)
    (friend,) = (await door.ask(ada, FRIENDS))["viewer"]["friends"]["nodes"]

    poor = await say(door, bob, "giveToClub", clubId=club, points=5)
    none = await say(door, ada, "giveToClub", clubId=club, points=0)
    again = await say(door, ada, "inviteToClub", clubId=club, friendId=friend["id"])
    nobody = await say(door, ada, "inviteToClub", clubId=club, friendId="x")
    name = await say(door, ada, "foundClub", name=" ")

    assert [one["code"] for one in (poor, none, again, nobody, name)] == [
        "INSUFFICIENT_POINTS", "BAD_POINTS", "ALREADY_IN_CLUB", "NOT_FRIENDS", "BAD_CLUB_NAME",
    ]  # fmt: skip
    assert (none["path"], nobody["path"]) == (["input", "points"], ["input", "friendId"])


async def test_given_points_to_move_when_no_key_is_sent_then_one_is_asked_for(door: Door) -> None:
    ada, _, club = await a_club(door)
    bare = VERBS["giveToClub"].replace(" @idempotent(key: $key)", "").replace(", $key: ID!", "")

    said = await door.ask(ada, bare, **{"in": {"clubId": club, "points": 5}})

    assert said["giveToClub"]["code"] == "IDEMPOTENCY_KEY_REQUIRED"
