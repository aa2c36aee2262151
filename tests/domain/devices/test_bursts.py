"""Bursts: many at once over one installation, one code, and the last free place."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain import devices
from domain.devices import Outcome, SignIn
from domain.members import Member
from domain.programmes import Programme
from infra import db, ids
from infra.db import Tx
from tests.domain.devices.test_registering import PHONE
from tests.domain.devices.test_signing_in import WATCH
from tests.support import databases, given
from tests.support.given import ISSUER, NOON
from tests.support.servers import Postgres

AT_ONCE = 8
SIGN_IN = SignIn(ISSUER, "somebody")


@pytest.fixture
async def home(postgres: Postgres) -> AsyncIterator[Programme]:
    """A programme in a database of its own, where transactions commit."""
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)
        yield programme


async def people(home: Programme, count: int) -> list[Member]:
    async with db.transaction() as tx:
        return [await given.a_member(home, tx=tx) for _ in range(count)]


async def register(
    member: Member, about: devices.About, *, together: asyncio.Barrier | None = None
) -> devices.Device | None:
    """The device; None when there is no room. With a barrier: all begin when all are ready."""
    try:
        async with db.transaction() as tx:
            if together is not None:
                await together.wait()
            return await devices.register(
                member, about, sign_in=SIGN_IN, id=ids.new(NOON), at=NOON, tx=tx
            )
    except devices.TooManyDevices:
        return None


async def reached(home: Programme, members: list[Member], *, tx: Tx) -> int:
    found = await devices.targets(
        [member.id for member in members], programme=home.id, at=NOON, tx=tx
    )
    return sum(len(targets) for targets in found.values())


async def test_given_members_who_register_one_installation_at_once_then_one_has_it(
    home: Programme,
) -> None:
    crowd = await people(home, AT_ONCE)

    together = asyncio.Barrier(AT_ONCE)
    await asyncio.gather(*(register(member, PHONE, together=together) for member in crowd))

    async with db.transaction() as tx:
        assert await reached(home, crowd, tx=tx) == 1


async def test_given_one_free_place_when_many_devices_register_at_once_then_one_has_it(
    home: Programme,
) -> None:
    [ada] = await people(home, 1)
    abouts = [replace(PHONE, installation=f"c{n:021}") for n in range(30)]
    for about in abouts[: devices.DEVICES_MAX - 1]:
        await register(ada, about)

    together = asyncio.Barrier(AT_ONCE)
    made = await asyncio.gather(
        *(register(ada, one, together=together) for one in abouts[-AT_ONCE:])
    )

    assert sum(device is not None for device in made) == 1
    async with db.transaction() as tx:
        assert await reached(home, [ada], tx=tx) == devices.DEVICES_MAX


async def test_given_an_approved_code_when_it_is_brought_many_times_at_once_then_it_is_one_token(
    home: Programme,
) -> None:
    [ada] = await people(home, 1)
    async with db.transaction() as tx:
        asked = await devices.ask(home, WATCH, at=NOON, tx=tx)
        await devices.approve(asked.user_code, member=ada, sign_in=SIGN_IN, at=NOON, tx=tx)

    together = asyncio.Barrier(AT_ONCE)

    async def poll() -> devices.Poll:
        async with db.transaction() as tx:
            await together.wait()
            return await devices.poll(asked.device_code, programme=home, at=NOON, tx=tx)

    polls = await asyncio.gather(*(poll() for _ in range(AT_ONCE)))

    outcomes = sorted(poll.outcome for poll in polls)
    assert outcomes == sorted([Outcome.GRANTED] + [Outcome.NO_SUCH_CODE] * (AT_ONCE - 1))
    async with db.transaction() as tx:
        assert len(await devices.listed(ada, after=None, limit=9, tx=tx)) == 1


async def test_given_two_members_who_approve_one_code_at_once_then_it_is_one_of_them(
    home: Programme,
) -> None:
    crowd = await people(home, AT_ONCE)
    async with db.transaction() as tx:
        asked = await devices.ask(home, WATCH, at=NOON, tx=tx)

    together = asyncio.Barrier(AT_ONCE)

    async def approve(member: Member) -> bool:
        try:
            async with db.transaction() as tx:
                await together.wait()
                await devices.approve(
                    asked.user_code, member=member, sign_in=SIGN_IN, at=NOON, tx=tx
                )
        except devices.NoSuchCode:
            return False
        return True

    assert sum(await asyncio.gather(*map(approve, crowd))) == 1


async def test_given_a_member_who_tries_codes_at_once_then_no_more_are_looked_at_than_may_be(
    home: Programme,
) -> None:
    [ada] = await people(home, 1)

    async def attempt() -> bool:
        try:
            async with db.transaction() as tx:
                await devices.try_code("BCDFGHJK", member=ada, at=NOON, tx=tx)
        except devices.TooManyCodes:
            return False
        return True

    tried = await asyncio.gather(*(attempt() for _ in range(devices.TRIES_MAX + 5)))

    assert sum(tried) == devices.TRIES_MAX
