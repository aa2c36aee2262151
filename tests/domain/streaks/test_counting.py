"""What activities make of a streak, in whatever order they come."""

from datetime import timedelta

from domain import streaks
from domain.activities import Type
from domain.metrics import Filter, Metric
from domain.streaks import Cadence, Lapse, Today
from infra.db import Tx
from tests.domain.streaks.streaking import (
    DAY,
    HOUR,
    NOON,
    a_streak,
    calendar,
    count,
    now,
    rolled,
    run_on,
    runs,
    told,
    withdraw,
)


async def test_given_days_in_a_row_when_counted_then_each_makes_it_longer_and_is_told(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx)

    await runs(ada, tx, -3, -2, -1)

    there = await now(ada, streak, tx)
    assert (there.length, there.best, there.state) == (3, 3, Today.DUE)
    assert there.since == there.today - 3 * DAY
    assert there.due_by == NOON + 12 * HOUR
    assert calendar(there, 5) == "MKKKO"
    assert [event.length for event in told(tx, streaks.Extended)] == [1, 2, 3]
    await runs(ada, tx, 0)
    kept = await now(ada, streak, tx)
    assert (kept.length, kept.state, kept.due_by) == (4, Today.SAFE, NOON + 36 * HOUR)


async def test_given_a_missed_day_when_it_is_over_then_the_streak_is_broken_and_told_once(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx)
    await runs(ada, tx, -3, -2)

    await rolled(tx, NOON)
    await rolled(tx, NOON)

    (broken,) = told(tx, streaks.Broken)
    assert (broken.before, broken.after, broken.period) == (2, 0, NOON.date() - DAY)
    assert (broken.subject, broken.object) == (ada.id, streak.id)
    there = await now(ada, streak, tx)
    assert (there.length, there.best, there.state, there.due_by) == (0, 2, Today.NONE, None)
    assert calendar(there, 4) == "KKMO"


async def test_given_a_broken_streak_when_what_fills_the_gap_comes_late_then_it_is_as_it_would_be(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx)
    await runs(ada, tx, -5, -4, -2, -1)
    await rolled(tx, NOON)
    assert (await now(ada, streak, tx)).length == 2

    await count(tx, run_on(ada, -3))

    there = await now(ada, streak, tx)
    assert (there.length, there.best, calendar(there, 6)) == (5, 5, "KKKKKO")


async def test_given_a_day_that_is_deleted_when_counted_then_it_was_never_kept(tx: Tx) -> None:
    ada, streak = await a_streak(tx)
    middle = (await runs(ada, tx, -3, -2, -1))[1]

    await withdraw(tx, middle)

    there = await now(ada, streak, tx)
    assert (there.length, there.best, calendar(there, 4)) == (1, 1, "KMKO")


async def test_given_two_runs_a_day_when_one_is_deleted_then_the_other_keeps_the_day(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx)
    first, _ = await runs(ada, tx, -1, -1)

    await withdraw(tx, first)

    assert (await now(ada, streak, tx)).length == 1


async def test_given_a_minimum_a_day_when_two_together_reach_it_then_the_day_is_kept(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(
        tx, metric=Metric.DISTANCE, minimum=8_000, filter=Filter(types=frozenset({Type.RUN}))
    )

    await runs(ada, tx, 0, distance_m=5_000)
    short = (await now(ada, streak, tx)).length
    await runs(ada, tx, 0, distance_m=5_000, type=Type.RIDE)
    other = (await now(ada, streak, tx)).length
    await runs(ada, tx, 0, distance_m=3_000)

    assert (short, other, (await now(ada, streak, tx)).length) == (0, 0, 1)


async def test_given_three_days_a_week_when_they_are_there_then_the_week_is_kept(tx: Tx) -> None:
    ada, streak = await a_streak(tx, cadence=Cadence.WEEKLY, metric=Metric.DAYS, minimum=3)
    monday = -NOON.date().weekday()

    await runs(ada, tx, monday - 7, monday - 7, monday - 5)
    two = (await now(ada, streak, tx)).length
    await runs(ada, tx, monday - 1)

    there = await now(ada, streak, tx)
    assert (two, there.length, there.since) == (0, 1, NOON.date() + (monday - 7) * DAY)
    assert there.due_by == NOON + (monday + 7) * DAY - 12 * HOUR


async def test_given_different_partners_when_counted_then_each_counts_once(tx: Tx) -> None:
    ada, streak = await a_streak(tx, metric=Metric.PARTNERS, minimum=2)

    await runs(ada, tx, 0, 0, source="partner:gym")
    await runs(ada, tx, 0)
    one = (await now(ada, streak, tx)).length
    await runs(ada, tx, 0, source="partner:bakery")

    assert (one, (await now(ada, streak, tx)).length) == (0, 1)


async def test_given_grace_when_she_runs_after_midnight_then_it_saves_the_day_before(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, grace_hours=3)
    await runs(ada, tx, -3, -2)
    night = NOON.replace(hour=1)
    assert (await now(ada, streak, tx, at=night)).state is Today.AT_RISK
    assert (await now(ada, streak, tx, at=night)).due_by == night + 2 * HOUR

    await runs(ada, tx, 0, minute=70)

    saved = await now(ada, streak, tx)
    assert (saved.length, saved.state, calendar(saved, 4)) == (3, Today.DUE, "KKKO")
    # It was needed for the day before, so today wants one of its own.
    await runs(ada, tx, 0)
    assert (await now(ada, streak, tx)).length == 4


async def test_given_grace_when_nothing_needs_it_then_a_run_after_midnight_is_for_its_own_day(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, grace_hours=3)

    await runs(ada, tx, -1, minute=70)
    await runs(ada, tx, 0, minute=70)

    there = await now(ada, streak, tx)
    assert (there.length, calendar(there, 3)) == (2, "MKK")


async def test_given_grace_when_what_was_missed_comes_in_later_then_the_night_is_its_own_again(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, grace_hours=3)
    await runs(ada, tx, -2)
    await runs(ada, tx, 0, minute=70)
    assert (await now(ada, streak, tx)).state is Today.DUE

    await runs(ada, tx, -1)

    there = await now(ada, streak, tx)
    assert (there.length, there.state) == (3, Today.SAFE)


async def test_given_decay_when_days_are_missed_then_each_takes_its_part(tx: Tx) -> None:
    ada, share = await a_streak(tx, lapse=Lapse.SHARE, lapse_size=30)
    eve, steps = await a_streak(tx, lapse=Lapse.STEPS, lapse_size=2)
    for member in (ada, eve):
        await runs(member, tx, *range(-12, -2))

    await rolled(tx, NOON)

    # 10 less 3 is 7, less 2.1, rounded up, is 4; and 10 less 2 less 2 is 6.
    there, fewer = await now(ada, share, tx), await now(eve, steps, tx)
    assert (there.length, there.best, there.state) == (4, 10, Today.DUE)
    assert (fewer.length, fewer.best) == (6, 10)
    taken = [(event.before, event.after) for event in told(tx, streaks.Broken)]
    assert sorted(taken) == [(7, 4), (8, 6), (10, 7), (10, 8)]


async def test_given_somebody_in_another_zone_when_their_day_is_over_then_by_their_clock(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx, zone="Asia/Tokyo")
    await runs(ada, tx, -2, -1)

    early, late = NOON + 3 * HOUR - timedelta(seconds=1), NOON + 3 * HOUR

    assert (await now(ada, streak, tx, at=early)).state is Today.DUE
    await rolled(tx, early)
    assert not told(tx, streaks.Broken)
    await rolled(tx, late)
    assert told(tx, streaks.Broken)


async def test_given_a_streak_of_another_programme_when_counted_then_it_is_left_alone(
    tx: Tx,
) -> None:
    ada, streak = await a_streak(tx)
    eve, other = await a_streak(tx)

    await runs(eve, tx, 0)

    assert (await now(ada, streak, tx)).length == 0
    assert (await now(eve, other, tx)).length == 1
