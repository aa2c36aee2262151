"""What is decided at the cut-off, and what all do together."""

from datetime import timedelta

from domain import challenges
from domain.challenges import Challenge, Milestone, Mode, Part, Reward
from domain.challenges.ending import end_due, settle_due
from domain.challenges.waiting import complete_waiting, fail_due, share_out
from infra.db import Tx
from tests.domain.challenges.making import DAY, TODAY, a_payer, has, live, now, run_out
from tests.domain.challenges.playing import delete, given_to, join, run, standing, wallet
from tests.support import given
from tests.support.given import NOON

OPEN = {"from_joining": False}


async def settled(one: Challenge, tx: Tx) -> None:
    """Let the challenge end and come to its cut-off."""
    over = one.cutoff_at + timedelta(minutes=1)
    await run_out(end_due, over, tx)
    await run_out(settle_due, over, tx)


async def test_given_two_winners_when_three_complete_then_the_first_by_event_time_are_paid(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, winners_max=2, **OPEN)
    ada, bob, cy = [await given.a_member(club, tx=tx) for _ in range(3)]
    for member in (ada, bob, cy):
        await join(one, member, tx)

    await run(ada, tx, started_at=NOON)
    await run(bob, tx, started_at=NOON + timedelta(hours=1), at=NOON + timedelta(hours=2))
    late = one.cutoff_at - timedelta(minutes=1)
    await run(cy, tx, started_at=NOON - timedelta(hours=1), at=late)
    before = [(await wallet(m, tx)).available for m in (ada, bob, cy)]
    await settled(one, tx)

    assert before == [0, 0, 0]
    assert [(await wallet(m, tx)).available for m in (ada, bob, cy)] == [100, 0, 100]
    assert {(await standing(one, m, tx)).state for m in (ada, bob, cy)} == {Part.COMPLETED}
    assert (await now(one, tx)).state is challenges.State.SETTLED
    assert await has(one, tx) == 0


async def test_given_the_cut_off_when_an_activity_comes_after_it_then_it_changes_nothing(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, **OPEN)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    await join(one, bob, tx)
    done = await run(bob, tx)

    late = one.cutoff_at + timedelta(seconds=1)
    await run(ada, tx, at=late)
    await delete(done, tx, at=late)
    await settled(one, tx)

    assert (await standing(one, ada, tx)).state is Part.FAILED
    assert (await standing(one, bob, tx)).state is Part.COMPLETED
    assert ((await wallet(ada, tx)).available, (await wallet(bob, tx)).available) == (0, 100)


async def test_given_teams_when_settled_then_those_of_the_best_team_who_did_something_are_paid(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, mode=Mode.COMPETITIVE, **OPEN)
    ada, bob, cy, eve = [await given.a_member(club, tx=tx) for _ in range(4)]
    for member, team in ((ada, "Reds"), (bob, " reds"), (cy, "Blues"), (eve, "REDS")):
        await join(one, member, tx, team=team)

    await run(ada, tx, distance_m=3_000)
    await run(bob, tx, distance_m=3_000)
    await run(cy, tx, distance_m=5_500)
    best = await challenges.team_standings(one.id, programme=club.id, limit=5, tx=tx)
    await settled(one, tx)

    assert [(team.name, team.members, team.reached) for team in best] == [
        ("Reds", 3, 6_000),
        ("Blues", 1, 5_500),
    ]
    held = [(await wallet(member, tx)).available for member in (ada, bob, cy, eve)]
    assert held == [100, 100, 0, 0]
    states = [(await standing(one, member, tx)).state for member in (ada, bob, cy, eve)]
    assert states == [Part.COMPLETED, Part.COMPLETED, Part.FAILED, Part.FAILED]


async def test_given_a_shared_target_when_reached_and_lost_then_all_who_added_get_it_and_lose_it(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    half = (Milestone(50, Reward(points=10)),)
    one = await live(await a_payer(club, tx=tx), tx, mode=Mode.COOPERATIVE, milestones=half, **OPEN)
    ada, bob, cy = [await given.a_member(club, tx=tx) for _ in range(3)]
    for member in (ada, bob, cy):
        await join(one, member, tx)

    await run(ada, tx, distance_m=2_600)
    await share(tx)
    first = [(await wallet(member, tx)).available for member in (ada, bob, cy)]
    last = await run(bob, tx, distance_m=2_400)
    await share(tx)
    whole = [(await wallet(member, tx)).available for member in (ada, bob, cy)]
    seen = await standing(one, cy, tx)
    await delete(last, tx)
    await share(tx)

    assert (first, whole) == ([10, 0, 0], [110, 110, 0])
    assert (seen.reached, seen.own, seen.percent) == ((5_000,), (0,), 100)
    assert [(await wallet(member, tx)).available for member in (ada, bob, cy)] == [10, 0, 0]
    assert (await standing(one, ada, tx)).state is Part.ACTIVE


async def share(tx: Tx) -> None:
    while await share_out(NOON, tx):
        pass


async def test_given_a_pause_when_completed_then_it_is_paid_once_the_challenge_goes_on(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, **OPEN)
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    where = {"programme": club.id, "at": NOON, "tx": tx}

    await challenges.pause(one.id, partner=one.partner, **where)
    await run(ada, tx)
    paused = await standing(one, ada, tx), await complete_waiting(NOON, tx)
    await challenges.resume(one.id, partner=one.partner, **where)
    went = await complete_waiting(NOON, tx), await complete_waiting(NOON, tx)

    assert (paused[0].state, paused[0].percent, paused[1]) == (Part.ACTIVE, 100, 0)
    assert went == (1, 0)
    assert (await standing(one, ada, tx)).state is Part.COMPLETED
    assert (await wallet(ada, tx)).available == 100


async def test_given_a_budget_for_two_when_three_complete_then_the_third_is_refused_until_raised(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, budget=250, **OPEN)
    runners = [await given.a_member(club, tx=tx) for _ in range(3)]
    late = await given.a_member(club, tx=tx)
    for member in runners:
        await join(one, member, tx)
    for member in runners:
        await run(member, tx)

    unpaid = await given_to(one, runners[2].id, tx)
    refused = None
    try:
        await join(one, late, tx)
    except challenges.BudgetExhausted as error:
        refused = error.code
    state = (await standing(one, runners[2], tx)).state
    more = {"programme": club.id, "partner": one.partner, "id": given.ids.new(NOON)}
    await challenges.raise_budget(one.id, 100, **more, at=NOON, tx=tx)
    done = await complete_waiting(NOON + timedelta(minutes=1), tx)

    assert [(g.state, g.reason) for g in unpaid] == [(challenges.Pay.UNPAID, "BUDGET_EXHAUSTED")]
    assert (refused, state, done) == ("BUDGET_EXHAUSTED", Part.ACTIVE, 1)
    assert [(await wallet(m, tx)).available for m in runners] == [100, 100, 100]
    assert (await has(one, tx), (await now(one, tx)).spent) == (50, 300)


async def test_given_weeks_that_passed_when_the_clock_says_so_then_failed_and_still_completed_late(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(
        await a_payer(club, tx=tx),
        tx,
        span=challenges.Span.WEEK,
        last_day=TODAY + 27 * DAY,
        **OPEN,
    )
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    await run(ada, tx, distance_m=1_000)
    sunday = TODAY + (6 - TODAY.weekday()) * DAY

    early = await fail_due(NOON + (sunday - TODAY) + 2 * DAY, tx)
    over = NOON + (sunday - TODAY) + 4 * DAY
    failed = await fail_due(over, tx), await fail_due(over, tx)
    first = (await challenges.participations(ada, limit=1, at=NOON, tx=tx))[0].state
    await run(ada, tx, distance_m=4_000, at=over)

    assert (early, failed, first) == (0, (1, 0), Part.FAILED)
    assert (await wallet(ada, tx, at=over)).available == 100
