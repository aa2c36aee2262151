"""A contest between the two ends of the earth: it begins where one day has ended for some."""

from datetime import timedelta

from domain.challenges import ending
from domain.contests import State
from domain.contests.beginning import begin_due
from domain.contests.settling import settle_due
from infra.db import Tx
from tests.domain.challenges.making import run_out
from tests.domain.challenges.playing import run
from tests.domain.contests.playing import a_contest, accepted, has, seat
from tests.support import given

FIRST, LAST = "Pacific/Kiritimati", "Pacific/Pago_Pago"


async def test_given_a_day_that_is_over_for_a_friend_when_it_begins_then_what_they_did_counts(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    ada = await given.a_member(club, holding=100, zone=LAST, tx=tx)
    bob = await given.a_member(club, holding=100, zone=FIRST, tx=tx)
    await given.friendship(ada, bob, tx=tx)
    contest = await a_contest(ada, bob, days=1, tx=tx)
    await accepted(contest, bob, tx=tx)

    begins = contest.starts_at
    await run_out(begin_due, begins + timedelta(minutes=1), tx)
    begun = (await seat(contest, ada, tx)).contest.state
    noon = begins - timedelta(hours=12)
    await run(bob, tx, started_at=noon, day=contest.first_day, at=begins + timedelta(hours=1))
    over = contest.pays_at + timedelta(minutes=1)
    for job in (ending.end_due, ending.settle_due, settle_due):
        await run_out(job, over, tx)

    assert begun is State.RUNNING
    assert (await seat(contest, ada, tx)).contest.state is State.FINISHED
    assert [await has(ada, tx), await has(bob, tx)] == [(70, 0), (130, 0)]
