"""Reading, putting away and taking out: the count is always that of what is unread."""

import asyncio
from uuid import uuid4

import pytest

from domain import inbox
from domain.members import Member
from infra import db
from infra.db import Tx
from tests.domain.inbox.telling import news, numbers, tell, unread
from tests.support import given
from tests.support.given import NOON


async def _counted(member: Member, tx: Tx) -> int:
    found = await inbox.listed(
        member.id, unread=True, programme=member.programme, limit=1_000, tx=tx
    )
    return len(found)


async def test_given_two_items_when_one_is_read_twice_then_one_is_left_to_read(tx: Tx) -> None:
    ada, _ = await given.two_friends(tx=tx)
    first, _ = await tell(news(ada), news(ada), tx=tx, programme=ada.programme)
    known = {"member": ada.id, "programme": ada.programme, "tx": tx}

    once = await inbox.read(first.id, at=NOON, **known)
    again = await inbox.read(first.id, at=NOON.replace(hour=13), **known)

    assert (once.read_at, again.read_at) == (NOON, NOON)
    assert await unread(ada, tx) == await _counted(ada, tx) == 1


async def test_given_items_when_all_up_to_a_number_are_read_then_the_newer_are_not(tx: Tx) -> None:
    ada, _ = await given.two_friends(tx=tx)
    await tell(*[news(ada) for _ in range(5)], tx=tx, programme=ada.programme)

    await inbox.read_all(3, member=ada.id, programme=ada.programme, at=NOON, tx=tx)

    left = await inbox.listed(ada.id, unread=True, programme=ada.programme, limit=10, tx=tx)
    assert [one.number for one in left] == [5, 4]
    assert await unread(ada, tx) == 2


async def test_given_an_unread_item_when_it_is_put_away_and_taken_out_then_it_is_read(
    tx: Tx,
) -> None:
    ada, _ = await given.two_friends(tx=tx)
    (item,) = await tell(news(ada), tx=tx, programme=ada.programme)
    known = {"member": ada.id, "programme": ada.programme, "tx": tx}

    away = await inbox.archive(item.id, at=NOON, **known)
    hidden = await inbox.listed(ada.id, programme=ada.programme, limit=10, tx=tx)
    back = await inbox.unarchive(item.id, **known)

    assert (away.archived_at, away.read_at, hidden) == (NOON, NOON, [])
    assert (back.archived_at, back.read_at) == (None, NOON)
    assert await unread(ada, tx) == 0


@pytest.mark.parametrize("verb", ["read", "archive", "unarchive"])
async def test_given_somebody_elses_item_when_it_is_touched_then_there_is_none(
    verb: str, tx: Tx
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    (item,) = await tell(news(bob), tx=tx, programme=bob.programme)
    known = {"member": ada.id, "programme": ada.programme, "tx": tx}
    when = {} if verb == "unarchive" else {"at": NOON}

    for id in (item.id, uuid4()):
        with pytest.raises(inbox.NoSuchItem):
            await getattr(inbox, verb)(id, **known, **when)

    assert await unread(bob, tx) == 1


async def test_given_readers_and_writers_at_once_when_all_are_done_then_the_count_is_exact(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, _ = await given.two_friends(tx=tx)
        items = await tell(*[news(ada) for _ in range(10)], tx=tx, programme=ada.programme)
    known = {"member": ada.id, "programme": ada.programme}

    async def read(place: int) -> None:
        async with db.transaction() as tx:
            await inbox.read(items[place].id, at=NOON, tx=tx, **known)

    async def read_all() -> None:
        async with db.transaction() as tx:
            await inbox.read_all(5, at=NOON, tx=tx, **known)

    async def write() -> None:
        async with db.transaction() as tx:
            await tell(news(ada), tx=tx, programme=ada.programme)

    # Each of the first eight is read by two, half of them by a third as well.
    doing = [*(read(place % 8) for place in range(16)), read_all(), *(write() for _ in range(8))]
    await asyncio.gather(*doing)

    async with db.transaction() as tx:
        assert await unread(ada, tx) == await _counted(ada, tx) == 10
        assert await numbers(ada, tx) == list(range(1, 19))
