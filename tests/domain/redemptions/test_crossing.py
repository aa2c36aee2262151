"""Crossing: whoever needs several rows takes them in one order, so that nobody waits for ever.

Each scene holds the row that comes first, lets another begin who comes to wait for it, and then
takes the row that comes later. Whoever had taken that one before waits in a circle, which
PostgreSQL ends with an error.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import pytest

from domain import ledger, offers, privacy, raffles
from domain.raffles import Prize, PrizeKind
from domain.redemptions.handing import hand_out_owed
from domain.redemptions.reactions import hand_out_units
from domain.rewards import RewardKind
from infra import db, ids
from infra.db import Tx
from tests.domain.moments.making import MEMBER, WAITING
from tests.domain.offers.test_taking import a_scene as a_discounted_scene
from tests.domain.offers.test_taking import reserve as reserve_discounted
from tests.domain.redemptions import making
from tests.domain.redemptions.making import DAY, MINUTE, REDEMPTIONS, REWARDS, Scene
from tests.domain.redemptions.test_handing import due, on_their_way, rewarded
from tests.support import given
from tests.support.given import NOON
from tests.support.waiting import until

RAFFLE = "SELECT reward FROM raffle WHERE reward = $1 FOR NO KEY UPDATE"
CAUSE = "SELECT id FROM cause WHERE id = $1 FOR NO KEY UPDATE"
OWED = "SELECT id FROM redemption_owed WHERE member = $1 FOR UPDATE"

Act = Callable[[Tx], Awaitable[object]]


async def crosses(act: Act, *, first: Act, later: Act) -> None:
    """Raises db.Contended when the act takes what is `later` before what is `first`."""
    go = asyncio.Event()

    async def begun() -> None:
        await go.wait()
        async with db.transaction() as tx:
            await act(tx)

    async def waits() -> bool:
        return bool(await tx.value(WAITING))

    # Before the transaction is opened: it must not be a part of it.
    other = asyncio.create_task(begun())
    try:
        async with db.transaction() as tx:
            await first(tx)
            go.set()
            await until(waits)
            await later(tx)
    finally:
        await other


def takes(sql: str, held: object) -> Act:
    return lambda tx: tx.rows(sql, held)


def moves(account: int, book: int) -> Act:
    return lambda tx: ledger.lock([account], book=book, tx=tx)


async def a_ticket(scene: Scene, tx: Tx) -> tuple[making.Redemption, Act]:
    raffle = await making.live(scene.programme, tx=tx, kind=RewardKind.RAFFLE, cash_minor=0)
    where = {"programme": scene.programme.id, "at": NOON, "tx": tx}
    prizes = [Prize(PrizeKind.POINTS, points=500)]
    await raffles.open(raffle.id, prizes=prizes, closes_at=NOON + DAY, **where)
    return await making.reserved(scene, tx, reward=raffle), takes(RAFFLE, raffle.id)


async def a_donation(scene: Scene, tx: Tx) -> tuple[making.Redemption, Act]:
    cause = await making.a_cause(scene.programme, tx)
    words = {"kind": RewardKind.DONATION, "cause": cause.id, "cash_minor": 0}
    gift = await making.live(scene.programme, tx=tx, **words)
    return await making.reserved(scene, tx, reward=gift), takes(CAUSE, cause.id)


@pytest.mark.parametrize("kind", [a_ticket, a_donation])
async def test_given_somebody_who_buys_when_another_gives_back_then_they_never_wait_in_a_circle(
    kind: Callable[[Scene, Tx], Awaitable[tuple[making.Redemption, Act]]], database: None
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx)
        one, later = await kind(scene, tx)

    await crosses(partial(making.refunded, one), first=takes(REWARDS, [one.reward]), later=later)

    async with db.transaction() as tx:
        assert await making.purse(scene, tx) == (100, 0)


async def test_given_a_till_that_hands_over_when_the_discount_is_taken_then_they_never_cross(
    database: None,
) -> None:
    async with db.transaction() as tx:
        shop, scene, one = await a_discounted_scene(tx)

    await crosses(
        partial(reserve_discounted, shop, one),
        first=takes(REWARDS, [shop.reward.id]),
        later=moves(scene.offer.account, scene.offer.book),
    )

    async with db.transaction() as tx:
        found = await offers.acceptance(one.decision, programme=one.programme, tx=tx)
        assert found is not None
        assert found.state is offers.AcceptanceState.TAKEN


async def test_given_a_till_that_hands_over_when_the_member_is_erased_then_they_never_cross(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx)
        ones = [await making.reserved(scene, tx) for _ in range(2)]
    last = max(one.id for one in ones)
    member, programme = scene.member, scene.programme.id

    await crosses(
        lambda tx: privacy.erase(member.id, programme=programme, at=NOON, tx=tx),
        first=takes(REDEMPTIONS, [last]),
        later=moves(member.account, member.book),
    )

    async with db.transaction() as tx:
        assert await making.shelf(scene.reward, tx) == (10, 0, 0)


async def test_given_units_for_two_when_one_of_them_redeems_then_they_never_cross(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx, code="cup")
        other = await given.a_member(scene.programme, tx=tx)
    people = sorted((scene.member, other), key=lambda one: one.id)
    earned = [rewarded(replace(scene, member=one), ids.new(NOON)) for one in people]

    await crosses(
        lambda tx: hand_out_units(on_their_way(*earned), tx),
        first=takes(MEMBER, people[-1].id),
        later=takes(REWARDS, [scene.reward.id]),
    )

    async with db.transaction() as tx:
        assert await making.shelf(scene.reward, tx) == (10, 2, 0)


async def test_given_somebody_who_is_owed_when_they_leave_as_it_is_handed_out_then_none_waits(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx, stock=0, code="cup")
        await hand_out_units(on_their_way(rewarded(scene, ids.new(NOON))), tx)

    await crosses(
        lambda tx: hand_out_owed(NOON + 10 * MINUTE, tx),
        first=takes(MEMBER, scene.member.id),
        later=takes(OWED, scene.member.id),
    )

    async with db.transaction() as tx:
        assert await due(scene, tx) == [("cup", "OUT_OF_STOCK")]
