"""What is told to many is executed once, and each still gets what is their own."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from graphql import build_schema

from api.faults import Fault, FaultCode
from api.live_sharing import KEPT_MAX, Encodings, Form, Question, Sharing
from api.operations import Operations
from tests.support import topics
from tests.support.client import Door, Person, line
from tests.support.documents import BOARD_MOVED, WATCH
from tests.support.topics import board_id, give, race

SCHEMA = build_schema("""
scalar Cursor
type Query { a: Int }
type Moved { place: Int lines(first: Int): [String!] cursor: Cursor! }
type Subscription { moved(board: ID, after: Cursor): Moved! }
""")
KNOWN = Operations(SCHEMA)
OWN = {"place": "place", "cursor": "cursor"}


@dataclass
class Moved:
    """An event as the resolvers yield it."""

    place: int | None
    cursor: str
    sharing: Sharing


@dataclass
class Executions:
    """Executes: says what it was asked, and counts."""

    answer: Callable[[], Any]
    count: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> Any:
        self.count += 1
        await self.gate.wait()
        return self.answer(), True


def question(document: str, **variables: Any) -> Question:
    return Question.of(SCHEMA, KNOWN.prepare(document, None), variables)


def told(place: int | None, *, kept: Encodings, key: Any = "k") -> Moved:
    return Moved(place, f"c{place}", Sharing(kept, key, OWN))


ASKED = "subscription ($after: Cursor) { moved(after: $after) { place lines cursor } }"
ALIASED = """subscription ($on: Boolean = true) { moved {
  ...Own mine: place lines where: cursor @include(if: $on) } }
fragment Own on Moved { __typename again: place }"""


async def test_given_many_who_ask_the_same_when_told_at_once_then_it_is_executed_once() -> None:
    kept = Encodings()
    run = Executions(lambda: {"data": {"moved": {"place": 0, "lines": ["a"], "cursor": "c0"}}})
    asking = [question(ASKED, after=f"x{n}").told(told(n, kept=kept), run) for n in range(5)]
    heard = asyncio.gather(*asking)
    await asyncio.sleep(0)
    run.gate.set()

    payloads = [orjson.loads(one.payload) for one in await heard]

    assert run.count == 1
    assert payloads == [
        {"data": {"moved": {"place": n, "lines": ["a"], "cursor": f"c{n}"}}} for n in range(5)
    ]


async def test_given_aliases_and_fragments_when_filled_then_each_own_field_is_the_followers() -> (
    None
):
    kept = Encodings()
    moved = {"__typename": "Moved", "again": 0, "mine": 0, "lines": None, "where": "c0"}
    run = Executions(lambda: {"data": {"m": moved}})
    run.gate.set()
    asked = question(ALIASED)

    first, second = [await asked.told(told(n, kept=kept), run) for n in (None, 7)]

    assert run.count == 1
    assert list(orjson.loads(second.payload)["data"]["m"].items()) == [
        ("__typename", "Moved"), ("again", 7), ("mine", 7), ("lines", None), ("where", "c7"),
    ]  # fmt: skip
    assert orjson.loads(first.payload)["data"]["m"]["mine"] is None


APART = {
    "another document": (ASKED, {}, "subscription { moved { lines } }", {}, "k", "k"),
    "another variable": (
        "subscription ($b: ID) { moved(board: $b) { lines } }", {"b": "1"},
        "subscription ($b: ID) { moved(board: $b) { lines } }", {"b": "2"}, "k", "k",
    ),
    "another event": (ASKED, {}, ASKED, {}, "k", "l"),
    "a place that says something else as well": (
        "subscription ($a: Cursor) { moved(after: $a, board: $a) { lines } }", {"a": "1"},
        "subscription ($a: Cursor) { moved(after: $a, board: $a) { lines } }", {"a": "2"},
        "k", "k",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", APART)
async def test_given_what_is_not_the_same_when_told_then_each_is_executed(name: str) -> None:
    one, said, other, other_said, key, other_key = APART[name]
    kept = Encodings()
    run = Executions(lambda: {"data": {"moved": {"lines": []}}})
    run.gate.set()
    schema = build_schema(
        "scalar Cursor type Query { a: Int } type Moved { place: Int lines: [String!]"
        " cursor: Cursor } type Subscription { moved(board: Cursor, after: Cursor): Moved! }"
    )
    operations = Operations(schema) if "board: $a" in one else KNOWN
    for document, words, which in ((one, said, key), (other, other_said, other_key)):
        asked = Question.of(operations.schema, operations.prepare(document, None), words)
        await asked.told(told(1, kept=kept, key=which), run)

    assert run.count == 2


async def test_given_a_first_one_who_fails_or_goes_when_others_wait_then_they_are_told() -> None:
    kept, ran = Encodings(), []

    async def fails() -> Form:
        ran.append("fails")
        await asyncio.sleep(0.01)
        raise Fault(FaultCode.TIMEOUT, "too long")

    async def hangs() -> Form:
        ran.append("hangs")
        await asyncio.sleep(60)
        return Form(("never",))

    async def works() -> Form:
        ran.append("works")
        return Form(("told",))

    for first in (fails, hangs):
        going = asyncio.create_task(kept.form("k", first))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(kept.form("k", works))
        await asyncio.sleep(0)
        if first is hangs:
            going.cancel()
        with pytest.raises((Fault, asyncio.CancelledError)):
            await going
        assert (await waiting).pieces == ("told",)

    for _ in range(2):
        await kept.form("k", works)

    assert ran == ["fails", "works", "hangs", "works", "works"]


async def test_given_an_answer_with_errors_when_told_then_it_is_nobody_elses() -> None:
    kept, count = Encodings(), 0

    async def wrong() -> Any:
        nonlocal count
        count += 1
        return {"errors": [{"message": "no"}], "data": None}, False

    payloads = [(await question(ASKED).told(told(n, kept=kept), wrong)).payload for n in range(2)]

    assert count == 2
    assert payloads == ['{"errors":[{"message":"no"}],"data":null}'] * 2


async def test_given_many_events_when_told_then_only_the_last_are_kept() -> None:
    kept = Encodings()
    run = Executions(lambda: {"data": {"moved": {"place": 1}}})
    run.gate.set()
    for n in range(KEPT_MAX + 5):
        await question(ASKED).told(told(n, kept=kept, key=n), run)

    assert len(kept._kept) == KEPT_MAX


async def watched(door: Door, people: list[Person], document: str, **words: Any) -> list[Any]:
    """What each of them is told of the next thing that happens on the board."""
    opened = [line(door, one) for one in people]
    lines = [await one.__aenter__() for one in opened]
    for one in lines:
        await one.watch(document, **words)
        await one.event()
    await race(door, people[0])
    told = [(await one.event())["boardMoved"] for one in lines]
    for one in opened:
        await one.__aexit__(None, None, None)
    return told


async def test_given_who_looks_at_one_board_when_it_moves_then_each_has_their_own_place_and_cursor(
    door: Door,
) -> None:
    people = [await door.member() for _ in range(4)]
    board = await topics.a_board(door, people[0])
    for number, one in enumerate(people[:3]):
        await race(door, one, distance_m=100 - number)

    seen = await watched(door, people, BOARD_MOVED, board=board_id(board))

    assert [one["place"] for one in seen] == [1, 2, 3, None]
    assert [one["score"] for one in seen] == [200, 99, 98, 0]
    assert [[each["own"] for each in one["lines"]] for one in seen] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
        [False, False, False],
    ]
    handles = [[each["member"] and each["member"]["handle"] for each in o["lines"]] for o in seen]
    assert handles[0] == [people[0].me.handle, None, None]
    assert handles[3] == [None, None, None]
    assert len({one["cursor"] for one in seen}) == 4


async def test_given_two_devices_of_one_member_when_points_come_then_both_have_the_same_place(
    door: Door,
) -> None:
    ada = await door.member()
    async with line(door, ada) as phone, line(door, ada) as watch:
        for opened in (phone, watch):
            await opened.watch(WATCH)
            await opened.event()
        await give(door, ada, 4)
        heard = [(await opened.event())["pointsChanged"] for opened in (phone, watch)]

    assert heard[0] == heard[1]
    assert heard[0]["entry"]["amount"] == 4
