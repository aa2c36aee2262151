"""Members are told each thing once, numbered in the order of the commits."""

import asyncio

from domain import inbox, privacy
from infra import db, ids
from infra.db import Tx
from tests.domain.inbox.telling import news, numbers, tell, unread
from tests.support import given
from tests.support.given import NOON
from tests.support.waiting import until

# Fewer than the pool has connections.
WRITERS = 12
WAITS_FOR_US = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


async def test_given_two_members_when_they_are_told_things_then_each_has_numbers_from_one(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)

    items = await tell(news(ada), news(bob), news(ada), tx=tx, programme=ada.programme)

    assert [(one.member, one.number) for one in items] == [(ada.id, 1), (bob.id, 1), (ada.id, 2)]
    assert await numbers(ada, tx) == [1, 2]
    assert await unread(ada, tx) == 2


async def test_given_something_told_when_it_is_told_again_among_others_then_only_they_are_new(
    tx: Tx,
) -> None:
    ada, _ = await given.two_friends(tx=tx)
    first = news(ada)
    await tell(first, tx=tx, programme=ada.programme)

    items = await tell(news(ada), first, news(ada), tx=tx, programme=ada.programme)

    assert [one.number for one in items] == [2, 3]
    assert first.id not in {one.id for one in items}
    assert (await numbers(ada, tx), await unread(ada, tx)) == ([1, 2, 3], 3)


async def test_given_no_wish_for_items_when_something_is_told_then_it_is_in_the_archive_and_read(
    tx: Tx,
) -> None:
    ada, _ = await given.two_friends(tx=tx)

    await tell(news(ada, quiet=True), news(ada), tx=tx, programme=ada.programme)

    shown = await inbox.listed(ada.id, programme=ada.programme, limit=10, tx=tx)
    away = await inbox.listed(ada.id, archived=True, programme=ada.programme, limit=10, tx=tx)
    assert ([one.number for one in shown], [one.number for one in away]) == ([2], [1])
    assert away[0].read_at == away[0].archived_at == NOON
    assert await unread(ada, tx) == 1


async def test_given_many_writers_when_they_tell_one_member_at_once_then_no_number_is_left_out(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(tx=tx)
        # Whoever has no inbox yet is held by making it: the race is among those who have one.
        await tell(news(ada), news(bob), tx=tx, programme=ada.programme)
    same = news(ada)
    seen: list[int] = []
    # All of them have begun before the first one writes.
    ready = asyncio.Barrier(WRITERS)

    async def write(turn: int) -> None:
        # Both orders of the two members, and in each one thing that all of them tell.
        told = [news(ada), news(bob)] if turn % 2 else [news(bob), news(ada)]
        async with db.transaction() as tx:
            await ready.wait()
            items = await tell(same, *told, tx=tx, programme=ada.programme)
        seen.extend(one.number for one in items if one.member == ada.id)

    async with asyncio.TaskGroup() as group:
        for turn in range(WRITERS):
            group.create_task(write(turn))

    async with db.transaction() as tx:
        assert await numbers(ada, tx) == list(range(1, WRITERS + 3))
        assert await numbers(bob, tx) == list(range(1, WRITERS + 2))
        assert (await unread(ada, tx), await unread(bob, tx)) == (WRITERS + 2, WRITERS + 1)
    assert sorted(seen) == list(range(2, WRITERS + 3))


async def test_given_a_writer_under_way_when_another_tells_the_same_then_it_is_told_once_in_peace(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, _ = await given.two_friends(tx=tx)
        await tell(news(ada), tx=tx, programme=ada.programme)
    same, go = news(ada), asyncio.Event()

    async def write() -> list[int]:
        await go.wait()
        async with db.transaction() as tx:
            items = await tell(same, news(ada), tx=tx, programme=ada.programme)
        return [one.number for one in items]

    # Before the transaction is opened: it must not be a part of it.
    writing = asyncio.create_task(write())
    async with db.transaction() as tx:
        first = await tell(same, tx=tx, programme=ada.programme)
        go.set()
        await until(lambda: _somebody_waits(tx))

    # Without the lock its statement would have begun before the first one's items were there.
    assert ([one.number for one in first], await writing) == ([2], [3])
    async with db.transaction() as tx:
        assert (await numbers(ada, tx), await unread(ada, tx)) == ([1, 2, 3], 3)


async def _somebody_waits(tx: Tx) -> bool:
    return await tx.value(WAITS_FOR_US) > 0


async def test_given_a_writer_who_gives_up_when_others_tell_then_its_number_is_theirs(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, _ = await given.two_friends(tx=tx)

    class GivesUp(Exception): ...

    try:
        async with db.transaction() as tx:
            await tell(news(ada), tx=tx, programme=ada.programme)
            raise GivesUp
    except GivesUp:
        pass
    async with db.transaction() as tx:
        await tell(news(ada), tx=tx, programme=ada.programme)

    async with db.transaction() as tx:
        assert await numbers(ada, tx) == [1]


async def test_given_somebody_erased_when_they_are_told_something_then_nothing_is_kept(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    await tell(news(ada), tx=tx, programme=ada.programme)
    await privacy.erase(ada.id, programme=ada.programme, at=NOON, tx=tx)
    await privacy.erase(bob.id, programme=bob.programme, at=NOON, tx=tx)

    items = await tell(news(ada), news(bob), tx=tx, programme=ada.programme)

    assert items == []
    assert (await numbers(ada, tx), await unread(ada, tx)) == ([], 0)
    assert (await numbers(bob, tx), await unread(bob, tx)) == ([], 0)


async def test_given_an_erasure_under_way_when_something_is_told_meanwhile_then_nothing_is_left(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, _ = await given.two_friends(tx=tx)
        await tell(news(ada), tx=tx, programme=ada.programme)
    erased, told = asyncio.Event(), asyncio.Event()

    async def erase() -> None:
        async with db.transaction() as tx:
            await privacy.erase(ada.id, programme=ada.programme, at=NOON, tx=tx)
            erased.set()
            # Long enough for the other to be waiting; what it finds is the same if it is not.
            await asyncio.sleep(0.05)

    async def write() -> None:
        await erased.wait()
        async with db.transaction() as tx:
            assert await tell(news(ada), tx=tx, programme=ada.programme) == []
        told.set()

    await asyncio.gather(erase(), write())

    async with db.transaction() as tx:
        assert told.is_set()
        assert await numbers(ada, tx) == []


async def test_given_two_programmes_when_one_id_is_told_in_both_then_neither_knows_of_the_other(
    tx: Tx,
) -> None:
    ada, _ = await given.two_friends(tx=tx)
    eve, _ = await given.two_friends(tx=tx)
    id = ids.new(NOON)

    await tell(news(ada, id=id), tx=tx, programme=ada.programme)
    await tell(news(eve, id=id), tx=tx, programme=eve.programme)

    assert await inbox.find(id, member=ada.id, programme=ada.programme, tx=tx)
    assert await inbox.find(id, member=eve.id, programme=ada.programme, tx=tx) is None
