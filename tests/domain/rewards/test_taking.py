"""Taking: units are set aside once, never one too many, and come back whole."""

from collections.abc import Awaitable
from functools import partial
from typing import Any

import pytest

from domain import ledger, outlets, rewards
from domain.members import LabelKind, Member
from domain.partners import Partner
from domain.rewards import Gate, Reward
from domain.rewards.personal import forget, told
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import a_payer
from tests.domain.moments.making import at_once
from tests.domain.outlets.making import an_outlet
from tests.domain.rewards import making
from tests.domain.rewards.making import DAY
from tests.faults import cuts
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

ID = ids.derived(NOON, "redemption")
REWARDS = "SELECT id FROM reward WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE"


async def a_scene(tx: Tx, **said: Any) -> tuple[Partner, Member, Reward]:
    programme = await given.a_programme(tx=tx)
    partner = await a_payer(programme, tx=tx)
    member = await given.a_member(programme, tx=tx)
    return partner, member, await making.live(partner, tx=tx, **said)


async def test_given_each_reason_when_a_unit_is_taken_then_it_is_refused_in_order(tx: Tx) -> None:
    partner, member, cup = await a_scene(tx, stock=2)
    stranger = await a_payer(await given.a_programme(tx=tx), tx=tx)
    here, gone = [await an_outlet(partner, tx=tx) for _ in range(2)]
    foreign = await an_outlet(stranger, tx=tx)
    await outlets.close(gone.id, programme=partner.programme, tx=tx)
    named = frozenset({here.id})
    hidden = await making.a_draft(partner, tx=tx)
    early = await making.live(partner, valid_from=NOON + DAY, tx=tx)
    shelf = await making.live(partner, outlets=named, tiers=frozenset({"Gold"}), tx=tx)
    where = {"programme": partner.programme, "tx": tx}
    await rewards.set_stock(shelf.id, 0, outlet=here.id, **where)
    gold = await making.live(partner, tiers=frozenset({"Gold"}), member_max=1, stock=0, tx=tx)
    once = await making.live(partner, member_max=1, total_max=1, stock=0, tx=tx)
    paused = await making.live(partner, tx=tx)
    await rewards.pause(paused.id, at=NOON, **where)
    await making.takes(member, cup, id=ID, tx=tx)
    beer = await making.live(partner, age_min=18, tx=tx)

    rows: list[tuple[Any, str]] = [
        (take(member, hidden, tx), "NO_SUCH_REWARD"),
        (take(member, cup, tx, id=ID, quantity=2), ledger.KeyReused.code),
        (take(member, beer, tx, id=ID), ledger.KeyReused.code),
        (take(member, paused, tx), "REWARD_NOT_AVAILABLE"),
        (take(member, early, tx, outlet=foreign.id), "REWARD_NOT_AVAILABLE"),
        (take(member, shelf, tx, outlet=foreign.id), "NO_SUCH_OUTLET"),
        (take(member, shelf, tx, outlet=gone.id), "NO_SUCH_OUTLET"),
        (take(member, cup, tx, outlet=gone.id), "NO_SUCH_OUTLET"),
        (take(member, gold, tx), "REWARD_NOT_FOR_YOU"),
        (take(member, gold, tx, free=True), "OUT_OF_STOCK"),
        (take(member, beer, tx, free=True), "REWARD_NOT_FOR_YOU"),
        (take(member, once, tx, quantity=2), "REWARD_LIMIT_REACHED"),
        (take(member, once, tx), "OUT_OF_STOCK"),
        (take(member, cup, tx, quantity=2), "OUT_OF_STOCK"),
        (take(member, cup, tx), "DONE"),
        (take(member, cup, tx), "OUT_OF_STOCK"),
    ]

    for number, (act, expected) in enumerate(rows):
        assert await code(act) == expected, f"row {number}"
    await making.is_called(member, LabelKind.TIER, "Gold", tx)
    assert await code(take(member, shelf, tx)) == "OUTLET_NEEDED"
    assert await code(take(member, shelf, tx, outlet=here.id)) == "OUT_OF_STOCK"
    assert await making.counted(cup, tx) == (2, 0)


async def test_given_an_outlet_that_is_named_no_more_when_a_unit_is_taken_then_none_need_be_named(
    tx: Tx,
) -> None:
    partner, member, _ = await a_scene(tx)
    here, there = [(await an_outlet(partner, tx=tx)).id for _ in range(2)]
    cup = await making.live(partner, outlets=frozenset({here, there}), tx=tx)
    where: dict[str, Any] = {"programme": partner.programme, "partner": partner.id, "tx": tx}
    await rewards.set_stock(cup.id, 0, outlet=there, **where)
    await rewards.pause(cup.id, at=NOON, **where)
    changed = making.terms(outlets=frozenset({here}))
    again = await rewards.edit(cup.id, changed, at=NOON, **where)

    live = await making.go_live(again, tx=tx)

    assert await code(take(member, live, tx)) == "DONE"


async def test_given_limits_when_they_are_reached_then_it_is_said_which(tx: Tx) -> None:
    _, member, cup = await a_scene(tx, member_max=1, total_max=1)
    await making.takes(member, cup, tx=tx)
    await making.takes(member, cup, free=True, tx=tx)

    with pytest.raises(rewards.LimitReached) as refused:
        await making.takes(member, cup, tx=tx)

    assert refused.value.gates == [Gate.MEMBER_LIMIT, Gate.TOTAL_LIMIT]
    assert await making.counted(cup, tx) == (2, 0)


async def test_given_units_when_they_go_each_way_then_each_way_is_gone_once(tx: Tx) -> None:
    partner, member, cup = await a_scene(tx, stock=9, member_max=9, total_max=9)
    where = {"programme": partner.programme, "tx": tx}
    way: dict[str, Any] = {
        name: await making.takes(member, cup, quantity=2, tx=tx) for name in "abcd"
    }

    for _ in range(2):  # again changes nothing
        await rewards.return_unit(way["a"], **where)
        await rewards.settle_unit(way["b"], **where)
        await rewards.settle_unit(way["c"], **where)
        await rewards.settle_unit(way["d"], **where)
    before = await making.counted(cup, tx)
    for _ in range(2):
        await rewards.return_unit(way["c"], **where)
        await rewards.return_unit(way["d"], restock=False, **where)
        await rewards.settle_unit(way["a"], **where)
    after = await making.counted(cup, tx)

    now = await rewards.get(cup.id, **where)
    assert (before, after, now.left) == ((0, 6), (0, 4), 5)


async def test_given_a_unit_that_was_taken_when_it_is_asked_for_again_then_no_more_is_taken(
    tx: Tx,
) -> None:
    partner, member, cup = await a_scene(tx, stock=1)
    first = await rewards.take_unit(cup.id, id=ID, member=member, at=NOON, tx=tx)
    where = {"programme": partner.programme, "tx": tx}
    await rewards.reprice(cup.id, price=500, at=NOON, **where)
    await rewards.pause(cup.id, at=NOON, **where)

    again = await rewards.take_unit(cup.id, id=ID, member=member, at=NOON + DAY, tx=tx)

    assert (first.version, first.terms.price, again.id) == (1, 100, first.id)
    assert await making.counted(cup, tx) == (1, 0)


async def test_given_reserved_units_when_the_stock_changes_then_only_up_or_down_to_them(
    tx: Tx,
) -> None:
    partner, member, cup = await a_scene(tx, stock=5)
    await making.takes(member, cup, quantity=3, tx=tx)
    where = {"partner": partner.id, "programme": partner.programme, "tx": tx}

    with pytest.raises(rewards.BadStock) as refused:
        await rewards.set_stock(cup.id, 2, **where)
    least = await rewards.set_stock(cup.id, 3, **where)
    more = await rewards.set_stock(cup.id, 50, **where)
    endless = await rewards.set_stock(cup.id, None, **where)

    assert (refused.value.least, least.left, more.left, endless.left) == (3, 0, 47, None)


async def test_given_a_member_who_took_when_they_ask_and_go_then_it_is_told_and_blurred(
    tx: Tx,
) -> None:
    partner, member, cup = await a_scene(tx)
    shop = await an_outlet(partner, tx=tx)
    await making.takes(member, cup, outlet=shop.id, tx=tx)
    who = {"programme": partner.programme, "tx": tx}

    before = (await told(member.id, **who))["reward_take"]
    await forget(member.id, at=NOON, **who)
    after = (await told(member.id, **who))["reward_take"]

    assert [(one["reward"], one["outlet"], one["quantity"]) for one in before] == [
        ("Cup", "Corner shop", 1)
    ]
    assert (before[0]["taken_at"], after[0]["taken_at"]) == (NOON, NOON.replace(hour=0))
    assert await making.counted(cup, tx) == (1, 0)


@pytest.mark.parametrize("short", ["stock", "outlet", "total"])
async def test_given_few_left_when_many_ask_at_once_then_never_one_too_many_is_had(
    short: str, database: None
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        partner = await a_payer(programme, tx=tx)
        shop = await an_outlet(partner, tx=tx)
        limit = {"total_max": 3} if short == "total" else {}
        cup = await making.live(partner, outlets=frozenset({shop.id}), tx=tx, **limit)
        where = {"programme": programme.id, "tx": tx}
        if short != "total":
            at_shop = shop.id if short == "outlet" else None
            await rewards.set_stock(cup.id, 3, outlet=at_shop, **where)
        people = [await given.a_member(programme, tx=tx) for _ in range(8)]

    async def ask(member: Member) -> str:
        try:
            async with db.transaction() as tx:
                await making.takes(member, cup, outlet=shop.id, tx=tx)
        except Refused as refused:
            return refused.code
        return "DONE"

    said = await at_once([partial(ask, one) for one in people], REWARDS, [cup.id])

    late = "REWARD_LIMIT_REACHED" if short == "total" else "OUT_OF_STOCK"
    assert sorted(said) == sorted(["DONE"] * 3 + [late] * 5)
    async with db.transaction() as tx:
        assert await making.counted(cup, tx) == (3, 0)


async def test_given_one_member_when_they_ask_twice_at_once_then_their_limit_holds(
    database: None,
) -> None:
    async with db.transaction() as tx:
        _, member, cup = await a_scene(tx, member_max=1)

    async def ask() -> str:
        try:
            async with db.transaction() as tx:
                await making.takes(member, cup, tx=tx)
        except Refused as refused:
            return refused.code
        return "DONE"

    said = await at_once([ask] * 4, REWARDS, [cup.id])

    assert sorted(said) == ["DONE"] + ["REWARD_LIMIT_REACHED"] * 3
    async with db.transaction() as tx:
        assert await making.counted(cup, tx) == (1, 0)


async def test_given_the_last_unit_when_it_is_settled_and_returned_at_once_then_sums_agree(
    database: None,
) -> None:
    async with db.transaction() as tx:
        _, member, cup = await a_scene(tx, stock=1)
        took = await making.takes(member, cup, tx=tx)

    async def settle() -> None:
        async with db.transaction() as tx:
            await rewards.settle_unit(took, programme=cup.programme, tx=tx)

    async def give_back() -> None:
        async with db.transaction() as tx:
            await rewards.return_unit(took, programme=cup.programme, tx=tx)

    await at_once([settle, give_back, settle, give_back], REWARDS, [cup.id])

    async with db.transaction() as tx:
        assert await making.counted(cup, tx) == (0, 0)


async def a_take(tx: Tx) -> cuts.Act:
    _, member, cup = await a_scene(tx, stock=3, total_max=3, member_max=3)
    return lambda tx: making.takes(member, cup, tx=tx)


async def a_settling(tx: Tx) -> cuts.Act:
    _, member, cup = await a_scene(tx, stock=3)
    took = await making.takes(member, cup, tx=tx)
    return lambda tx: rewards.settle_unit(took, programme=cup.programme, tx=tx)


async def a_return(tx: Tx) -> cuts.Act:
    _, member, cup = await a_scene(tx, stock=3)
    took = await making.takes(member, cup, tx=tx)
    return lambda tx: rewards.return_unit(took, programme=cup.programme, tx=tx)


@pytest.mark.parametrize("scene", [a_take, a_settling, a_return])
async def test_given_a_session_that_dies_at_each_statement_then_all_or_nothing_is_there(
    scene: Any, postgres: Postgres
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            act = await scene(tx)

        await cuts.at_every_statement(url, act)


async def take(member: Member, reward: Reward, tx: Tx, **said: Any) -> None:
    await making.takes(member, reward, tx=tx, **said)


async def code(act: Awaitable[object]) -> str:
    try:
        await act
    except Refused as refused:
        return refused.code
    return "DONE"
