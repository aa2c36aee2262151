"""What was promised to a member who was erased: withdrawn for good, and in nobody's way."""

from datetime import timedelta

from domain import ledger, points, privacy
from domain.members import Member
from domain.points.maturing import mature_due
from domain.referrals import State
from domain.referrals.paying import pay_due
from infra.db import Tx
from tests.domain.points.judgements import a_club, a_run, again, deliver, has, sold
from tests.domain.referrals.bringing import a_newcomer, a_referrer, brought, heard, judged, now
from tests.support import given
from tests.support.given import NOON

TOMORROW = NOON + timedelta(hours=24)
HOLD = timedelta(days=7)


async def erased(member: Member, tx: Tx) -> None:
    await privacy.erase(member.id, programme=member.programme, at=NOON, tx=tx)


async def test_given_promised_points_of_an_erased_member_when_due_then_others_get_theirs(
    tx: Tx,
) -> None:
    club = await a_club(tx)
    ada, bob = await given.a_member(club, tx=tx), await given.a_member(club, tx=tx)
    await deliver([a_run(ada, outcome="PENDING"), a_run(bob, outcome="PENDING")], tx)
    await erased(ada, tx)

    while await mature_due(TOMORROW, tx):
        pass

    assert await has(ada, tx) == (0, 0)
    assert await has(bob, tx) == (50, 0)
    await sold(bob, tx)


async def test_given_a_promise_withdrawn_by_an_erasure_when_its_run_is_withdrawn_then_all_is_well(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada, outcome="PENDING")
    await deliver([run], tx)
    await erased(ada, tx)

    await deliver([again(run, outcome="WITHDRAWN")], tx)

    assert await has(ada, tx) == (0, 0)
    await sold(ada, tx)


async def test_given_a_promised_referral_when_one_of_the_two_is_erased_then_the_other_is_paid(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob, referral = await brought(tx, programme, referrer_points=80, newcomer_points=50)
    eve, code = await a_referrer(programme, tx)
    dan, other = await a_newcomer(programme, code, tx)
    assert other is not None
    await heard([judged(bob), judged(dan)], tx)
    await erased(bob, tx)

    while await pay_due(NOON + HOLD, tx):
        pass

    assert (await now(referral, tx)).state is State.PAID
    assert (await now(other, tx)).state is State.PAID
    found = [await ledger.balance(one.account, book=one.book, tx=tx) for one in (ada, bob, eve)]
    assert [one.balance for one in found] == [80, 0, 80]


async def test_given_a_promised_referral_of_an_erased_newcomer_when_the_act_is_withdrawn_then_not(
    tx: Tx,
) -> None:
    ada, bob, referral = await brought(tx, referrer_points=80, newcomer_points=50)
    run = judged(bob)
    await heard([run], tx)
    await erased(bob, tx)

    await heard([judged(bob, activity=run.object, outcome="WITHDRAWN", revision=2)], tx)

    assert (await now(referral, tx)).state is not State.PROMISED
    assert await has(ada, tx) == (0, 0)


async def test_given_an_erased_members_run_when_it_is_withdrawn_then_nothing_is_claimed_of_nobody(
    tx: Tx,
) -> None:
    ada = await given.a_member(await a_club(tx), tx=tx)
    run = a_run(ada)
    await deliver([run], tx)
    await erased(ada, tx)

    await deliver([again(run, outcome="WITHDRAWN")], tx)

    assert await points.claims(ada.programme, member=ada.id, limit=5, tx=tx) == []
