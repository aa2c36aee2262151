"""The first real act, and what it pays: refused, repeated, raced, withdrawn and cut off."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import ledger, members, referrals
from domain.members import Member
from domain.referrals import Doubt, Referral, State
from domain.referrals.paying import lapse_due, pay_due
from infra import db
from infra.db import Tx
from tests.domain.referrals.bringing import (
    a_newcomer,
    a_referrer,
    brought,
    has,
    heard,
    judged,
    now,
)
from tests.support import cutting, databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

HOLD = timedelta(days=7)


async def test_given_a_first_real_act_when_its_week_is_over_then_both_are_paid_once(tx: Tx) -> None:
    ada, bob, referral = await brought(tx, referrer_points=80, newcomer_points=50)
    run = judged(bob)

    await heard([run], tx)
    promised = await now(referral, tx)
    waiting = (await has(ada, tx), await has(bob, tx))
    early = await pay_due(NOON + HOLD - timedelta(seconds=1), tx)
    paid = await pay_due(NOON + HOLD, tx)
    again = await pay_due(NOON + HOLD, tx)

    assert (promised.state, promised.activity) == (State.PROMISED, run.object)
    assert promised.pays_at == NOON + HOLD
    assert waiting == ((0, 80), (0, 50))
    assert (early, paid, again) == (0, 1, 0)
    assert (await has(ada, tx), await has(bob, tx)) == ((80, 0), (50, 0))
    assert (await now(referral, tx)).state is State.PAID
    (entry,) = await ledger.statement(ada.account, book=ada.book, limit=1, tx=tx)
    assert entry.meta == {
        "why": "referral",
        "referral": str(referral.id),
        "text": "Points for bringing somebody",
    }
    assert [event for event in tx.staged if isinstance(event, referrals.Rewarded)] == [
        referrals.Rewarded(
            programme=ada.programme, subject=member.id, object=referral.id, at=NOON + HOLD,
            points=points, as_referrer=as_referrer,
        )
        for member, points, as_referrer in ((ada, 80, True), (bob, 50, False))
    ]  # fmt: skip


async def test_given_no_days_to_wait_when_the_newcomer_acts_then_both_are_paid_at_once(
    tx: Tx,
) -> None:
    ada, bob, referral = await brought(tx, hold_days=0)

    await heard([judged(bob)], tx)

    assert (await has(ada, tx), await has(bob, tx)) == ((100, 0), (100, 0))
    assert (await now(referral, tx)).state is State.PAID


NOT_REAL: list[tuple[str, dict[str, Any]]] = [
    ("pending", {"outcome": "PENDING"}),
    ("under review", {"outcome": "REVIEW"}),
    ("rejected", {"outcome": "REJECTED"}),
    ("withdrawn", {"outcome": "WITHDRAWN"}),
    ("only claimed", {"proof": "CLAIMED"}),
    ("long before joining", {"started_at": NOON - timedelta(days=2)}),
    ("after the window", {"started_at": NOON + timedelta(days=31)}),
]


@pytest.mark.parametrize(("name", "said"), NOT_REAL, ids=[row[0] for row in NOT_REAL])
async def test_given_an_act_that_is_not_real_when_judged_then_the_referral_waits_on(
    tx: Tx, name: str, said: dict[str, Any]
) -> None:
    ada, bob, referral = await brought(tx)

    await heard([judged(bob, **said)], tx)

    assert await now(referral, tx) == referral
    assert (await has(ada, tx), await has(bob, tx)) == ((0, 0), (0, 0))


async def test_given_a_promise_when_told_of_the_act_again_then_it_is_promised_once(tx: Tx) -> None:
    ada, bob, referral = await brought(tx)
    run = judged(bob)

    for _ in range(3):
        await heard([run], tx)
    await heard([judged(bob)], tx)

    assert (await now(referral, tx)).activity == run.object
    assert (await has(ada, tx), await has(bob, tx)) == ((0, 100), (0, 100))


async def test_given_a_promise_when_its_act_is_withdrawn_then_nothing_is_paid_until_the_next(
    tx: Tx,
) -> None:
    ada, bob, referral = await brought(tx)
    run = judged(bob)
    await heard([run], tx)
    deleted = judged(bob, activity=run.object, outcome="WITHDRAWN", revision=2)

    await heard([deleted], tx)
    await heard([deleted], tx)
    taken_back, left = await now(referral, tx), (await has(ada, tx), await has(bob, tx))
    paid = await pay_due(NOON + 2 * HOLD, tx)
    await heard([judged(bob)], tx)

    assert taken_back == referral
    assert (left, paid) == (((0, 0), (0, 0)), 0)
    assert (await has(ada, tx), await has(bob, tx)) == ((0, 100), (0, 100))


async def test_given_a_paid_referral_when_its_act_is_withdrawn_later_then_it_stays_paid(
    tx: Tx,
) -> None:
    ada, bob, referral = await brought(tx)
    run = judged(bob)
    await heard([run], tx)
    await pay_due(NOON + HOLD, tx)

    await heard([judged(bob, activity=run.object, outcome="WITHDRAWN", revision=2)], tx)

    assert (await now(referral, tx)).state is State.PAID
    assert await has(ada, tx) == (100, 0)


async def test_given_a_referrer_who_has_left_when_the_newcomer_acts_then_only_they_are_paid(
    tx: Tx,
) -> None:
    ada, bob, referral = await brought(tx)
    await members.leave(ada, at=NOON, tx=tx)

    await heard([judged(bob)], tx)

    assert (await has(ada, tx), await has(bob, tx)) == ((0, 0), (0, 100))
    assert (await now(referral, tx)).referrer_points == 0


async def test_given_a_held_referral_when_decided_then_its_act_is_paid_or_it_never_is(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, code = await a_referrer(programme, tx, joined_at=NOON)
    acted, yes = await a_newcomer(programme, code, tx)
    lazy, later = await a_newcomer(programme, code, tx)
    bad, no = await a_newcomer(programme, code, tx)
    assert yes is not None
    assert later is not None
    assert no is not None
    await heard([judged(acted), judged(bad)], tx)

    for one, pays in ((yes, True), (later, True), (no, False)):
        await referrals.decide(one.id, programme=programme.id, pays=pays, at=NOON, tx=tx)
    await heard([judged(lazy), judged(bad)], tx)

    states = [(await now(one, tx)).state for one in (yes, later, no)]
    assert states == [State.PROMISED, State.PROMISED, State.REFUSED]
    assert await has(ada, tx) == (0, 200)
    assert await has(bad, tx) == (0, 0)


async def test_given_a_referral_that_is_not_held_or_not_there_when_decided_then_refused(
    tx: Tx,
) -> None:
    ada, _, referral = await brought(tx)
    other = await given.a_programme(tx=tx)

    for programme, id in ((ada.programme, uuid4()), (other.id, referral.id)):
        with pytest.raises(referrals.NoSuchReferral):
            await referrals.decide(id, programme=programme, pays=True, at=NOON, tx=tx)
    with pytest.raises(referrals.ReferralNotHeld) as refused:
        await referrals.decide(referral.id, programme=ada.programme, pays=True, at=NOON, tx=tx)

    assert refused.value.state == "WAITING"


async def test_given_a_newcomer_who_does_nothing_when_the_window_is_over_then_it_lapses(
    tx: Tx,
) -> None:
    _, bob, referral = await brought(tx)

    early = await lapse_due(referral.lapses_at + timedelta(days=1), tx)
    late = await lapse_due(referral.lapses_at + timedelta(days=2), tx)
    await heard([judged(bob)], tx)

    assert (early, late) == (0, 1)
    assert (await now(referral, tx)).state is State.LAPSED
    assert await has(bob, tx) == (0, 0)


async def _many(count: int, tx: Tx, **policy: int) -> list[tuple[Member, Referral]]:
    """That many newcomers of one programme, each brought by a referrer of their own."""
    programme = await given.a_programme(tx=tx)
    return [
        (bob, made)
        for _, bob, made in [await brought(tx, programme, **policy) for _ in range(count)]
    ]


async def test_given_a_cap_for_five_when_sixteen_act_at_once_then_exactly_five_are_promised(
    database: None,
) -> None:
    async with db.transaction() as tx:
        newcomers = await _many(16, tx, day_max=1_099)

    async def one(bob: Member) -> None:
        async with db.transaction() as tx:
            await heard([judged(bob)], tx)

    await asyncio.gather(*(one(bob) for bob, _ in newcomers))

    async with db.transaction() as tx:
        after = [await now(referral, tx) for _, referral in newcomers]
        points = [await has(bob, tx) for bob, _ in newcomers]
    assert [one.state for one in after].count(State.PROMISED) == 5
    assert {one.doubts for one in after if one.state is State.HELD} == {(Doubt.PROGRAMME_CAP,)}
    assert points.count((0, 100)) == 5


async def test_given_caps_when_one_batch_has_them_all_then_they_hold_as_one_by_one(tx: Tx) -> None:
    newcomers = await _many(8, tx, day_max=500, month_max=700)

    await heard([judged(bob) for bob, _ in newcomers], tx)

    states = [(await now(referral, tx)).state for _, referral in newcomers]
    assert states.count(State.PROMISED) == 2


async def test_given_a_referrer_paid_for_two_this_month_when_a_third_acts_then_held(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    await referrals.set_policy(
        referrals.Policy(referrer_month_max=2), programme=programme.id, tx=tx
    )
    ada, code = await a_referrer(programme, tx)
    newcomers = [await a_newcomer(programme, code, tx) for _ in range(3)]

    await heard([judged(bob) for bob, _ in newcomers], tx)

    found = await referrals.held(programme.id, after=None, limit=10, tx=tx)
    assert [one.doubts for one in found] == [(Doubt.REFERRER_CAP,)]
    assert await has(ada, tx) == (0, 200)


async def test_given_an_act_withdrawn_at_the_moment_of_paying_then_it_is_one_or_the_other(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = []
        for _ in range(8):
            ada, bob, referral = await brought(tx)
            run = judged(bob)
            await heard([run], tx)
            scenes.append((ada, bob, referral, run))

    async def withdraw(bob: Member, run: Any) -> None:
        async with db.transaction() as tx:
            await heard([judged(bob, activity=run.object, outcome="WITHDRAWN", revision=2)], tx)

    async def pay() -> None:
        async with db.transaction() as tx:
            await pay_due(NOON + HOLD, tx)

    await asyncio.gather(*(act for _, bob, _, run in scenes for act in (withdraw(bob, run), pay())))

    async with db.transaction() as tx:
        for ada, bob, referral, _ in scenes:
            paid = (await now(referral, tx)).state is State.PAID
            both = (await has(ada, tx), await has(bob, tx))
            assert both == (((100, 0), (100, 0)) if paid else ((0, 0), (0, 0)))


async def test_given_a_session_cut_before_its_commit_when_done_again_then_both_are_paid_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            ada, bob, _ = await brought(tx)
        run = judged(bob)

        await cutting.before_commit(url, lambda tx: heard([run], tx))
        async with db.transaction() as tx:
            nothing = (await has(ada, tx), await has(bob, tx))
            await heard([run], tx)
        await cutting.before_commit(url, lambda tx: pay_due(NOON + HOLD, tx))
        async with db.transaction() as tx:
            promised = (await has(ada, tx), await has(bob, tx))
            await pay_due(NOON + HOLD, tx)

        assert nothing == ((0, 0), (0, 0))
        assert promised == ((0, 100), (0, 100))
        async with db.transaction() as tx:
            assert (await has(ada, tx), await has(bob, tx)) == ((100, 0), (100, 0))


async def test_given_a_resolved_referral_when_anything_changes_it_then_the_database_refuses(
    tx: Tx,
) -> None:
    _, bob, referral = await brought(tx)
    await heard([judged(bob)], tx)
    await pay_due(NOON + HOLD, tx)

    with pytest.raises(db.PostgresError, match="resolved once"):
        await tx.run("UPDATE referral SET state = 'PROMISED' WHERE id = $1", referral.id)


async def test_given_a_newcomer_who_turns_out_to_be_the_referrer_when_they_act_then_held(
    tx: Tx,
) -> None:
    ada, bob, referral = await brought(tx)
    merged = "UPDATE member SET state = 'MERGED', merged_into = $2 WHERE id = $1"
    await tx.run(merged, bob.id, ada.id)

    await heard([judged(bob)], tx)

    after = await now(referral, tx)
    assert (after.state, after.doubts) == (State.HELD, (Doubt.SELF,))
    assert (await has(ada, tx), await has(bob, tx)) == ((0, 0), (0, 0))


async def test_given_a_held_referral_when_its_newcomer_acts_twice_then_the_first_act_is_noted(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    _, code = await a_referrer(programme, tx, joined_at=NOON)
    bob, referral = await a_newcomer(programme, code, tx)
    assert referral is not None
    first = judged(bob)

    await heard([first], tx)
    await heard([judged(bob)], tx)

    assert (await now(referral, tx)).activity == first.object
