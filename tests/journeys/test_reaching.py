"""What is lost on the way to a member is not lost to them: a phone that has died takes nothing
along, and one that was cut off hears all it missed, once, wherever it takes up the thread."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api import globalids
from api.globalids import Kind
from domain import transfers
from domain.notices.reactions import REACTIONS
from domain.push import CHANNEL
from fcm_standin import Served
from infra import clock, db, ids, outbox, signals
from tests.api.test_devices import listed, registered
from tests.api.test_inbox import see
from tests.api.test_streaming import Ears, Heard, stream
from tests.journeys.test_wrist import within
from tests.support import client, fcm
from tests.support.client import Door, Person, line
from tests.support.documents import INBOX_ADDED
from tests.support.servers import Postgres
from tests.support.waiting import until
from tests.workers.sending import sending, settings_of

WAITING = "SELECT count(*) FROM push_waiting"


@pytest.fixture(scope="module")
async def doors(
    postgres: Postgres, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Door, Door]]:
    """Two servers of one installation."""
    url, folder = await postgres.copy(), tmp_path_factory.mktemp("doors")
    told = {"database_url": url, "valkey_url": valkey_url, "folder": Path(folder)}
    async with client.door(**told) as one, client.door(**told) as other:
        other.programmes = one.programmes
        await one.given(lambda tx: outbox.register(REACTIONS, tx=tx))
        yield one, other


async def sends(door: Door, ada: Person, bob: Person, points: int) -> str:
    """Ada has sent Bob points, and he is told; which transfer it is."""
    at = clock.now()
    id = ids.new(at)
    who = {"sender": ada.me, "receiver": bob.me.id}
    await door.given(lambda tx: transfers.send(points, id=id, at=at, tx=tx, **who))

    async def tell() -> None:
        while any([await outbox.deliver(one, at=clock.now()) for one in REACTIONS]):
            pass

    await within(door, tell)
    return str(globalids.of(Kind.TRANSFER, id))


async def pushed(door: Door, served: Served) -> None:
    """Whatever waits has been sent."""

    async def none_left() -> bool:
        async with db.reading() as tx:
            return await tx.value(WAITING) == 0

    async def run() -> None:
        async with sending(settings_of(served), lease_seconds=10):
            await signals.publish(CHANNEL, "")
            await until(none_left, seconds=60)

    await within(door, run)


async def test_a_phone_that_has_died_is_forgotten_and_its_watch_and_inbox_know_it_all(
    doors: tuple[Door, Door],
) -> None:
    door, _ = doors
    ada, bob = await door.friends(holding=100)
    async with fcm.standin() as served:
        apps, post = served.standin.apps, served.standin.post
        phone, watch = apps.install(), apps.install(kind="watch")
        for app, kind in ((phone, "PHONE"), (watch, "WATCH")):
            said = {"platform": "ANDROID", "kind": kind, "installation": app.fid}
            assert "device" in await registered(door, bob, 0, **said)
        dead, worn = reversed(await listed(door, bob))

        apps.find(phone.fid).installed = False
        first = await sends(door, ada, bob, 5)
        await pushed(door, served)

        # Firebase says UNREGISTERED of the one; the other, and the inbox, know.
        assert await listed(door, bob) == [worn] != [dead]
        [item] = [one for one in (await see(door, bob))["nodes"] if one["opens"] == [first]]
        told = [one.message.content["data"] for one in post.after(0, fid=watch.fid, limit=9)]
        assert [(one["id"], one["transfer"]) for one in told] == [(item["message"], first)]
        assert list(post.after(0, fid=phone.fid, limit=9)) == []

        # A new phone is reached as the old one was, and by nothing of before.
        heir = apps.install()
        await registered(door, bob, 0, platform="ANDROID", installation=heir.fid)
        second = await sends(door, ada, bob, 6)
        await pushed(door, served)

        told = [one.message.content["data"] for one in post.after(0, fid=heir.fid, limit=9)]
        assert [one["transfer"] for one in told] == [second]


async def heard_up_to(ears: Ears, number: int) -> list[Heard]:
    """The events until the one with that item."""
    found: list[Heard] = []
    while not found or number_in(found[-1]) != number:
        found.append(await ears.event(20))
    return found


def number_in(heard: Heard) -> int:
    return int(heard.data["data"]["inboxItemAdded"]["item"]["number"])


async def newest(door: Door, bob: Person) -> int:
    return int((await see(door, bob, first=1))["nodes"][0]["number"])


async def test_a_phone_that_is_cut_off_hears_what_it_missed_once_at_another_server(
    doors: tuple[Door, Door],
) -> None:
    one, other = doors
    ada, bob = await one.friends(holding=100)
    async with line(one, bob) as opened:
        await opened.watch(INBOX_ADDED)
        assert (await opened.event())["inboxItemAdded"]["item"] is None
        await sends(one, ada, bob, 1)
        heard = (await opened.event(20))["inboxItemAdded"]
        opened.socket.transport.abort()

    for points in (2, 3):
        await sends(one, ada, bob, points)
    place = {"method": "GET", "after": heard["cursor"]}
    async with stream(other, bob, INBOX_ADDED, **place) as ears:
        missed = await heard_up_to(ears, await newest(one, bob))

    # Cut again: the browser says by itself where it was.
    await sends(other, ada, bob, 4)
    async with stream(one, bob, INBOX_ADDED, last=missed[-1].id) as ears:
        missed += await heard_up_to(ears, await newest(one, bob))
        await sends(other, ada, bob, 5)
        missed += await heard_up_to(ears, await newest(one, bob))

    numbers = [heard["item"]["number"], *(number_in(each) for each in missed)]
    assert numbers == list(range(1, numbers[-1] + 1))
    assert numbers[-1] >= 5
