"""Glances: what a watch shows, which version of it, and what Valkey knows of that."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from domain import friends, glances, transfers
from domain.glances import Change, Glance
from infra import ids, noting, signals
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON

PLACE = (1, UUID(int=1))


@pytest.fixture
async def valkey(valkey_url: str) -> AsyncIterator[None]:
    async with signals.connection(valkey_url):
        yield


@pytest.fixture
def place() -> glances.Place:
    return 1, ids.new(NOON)


async def test_given_a_new_member_when_looking_then_there_is_nothing_but_points(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), holding=70, tx=tx)

    assert await glances.look(ada, at=NOON, tx=tx) == Glance(70, 0)


async def test_given_points_that_a_friend_offers_when_looking_then_the_newest_waits(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    sent = [
        await transfers.send(points, sender=ada, receiver=bob.id, id=ids.new(at), at=at, tx=tx)
        for points, at in ((10, NOON), (20, NOON + timedelta(seconds=1)))
    ]

    seen = await glances.look(bob, at=NOON, tx=tx)

    assert seen.waiting is not None
    assert (seen.waiting.transfer, seen.waiting.sender) == (sent[-1].id, ada.name)
    assert (seen.waiting.points, seen.waiting.count) == (20, 2)
    assert seen.next is not None
    assert (seen.next.change, seen.next.at) == (Change.TRANSFER_RETURNS, sent[-1].expires_at)
    assert (await glances.look(ada, at=NOON, tx=tx)).waiting is None


async def test_given_points_of_somebody_blocked_when_looking_then_they_are_not_named(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(holding=100, tx=tx)
    words = {"id": ids.new(NOON), "at": NOON, "tx": tx}
    await transfers.send(10, sender=ada, receiver=bob.id, **words)

    await friends.block(bob, friend=ada.id, at=NOON, tx=tx)

    seen = await glances.look(bob, at=NOON, tx=tx)
    assert seen.waiting is not None
    assert (seen.waiting.sender, seen.waiting.points) == ("", 10)


async def test_given_a_glance_when_kept_again_then_its_version_changes_only_with_it(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]

    said = [
        await glances.keep(who, content, at=NOON + timedelta(minutes=n), tx=tx)
        for n, (who, content) in enumerate(
            [(ada, "{1}"), (ada, "{1}"), (ada, "{2}"), (bob, "{2}"), (ada, "{1}"), (ada, "{1}")]
        )
    ]

    assert said == [1, 1, 2, 1, 3, 3]


@pytest.mark.usefixtures("valkey")
async def test_given_a_tag_that_is_remembered_when_something_changes_then_it_is_forgotten(
    place: glances.Place,
) -> None:
    since = await glances.mark(place)
    assert since is not None
    await glances.remember(place, '"a"', since=since, seconds=60)

    known = await glances.remembered(place)
    await glances.changed([place])

    assert (known, await glances.remembered(place)) == ('"a"', None)


@pytest.mark.usefixtures("valkey")
async def test_given_a_change_while_gathering_when_remembering_then_it_is_not_believed(
    place: glances.Place,
) -> None:
    since = await glances.mark(place)
    assert since is not None
    await glances.changed([place])

    await glances.remember(place, '"old"', since=since, seconds=60)

    assert await glances.remembered(place) is None


@pytest.mark.usefixtures("valkey")
async def test_given_a_glance_that_changes_by_itself_then_it_is_remembered_no_longer_than_that(
    place: glances.Place,
) -> None:
    await glances.remember(place, '"a"', since=b"", seconds=0)
    assert await glances.remembered(place) is None

    await glances.remember(place, '"a"', since=b"", seconds=10**9)

    assert await glances.remembered(place) == '"a"'
    async with signals.present() as client:
        assert client is not None
        left = await client.ttl(f"laurel:glance:{place[0]}:{place[1]}:tag")
    assert 0 < left <= glances.REMEMBERED_SECONDS


async def test_given_no_valkey_then_nothing_is_known_and_nothing_fails() -> None:
    assert await glances.mark(PLACE) is None
    assert await glances.remembered(PLACE) is None
    await glances.remember(PLACE, '"a"', since=b"", seconds=60)
    await glances.changed([PLACE])
    assert await noting.noted("laurel:glance:none") is None
