"""Blocking: what the blocked member can and cannot notice."""

import asyncio

import pytest

from domain import friends
from domain.members import Member
from infra import db
from infra.db import Tx
from tests.support import given
from tests.support.given import NOON


async def _strangers(tx: Tx) -> tuple[Member, Member]:
    club = await given.a_programme(tx=tx)
    return await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)


async def _requests(member: Member, *, received: bool, tx: Tx) -> list[Member]:
    ties = await friends.requests(member, received=received, after=None, limit=10, tx=tx)
    return [tie.friend for tie in ties]


async def _blocked(member: Member, tx: Tx) -> list[friends.Tie]:
    return list(await friends.blocked(member, after=None, limit=10, tx=tx))


async def test_given_a_block_when_the_blocked_asks_then_the_answer_is_like_any_other(
    tx: Tx,
) -> None:
    ada, bob = await _strangers(tx)
    await friends.block(ada, friend=bob.id, at=NOON, tx=tx)
    told = list(tx.staged)

    tie = await friends.request(bob, friend=ada.id, at=NOON, tx=tx)
    again = await friends.request(bob, friend=ada.id, at=NOON, tx=tx)

    assert tie == again == friends.Tie(ada, friends.State.REQUESTED, NOON)
    assert await _requests(bob, received=False, tx=tx) == [ada]
    assert await _requests(ada, received=True, tx=tx) == []
    assert tx.staged == told


async def test_given_friends_when_one_blocks_then_they_part_and_both_may_block_again(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)

    await friends.block(ada, friend=bob.id, at=NOON, tx=tx)
    await friends.block(ada, friend=bob.id, at=NOON.replace(hour=13), tx=tx)

    assert not await friends.are_friends(ada.id, bob.id, programme=ada.programme, tx=tx)
    assert await _blocked(ada, tx) == [friends.Tie(bob, friends.State.BLOCKED, NOON)]
    assert await _blocked(bob, tx) == []


async def test_given_requests_when_one_blocks_then_theirs_is_taken_back_and_the_other_is_hidden(
    tx: Tx,
) -> None:
    ada, bob = await _strangers(tx)
    await friends.request(bob, friend=ada.id, at=NOON, tx=tx)

    await friends.block(ada, friend=bob.id, at=NOON, tx=tx)

    assert await _requests(ada, received=True, tx=tx) == []
    assert await _requests(bob, received=False, tx=tx) == [ada]
    with pytest.raises(friends.NoSuchRequest):
        await friends.accept(ada, friend=bob.id, at=NOON, tx=tx)


async def test_given_an_own_request_when_its_receiver_is_blocked_then_it_is_taken_back(
    tx: Tx,
) -> None:
    ada, bob = await _strangers(tx)
    await friends.request(ada, friend=bob.id, at=NOON, tx=tx)

    await friends.block(ada, friend=bob.id, at=NOON, tx=tx)

    assert await _requests(bob, received=True, tx=tx) == []
    with pytest.raises(friends.NoSuchRequest):
        await friends.accept(bob, friend=ada.id, at=NOON, tx=tx)


async def test_given_an_own_block_when_asking_then_refused_until_unblocked(tx: Tx) -> None:
    ada, bob = await _strangers(tx)
    await friends.block(ada, friend=bob.id, at=NOON, tx=tx)

    with pytest.raises(friends.MemberBlocked):
        await friends.request(ada, friend=bob.id, at=NOON, tx=tx)
    await friends.unblock(ada, friend=bob.id, tx=tx)
    await friends.unblock(ada, friend=bob.id, tx=tx)
    tie = await friends.request(ada, friend=bob.id, at=NOON, tx=tx)

    assert tie.state is friends.State.REQUESTED
    assert await _blocked(ada, tx) == []


async def test_given_a_request_made_while_blocked_when_unblocked_then_it_stays_out_of_sight(
    tx: Tx,
) -> None:
    ada, bob = await _strangers(tx)
    await friends.block(ada, friend=bob.id, at=NOON, tx=tx)
    await friends.request(bob, friend=ada.id, at=NOON, tx=tx)

    await friends.unblock(ada, friend=bob.id, tx=tx)

    assert await _requests(ada, received=True, tx=tx) == []
    assert await _requests(bob, received=False, tx=tx) == [ada]


async def test_given_a_request_when_it_is_accepted_and_blocked_at_once_then_the_block_stands(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        pairs = []
        for _ in range(8):
            pairs.append((await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)))
            await friends.request(pairs[-1][0], friend=pairs[-1][1].id, at=NOON, tx=tx)

    async def accept(ada: Member, bob: Member) -> None:
        try:
            async with db.transaction() as tx:
                await friends.accept(bob, friend=ada.id, at=NOON, tx=tx)
        except friends.NoSuchRequest:
            pass

    async def block(ada: Member, bob: Member) -> None:
        async with db.transaction() as tx:
            await friends.block(ada, friend=bob.id, at=NOON, tx=tx)

    await asyncio.gather(*(act(*pair) for pair in pairs for act in (accept, block)))

    async with db.transaction() as tx:
        for ada, bob in pairs:
            assert not await friends.are_friends(ada.id, bob.id, programme=club.id, tx=tx)
            assert [tie.friend for tie in await _blocked(ada, tx)] == [bob]
