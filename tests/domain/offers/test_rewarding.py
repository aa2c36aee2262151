"""Reward: what was promised for activities is paid once, out of the offer, and comes back."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from domain import activities, ledger, offers
from domain.activities import Type
from domain.ledger import ReturnPolicy
from domain.ledger.schedule import release_due
from domain.members import Member
from domain.offers import (
    Acceptance,
    AcceptanceState,
    BonusEarned,
    BonusTakenBack,
    OfferKind,
)
from domain.offers.accepting import lapse_due
from domain.offers.payments import Payment, PayState
from domain.offers.rewarding import reward
from domain.offers.stepping import Promise, Step, after
from domain.points import TakenBack
from infra import db, ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.challenges.making import run_out
from tests.domain.offers import making
from tests.domain.offers.making import BONUS, DAY, DOUBLE, HOUR, MINUTE, Scene
from tests.support import given
from tests.support.given import NOON

TAKES_BACK = {"return_policy": ReturnPolicy.NEGATIVE_ALLOWED}
TWICE: dict[str, Any] = {"kind": OfferKind.MULTIPLIER, "gain": DOUBLE}
OVER = NOON + 6 * DAY


async def state(one: Acceptance, tx: Tx) -> AcceptanceState:
    now = await offers.acceptance(one.decision, programme=one.programme, tx=tx)
    assert now is not None
    return now.state


async def accepted(tx: Tx, **said: Any) -> tuple[Scene, Acceptance]:
    scene = await making.a_scene(tx, policies=TAKES_BACK, **said)
    return scene, await making.accepts(scene, tx)


def told(tx: Tx) -> Sequence[Any]:
    return [one for one in tx.staged if isinstance(one, BonusEarned | BonusTakenBack)]


async def test_given_an_accepted_bonus_when_its_run_is_earned_again_and_again_then_it_is_paid_once(
    tx: Tx,
) -> None:
    scene, one = await accepted(tx)
    activity = await making.ran(scene.member, tx)
    event = making.earned(scene.member, activity)

    await making.deliver([event, event], tx)

    (paid,) = told(tx)
    assert (paid.activity, paid.points, paid.offer) == (activity, 40, scene.offer.id)
    assert await making.balance(scene.member, tx) == 40
    assert await making.money(scene.offer, tx) == (500, 0, 40, 460)
    assert await state(one, tx) is AcceptanceState.USED
    await making.reconcile(scene.offer, tx)
    assert not await ledger.reconcile(scene.programme.book, tx=tx)


async def test_given_a_paid_bonus_when_its_run_is_taken_back_then_it_is_taken_back_once_and_open(
    tx: Tx,
) -> None:
    scene, one = await accepted(tx)
    activity = await making.ran(scene.member, tx)
    await making.deliver([making.earned(scene.member, activity)], tx)
    gone = making.taken(scene.member, activity)

    await making.deliver([gone, gone], tx)

    assert [type(event) for event in told(tx)] == [BonusEarned, BonusTakenBack]
    assert (told(tx)[1].points, told(tx)[1].returned) == (40, 40)
    assert await making.balance(scene.member, tx) == 0
    assert await making.money(scene.offer, tx) == (500, 40, 0, 460)
    assert await state(one, tx) is AcceptanceState.OPEN
    await making.reconcile(scene.offer, tx)
    better = await making.ran(scene.member, tx, at=NOON + 5 * HOUR, name="better")
    await making.deliver([making.earned(scene.member, better, at=NOON + 6 * HOUR)], tx)
    assert await making.money(scene.offer, tx) == (500, 0, 40, 460)
    await making.reconcile(scene.offer, tx)
    assert not await ledger.reconcile(scene.programme.book, tx=tx)


async def test_given_a_member_who_keeps_points_when_a_run_is_taken_back_then_only_the_rest_returns(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, policies={"return_policy": ReturnPolicy.WITHIN_BALANCE})
    one = await making.accepts(scene, tx)
    activity = await making.ran(scene.member, tx)
    await making.deliver([making.earned(scene.member, activity)], tx)
    spent = ledger.spend(30, account=scene.member.account, id=ids.new(NOON))
    ledger.require(await ledger.post_one(spent, book=scene.programme.book, at=NOON, tx=tx))

    await making.deliver([making.taken(scene.member, activity)], tx)
    again = making.earned(scene.member, activity, at=NOON + 5 * HOUR)
    await making.deliver([again], tx)

    assert (told(tx)[1].points, told(tx)[1].returned) == (40, 10)
    assert await making.balance(scene.member, tx) == 0
    assert await making.money(scene.offer, tx) == (500, 0, 30, 470)
    assert await state(one, tx) is AcceptanceState.USED
    await making.reconcile(scene.offer, tx)
    assert not await ledger.reconcile(scene.programme.book, tx=tx)


async def test_given_points_that_wait_when_they_mature_then_what_was_promised_comes_with_them(
    tx: Tx,
) -> None:
    scene, one = await accepted(tx)
    activity = await making.ran(scene.member, tx)
    await making.deliver([making.earned(scene.member, activity, pending=True)], tx)
    waiting = await making.balance(scene.member, tx), await making.money(scene.offer, tx)
    other = await given.a_member(scene.programme, tx=tx)
    idle = await making.accepts(scene, tx, member=other)

    # Its time is over meanwhile, and the ledger's hold with it; what was claimed is still there.
    await run_out(lapse_due, OVER, tx)
    await run_out(release_due, OVER, tx)
    event = making.matured(scene.member, activity)
    await making.deliver([event, event], tx)

    assert waiting == (0, (500, 40, 0, 460))
    assert await state(idle, tx) is AcceptanceState.LAPSED
    assert await making.balance(scene.member, tx) == 40
    assert await making.money(scene.offer, tx) == (500, 0, 40, 460)
    assert await state(one, tx) is AcceptanceState.USED
    await making.reconcile(scene.offer, tx)


async def test_given_twice_the_points_when_several_runs_are_earned_then_up_to_what_was_promised(
    tx: Tx,
) -> None:
    scene, one = await accepted(tx, **TWICE)
    runs = [
        await making.ran(scene.member, tx, at=NOON + n * HOUR, name=f"run {n}") for n in (1, 3, 5)
    ]

    await making.deliver([making.earned(scene.member, runs[0], 30)] * 2, tx)
    first = await making.money(scene.offer, tx)
    await making.deliver([making.earned(scene.member, runs[1], 50, pending=True)], tx)
    await making.deliver([making.earned(scene.member, runs[2], 60)], tx)

    assert first == (500, 70, 30, 400)
    assert await making.balance(scene.member, tx) == 50
    assert await making.money(scene.offer, tx) == (500, 50, 50, 400)
    await making.reconcile(scene.offer, tx)
    await making.deliver([making.matured(scene.member, runs[1])], tx)
    assert await making.money(scene.offer, tx) == (500, 0, 100, 400)
    assert await state(one, tx) is AcceptanceState.USED
    await making.reconcile(scene.offer, tx)
    assert not await ledger.reconcile(scene.programme.book, tx=tx)


@pytest.mark.parametrize(
    ("said", "pays"),
    [
        ({"at": NOON}, True),
        ({"at": NOON - 29 * MINUTE}, True),
        ({"at": NOON - 30 * MINUTE}, False),
        ({"at": NOON + 48 * HOUR}, False),
        ({"at": NOON + 47 * HOUR}, True),
        ({"type": Type.RIDE}, False),
    ],
    ids=["at once", "on the way", "before", "too late", "late", "other"],
)
async def test_given_an_accepted_bonus_when_something_is_earned_then_only_what_was_meant_pays(
    said: Any, pays: bool, tx: Tx
) -> None:
    scene, _ = await accepted(tx)
    activity = await making.ran(scene.member, tx, **said)

    await making.deliver([making.earned(scene.member, activity, at=NOON + 2 * DAY)], tx)

    assert await making.balance(scene.member, tx) == (40 if pays else 0)
    await making.reconcile(scene.offer, tx)


async def test_given_an_offer_that_has_ended_when_what_it_holds_comes_free_then_it_goes_home(
    tx: Tx,
) -> None:
    scene, _ = await accepted(tx)
    other = await making.accepts(scene, tx, member=await given.a_member(scene.programme, tx=tx))
    activity = await making.ran(scene.member, tx)
    await making.deliver([making.earned(scene.member, activity)], tx)
    await offers.end(scene.offer.id, programme=scene.programme.id, at=NOON + 2 * HOUR, tx=tx)
    ended = await making.money(scene.offer, tx)

    await making.deliver([making.taken(scene.member, activity)], tx)
    back = await making.money(scene.offer, tx)
    await run_out(lapse_due, OVER, tx)

    assert (ended, back) == ((500, 40, 40, 0), (500, 40, 0, 0))
    assert await making.money(scene.offer, tx) == (500, 0, 0, 0)
    assert await state(other, tx) is AcceptanceState.LAPSED
    assert await making.balance(scene.member, tx) == 0
    await making.reconcile(scene.offer, tx)
    account = scene.partner.account
    home = await ledger.balance(account, book=scene.programme.book, at=OVER, tx=tx)
    assert home.balance == 10_000
    assert not await ledger.reconcile(scene.programme.book, tx=tx)


async def test_given_two_offers_for_runs_when_one_is_earned_then_each_keeps_its_promise(
    tx: Tx,
) -> None:
    scene, _ = await accepted(tx)
    more = await making.live(scene.programme, None, tx, **TWICE)
    second = Scene(scene.programme, scene.member, scene.partner, more)
    await making.accepts(second, tx)
    activity = await making.ran(scene.member, tx)

    await making.deliver([making.earned(scene.member, activity)], tx)

    assert await making.balance(scene.member, tx) == 90
    for offer in (scene.offer, more):
        await making.reconcile(offer, tx)


async def react(member: Member, event: Any) -> None:
    async with db.transaction() as tx:
        await reward([Delivery(ids.new(NOON), 1, event)], tx)


async def test_given_one_event_when_it_is_delivered_many_times_at_once_then_it_pays_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene, _ = await accepted(tx)
        activity = await making.ran(scene.member, tx)
    event = making.earned(scene.member, activity)

    await making.at_once([partial(react, scene.member, event)] * 5, making.OFFER, scene.offer.id)

    async with db.transaction() as tx:
        assert await making.balance(scene.member, tx) == 40
        await making.reconcile(scene.offer, tx)
        assert not await ledger.reconcile(scene.programme.book, tx=tx)


async def test_given_a_newer_judgement_when_the_older_is_delivered_then_it_waits_for_its_own(
    tx: Tx,
) -> None:
    scene, _ = await accepted(tx)
    activity = await making.ran(scene.member, tx)
    said: dict[str, Any] = {"reason": "DELETED_AT_SOURCE", "at": NOON + 3 * HOUR}
    await activities.withdraw([activity], programme=scene.programme.id, tx=tx, **said)

    await making.deliver([making.earned(scene.member, activity)], tx)

    assert await making.balance(scene.member, tx) == 0
    await making.reconcile(scene.offer, tx)


kept = st.integers(0, 40)


@each(kept, st.booleans(), st.booleans())
def test_what_comes_back_is_promised_again_only_where_all_of_it_came_back(
    kept: int, reopens: bool, late: bool
) -> None:
    at = NOON + (OVER - NOON if late else HOUR)
    used = Acceptance(
        *(ids.derived(NOON, "acceptance"), 1, ids.derived(NOON, "offer"), 1),
        *(ids.derived(NOON, "member"), ids.derived(NOON, "decision")),
        *(OfferKind.BONUS, "Run", BONUS, AcceptanceState.USED, NOON),
        promised=40,
        paid=40,
        until=NOON + 2 * DAY,
        lapses_at=NOON + timedelta(days=5),
    )
    key = (1, used.id, ids.derived(NOON, "run"), used.member, 1)
    gone = Payment(*key, PayState.TAKEN_BACK, 40, at, ids.derived(NOON, "posting"), 40 - kept)
    words = {"programme": 1, "subject": used.member, "object": gone.activity, "at": at}
    event = TakenBack(**words, points=50, returned=50, revision=1)

    now = after(Promise(used, (gone,)), [Step(Promise(used, (gone,)), gone, event)],
                reopens=reopens, at=at)  # fmt: skip

    open = reopens and not late and not kept
    assert now.state is (AcceptanceState.OPEN if open else AcceptanceState.USED)
    assert (now.paid, now.held) == (kept, 40 if open else 0)
