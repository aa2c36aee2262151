"""Milestones: what a length gives, and that it goes where it never was."""

from domain import ledger, streaks
from domain.ledger import ReturnPolicy
from domain.members import Member
from domain.streaks import Milestone
from infra import ids
from infra.db import Tx
from tests.domain.streaks.streaking import (
    NOON,
    a_streak,
    count,
    has,
    rolled,
    run_on,
    runs,
    told,
    withdraw,
)

THREE = (Milestone(3, points=50),)


async def test_given_a_milestone_when_reached_then_its_points_are_there_once(tx: Tx) -> None:
    ada, streak = await a_streak(tx, milestones=THREE)

    await runs(ada, tx, -3, -2, -1, 0)

    assert await has(ada, tx) == 50
    (reached,) = told(tx, streaks.MilestoneReached)
    assert (reached.subject, reached.object, reached.length) == (ada.id, streak.id, 3)
    assert (reached.points, reached.badge) == (50, None)


async def test_given_a_milestone_when_a_day_of_it_is_deleted_then_its_points_go_back(
    tx: Tx,
) -> None:
    ada, _ = await a_streak(tx, milestones=THREE)
    first, *_ = await runs(ada, tx, -3, -2, -1)

    await withdraw(tx, first)

    assert await has(ada, tx) == 0
    (undone,) = told(tx, streaks.MilestoneUndone)
    assert (undone.length, undone.points, undone.returned) == (3, 50, 50)


async def test_given_a_milestone_that_was_undone_when_reached_again_then_it_gives_again(
    tx: Tx,
) -> None:
    ada, _ = await a_streak(tx, milestones=THREE)
    first, *_ = await runs(ada, tx, -3, -2, -1)

    await withdraw(tx, first)
    await count(tx, run_on(ada, -3))

    assert await has(ada, tx) == 50
    assert [event.points for event in told(tx, streaks.MilestoneReached)] == [50, 50]


async def _spend(points: int, ada: Member, tx: Tx) -> None:
    item = ledger.spend(points, account=ada.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(item, book=ada.book, at=NOON, tx=tx))


async def test_given_points_that_were_spent_when_undone_and_reached_again_then_nobody_is_paid_twice(
    tx: Tx,
) -> None:
    for policy, left, again in (
        (ReturnPolicy.WITHIN_BALANCE, 0, 20),
        (ReturnPolicy.ONLY_PENDING, 20, 20),
        (ReturnPolicy.NEGATIVE_ALLOWED, 0, 20),
    ):
        ada, _ = await a_streak(tx, returns=policy, milestones=THREE)
        first, *_ = await runs(ada, tx, -3, -2, -1)
        await _spend(30, ada, tx)

        await withdraw(tx, first)
        after = await has(ada, tx)
        await count(tx, run_on(ada, -3))

        assert (policy, after, await has(ada, tx)) == (policy, left, again)


async def test_given_a_milestone_for_ever_when_the_streak_begins_anew_then_it_is_not_given_again(
    tx: Tx,
) -> None:
    ada, _ = await a_streak(tx, milestones=(Milestone(2, points=10),))

    await runs(ada, tx, -6, -5, -3, -2)
    await rolled(tx, NOON)

    assert await has(ada, tx) == 10


async def test_given_a_milestone_each_time_when_the_streak_begins_anew_then_it_is_given_again(
    tx: Tx,
) -> None:
    ada, _ = await a_streak(tx, milestones=(Milestone(2, points=10, again=True),))

    await runs(ada, tx, -6, -5, -3, -2)
    twice = await has(ada, tx)
    # One streak of five, that reached it once.
    await count(tx, run_on(ada, -4))

    assert (twice, await has(ada, tx)) == (20, 10)


async def test_given_a_backlog_of_weeks_when_counted_at_once_then_all_is_paid(tx: Tx) -> None:
    ada, _ = await a_streak(tx, milestones=(Milestone(2, points=10), Milestone(20, points=90)))

    await count(tx, *(run_on(ada, day) for day in range(-21, 0)))

    assert await has(ada, tx) == 100
    assert [event.length for event in told(tx, streaks.MilestoneReached)] == [2, 20]
