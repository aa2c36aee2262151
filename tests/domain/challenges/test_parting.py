"""Leaving with what was given: it is the member's for as long as they have reached it."""

from datetime import timedelta

import pytest

from domain import challenges
from domain.challenges import Mode, Pay
from domain.challenges.errors import ChallengeClosed
from domain.challenges.waiting import share_out
from infra.db import Tx
from tests.domain.challenges.making import DAY, TODAY, a_payer, has, live, now, run_out
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
from tests.support.given import NOON

OPEN = {"from_joining": False}


async def test_given_somebody_paid_who_left_when_the_activity_is_deleted_then_it_is_taken_back(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, **OPEN)
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    done = await run(ada, tx)
    await challenges.leave(one.id, member=ada, at=NOON, tx=tx)

    await correct(done, tx, distance_m=6_000)
    kept = (await wallet(ada, tx)).available
    await delete(done, tx)

    assert kept == 100
    assert (await wallet(ada, tx)).available == 0
    assert [g.state for g in await given_to(one, ada.id, tx)] == [Pay.RETURNED]
    assert await has(one, tx) == (await now(one, tx)).left == 1_000


async def test_given_the_cut_off_when_somebody_leaves_then_it_is_refused(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, **OPEN)
    ada = await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    late = one.cutoff_at + timedelta(seconds=1)

    with pytest.raises(ChallengeClosed):
        await challenges.leave(one.id, member=ada, at=late, tx=tx)


async def test_given_a_shared_target_when_who_left_deletes_their_part_then_all_lose_what_it_gave(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, mode=Mode.COOPERATIVE, **OPEN)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await join(one, ada, tx)
    await join(one, bob, tx)
    done = await run(ada, tx, distance_m=4_000)
    await run(bob, tx, distance_m=1_000)
    await run_out(share_out, NOON, tx)
    paid = [(await wallet(m, tx)).available for m in (ada, bob)]
    await challenges.leave(one.id, member=ada, at=NOON, tx=tx)

    later = await run(ada, tx, distance_m=9_000)
    await correct(later, tx, distance_m=8_000)
    await delete(done, tx)
    await run_out(share_out, NOON, tx)

    assert paid == [100, 100]
    assert (await standing(one, bob, tx)).reached == (1_000,)
    assert (await wallet(bob, tx)).available == 0


async def test_given_a_challenge_ended_before_a_day_that_counted_when_deleted_then_it_is_taken_back(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    one = await live(await a_payer(club, tx=tx), tx, **OPEN)
    ada = await given.a_member(club, zone="Pacific/Auckland", tx=tx)
    await join(one, ada, tx)
    done = await run(ada, tx, started_at=NOON, day=TODAY + DAY)
    paid = (await wallet(ada, tx)).available
    await challenges.end(one.id, programme=club.id, partner=one.partner, at=NOON, tx=tx)

    await delete(done, tx)

    assert paid == 100
    assert (await wallet(ada, tx)).available == 0
    assert await has(one, tx) == (await now(one, tx)).left == 1_000
