"""What happens to members reaches their inbox at once and their wrist when they wish: the file of
a real watch becomes points, an item and a push; a transfer at night waits for the morning."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest

from api import globalids
from api.globalids import Kind
from domain import activities, points, push, transfers, windows
from domain.activities import Type
from domain.devices import DeviceKind
from domain.members import Member
from domain.points import Measure
from domain.push import Due, Lane
from domain.windows import Quiet
from infra import clock, db, ids, outbox, sandbox
from tests.api.test_inbox import see
from tests.api.test_transferring import key
from tests.domain.push.scenes import LEASE, a_device
from tests.journeys.test_challenge import run_of_today
from tests.journeys.test_walk import UPLOAD
from tests.support import client
from tests.support.client import Door, Person
from tests.support.servers import Postgres
from workers import gathering

ZONE = ZoneInfo("Europe/Vienna")
T = TypeVar("T")


@pytest.fixture(scope="module")
async def door(
    postgres: Postgres, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Door]:
    url, folder = await postgres.copy(), tmp_path_factory.mktemp("door")
    async with client.door(database_url=url, valkey_url=valkey_url, folder=folder) as opened:
        await opened.given(lambda tx: outbox.register(gathering.reactions(), tx=tx))
        yield opened


async def within(door: Door, run: Callable[[], Awaitable[T]]) -> T:
    """What a worker does beside the door."""

    async def ran() -> T:
        with push.switched(True):
            return await run()

    return await asyncio.create_task(ran(), context=door.context.copy())


async def react(door: Door, *, at: datetime) -> None:
    """Everybody reacts to what happened, until nothing is left to do."""

    async def run() -> None:
        while any([await outbox.deliver(one, at=at) for one in gathering.reactions()]):
            pass

    await within(door, run)


async def read_files(door: Door) -> None:
    """The files that wait are read, each in a process of its own."""

    async def run() -> None:
        async with sandbox.pool(1) as readers:
            while await activities.read_waiting(readers, at=clock.now(), limit=4):
                pass

    await within(door, run)


async def going(door: Door, member: Member, *, at: datetime) -> list[Due]:
    """The pushes to the member that a sender takes at `at`."""

    async def run() -> list[Due]:
        async with db.transaction() as tx:
            due, _ = await push.take(Lane.ONE, limit=100, lease=LEASE, at=at, tx=tx)
        return [one for one in due if one.target.member == member.id]

    return await within(door, run)


async def wearing(door: Door, person: Person, *kinds: DeviceKind) -> None:
    """The person has such devices."""
    for kind in kinds:
        await door.given(lambda tx, kind=kind: a_device(person.me, kind=kind, tx=tx))


async def test_the_file_of_a_watch_becomes_points_an_item_and_a_push_to_phone_and_watch(
    door: Door,
) -> None:
    home = await door.programme()
    rule: dict[str, Any] = {"activity": Type.RUN, "measure": Measure.METRES, "per": 1_000}
    await door.given(
        lambda tx: points.set_rule(
            home, **rule, points=10, day_max=1_000, at=clock.now() - timedelta(days=2), tx=tx
        )
    )
    ada = await door.member()
    await wearing(door, ada, DeviceKind.PHONE, DeviceKind.WATCH)

    answer = await door.upload(ada, UPLOAD, run_of_today(), key=key())
    await read_files(door)
    await react(door, at=clock.now())

    activity = answer["data"]["uploadActivity"]["activity"]["id"]
    inbox = await see(door, ada)
    (item,) = inbox["nodes"]
    assert (item["key"], item["opens"], inbox["unreadCount"]) == ("points.earned", [activity], 1)
    assert "90 points" in item["body"]
    due = await going(door, ada.me, at=clock.now())
    assert {one.target.kind for one in due} == {DeviceKind.PHONE, DeviceKind.WATCH}
    assert {str(one.id) for one in due} == {item["message"]}
    assert {one.content["key"] for one in due} == {"points.earned"}
    assert {one.content["data"]["activity"] for one in due} == {activity}


async def test_a_transfer_at_night_is_in_the_inbox_at_once_and_pushed_when_the_night_is_over(
    door: Door,
) -> None:
    ada, bob = await door.friends(holding=100)
    await wearing(door, bob, DeviceKind.PHONE)
    quiet = windows.Change(quiet=Quiet(from_minute=22 * 60, until_minute=7 * 60))
    await door.given(lambda tx: windows.set_preferences(bob.me, quiet, tx=tx))
    today = clock.now().astimezone(ZONE).date()
    night = datetime.combine(today, time(23, 30), ZONE)
    morning = datetime.combine(today + timedelta(days=1), time(7), ZONE)
    id = ids.new(clock.now())

    await door.given(
        lambda tx: transfers.send(
            30, sender=ada.me, receiver=bob.me.id, id=id, at=clock.now(), tx=tx
        )
    )
    await react(door, at=night)

    inbox = await see(door, bob)
    told = [one["key"] for one in inbox["nodes"]]
    assert told[0] in {"transfers.offered", "transfers.received"}
    assert inbox["nodes"][0]["opens"] == [globalids.of(Kind.TRANSFER, id)]
    assert await going(door, bob.me, at=night) == []
    assert await going(door, bob.me, at=morning - timedelta(seconds=1)) == []
    due = await going(door, bob.me, at=morning)
    assert inbox["nodes"][0]["message"] in {str(one.id) for one in due}
