"""Merging while others merge, send and die."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from domain import duplicates, ledger, members, transfers
from domain.members import State
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.duplicates.pairs import Pair, a_pair, again
from tests.support import given
from tests.support.given import NOON


async def test_given_one_pair_when_eight_merge_it_at_once_then_one_does(database: None) -> None:
    async with db.transaction() as tx:
        pair = await a_pair(tx=tx)

    answers = await asyncio.gather(*(_tried(_merge(pair)) for _ in range(8)))

    assert answers.count(duplicates.AlreadyMerged) == 7
    async with db.transaction() as tx:
        assert await pair.available(tx=tx) == (140, 0)
        assert (await ledger.verify(pair.programme.book, tx=tx)).findings == ()


async def test_given_one_pair_when_merged_both_ways_at_once_then_one_way_and_nothing_is_lost(
    database: None,
) -> None:
    async with db.transaction() as tx:
        pair = await a_pair(tx=tx)
    turned = Pair(pair.programme, pair.goes, pair.stays)

    answers = await asyncio.gather(*(_tried(_merge(one)) for one in (pair, turned) * 4))

    assert answers.count(duplicates.AlreadyMerged) == 7
    async with db.transaction() as tx:
        assert sum(await pair.available(tx=tx)) == 140


@pytest.mark.parametrize("turn", range(4))
async def test_given_a_duplicate_that_sends_while_it_is_merged_then_no_point_is_lost_or_stuck(
    turn: int, database: None
) -> None:
    async with db.transaction() as tx:
        pair = await a_pair(tx=tx)
        friend = await given.a_member(pair.programme, tx=tx)
        await given.friendship(pair.goes, friend, tx=tx)
        if turn % 2:
            await members.edit(friend, auto_accept=True, at=NOON, tx=tx)

    async def send() -> Any:
        async with db.transaction() as tx:
            return await transfers.send(
                10, sender=pair.goes, receiver=friend.id, id=ids.new(NOON), at=NOON, tx=tx
            )

    merged, sent = await asyncio.gather(_tried(_merge(pair)), _tried(send()))

    async with db.transaction() as tx:
        goes = await again(pair.goes, tx=tx)
        balance = await ledger.balance(goes.account, book=goes.book, tx=tx)
        total = await _total(pair, friend, tx)
    assert total == 140
    # Either the one or the other came first, and the second saw it.
    if merged is duplicates.OpenTransfers:
        assert goes.state is State.ACTIVE
        assert isinstance(sent, transfers.Transfer)
    else:
        assert goes.state is State.MERGED
        assert (balance.balance, balance.held) == (0, 0)


async def test_given_one_merge_when_undone_by_eight_at_once_then_the_points_go_back_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        pair = await a_pair(tx=tx)
        merge = await pair.merged(tx=tx)

    async def undo() -> Any:
        async with db.transaction() as tx:
            return await duplicates.unmerge(merge.id, programme=pair.programme.id, at=NOON, tx=tx)

    answers = await asyncio.gather(*(_tried(undo()) for _ in range(8)))

    assert len(set(answers)) == 1
    async with db.transaction() as tx:
        assert await pair.available(tx=tx) == (100, 40)


async def test_given_points_that_landed_late_when_eight_forward_at_once_then_they_go_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        pair = await a_pair(tx=tx)
        await pair.merged(tx=tx)
        await given.points(9, pair.goes, tx=tx)

    async def forward(number: int) -> int:
        async with db.transaction() as tx:
            return await duplicates.forward(NOON.replace(minute=number), tx)

    await asyncio.gather(*(forward(number) for number in range(1, 9)))

    async with db.transaction() as tx:
        assert await pair.available(tx=tx) == (149, 0)


class Dying(db.Tx):
    """A transaction whose connection is cut before the statement after `left` others."""

    def __init__(self, tx: Tx, left: int) -> None:
        super().__init__(tx._client, tx._connection)
        self.staged, self.left = tx.staged, left

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            self._connection.terminate()

    async def rows(self, sql: str, *args: object) -> Any:
        self._step()
        return await super().rows(sql, *args)

    async def value(self, sql: str, *args: object) -> Any:
        self._step()
        return await super().value(sql, *args)

    async def run(self, sql: str, *args: object) -> int:
        self._step()
        return await super().run(sql, *args)


async def test_given_a_merge_cut_before_any_of_its_steps_when_repeated_then_it_is_whole(
    database: None,
) -> None:
    async with db.transaction() as tx:
        pair = await a_pair(tx=tx)
        id = ids.new(NOON)
    cuts = 0

    while True:
        try:
            async with db.transaction() as tx:
                await pair.merged(id=id, tx=Dying(tx, cuts))
            break
        except db.Unavailable:
            cuts += 1
        async with db.transaction() as tx:
            assert await pair.available(tx=tx) == (100, 40)
            assert (await again(pair.goes, tx=tx)).state is State.ACTIVE

    assert cuts >= 10
    async with db.transaction() as tx:
        assert await pair.available(tx=tx) == (140, 0)
        assert (await ledger.verify(pair.programme.book, tx=tx)).findings == ()


async def _merge(pair: Pair) -> Any:
    async with db.transaction() as tx:
        return await pair.merged(tx=tx)


async def _tried(wish: Awaitable[Any]) -> Any:
    try:
        return await wish
    except Refused as refused:
        return type(refused)


async def _total(pair: Pair, friend: members.Member, tx: Tx) -> int:
    wallets = [one.account for one in (pair.stays, pair.goes, friend)]
    balances = await ledger.balances(wallets, book=friend.book, tx=tx)
    return sum(balance.balance for balance in balances.values())
