"""Registering: one installation, one owner, one kind; what is said of it is checked."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain import devices, members
from domain.devices import About, Device, DeviceKind, Platform, SignIn
from domain.members import Member
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.support import given
from tests.support.given import ISSUER, NOON

PHONE = About(Platform.ANDROID, DeviceKind.PHONE, "4.2.1", "en-GB", "cAAAAAAAAAAAAAAAAAAAAA")
WATCH = replace(PHONE, kind=DeviceKind.WATCH, installation="dBBBBBBBBBBBBBBBBBBBBB")
DAY = timedelta(days=1)


async def registered(
    member: Member, about: About = PHONE, *, session: str | None = None, tx: Tx, **said: object
) -> Device:
    at = said.pop("at", NOON)
    sign_in = SignIn(ISSUER, "somebody", session)
    return await devices.register(
        member, about, sign_in=sign_in, id=ids.new(at), at=at, tx=tx, **said
    )


async def reached(member: Member, *, tx: Tx, **said: object) -> list[UUID]:
    said = {"at": NOON, **said}
    found = await devices.targets([member.id], programme=member.programme, tx=tx, **said)
    return [target.id for target in found.get(member.id, ())]


async def test_given_a_member_when_registering_a_device_then_it_is_listed_and_reached(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)

    made = await registered(ada, replace(PHONE, name=" Ada's phone ", locale="EN-gb"), tx=tx)

    assert made.about == replace(PHONE, name="Ada's phone", locale="en-GB")
    assert await devices.listed(ada, after=None, limit=9, tx=tx) == [made]
    found = await devices.targets([ada.id], programme=ada.programme, at=NOON, tx=tx)
    [target] = found[ada.id]
    assert (target.id, target.installation) == (made.id, PHONE.installation)
    assert await devices.installed([target.place], tx=tx) == {target.place: target}


async def test_given_a_registered_device_when_registering_it_again_then_it_is_the_same_as_it_is_now(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    first = await registered(ada, replace(PHONE, name="Mine"), tx=tx)

    again = await registered(ada, replace(PHONE, app_version="5.0", kind=DeviceKind.TV), tx=tx)

    assert (again.id, again.about.app_version, again.about.kind) == (first.id, "5.0", "TV")
    assert again.about.name == "Mine"
    assert len(await devices.listed(ada, after=None, limit=9, tx=tx)) == 1


async def test_given_a_device_of_somebody_when_another_registers_it_then_it_is_theirs_alone(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    old = await registered(ada, tx=tx)

    new = await registered(bob, tx=tx)

    assert new.id != old.id
    assert (await reached(ada, tx=tx), await reached(bob, tx=tx)) == ([], [new.id])
    assert await devices.installed([(programme.id, old.id)], tx=tx) == {}


async def test_given_an_installation_of_another_programme_then_both_are_reached(tx: Tx) -> None:
    ada, finn = [await given.a_member(await given.a_programme(tx=tx), tx=tx) for _ in range(2)]

    mine, theirs = await registered(ada, tx=tx), await registered(finn, tx=tx)

    assert (await reached(ada, tx=tx), await reached(finn, tx=tx)) == ([mine.id], [theirs.id])


BAD = [
    (replace(PHONE, installation=""), "BAD_INSTALLATION"),
    (replace(PHONE, installation="cAAAAAAAAAAAAAAAAAAAA"), "BAD_INSTALLATION"),
    (replace(PHONE, installation="cAAAAAAAAAAAAAAAAAAAAAA"), "BAD_INSTALLATION"),
    (replace(PHONE, installation="gAAAAAAAAAAAAAAAAAAAAA"), "BAD_INSTALLATION"),
    (replace(PHONE, installation="cAAAAAAAAAAAAAAAAAAAA="), "BAD_INSTALLATION"),
    (replace(PHONE, installation="cAAAAAAAAAAAAAAAAAAAA\n"), "BAD_INSTALLATION"),
    (replace(PHONE, installation="cAAAAAAAAAAAAAAAAAAAA\u0660"), "BAD_INSTALLATION"),
    (replace(PHONE, installation="cXqVt:APA91b" + "x" * 140), "BAD_INSTALLATION"),
    (replace(PHONE, installation="x" * 1_000_000), "BAD_INSTALLATION"),
    (replace(WATCH, platform=Platform.WEB), "BAD_DEVICE_KIND"),
    (replace(PHONE, app_version=""), "BAD_APP_VERSION"),
    (replace(PHONE, app_version="4.2 beta"), "BAD_APP_VERSION"),
    (replace(PHONE, app_version="1" * 41), "BAD_APP_VERSION"),
    (replace(PHONE, app_version="-1"), "BAD_APP_VERSION"),
    (replace(PHONE, name=" "), "BAD_DEVICE_NAME"),
    (replace(PHONE, name="x" * 61), "BAD_DEVICE_NAME"),
    (replace(PHONE, name="a\u202eb"), "BAD_DEVICE_NAME"),
    (replace(PHONE, name="a\x00b"), "BAD_DEVICE_NAME"),
    (replace(PHONE, locale="english"), "BAD_LOCALE"),
    (replace(PHONE, zone="Mars/Base"), "BAD_ZONE"),
    (replace(PHONE, zone=""), "BAD_ZONE"),
]


@pytest.mark.parametrize(("place", "code"), [(n, code) for n, (_, code) in enumerate(BAD)])
async def test_given_something_bad_when_registering_or_refreshing_then_it_is_refused(
    tx: Tx, place: int, code: str
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    known = await registered(ada, tx=tx)

    with pytest.raises(Refused) as registering:
        await registered(ada, BAD[place][0], tx=tx)
    with pytest.raises(Refused) as refreshing:
        await devices.refresh(known.id, BAD[place][0], member=ada, at=NOON, tx=tx)

    assert (registering.value.code, refreshing.value.code) == (code, code)
    assert await devices.find(known.id, member=ada, tx=tx) == known


async def test_given_all_that_is_refused_then_it_is_refused_in_the_documented_order(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    good = replace(PHONE, zone="Europe/Vienna", name="Mine")
    steps = [
        (dict(installation="no"), "BAD_INSTALLATION"),
        (dict(platform=Platform.WEB, kind=DeviceKind.WATCH), "BAD_DEVICE_KIND"),
        (dict(app_version=""), "BAD_APP_VERSION"),
        (dict(name=""), "BAD_DEVICE_NAME"),
        (dict(locale=""), "BAD_LOCALE"),
        (dict(zone=""), "BAD_ZONE"),
    ]
    said = []

    for n in range(len(steps)):
        wrong = {key: value for step, _ in steps[n:] for key, value in step.items()}
        with pytest.raises(Refused) as refused:
            await registered(ada, replace(good, **wrong), tx=tx)
        said.append(refused.value.code)

    assert said == [code for _, code in steps]


async def test_given_a_member_who_left_when_registering_then_there_is_no_such_member(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await members.leave(ada, at=NOON, tx=tx)

    with pytest.raises(members.NoSuchMember):
        await registered(ada, tx=tx)


async def test_given_as_many_devices_as_there_may_be_when_registering_one_more_then_it_is_refused(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    for n in range(devices.DEVICES_MAX):
        await registered(ada, replace(PHONE, installation=f"c{n:021}"), tx=tx)
    await registered(bob, WATCH, tx=tx)

    async with tx.savepoint():
        known = await registered(ada, replace(PHONE, installation=f"c{1:021}"), tx=tx)
    with pytest.raises(devices.TooManyDevices):
        async with tx.savepoint():
            await registered(ada, WATCH, tx=tx)

    assert known.about.installation == f"c{1:021}"
    assert len(await reached(bob, tx=tx)) == 1


async def test_given_a_device_when_refreshed_with_another_installation_then_it_has_that_one(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    known = await registered(ada, tx=tx)

    new = replace(PHONE, installation="fCCCCCCCCCCCCCCCCCCCCC")
    fresh = await devices.refresh(known.id, new, member=ada, at=NOON + DAY, tx=tx)

    assert (fresh.id, fresh.about, fresh.seen_at) == (known.id, new, NOON + DAY)


async def test_given_devices_of_others_when_refreshing_or_removing_then_there_are_none(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    known, other = await registered(ada, tx=tx), await registered(bob, WATCH, tx=tx)
    mine = await registered(ada, replace(PHONE, installation=f"c{1:021}"), tx=tx)

    for id, about, refused in (
        (other.id, PHONE, devices.NoSuchDevice),
        (ids.new(NOON), PHONE, devices.NoSuchDevice),
        (known.id, WATCH, devices.InstallationUsed),
        (known.id, mine.about, devices.InstallationUsed),
    ):
        with pytest.raises(refused):
            await devices.refresh(id, about, member=ada, at=NOON, tx=tx)
    with pytest.raises(devices.NoSuchDevice):
        await devices.remove(other.id, member=ada, at=NOON, tx=tx)

    assert await reached(bob, tx=tx) == [other.id]
