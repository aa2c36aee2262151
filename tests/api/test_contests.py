"""Contests over the door: from asking friends to the stakes, and what is refused."""

from typing import Any

from domain import contests, friends
from domain.contests.beginning import begin
from infra import clock, ids
from infra.db import Tx
from tests.support import given
from tests.support.client import Door, Person

ERRORS = "... on UserError { code path retryable }"
FIELDS = """id template { template name metric targetMin targetMax } target payout stake state part
  firstDay lastDay startsAt paysAt endedAt creator { handle }
  players { member { handle } part stake reached place won }"""
CONTESTS = f"{{ contests {{ nodes {{ {FIELDS} }} }} }}"
INVITATIONS = f"{{ contestInvitations {{ nodes {{ {FIELDS} }} }} }}"
FRIENDS = "{ viewer { friends { nodes { id } } } }"
LIMITS = "{ contestLimits { peopleMax openMax stakeMax stakeDayMax } }"


def verb(name: str, fields: str, *, moves: bool = True) -> str:
    """A mutation with one input."""
    kind = name[0].upper() + name[1:]
    directive, key = (" @idempotent(key: $key)", ", $key: ID!") if moves else ("", "")
    return (
        f"mutation ($in: {kind}Input!{key}) {{ {name}(input: $in){directive}"
        f" {{ __typename ... on {kind}Success {{ {fields} }} {ERRORS}"
        " ... on InsufficientPoints { available needed } } }"
        if name in ("createContest", "acceptContest")
        else f"mutation ($in: {kind}Input!{key}) {{ {name}(input: $in){directive}"
        f" {{ __typename ... on {kind}Success {{ {fields} }} {ERRORS} }} }}"
    )


CONTEST = f"contest {{ {FIELDS} }} viewer {{ points {{ available }} }}"
VERBS = {
    "createContest": verb("createContest", CONTEST),
    "acceptContest": verb("acceptContest", CONTEST),
    "leaveContest": verb("leaveContest", CONTEST),
    "callOffContest": verb("callOffContest", CONTEST),
    "declineContest": verb("declineContest", "viewer { handle }", moves=False),
}


async def say(door: Door, by: Person, verb: str, /, *, key: str | None = None, **said: Any) -> Any:
    """What came of one mutation."""
    variables: dict[str, Any] = {"in": said}
    if "$key" in VERBS[verb]:
        variables["key"] = key or str(ids.new(clock.now()))
    return (await door.ask(by, VERBS[verb], **variables))[verb]


async def a_contest(door: Door, **said: Any) -> tuple[Person, Person, Any]:
    """Ada's contest, to which she asked her friend Bob; each had 100 points."""
    ada, bob = await door.friends(holding=100)
    await door.given(lambda tx: given.points(100, bob.me, at=clock.now(), tx=tx))
    (friend,) = (await door.ask(ada, FRIENDS))["viewer"]["friends"]["nodes"]
    asked = {"template": "RUNNING", "friendIds": [friend["id"]], "stake": 30} | said
    return ada, bob, await say(door, ada, "createContest", **asked)


async def test_given_an_invitation_when_accepted_then_both_see_the_contest_and_their_stakes(
    door: Door,
) -> None:
    ada, bob, made = await a_contest(door, target=5_000, payout="COMPLETED", days=3)
    (asked,) = (await door.ask(bob, INVITATIONS))["contestInvitations"]["nodes"]
    key = str(ids.new(clock.now()))

    taken = [
        await say(door, bob, "acceptContest", key=key, contestId=asked["id"]) for _ in range(2)
    ]
    (seen,) = (await door.ask(ada, CONTESTS))["contests"]["nodes"]

    assert made["__typename"] == "CreateContestSuccess"
    assert made["viewer"]["points"]["available"] == 70
    assert taken[0] == taken[1]
    assert taken[0]["viewer"]["points"]["available"] == 70
    assert seen == taken[0]["contest"]
    assert seen["template"] == {
        "template": "RUNNING",
        "name": "Running",
        "metric": "DISTANCE",
        "targetMin": 1_000,
        "targetMax": 1_000_000,
    }
    assert (seen["target"], seen["payout"], seen["state"]) == (5_000, "COMPLETED", "OPEN")
    assert seen["creator"] == {"handle": ada.me.handle}
    assert {(one["member"]["handle"], one["part"], one["stake"]) for one in seen["players"]} == {
        (ada.me.handle, "PLAYING", 30),
        (bob.me.handle, "PLAYING", 30),
    }
    assert (await door.ask(bob, INVITATIONS))["contestInvitations"]["nodes"] == []
    statement = await door.ask(ada, "{ viewer { statement(first: 1) { nodes { kind text } } } }")
    assert statement["viewer"]["statement"]["nodes"] == [
        {"kind": "SET_ASIDE", "text": "Stake of a contest"}
    ]


async def test_given_a_contest_that_runs_when_seen_and_left_then_the_stake_is_forfeited(
    door: Door,
) -> None:
    ada, bob, made = await a_contest(door)
    id = made["contest"]["id"]
    await say(door, bob, "acceptContest", contestId=id)

    async def start(tx: Tx) -> None:
        (seat,) = await contests.listed(ada.me, after=None, limit=1, tx=tx)
        contest = seat.contest
        await begin(contest.id, programme=contest.programme, at=contest.starts_at, tx=tx)

    await door.given(start)
    (seen,) = (await door.ask(ada, CONTESTS))["contests"]["nodes"]
    left = await say(door, bob, "leaveContest", contestId=id)
    off = await say(door, ada, "callOffContest", contestId=id)

    assert (seen["state"], [one["reached"] for one in seen["players"]]) == ("RUNNING", [0, 0])
    assert (left["contest"]["part"], left["viewer"]["points"]["available"]) == ("FORFEITED", 70)
    assert (off["code"], off["retryable"]) == ("CONTEST_CLOSED", False)


async def test_given_a_contest_when_declined_and_called_off_then_nobody_has_it_any_more(
    door: Door,
) -> None:
    ada, bob, made = await a_contest(door)
    id = made["contest"]["id"]

    declined = await say(door, bob, "declineContest", contestId=id)
    late = await say(door, bob, "acceptContest", contestId=id)
    off = await say(door, ada, "callOffContest", contestId=id)

    assert declined["viewer"]["handle"] == bob.me.handle
    assert late["code"] == "NO_SUCH_CONTEST"
    assert (off["contest"]["state"], off["contest"]["part"]) == ("CALLED_OFF", "WITHDRAWN")
    assert off["viewer"]["points"]["available"] == 100


async def test_given_faults_when_creating_then_the_path_says_where(door: Door) -> None:
    limits = (await door.ask((await a_contest(door))[0], LIMITS))["contestLimits"]

    found = [
        (await a_contest(door, **wrong))[2]
        for wrong in (
            {"days": 29},
            {"target": 1},
            {"payout": "COMPLETED"},
            {"firstDay": "2020-01-01"},
            {"friendIds": []},
            {"friendIds": ["nonsense"]},
            {"stake": limits["stakeMax"] + 1},
        )
    ]

    assert limits == {"peopleMax": 50, "openMax": 10, "stakeMax": 200, "stakeDayMax": 500}
    assert [(one["code"], one["path"]) for one in found] == [
        ("BAD_CONTEST_DAYS", ["input", "days"]),
        ("BAD_CONTEST_TARGET", ["input", "target"]),
        ("BAD_CONTEST_PAYOUT", ["input", "payout"]),
        ("BAD_CONTEST_DAYS", ["input", "firstDay"]),
        ("BAD_CONTEST_PEOPLE", ["input", "friendIds"]),
        ("NOT_FRIENDS", ["input", "friendIds"]),
        ("OVER_STAKE_LIMIT", ["input", "stake"]),
    ]


async def test_given_two_with_a_block_in_one_contest_when_seen_then_neither_is_told_of_the_other(
    door: Door,
) -> None:
    ada, bob = await door.friends()
    eve = await door.member()
    await door.given(lambda tx: given.friendship(ada.me, eve.me, tx=tx))
    known = (await door.ask(ada, FRIENDS))["viewer"]["friends"]["nodes"]
    asked = {"template": "RUNNING", "friendIds": [one["id"] for one in known]}
    made = await say(door, ada, "createContest", **asked)
    await door.given(lambda tx: friends.block(bob.me, friend=eve.me.id, at=clock.now(), tx=tx))

    views = [
        (await door.ask(one, INVITATIONS))["contestInvitations"]["nodes"] for one in (bob, eve)
    ]
    (whole,) = (await door.ask(ada, CONTESTS))["contests"]["nodes"]

    assert made["__typename"] == "CreateContestSuccess"
    for me, (seen,) in zip((bob, eve), views, strict=True):
        named = {one["member"] and one["member"]["handle"] for one in seen["players"]}
        assert named == {ada.me.handle, me.me.handle, None}
        assert seen["creator"] == {"handle": ada.me.handle}
    assert None not in [one["member"] for one in whole["players"]]
