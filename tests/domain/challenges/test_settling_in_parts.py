"""Settling and waiting some members at a time: what happens in between pays nobody too many."""

from datetime import timedelta

from domain import challenges
from domain.challenges import Milestone, Mode, Pay, Reward
from domain.challenges.ending import end_due
from domain.challenges.personal import forget
from domain.challenges.settling import settle
from domain.challenges.waiting import complete_waiting, share_out
from infra.db import Tx
from tests.domain.challenges.making import a_payer, live, now, run_out
from tests.domain.challenges.playing import delete, given_to, join, run, wallet
from tests.support import given
from tests.support.given import NOON

OPEN = {"from_joining": False}


async def test_given_one_winner_who_is_forgotten_when_the_rest_is_settled_then_nobody_else_wins(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, winners_max=1, **OPEN)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    for member, hours in ((ada, 2), (bob, 1)):
        await join(one, member, tx)
        await run(member, tx, started_at=NOON - timedelta(hours=hours))
    over = one.cutoff_at + timedelta(minutes=1)
    await run_out(end_due, over, tx)

    first = await settle(await now(one, tx), at=over, tx=tx, members_max=1)
    await forget(ada.id, programme=club.id, at=over, tx=tx)
    second = await settle(await now(one, tx), at=over, tx=tx)

    assert (first, second) == (False, True)
    assert [(await wallet(m, tx)).available for m in (ada, bob)] == [100, 0]
    assert (await now(one, tx)).spent == 100


async def test_given_a_milestone_that_is_too_dear_when_others_wait_then_they_are_paid(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    payer = await a_payer(club, tx=tx)
    dear = {"milestones": (Milestone(50, Reward(points=100)),), "reward": Reward(points=10)}
    one = await live(payer, tx, budget=160, **dear, **OPEN)
    two = await live(payer, tx, **OPEN)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    for member in (ada, bob):
        await join(one, member, tx)
        await join(two, member, tx)
    where = {"programme": club.id, "at": NOON, "tx": tx}
    await challenges.pause(two.id, **where)
    await run(ada, tx)
    await run(bob, tx, distance_m=2_500)
    await run(bob, tx, distance_m=2_500, started_at=NOON - timedelta(hours=5))
    await challenges.resume(two.id, **where)

    await run_out(complete_waiting, NOON + timedelta(minutes=1), tx)

    unpaid = [g.percent for g in await given_to(one, bob.id, tx) if g.state is Pay.UNPAID]
    assert unpaid == [50]
    assert [(await wallet(m, tx)).available for m in (ada, bob)] == [210, 110]


async def test_given_a_shared_target_when_somebody_adds_after_it_then_they_alone_are_told(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, mode=Mode.COOPERATIVE, **OPEN)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    await join(one, bob, tx)
    await run(ada, tx)
    await run_out(share_out, NOON, tx)

    added = await run(bob, tx, distance_m=1_000)
    again = await share_out(NOON, tx)
    await run_out(complete_waiting, NOON, tx)
    paid = [(await wallet(m, tx)).available for m in (ada, bob)]
    await delete(added, tx)
    await run_out(complete_waiting, NOON, tx)

    assert (again, paid) == (0, [100, 100])
    assert [(await wallet(m, tx)).available for m in (ada, bob)] == [100, 0]
