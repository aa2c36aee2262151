"""What can be followed, by whom, from where on, and how it ends."""

import asyncio
from typing import Any

import pytest

from domain import friends, leaderboards, members
from infra import clock
from infra.db import Tx
from tests.support import topics
from tests.support.client import Door, Person, line
from tests.support.topics import TOPICS, board_id, race

LEFT_SECONDS = 8.0


async def heard(opened: Any, id: str, seconds: float = 5.0) -> Any:
    """The next message of one of several operations."""
    while (message := await opened.hear(seconds)).get("id") != id:
        pass
    return message


def code(message: Any) -> str:
    assert message["type"] == "error", message
    found: str = message["payload"][0]["extensions"]["code"]
    return found


@pytest.mark.parametrize("name", TOPICS)
async def test_given_a_topic_when_something_happens_then_it_is_told_at_once_and_in_order(
    door: Door, name: str
) -> None:
    topic, ada = TOPICS[name], await door.member(holding=1)
    ground = await topic.ground(door, ada)
    async with line(door, ada) as opened:
        await opened.watch(topic.document, **ground)
        events = [(await opened.event())[topic.field]]
        for _ in range(2):
            await topic.happen(door, ada)
            events.append((await opened.event())[topic.field])

    told: Any
    match name:
        case "points":
            told = [one["points"]["available"] for one in events]
            assert told == [1, 4, 7]
        case "inbox":
            told = [(one["unread"], one["item"] and one["item"]["number"]) for one in events]
            assert told == [(0, None), (1, 1), (2, 2)]
        case "challenges":
            told = [one["participation"] and one["participation"]["progress"] for one in events]
            assert told == [None, [{"reached": 1_000}], [{"reached": 2_000}]]
        case "boards":
            told = [(one["place"], one["score"], len(one["lines"])) for one in events]
            assert told == [(None, 0, 0), (1, 100, 1), (1, 200, 1)]
            assert events[-1]["lines"][0]["own"]
            assert events[-1]["lines"][0]["member"]["handle"] == ada.me.handle


@pytest.mark.parametrize("name", TOPICS)
async def test_given_a_place_when_going_on_from_it_then_only_what_was_missed_comes(
    door: Door, name: str
) -> None:
    topic, ada = TOPICS[name], await door.member(holding=1)
    ground = await topic.ground(door, ada)
    async with line(door, ada) as opened:
        await opened.watch(topic.document, **ground)
        cursor = (await opened.event())[topic.field]["cursor"]
    await topic.happen(door, ada)

    async with line(door, ada) as opened:
        await opened.watch(topic.document, after=cursor, **ground)
        missed = (await opened.event())[topic.field]
        await opened.watch(topic.document, id="2", after=missed["cursor"], **ground)
        await topic.happen(door, ada)
        last = (await heard(opened, "1"))["payload"]["data"][topic.field]

    assert missed["cursor"] != cursor
    assert last["cursor"] not in (cursor, missed["cursor"])


@pytest.fixture(scope="module")
async def places(door: Door) -> dict[str, Any]:
    """A good cursor of each topic, of Ada, with what it was asked with."""
    ada, found = await door.member(), {}
    for name, topic in TOPICS.items():
        ground = await topic.ground(door, ada)
        async with line(door, ada) as opened:
            await opened.watch(topic.document, **ground)
            found[name] = (ground, (await opened.event())[topic.field]["cursor"])
    return {"ada": ada, "eve": await door.member(), **found}


BAD = ["another's", "another topic's", "altered", "cut", "made up", "empty", "long", "no letters"]


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("name", TOPICS)
async def test_given_a_cursor_that_is_not_of_this_topic_and_member_when_sent_then_it_is_refused(
    door: Door, places: dict[str, Any], name: str, kind: str
) -> None:
    ground, good = places[name]
    other = places["points" if name != "points" else "inbox"][1]
    wrong = {
        "another's": good,
        "another topic's": other,
        "altered": ("A" if good[0] != "A" else "B") + good[1:],
        "cut": good[:-4],
        "made up": "AAAAAAAAAAAAAAAAAAAAAAAA",
        "empty": "",
        "long": good * 20,
        "no letters": "\u2603",
    }[kind]
    by: Person = places["eve" if kind == "another's" else "ada"]
    async with line(door, by) as opened:
        await opened.watch(TOPICS[name].document, after=wrong, **ground)

        assert code(await opened.hear()) == "BAD_CURSOR"


async def test_given_boards_that_are_not_to_be_seen_when_followed_then_it_is_refused(
    door: Door,
) -> None:
    ada, finn = await door.member(), await door.member("south")
    foreign = await topics.a_board(door, finn)
    retired = await topics.a_board(door, ada)

    async def retire(tx: Tx) -> Any:
        where: dict[str, Any] = {"programme": retired.programme, "at": clock.now(), "tx": tx}
        return await leaderboards.retire(retired.id, **where)

    await door.given(retire)
    codes = []
    async with line(door, ada) as opened:
        for wrong in (board_id(foreign), board_id(retired), "", "zzz", "M" * 300):
            await opened.watch(TOPICS["boards"].document, board=wrong)
            codes.append(code(await opened.hear()))

    assert codes == ["BAD_ARGUMENT"] * 5


@pytest.mark.parametrize("name", TOPICS)
async def test_given_somebody_who_has_not_joined_when_they_follow_then_they_are_told(
    door: Door, name: str
) -> None:
    await door.programme()
    words = {"board": "zzz"} if name == "boards" else {}
    async with line(door, door.stranger()) as opened:
        await opened.watch(TOPICS[name].document, **words)

        assert code(await opened.hear()) == "BAD_REQUEST"


async def test_given_a_member_who_leaves_when_following_then_every_stream_ends_and_says_why(
    door: Door,
) -> None:
    ada = await door.member()
    async with line(door, ada) as opened:
        for name, topic in TOPICS.items():
            await opened.watch(topic.document, id=name, **await topic.ground(door, ada))
        for name in TOPICS:
            await heard(opened, name) if name == "points" else None
        await door.given(lambda tx: members.leave(ada.me, at=clock.now(), tx=tx))

        ended = {}
        while len(ended) < len(TOPICS):
            message = await opened.hear(LEFT_SECONDS)
            if message["type"] == "error":
                ended[message["id"]] = code(message)

    assert ended == dict.fromkeys(TOPICS, "GONE")


async def test_given_a_board_when_it_is_retired_then_who_follows_it_is_told(door: Door) -> None:
    ada, bob = await door.member(), await door.member()
    board = await topics.a_board(door, ada)
    async with line(door, ada) as adas, line(door, bob) as bobs:
        for opened in (adas, bobs):
            await opened.watch(TOPICS["boards"].document, board=board_id(board))
            await opened.event()
        await door.given(
            lambda tx: leaderboards.retire(
                board.id, programme=board.programme, at=clock.now(), tx=tx
            )
        )

        assert [code(await one.hear()) for one in (adas, bobs)] == ["GONE", "GONE"]


async def test_given_a_block_when_the_board_moves_then_the_two_see_no_names_of_each_other(
    door: Door,
) -> None:
    ada, bob, eve = [await door.member() for _ in range(3)]
    board = await topics.a_board(door, ada)
    at = clock.now()
    await door.given(lambda tx: leaderboards.show(bob.me, pseudonym="Swift", at=at, tx=tx))
    await race(door, bob)
    names = {}
    async with line(door, ada) as adas, line(door, eve) as eves:
        for opened in (adas, eves):
            await opened.watch(TOPICS["boards"].document, board=board_id(board))
            await opened.event()
        await door.given(lambda tx: friends.block(bob.me, friend=ada.me.id, at=at, tx=tx))
        await race(door, bob)
        for name, opened in (("ada", adas), ("eve", eves)):
            seen = (await opened.event())["boardMoved"]
            while seen["lines"][0]["score"] == 100:
                seen = (await opened.event())["boardMoved"]
            names[name] = seen["lines"][0]["name"]

    assert names == {"ada": None, "eve": "Swift"}


async def test_given_many_who_score_when_a_board_is_followed_then_it_is_told_once_a_second(
    door: Door,
) -> None:
    ada = await door.member()
    board = await topics.a_board(door, ada)
    events = 0
    async with line(door, ada) as opened:
        await opened.watch(TOPICS["boards"].document, board=board_id(board))
        await opened.event()
        for _ in range(12):
            await race(door, ada, distance_m=10)
            await asyncio.sleep(0.05)
        score = 0
        while score < 120:
            score = (await opened.event())["boardMoved"]["score"]
            events += 1

    assert events <= 3
