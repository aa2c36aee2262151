"""Buying at once and cut off: what locks and transactions are for."""

from domain import ledger, streaks
from domain.streaks import Milestone, Purchase
from infra import db, ids
from tests.domain.streaks.streaking import (
    DAY,
    NOON,
    a_streak,
    buy,
    count,
    has,
    now,
    repair,
    run_on,
    runs,
)
from tests.domain.transfers.test_policies_at_once import at_once
from tests.support import cutting, databases
from tests.support.servers import Postgres

SOLD = {"freezes_max": 3, "freeze_price": 10, "repair_price": 25, "repair_periods": 3}


async def test_given_room_for_three_when_thirty_freezes_are_bought_at_once_then_three_are(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, streak = await a_streak(tx, holding=1_000, **SOLD)

    answers = await at_once(*[lambda tx: buy(ada, streak, tx, points=10)] * 30)

    assert sum(isinstance(one, Purchase) for one in answers) == 3
    assert sum(isinstance(one, streaks.FreezesFull) for one in answers) == 27
    async with db.transaction() as tx:
        assert (await has(ada, tx), (await now(ada, streak, tx)).freezes) == (970, 3)


async def test_given_one_break_when_it_is_repaired_by_many_keys_at_once_then_it_is_paid_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, streak = await a_streak(tx, holding=1_000, **SOLD)
        await runs(ada, tx, -3, -2)

    answers = await at_once(*[lambda tx: repair(ada, streak, tx, points=25)] * 20)

    assert sum(isinstance(one, Purchase) for one in answers) == 1
    assert sum(isinstance(one, streaks.NothingToRepair) for one in answers) == 19
    async with db.transaction() as tx:
        assert (await has(ada, tx), (await now(ada, streak, tx)).length) == (975, 2)


async def test_given_points_for_two_when_freezes_are_bought_for_two_streaks_then_none_is_owed(
    database: None,
) -> None:
    async with db.transaction() as tx:
        ada, streak = await a_streak(tx, holding=25, **SOLD)
        other = await streaks.define(
            streaks.Draft(name="Two", cadence=streak.cadence, terms=streak.versions[0].terms),
            programme=ada.programme,
            id=ids.new(NOON),
            at=NOON,
            tx=tx,
        )

    one, two = (lambda tx, s=s: buy(ada, s, tx, points=10) for s in (streak, other))
    answers = await at_once(*[one, two] * 3)

    assert sum(isinstance(one, Purchase) for one in answers) == 2
    assert sum(isinstance(one, ledger.InsufficientPoints) for one in answers) == 4


async def test_given_a_purchase_that_is_cut_off_when_done_again_then_it_is_paid_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            ada, streak = await a_streak(tx, holding=100, milestones=(Milestone(2, 7),), **SOLD)
            await runs(ada, tx, -3, -2)
        freeze_id, repair_id = ids.new(NOON), ids.new(NOON)
        acts = (
            lambda tx: buy(ada, streak, tx, points=10, id=freeze_id),
            lambda tx: repair(ada, streak, tx, points=25, id=repair_id),
        )
        for act in acts:
            await cutting.before_commit(url, act)
        async with db.transaction() as tx:
            there = await now(ada, streak, tx)
            assert (await has(ada, tx), there.freezes, there.length) == (107, 0, 0)

        for act in (*acts, *acts):
            async with db.transaction() as tx:
                await act(tx)

        async with db.transaction() as tx:
            there = await now(ada, streak, tx)
            assert (await has(ada, tx), there.freezes, there.length) == (72, 1, 2)


async def test_given_a_milestone_whose_payment_is_cut_off_when_counted_again_then_it_is_paid_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            ada, streak = await a_streak(tx, milestones=(Milestone(2, 7),))
            await runs(ada, tx, -2)
        second = run_on(ada, -1)

        await cutting.before_commit(url, lambda tx: count(tx, second))

        async with db.transaction() as tx:
            before = await now(ada, streak, tx, at=NOON - DAY)
            assert (await has(ada, tx), before.length) == (0, 1)
            await count(tx, second)
        async with db.transaction() as tx:
            assert (await has(ada, tx), (await now(ada, streak, tx)).length) == (7, 2)
