"""Boards over the doors: an operator opens them, members run, and see who they may see."""

from typing import Any

from domain.operators import Role
from infra import clock
from infra.db import Tx
from tests.domain.leaderboards.boards import RECOUNTED, happen
from tests.support.client import Door, Person
from tests.support.facts import fact, new

ERRORS = "... on UserError { __typename code path }"
CREATE = (
    "mutation ($input: CreateBoardInput!) { createBoard(input: $input) { __typename"
    " ... on CreateBoardSuccess { board { id name measure zone prizes { points } league"
    " { divisions } results { nodes { hash } } } } " + ERRORS + " } }"
)
RETIRE = (
    'mutation ($id: ID!) { retireBoard(input: {boardId: $id, reason: "over"}) { __typename'
    " ... on RetireBoardSuccess { board { retiredAt } } " + ERRORS + " } }"
)
FACE = (
    "mutation ($pseudonym: String) { setBoardFace(input: {pseudonym: $pseudonym}) { __typename"
    " ... on SetBoardFaceSuccess { face { pseudonym } } " + ERRORS + " } }"
)
SEE = """query ($id: ID!, $count: Int) { node(id: $id) { ... on Board { name
  around: aroundMe(count: $count) { ready place score everybody lines { place score name own
    member { handle } } }
  top(count: $count) { lines { place name } } friends(count: $count) { lines { name } }
  results { nodes { startsOn } } } } }"""
WEEK = {"name": "Metres", "measure": "DISTANCE", "span": "WEEK", "reason": "a race"}


async def created(door: Door, by: Person, **words: Any) -> dict[str, Any]:
    asked = {**WEEK, "scope": "PROGRAMME", **words}
    made: dict[str, Any] = (await door.ask(by, CREATE, input=asked))["createBoard"]
    return made


async def run(door: Door, *people: Person) -> None:
    """Each runs, the first the furthest."""
    at = clock.now()

    async def build(tx: Tx) -> None:
        await tx.run(RECOUNTED, people[0].me.programme)
        for number, person in enumerate(people):
            one = fact(person.me, started_at=at, distance_m=100 - number)
            await happen(new(one, at=at), tx=tx)

    await door.given(build)


async def test_given_a_board_when_members_run_then_each_sees_their_place_and_who_wants_to_be_seen(
    door: Door,
) -> None:
    marketing = await door.operator(Role.MARKETING)
    ada, bob, eve = [await door.member() for _ in range(3)]
    made = await created(door, marketing, prizes=[{"firstPlace": 1, "lastPlace": 1, "points": 9}])
    id = made["board"]["id"]

    shown = await door.ask(ada, FACE, pseudonym="Lovelace")
    await run(door, ada, bob, eve)
    seen = (await door.ask(bob, SEE, id=id, count=3))["node"]

    assert (made["board"]["zone"], made["board"]["prizes"]) == ("Europe/Vienna", [{"points": 9}])
    assert shown["setBoardFace"]["face"] == {"pseudonym": "Lovelace"}
    around = seen["around"]
    assert (around["ready"], around["place"], around["score"], around["everybody"]) == (
        True, 2, 99, 3
    )  # fmt: skip
    assert [(line["name"], line["own"]) for line in around["lines"]] == [
        ("Lovelace", False), (bob.me.name, True), (None, False)
    ]  # fmt: skip
    assert around["lines"][1]["member"] == {"handle": bob.me.handle}
    assert seen["friends"]["lines"] == [{"name": bob.me.name}]
    hidden = await door.ask(ada, FACE)
    assert hidden["setBoardFace"]["face"] is None
    again = (await door.ask(bob, SEE, id=id, count=1))["node"]
    assert again["top"]["lines"] == [{"place": 1, "name": None}]


async def test_given_boards_that_make_no_sense_when_created_then_each_is_refused_by_its_field(
    door: Door,
) -> None:
    marketing, analyst = await door.operator(Role.MARKETING), await door.operator(Role.ANALYST)
    wrong: list[tuple[str, list[str], dict[str, Any]]] = [
        ("BAD_FILTER", ["input", "counted", "untilTime"], {"counted": {"fromTime": "06:00"}}),
        ("BAD_BOARD", ["input", "name"], {"name": ""}),
        ("BAD_BOARD", ["input", "firstDay"], {"span": "SEASON"}),
        ("BAD_BOARD", ["input", "scope"], {"scope": "COHORT"}),
        ("BAD_BOARD", ["input", "challengeId"], {"scope": "CHALLENGE", "challengeId": "x"}),
        ("BAD_BOARD", ["input", "cutoffHours"], {"cutoffHours": 169}),
        ("BAD_BOARD", ["input", "prizes"], {"prizes": [{"firstPlace": 2, "lastPlace": 1}]}),
    ]

    for code, path, words in wrong:
        told = await created(door, marketing, **words)
        assert (told.get("code"), told.get("path")) == (code, path), words
    denied = await created(door, analyst)
    missing = await door.ask(marketing, RETIRE, id="x")

    assert denied["code"] == "NOT_PERMITTED"
    assert missing["retireBoard"]["code"] == "NO_SUCH_BOARD"


async def test_given_a_league_when_created_and_retired_then_operators_and_members_see_it(
    door: Door,
) -> None:
    marketing, ada = await door.operator(Role.MARKETING), await door.member()
    league = {"divisions": ["Bronze", "Silver"]}

    made = await created(door, marketing, scope="COHORT", league=league)
    retired = await door.ask(marketing, RETIRE, id=made["board"]["id"])
    seen = (await door.ask(ada, SEE, id=made["board"]["id"], count=5))["node"]
    bad = await door.answer(ada, SEE, id=made["board"]["id"], count=101)

    assert made["board"]["league"] == league
    assert retired["retireBoard"]["board"]["retiredAt"]
    assert (seen["around"]["place"], seen["top"]["lines"]) == (None, [])
    assert bad["errors"][0]["extensions"]["code"] == "BAD_ARGUMENT"
