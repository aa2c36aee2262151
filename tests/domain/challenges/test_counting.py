"""What members do is counted, completed, paid, and taken back, in whatever order it is known."""

from datetime import timedelta

from domain import challenges
from domain.challenges import Milestone, Part, Pay, Reward
from infra.db import Tx
from tests.domain.challenges.making import DAY, TODAY, a_payer, has, live, now
from tests.domain.challenges.playing import (
    correct,
    delete,
    given_to,
    join,
    run,
    standing,
    wallet,
)
from tests.support import given


async def test_given_a_challenge_when_joined_and_run_then_completed_and_paid_from_its_escrow(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx, expiry_months=6)
    one = await live(await a_payer(club, tx=tx), tx, from_joining=False)
    ada = await given.a_member(club, tx=tx)

    joined = await join(one, ada, tx)
    first = await run(ada, tx, distance_m=3_000)
    half = await standing(one, ada, tx)
    second = await run(ada, tx, distance_m=2_500)
    whole = await standing(one, ada, tx)

    assert (joined.state, joined.targets, joined.percent) == (Part.JOINED, (5_000,), 0)
    assert (half.state, half.reached, half.percent) == (Part.ACTIVE, (3_000,), 60)
    assert (whole.state, whole.reached, whole.percent) == (Part.COMPLETED, (5_500,), 100)
    assert whole.completed_at == second.ended_at
    assert ((await wallet(ada, tx)).available, await has(one, tx)) == (100, 900)
    assert (await now(one, tx)).spent == 100
    told = [type(event).__name__ for event in tx.staged if event.subject == ada.id]
    assert told[-4:] == ["Joined", "Activated", "Rewarded", "Completed"]
    steps = await challenges.contributions(
        one.id, member=ada.id, programme=club.id, limit=10, tx=tx
    )
    assert {(step.activity, step.worth) for step in steps} == {
        (first.activity, (3_000,)),
        (second.activity, (2_500,)),
    }


async def test_given_a_completion_when_its_activity_is_deleted_then_rolled_back_and_repaid_once(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, from_joining=False)
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    done = await run(ada, tx, distance_m=6_000)

    await delete(done, tx)
    undone = await standing(one, ada, tx)
    left = (await wallet(ada, tx)).available, await has(one, tx)
    again = await run(ada, tx, distance_m=5_000)

    assert (undone.state, undone.reached, undone.percent) == (Part.ACTIVE, (0,), 0)
    assert left == (0, 1_000)
    rewards = await given_to(one, ada.id, tx)
    assert [(r.turn, r.state, r.points, r.returned) for r in rewards] == [
        (1, Pay.RETURNED, 100, 100),
        (2, Pay.PAID, 100, 0),
    ]
    assert ((await wallet(ada, tx)).available, await has(one, tx)) == (100, 900)
    steps = await challenges.contributions(
        one.id, member=ada.id, programme=club.id, limit=10, tx=tx
    )
    assert {(step.activity, step.counts) for step in steps} == {
        (done.activity, False),
        (again.activity, True),
    }


async def test_given_milestones_when_passed_and_lost_by_a_correction_then_each_is_paid_and_taken(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    parts = (Milestone(10, Reward(points=5)), Milestone(60, Reward(points=7)))
    one = await live(await a_payer(club, tx=tx), tx, from_joining=False, milestones=parts)
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)

    done = await run(ada, tx, distance_m=4_000)
    passed = (await wallet(ada, tx)).available
    await correct(done, tx, distance_m=900)

    assert (passed, (await wallet(ada, tx)).available) == (12, 5)
    assert (await standing(one, ada, tx)).milestones == (10,)


async def test_given_joining_counts_from_then_when_run_before_and_after_then_only_after_counts(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx)
    ada = await given.a_member(club, tx=tx)
    before = given.NOON - timedelta(hours=1)

    await join(one, ada, tx)
    await run(ada, tx, started_at=before)
    late = await standing(one, ada, tx)
    await run(ada, tx, started_at=given.NOON, distance_m=1_000)

    assert late.reached == (0,)
    assert (await standing(one, ada, tx)).reached == (1_000,)


async def test_given_weeks_when_run_in_two_then_each_is_a_round_of_its_own(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(
        await a_payer(club, tx=tx),
        tx,
        from_joining=False,
        span=challenges.Span.WEEK,
        first_day=TODAY,
        last_day=TODAY + 20 * DAY,
    )
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    later = TODAY + 7 * DAY

    await run(ada, tx)
    await run(ada, tx, day=later, at=given.NOON + 7 * DAY)

    assert [r.round for r in await given_to(one, ada.id, tx)] == [1, 2]
    assert (await standing(one, ada, tx, at=given.NOON + 7 * DAY)).round == 2
    assert (await wallet(ada, tx)).available == 200


async def test_given_a_completion_when_an_earlier_one_comes_late_then_it_was_complete_earlier(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, from_joining=False)
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)

    await run(ada, tx, minute=600)
    late = await run(ada, tx, minute=300)
    after = await run(ada, tx, minute=700, distance_m=500)

    whole = await standing(one, ada, tx)
    assert (whole.completed_at, whole.reached) == (late.ended_at, (10_500,))
    places = await challenges.standings(one.id, programme=club.id, limit=1, tx=tx)
    assert places[0].reached_at == after.ended_at
    assert (await wallet(ada, tx)).available == 100
