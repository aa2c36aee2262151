"""Freezes: earned, bought, used by themselves, and given back where they were not needed."""

from domain import streaks
from domain.streaks import Today
from infra.db import Tx
from tests.domain.streaks.streaking import (
    DAY,
    NOON,
    a_streak,
    buy,
    calendar,
    count,
    has,
    now,
    rolled,
    run_on,
    runs,
    told,
    withdraw,
)


async def test_given_days_enough_when_kept_then_freezes_are_earned_up_to_the_most(tx: Tx) -> None:
    ada, streak = await a_streak(tx, freezes_max=2, freeze_every=3)

    counts = []
    for day in range(-9, 0):
        await runs(ada, tx, day)
        there = await now(ada, streak, tx, at=NOON + (day) * DAY)
        counts.append((there.freezes, there.earned_in))

    assert counts[:4] == [(0, 2), (0, 1), (1, 3), (1, 2)]
    assert counts[5:] == [(2, None)] * 4


async def test_given_a_freeze_when_a_day_is_missed_then_it_stands_in_and_is_told(tx: Tx) -> None:
    ada, streak = await a_streak(tx, freezes_max=1, freeze_every=3)
    await runs(ada, tx, -4, -3, -2)

    await rolled(tx, NOON)

    there = await now(ada, streak, tx)
    assert (there.length, there.freezes, there.state) == (3, 0, Today.FROZEN)
    assert calendar(there, 5) == "KKKFO"
    (frozen,) = told(tx, streaks.Frozen)
    assert (frozen.period, frozen.left) == (NOON.date() - DAY, 0)
    await rolled(tx, NOON + DAY)
    assert (await now(ada, streak, tx, at=NOON + DAY)).length == 0


async def test_given_a_freeze_that_was_used_when_the_day_turns_out_kept_then_it_is_hers_again(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, freezes_max=1, freeze_every=3)
    await runs(ada, tx, -4, -3, -2)
    await rolled(tx, NOON)
    assert (await now(ada, streak, tx)).freezes == 0

    await count(tx, run_on(ada, -1))

    there = await now(ada, streak, tx)
    assert (there.length, there.freezes, calendar(there, 5)) == (4, 1, "KKKKO")


async def test_given_two_misses_and_a_freeze_when_the_first_turns_out_kept_then_it_is_used_later(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, freezes_max=1, freeze_every=3)
    await runs(ada, tx, -6, -5, -4, -2)
    await rolled(tx, NOON)
    before = await now(ada, streak, tx)
    assert (before.length, calendar(before, 7)) == (0, "KKKFKMO")

    await count(tx, run_on(ada, -3))

    there = await now(ada, streak, tx)
    assert (there.length, there.freezes, calendar(there, 7)) == (5, 0, "KKKKKFO")


async def test_given_a_freeze_earned_by_a_day_that_is_deleted_when_counted_then_it_never_was(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, freezes_max=1, freeze_every=3)
    first, *_ = await runs(ada, tx, -4, -3, -2)
    await rolled(tx, NOON)

    await withdraw(tx, first)

    there = await now(ada, streak, tx)
    assert (there.length, there.freezes, calendar(there, 5)) == (0, 0, "MKKMO")


async def test_given_a_bought_freeze_when_a_day_is_missed_then_it_stands_in_after_earned_ones(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, holding=100, freezes_max=2, freeze_every=3, freeze_price=40)
    await runs(ada, tx, -5, -4, -3)
    await buy(ada, streak, tx, points=40, at=NOON - 3 * DAY)
    assert (await now(ada, streak, tx, at=NOON - 3 * DAY)).freezes == 2

    await rolled(tx, NOON)

    there = await now(ada, streak, tx)
    assert (there.length, there.freezes, calendar(there, 6)) == (3, 0, "KKKFFO")
    assert await has(ada, tx) == 60


async def test_given_a_freeze_bought_after_a_miss_when_it_is_over_then_it_does_not_reach_back(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, holding=100, freezes_max=2, freeze_price=40)
    await runs(ada, tx, -3, -2)

    await buy(ada, streak, tx, points=40)

    there = await now(ada, streak, tx)
    assert (there.length, there.freezes) == (0, 1)


async def test_given_a_freeze_bought_within_the_grace_when_nothing_comes_then_it_saves_the_day(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, holding=100, freezes_max=2, freeze_price=40, grace_hours=14)
    await runs(ada, tx, -3, -2)

    await buy(ada, streak, tx, points=40)
    await rolled(tx, NOON + DAY / 8)

    there = await now(ada, streak, tx, at=NOON + DAY / 8)
    assert (there.length, there.freezes, there.state) == (2, 0, Today.FROZEN)


async def test_given_nothing_to_lose_when_days_pass_then_no_freeze_is_used(tx: Tx) -> None:
    ada, streak = await a_streak(tx, holding=100, freezes_max=2, freeze_price=40)
    await buy(ada, streak, tx, points=40, at=NOON - 5 * DAY)

    await rolled(tx, NOON)

    assert (await now(ada, streak, tx)).freezes == 1
