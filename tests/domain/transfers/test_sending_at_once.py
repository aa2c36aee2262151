"""Sending at once: what locks are for."""

import asyncio

import pytest

from domain import friends, ledger, members, transfers
from domain.members import Member
from domain.transfers import Transfer
from infra import db, ids
from tests.domain.transfers.offers import has, send
from tests.support import given
from tests.support.given import NOON


async def test_given_one_key_when_sent_eight_times_at_once_then_it_moves_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=100, tx=tx)
    id = ids.new(NOON)

    async def once() -> Transfer:
        async with db.transaction() as tx:
            return await send(30, ada, bob, tx, id=id)

    answers = await asyncio.gather(*(once() for _ in range(8)))

    assert len(set(answers)) == 1
    async with db.transaction() as tx:
        assert await has(ada, tx) == (70, 30)


@pytest.mark.parametrize("auto_accept", [False, True])
async def test_given_ten_points_when_sixteen_are_sent_at_once_then_ten_go_and_six_are_refused(
    auto_accept: bool, database: None
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=10, tx=tx)
        await members.edit(bob, auto_accept=auto_accept, at=NOON, tx=tx)

    async def one() -> bool:
        try:
            async with db.transaction() as tx:
                await send(1, ada, bob, tx)
        except ledger.InsufficientPoints:
            return False
        return True

    answers = await asyncio.gather(*(one() for _ in range(16)))

    assert (answers.count(True), answers.count(False)) == (10, 6)
    async with db.transaction() as tx:
        assert await has(ada, tx) == ((0, 0) if auto_accept else (0, 10))


async def test_given_a_limit_of_fifty_a_day_when_sixteen_tens_are_sent_at_once_then_five_go(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=1_000, transfer_day_max=50, tx=tx)

    async def one() -> bool:
        try:
            async with db.transaction() as tx:
                await send(10, ada, bob, tx)
        except transfers.OverDayLimit:
            return False
        return True

    answers = await asyncio.gather(*(one() for _ in range(16)))

    assert answers.count(True) == 5
    async with db.transaction() as tx:
        assert await has(ada, tx) == (950, 50)


async def test_given_two_friends_when_both_send_at_once_then_no_deadlock_and_no_point_is_lost(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, bob = await given.two_friends(holding=100, tx=tx)
        await given.points(100, bob, tx=tx)
        for member in (ada, bob):
            await members.edit(member, auto_accept=True, at=NOON, tx=tx)

    async def keep_sending(sender: Member, receiver: Member) -> None:
        for _ in range(20):
            async with db.transaction() as tx:
                await send(1, sender, receiver, tx)

    await asyncio.gather(
        *(keep_sending(a, b) for a, b in ((ada, bob), (bob, ada), (ada, bob), (bob, ada)))
    )

    async with db.transaction() as tx:
        assert (await has(ada, tx), await has(bob, tx)) == ((100, 0), (100, 0))


async def test_given_friends_when_one_is_removed_at_the_moment_of_sending_then_one_comes_first(
    database: None,
) -> None:
    async with db.transaction() as tx:
        pairs = [await given.two_friends(holding=10, tx=tx) for _ in range(6)]

    async def try_sending(ada: Member, bob: Member) -> bool:
        try:
            async with db.transaction() as tx:
                await send(10, ada, bob, tx)
        except transfers.NotFriends:
            return False
        return True

    async def block(ada: Member, bob: Member) -> None:
        async with db.transaction() as tx:
            await friends.block(bob, friend=ada.id, at=NOON, tx=tx)

    answers = await asyncio.gather(*(f(*p) for p in pairs for f in (try_sending, block)))

    async with db.transaction() as tx:
        held = [(await has(ada, tx))[1] for ada, _ in pairs]
    assert held == [10 if sent else 0 for sent in answers[::2]]
