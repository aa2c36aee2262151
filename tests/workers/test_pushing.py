"""Pushing: a sender on the real database and the stand-in of Firebase, from order to answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from domain import devices, push
from domain.devices import DeviceKind, Platform
from domain.push import Order
from fcm_standin import Rule, Served, What
from infra import clock, db, ids
from tests.domain.push.scenes import a_device, an_order
from tests.support import apart, fcm, given, waiting
from tests.support.servers import Postgres
from tests.workers.sending import sending, settings_of

LEFT = "SELECT count(*) FROM push_waiting WHERE id = ANY($1::uuid[])"


@pytest.fixture(scope="module")
async def url(postgres: Postgres) -> AsyncIterator[str]:
    url = await postgres.copy()
    yield url
    await postgres.drop(url)


@asynccontextmanager
async def scene(url: str) -> AsyncIterator[Served]:
    """A stand-in that knows every phone, and a sender to it."""
    async with apart.database(url), fcm.standin(adopting=True) as served:
        served.standin.meter.limits.device_per_minute = None
        async with sending(settings_of(served), lease_seconds=10):
            yield served


async def a_member(*platforms: Platform) -> tuple[given.Member, list[devices.Device]]:
    """Somebody with a phone of each platform and a watch."""
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
        owned = [await a_device(ada, platform=each, at=clock.now(), tx=tx) for each in platforms]
        watch = await a_device(ada, kind=DeviceKind.WATCH, at=clock.now(), tx=tx)
    return ada, [*owned, watch]


async def ordered(member: given.Member, count: int = 1, **said: object) -> list[Order]:
    now = clock.now()
    usual = {"send_at": now, "expires_at": now + timedelta(hours=1)}
    orders = [an_order(member, **(usual | {"id": ids.new(now)} | said)) for _ in range(count)]
    with push.switched(True):
        async with db.transaction() as tx:
            await push.order(orders, programme=member.programme, at=now, tx=tx)
    return orders


async def settled(orders: list[Order]) -> None:
    """Nothing of these waits any more."""
    await waiting.until(lambda: _none_left(orders), seconds=60)


async def _none_left(orders: list[Order]) -> bool:
    async with db.reading() as tx:
        return await tx.value(LEFT, [order.id for order in orders]) == 0


def got(served: Served, device: devices.Device) -> list[str]:
    """The ids of what the device was sent."""
    fid = device.about.installation
    told = served.standin.post.after(0, fid=fid, limit=999)
    return [one.message.content["data"]["id"] for one in told]


async def test_given_a_phone_that_is_gone_when_pushed_then_the_watch_is_told_and_it_is_forgotten(
    url: str,
) -> None:
    async with scene(url) as served:
        ada, [phone, watch] = await a_member(Platform.IOS)
        served.standin.rules.add(Rule(answer=What.UNREGISTERED, fid=phone.about.installation))

        [order] = await ordered(ada)
        await settled([order])

        async with db.reading() as tx:
            left = await devices.targets([ada.id], programme=ada.programme, at=clock.now(), tx=tx)
        assert got(served, watch) == [str(order.id)]
        assert [target.id for target in left[ada.id]] == [watch.id]


async def test_given_a_storm_of_errors_when_pushed_then_all_come_through(url: str) -> None:
    async with scene(url) as served:
        ada, [phone, watch] = await a_member(Platform.IOS)
        served.standin.rules.replace(
            [
                Rule(answer=What.UNAVAILABLE, share=0.3, retry_after_s=1),
                Rule(answer=What.INTERNAL, share=0.05, retry_after_s=1),
            ]
        )

        orders = await ordered(ada, 40)
        await settled(orders)

        wanted = {str(order.id) for order in orders}
        assert (set(got(served, phone)), set(got(served, watch))) == (wanted, wanted)


async def test_given_apples_doubts_when_pushed_then_android_goes_on(url: str) -> None:
    async with scene(url) as served:
        ada, [phone, android, watch] = await a_member(Platform.IOS, Platform.ANDROID)
        served.standin.rules.replace(
            [
                Rule(answer=What.THIRD_PARTY_AUTH_ERROR, fid=each.about.installation)
                for each in (phone, watch)
            ]
        )

        orders = await ordered(ada, 10)
        await waiting.until(lambda: _has(served, android, 10))

        assert set(got(served, android)) == {str(order.id) for order in orders}
        assert got(served, phone) == []
        async with db.reading() as tx:
            assert (await push.dead(programme=ada.programme, tx=tx)) == []


async def _has(served: Served, device: devices.Device, count: int) -> bool:
    return len(got(served, device)) >= count
