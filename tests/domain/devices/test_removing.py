"""Removing: by their owner, with a sign-in, by the clock, and when FCM says that they are gone."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain import devices, members
from domain.devices import DeviceKind
from infra import ids
from infra.db import Tx
from tests.domain.devices.test_registering import DAY, PHONE, WATCH, reached, registered
from tests.support import given
from tests.support.given import NOON

CHALLENGE = UUID(int=7)
TOKEN = "ab" * 80


async def test_given_devices_when_removing_one_then_only_that_one_is_gone(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    phone, watch = await registered(ada, tx=tx), await registered(ada, WATCH, tx=tx)

    await devices.remove(phone.id, member=ada, at=NOON, tx=tx)

    assert await reached(ada, tx=tx) == [watch.id]
    with pytest.raises(devices.NoSuchDevice):
        await devices.remove(phone.id, member=ada, at=NOON, tx=tx)


async def test_given_devices_of_two_sessions_when_one_is_signed_out_then_its_devices_go(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await registered(ada, session="one", tx=tx)
    stays = await registered(ada, WATCH, session="two", tx=tx)

    await devices.sign_out(ada, session="one", at=NOON, tx=tx)

    assert await reached(ada, tx=tx) == [stays.id]
    with pytest.raises(members.BadSession):
        await devices.sign_out(ada, session="", at=NOON, tx=tx)
    await devices.sign_out(ada, at=NOON, tx=tx)
    assert await reached(ada, tx=tx) == []


async def test_given_silent_devices_then_broadcasts_miss_them_after_30_days_and_270_end_them(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    old = await registered(ada, tx=tx)
    new = await registered(ada, WATCH, at=NOON + 2 * DAY, tx=tx)

    at = NOON + 31 * DAY
    fresh = await reached(ada, at=at, fresh_only=True, tx=tx)
    every = await reached(ada, at=at, tx=tx)
    forgotten = await devices.forget_silent(NOON + 271 * DAY, tx)

    assert (fresh, every, forgotten) == ([new.id], [old.id, new.id], 1)
    assert await reached(ada, at=at, tx=tx) == [new.id]
    assert await devices.forget_silent(NOON + 271 * DAY, tx) == 0


async def test_given_kinds_when_asking_for_one_then_only_devices_of_it_come(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await registered(ada, tx=tx)
    watch = await registered(ada, WATCH, tx=tx)

    assert await reached(ada, kinds=[DeviceKind.WATCH], tx=tx) == [watch.id]
    assert await reached(ada, kinds=[], tx=tx) == []


async def test_given_targets_that_fcm_no_longer_knows_then_they_go_but_not_what_came_since(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    phone, watch = await registered(ada, tx=tx), await registered(ada, WATCH, tx=tx)
    found = await devices.targets([ada.id], programme=ada.programme, at=NOON, tx=tx)
    newer = replace(WATCH, installation=f"c{1:021}")
    await devices.refresh(watch.id, newer, member=ada, at=NOON, tx=tx)

    gone = await devices.gone(found[ada.id], at=NOON, tx=tx)

    assert gone == [(ada.programme, phone.id)]
    assert await reached(ada, tx=tx) == [watch.id]
    assert await devices.gone(found[ada.id], at=NOON, tx=tx) == []


async def test_given_live_activities_when_following_then_they_are_told_until_they_end(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    ios = replace(PHONE, platform=devices.Platform.IOS)
    phone = await registered(ada, ios, tx=tx)

    until = await devices.follow_live(
        phone.id, CHALLENGE, token=TOKEN.upper(), member=ada, at=NOON, tx=tx
    )
    await devices.follow_live(phone.id, CHALLENGE, token="cd" * 80, member=ada, at=NOON, tx=tx)

    async def live(at=NOON) -> list[str]:
        found = await devices.live_targets(
            [ada.id], challenges=[CHALLENGE], programme=ada.programme, at=at, tx=tx
        )
        return [one.token for one in found.get((ada.id, CHALLENGE), ())]

    assert until == NOON + timedelta(hours=8)
    assert (await live(), await live(until)) == (["cd" * 80], [])
    await devices.unfollow_live(phone.id, CHALLENGE, member=ada, tx=tx)
    assert await live() == []
    await devices.follow_live(phone.id, CHALLENGE, token=TOKEN, member=ada, at=NOON, tx=tx)
    await devices.remove(phone.id, member=ada, at=NOON, tx=tx)
    assert await live() == []


async def test_given_a_live_activity_that_cannot_be_then_it_is_refused_in_this_order(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    ios = replace(PHONE, platform=devices.Platform.IOS)
    phone, android = await registered(ada, ios, tx=tx), await registered(ada, WATCH, tx=tx)
    for n in range(devices.LIVE_MAX):
        id = UUID(int=n + 1)
        await devices.follow_live(phone.id, id, token=TOKEN, member=ada, at=NOON, tx=tx)

    for token in ("", "ab" * 31, "ab" * 201, "xy" * 40, "abc" * 41, "ab" * 40 + "\n"):
        with pytest.raises(devices.BadLiveToken):
            await devices.follow_live(
                ids.new(NOON), CHALLENGE, token=token, member=ada, at=NOON, tx=tx
            )
    for device, by, refused in (
        (ids.new(NOON), ada, devices.NoSuchDevice),
        (phone.id, bob, devices.NoSuchDevice),
        (android.id, ada, devices.NotLive),
        (phone.id, ada, devices.TooManyLive),
    ):
        with pytest.raises(refused):
            await devices.follow_live(device, CHALLENGE, token=TOKEN, member=by, at=NOON, tx=tx)


async def test_given_a_merge_then_the_survivor_is_reached_and_ends_the_watches_till_it_is_undone(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, twin = [await given.a_member(programme, tx=tx) for _ in range(2)]
    own, other = await registered(ada, tx=tx), await registered(twin, WATCH, tx=tx)

    moved = await devices.absorb(ada, duplicate=twin, tx=tx)
    merged = await reached(ada, tx=tx)
    await devices.give_back(moved, survivor=ada, duplicate=twin, tx=tx)

    # Registered at one moment, so in the order of their random ids.
    assert set(merged) == {own.id, other.id}
    assert (await reached(ada, tx=tx), await reached(twin, tx=tx)) == ([own.id], [other.id])
