"""Challenges over the doors: members join and leave them, and only who pays is told of them."""

from typing import Any

import pytest

from api import globalids
from api.challenge_drafts import challenge_id
from api.globalids import Kind
from domain import challenges
from domain.challenges import Audience, Challenge, Entry, Mode, Reward
from domain.operators import Role
from domain.partners import Scope
from infra import clock, ids
from infra.db import Tx
from tests.api.test_transferring import key
from tests.domain.challenges.making import DAY, a_payer, live, made, terms
from tests.support.client import Door, Person

ERRORS = "... on UserError { __typename code path }"
ENTERED = "challenge { id } participation { state percent place { place of } }"
JOIN = (
    "mutation ($id: ID!, $team: String, $key: ID!) {"
    " joinChallenge(input: {challengeId: $id, team: $team}) @idempotent(key: $key)"
    f" {{ __typename ... on JoinChallengeSuccess {{ {ENTERED} }}"
    " ... on ChallengeNotForYou { lacking } " + ERRORS + " } }"
)
LEAVE = (
    "mutation ($id: ID!) { leaveChallenge(input: {challengeId: $id})"
    f" {{ __typename ... on LeaveChallengeSuccess {{ {ENTERED} }} {ERRORS} }} }}"
)
REFUSE = (
    "mutation ($id: ID!) { refuseChallenge(input: {challengeId: $id})"
    f" {{ __typename ... on RefuseChallengeSuccess {{ {ENTERED} }} {ERRORS} }} }}"
)
CHALLENGES = (
    "query ($first: Int!, $after: Cursor) { challenges(first: $first, after: $after)"
    " { nodes { id name lacking participation { state } teams { name members yours } }"
    " pageInfo { hasNextPage endCursor } } }"
)
MINE = "{ myChallenges { nodes { id participation { state } } } }"
INVITE = (
    "mutation ($id: ID!, $members: [ID!]!) { inviteToChallenge("
    'input: {challengeId: $id, memberIds: $members, reason: "a party"})'
    f" {{ __typename ... on InviteToChallengeSuccess {{ invited }} {ERRORS} }} }}"
)
NODE = "query ($id: ID!) { node(id: $id) { ... on Challenge { id name state } } }"
PREVIEW = "query ($id: ID!) { previewChallenge(challengeId: $id) { rules budget sampled } }"
REPORT = (
    "query ($id: ID!, $days: Int!) { challengeReport(challengeId: $id) { challengeId joined"
    " breakdown(by: WEEK) { name joined } burnDown(days: $days) { days { day left } } } }"
)


async def a_challenge(door: Door, *, programme: str = "north", **said: Any) -> Challenge:
    """One that has begun, of a partner of its own."""
    home = await door.programme(programme)

    async def build(tx: Tx) -> Challenge:
        return await live(await a_payer(home, tx=tx), tx, **said)

    return await door.given(build)


def id_of(challenge: Challenge) -> str:
    return challenge_id(challenge.id)


async def join(door: Door, by: Person, one: Challenge, **said: Any) -> dict[str, Any]:
    words = {"id": id_of(one), "team": None, "key": key(), **said}
    return (await door.ask(by, JOIN, **words))["joinChallenge"]


async def test_given_a_challenge_when_joined_and_left_then_the_member_sees_where_they_are(
    door: Door,
) -> None:
    ada, one = await door.member(), await a_challenge(door)

    joined = await join(door, ada, one)
    again = await join(door, ada, one)
    mine = (await door.ask(ada, MINE))["myChallenges"]["nodes"]
    left = (await door.ask(ada, LEAVE, id=id_of(one)))["leaveChallenge"]
    twice = (await door.ask(ada, LEAVE, id=id_of(one)))["leaveChallenge"]

    place = {"place": None, "of": 1}
    assert joined == {
        "__typename": "JoinChallengeSuccess",
        "challenge": {"id": id_of(one)},
        "participation": {"state": "JOINED", "percent": 0, "place": place},
    }
    assert again == {"__typename": "RequestRefused", "code": "ALREADY_JOINED", "path": None}
    assert mine == [{"id": id_of(one), "participation": {"state": "JOINED"}}]
    assert left["participation"]["state"] == "LEFT"
    assert twice["code"] == "NOT_JOINED"


async def test_given_an_invitation_when_refused_then_it_is_over(door: Door) -> None:
    ada, bob = await door.member(), await door.member()
    one = await a_challenge(door, audience=Audience(entry=Entry.INVITED))
    await door.given(lambda tx: challenges.offer(one, [ada.me.id], at=clock.now(), tx=tx))

    stranger = await join(door, bob, one)
    refused = (await door.ask(ada, REFUSE, id=id_of(one)))["refuseChallenge"]

    assert stranger == {
        "__typename": "ChallengeNotForYou",
        "code": "NOT_ELIGIBLE",
        "path": None,
        "lacking": "INVITATION",
    }
    assert refused["participation"]["state"] == "REFUSED"


async def test_given_challenges_when_listed_then_what_is_lacking_is_told(door: Door) -> None:
    ada = await door.member("listed")
    plain = await a_challenge(door, programme="listed", name="Plain")
    some = Audience(segments=frozenset({"runners"}))
    other = await a_challenge(door, programme="listed", name="Runners", audience=some)
    teams = await a_challenge(door, programme="listed", name="Teams", mode=Mode.COMPETITIVE)
    await join(door, ada, teams, team="Hares")

    first = (await door.ask(ada, CHALLENGES, first=2))["challenges"]
    after = first["pageInfo"]["endCursor"]
    rest = (await door.ask(ada, CHALLENGES, first=2, after=after))["challenges"]

    assert first["pageInfo"]["hasNextPage"]
    assert not rest["pageInfo"]["hasNextPage"]
    told = {node["id"]: node for node in first["nodes"] + rest["nodes"]}
    assert set(told) == {id_of(plain), id_of(other), id_of(teams)}
    assert told[id_of(plain)]["lacking"] is None
    assert told[id_of(other)]["lacking"] == "SEGMENT"
    assert told[id_of(teams)]["participation"] == {"state": "JOINED"}
    assert told[id_of(teams)]["teams"] == [{"name": "Hares", "members": 1, "yours": True}]


async def test_given_a_draft_or_a_secret_then_to_members_there_is_none(door: Door) -> None:
    ada, home = await door.member(), await door.programme()
    secret = await a_challenge(door, disclosed_at=clock.now() + DAY)

    async def build(tx: Tx) -> Challenge:
        return await made(await a_payer(home, tx=tx), tx)

    draft = await door.given(build)
    foreign = await a_challenge(door, programme="south")

    for one in (secret, draft, foreign):
        assert (await join(door, ada, one))["code"] == "NO_SUCH_CHALLENGE"
        assert (await door.ask(ada, NODE, id=id_of(one)))["node"] is None


async def test_given_two_partners_then_each_is_told_of_its_own_challenges_only(
    door: Door,
) -> None:
    one, other = await door.partner(), await door.partner()
    assert one.partner is not None
    payer = one.partner
    mine = await door.given(lambda tx: made(payer, tx))
    staff = await door.operator(Role.ANALYST)
    asked = {"id": id_of(mine), "days": 5}

    preview = (await door.ask(one, PREVIEW, id=id_of(mine)))["previewChallenge"]
    report = (await door.ask(one, REPORT, **asked))["challengeReport"]
    looked_at = (await door.ask(staff, REPORT, **asked))["challengeReport"]
    theirs = await door.ask(other, REPORT, **asked)
    thought_up = await door.ask(one, REPORT, id="nothing", days=5)

    assert preview["budget"] == 1_000
    assert preview["rules"][0] == "Reach 5 km."
    assert (report["challengeId"], report["joined"], report["breakdown"]) == (id_of(mine), 0, [])
    assert [day["left"] for day in report["burnDown"]["days"]] == [0]
    assert looked_at == report
    assert theirs == thought_up == {"challengeReport": None}
    assert await door.ask(other, PREVIEW, id=id_of(mine)) == {"previewChallenge": None}


@pytest.mark.parametrize("days", [0, 401])
async def test_given_days_out_of_bounds_then_no_burn_down_is_told(door: Door, days: int) -> None:
    one = await door.partner(Scope.REPORTS_READ)
    assert one.partner is not None
    payer = one.partner
    mine = await door.given(lambda tx: made(payer, tx))

    answer = await door.answer(one, REPORT, id=id_of(mine), days=days)

    assert answer["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT"


async def test_given_a_challenge_for_guests_when_an_operator_asks_one_then_they_find_it_and_join(
    door: Door,
) -> None:
    ada, staff = await door.member(), await door.operator(Role.MARKETING)
    one = await a_challenge(door, audience=Audience(entry=Entry.INVITED))
    words = {"id": id_of(one), "members": [globalids.of(Kind.MEMBER, ada.me.id)]}
    before = await join(door, ada, one)

    asked = [(await door.ask(staff, INVITE, **words))["inviteToChallenge"] for _ in range(2)]
    (found,) = (await door.ask(ada, MINE))["myChallenges"]["nodes"]
    joined = await join(door, ada, one)
    nobody = (await door.ask(staff, INVITE, id=id_of(one), members=["x"]))["inviteToChallenge"]

    assert before["lacking"] == "INVITATION"
    assert [answer["invited"] for answer in asked] == [1, 0]
    assert (found["id"], found["participation"]["state"]) == (id_of(one), "OFFERED")
    assert joined["participation"]["state"] == "JOINED"
    assert nobody["code"] == "NO_SUCH_MEMBER"


async def test_given_what_friends_do_among_themselves_then_no_operator_is_told_of_it(
    door: Door,
) -> None:
    ada, staff = await door.member(), await door.operator(Role.ANALYST)

    async def build(tx: Tx) -> Challenge:
        where: dict[str, Any] = {"programme": ada.me.programme, "at": clock.now(), "tx": tx}
        day = clock.now().date() + DAY
        free = terms(reward=Reward(), first_day=day, last_day=day + DAY)
        return await challenges.open_private(
            "Ours", free, creator=ada.me.id, id=ids.new(clock.now()), **where
        )

    own = id_of(await door.given(build))
    asked = "query ($id: ID!) { challenge(id: $id) { id }"
    asked += " previewChallenge(challengeId: $id) { budget }"
    asked += " challengeReport(challengeId: $id) { joined } }"

    told = await door.ask(staff, asked, id=own)

    assert told == {
        "challenge": None,
        "previewChallenge": None,
        "challengeReport": None,
    }
