"""Ordering: one row for each device that is to be told, however often it is ordered."""

from datetime import timedelta

import pytest

from domain import devices, push
from domain.devices import DeviceKind
from domain.push import Kind, Lane, Tally
from domain.windows import Channel
from infra.db import Tx
from tests.domain.push.scenes import a_device, an_order, ordered, taken, waiting
from tests.support import given
from tests.support.given import NOON


async def test_given_a_phone_and_a_watch_when_ordered_twice_then_each_is_told_once(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    phone = await a_device(ada, tx=tx)
    watch = await a_device(ada, kind=DeviceKind.WATCH, tx=tx)
    order = an_order(ada)

    await ordered(ada, order, tx=tx)
    await ordered(ada, order, tx=tx)

    rows = await waiting(tx)
    assert {row["device"] for row in rows} == {phone.id, watch.id}
    assert {row["id"] for row in rows} == {order.id}


async def test_given_a_push_that_went_when_its_event_is_told_again_then_nothing_waits(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    order = an_order(ada)
    await ordered(ada, order, tx=tx)
    await tx.run("DELETE FROM push_waiting")

    await a_device(ada, tx=tx)
    await ordered(ada, order, tx=tx)

    assert await waiting(tx) == []


async def test_given_only_one_channel_when_ordered_then_only_that_kind_of_device_is_told(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    watch = await a_device(ada, kind=DeviceKind.WATCH, tx=tx)
    await a_device(ada, kind=DeviceKind.TV, tx=tx)

    await ordered(ada, an_order(ada, channels=frozenset({Channel.WATCH})), tx=tx)

    assert [row["device"] for row in await waiting(tx)] == [watch.id]


async def test_given_no_way_to_firebase_when_ordered_then_nothing_is_kept(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)

    with push.switched(False):
        await push.order([an_order(ada)], programme=ada.programme, at=NOON, tx=tx)

    assert await waiting(tx) == []


@pytest.mark.parametrize(
    "said",
    [
        {"expires_at": NOON},
        {"send_at": NOON + timedelta(hours=2), "expires_at": NOON + timedelta(hours=1)},
    ],
    ids=["over", "over before it may go"],
)
async def test_given_what_is_over_when_ordered_then_nothing_waits(said, tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)

    await ordered(ada, an_order(ada, **said), tx=tx)

    assert await waiting(tx) == []


async def test_given_the_end_of_quiet_hours_when_ordered_then_it_is_due_then(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    morning = NOON + timedelta(hours=8)

    await ordered(ada, an_order(ada, send_at=morning), tx=tx)

    assert await taken(at=morning - timedelta(seconds=1), tx=tx) == []
    assert len(await taken(at=morning, tx=tx)) == 1


async def test_given_pushes_that_collapse_when_ordered_then_the_newest_waits(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    orders = [an_order(ada, collapse="board-7") for _ in range(3)]
    other = an_order(ada, collapse="board-8")

    await ordered(ada, *orders[:2], other, tx=tx)
    await ordered(ada, orders[2], tx=tx)
    await ordered(ada, an_order(ada, id=orders[0].id, collapse="board-7"), tx=tx)

    assert [row["id"] for row in await waiting(tx)] == sorted([other.id, orders[2].id])


async def test_given_news_when_a_device_was_silent_for_a_month_then_it_is_left_out(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, at=NOON - timedelta(days=31), tx=tx)
    fresh = await a_device(ada, at=NOON - timedelta(days=29), tx=tx)
    news = an_order(ada, kind=Kind.NEWS, title="New", body="Shoes", label="bc.1")

    await ordered(ada, news, an_order(ada), tx=tx)

    assert [due.target.id for due in await taken(Lane.MANY, tx=tx)] == [fresh.id]
    assert len(await taken(Lane.ONE, tx=tx)) == 2
    assert await push.tally(["bc.1", "none"], programme=ada.programme, tx=tx) == {
        "bc.1": Tally(ordered=1),
        "none": Tally(),
    }


async def test_given_a_held_label_when_ordered_then_it_waits_until_it_is_released(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    await ordered(ada, an_order(ada, label="bc.1"), tx=tx)

    await push.hold("bc.1", programme=ada.programme, at=NOON, tx=tx)
    await ordered(ada, an_order(ada, label="bc.1"), tx=tx)
    resumed = await push.resume(programme=ada.programme, at=NOON, tx=tx)
    held = await taken(tx=tx)
    await push.release("bc.1", programme=ada.programme, tx=tx)

    assert (resumed, held) == (0, [])
    assert len(await taken(tx=tx)) == 2


async def test_given_a_dropped_label_when_taken_then_nothing_of_it_goes(tx: Tx) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await a_device(ada, tx=tx)
    await ordered(ada, an_order(ada, label="bc.1"), an_order(ada), tx=tx)

    dropped = await push.drop("bc.1", programme=ada.programme, tx=tx)

    assert dropped == 1
    assert len(await taken(tx=tx)) == 1


async def test_given_a_member_who_is_erased_then_nothing_waits_for_them(tx: Tx) -> None:
    from domain.push import personal

    ada, bob = await given.two_friends(tx=tx)
    for member in (ada, bob):
        await a_device(member, tx=tx)
        await ordered(member, an_order(member), tx=tx)
    told = await personal.told(ada.id, programme=ada.programme, tx=tx)

    await personal.forget(ada.id, programme=ada.programme, at=NOON, tx=tx)

    assert [row["content"]["args"] for row in told["push_order"]] == [["Ada", "20 points"]]
    assert [due.target.member for due in await taken(tx=tx)] == [bob.id]


async def test_given_a_phone_that_moved_to_another_member_when_taken_then_nobody_is_told(
    tx: Tx,
) -> None:
    ada, bob = await given.two_friends(tx=tx)
    phone = await a_device(ada, tx=tx)
    await ordered(ada, an_order(ada, label="bc.2"), tx=tx)

    await a_device(bob, installation=phone.about.installation, tx=tx)

    assert await taken(tx=tx) == []
    tallies = await push.tally(["bc.2"], programme=ada.programme, tx=tx)
    assert tallies["bc.2"].gone == 1
    assert await devices.targets([bob.id], programme=bob.programme, at=NOON, tx=tx)
