"""The end of an activity: what is offered then, and what becomes of it."""

from domain import ledger, moments, outlets
from domain.activities import Type
from domain.moments import MomentState, TreatOffered
from domain.moments.answering import expire_due
from domain.visits import Position
from infra.db import Tx
from infra.hours import Hours, Span
from tests.domain.moments import making
from tests.domain.moments.making import HOUR, MINUTE
from tests.domain.outlets.making import HERE, NEVER
from tests.support.given import NOON

OUTCOME = "SELECT outcome FROM moment_decision WHERE programme = $1 AND session = $2"


async def test_given_a_shop_near_when_a_run_ends_then_a_drink_is_offered_and_paid_for(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)

    ended = await making.done(scene.member, tx=tx)

    offer = ended.offer
    assert offer is not None
    assert (offer.title, offer.body, offer.kind) == ("A cold drink", "It is on us.", "DRINK")
    assert offer.outlet == scene.outlet
    assert offer.moment.expires_at == NOON + 60 * MINUTE
    assert await making.money(scene.treat, tx) == (500, 50, 0, 450)
    assert await making.shelf(scene.treat, tx) == [(10, 1, 0)]
    await making.reconcile(scene.treat, tx)
    (told,) = [event for event in tx.staged if isinstance(event, TreatOffered)]
    assert (told.subject, told.object, told.outlet_name) == (
        scene.member.id,
        offer.moment.id,
        "Corner shop",
    )
    at = NOON + 31 * MINUTE
    now = await moments.current(scene.member.id, programme=scene.programme.id, at=at, tx=tx)
    assert now == offer


async def test_given_an_offer_when_its_code_is_redeemed_then_its_points_are_burned_once(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    offer = await making.offered(scene, tx)
    at = NOON + 35 * MINUTE
    code = await making.code_of(offer.moment, scene.member, at, tx)

    got = await making.redeemed(scene, code, at + MINUTE, tx)

    assert (got.moment, got.cost, got.kind) == (offer.moment.id, 50, "DRINK")
    assert await making.money(scene.treat, tx) == (500, 0, 50, 450)
    assert await making.shelf(scene.treat, tx) == [(10, 0, 1)]
    await making.reconcile(scene.treat, tx)
    assert (
        await moments.current(scene.member.id, programme=scene.programme.id, at=at, tx=tx) is None
    )


async def test_given_an_offer_when_nobody_comes_then_its_points_and_unit_are_free_again(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    offer = await making.offered(scene, tx)

    while await expire_due(offer.moment.expires_at, tx):
        pass

    found = await moments.get_moment(offer.moment.id, member=scene.member, tx=tx)
    assert found.state is MomentState.EXPIRED
    assert await making.money(scene.treat, tx) == (500, 0, 0, 500)
    assert await making.shelf(scene.treat, tx) == [(10, 0, 0)]
    await making.reconcile(scene.treat, tx)


async def test_given_a_paused_treat_when_a_run_ends_then_it_is_not_offered_until_it_is_resumed(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    other = await making.a_runner(scene.programme, tx=tx)
    where = {"programme": scene.programme.id, "tx": tx}

    await moments.pause(scene.treat.id, partner=scene.partner.id, **where)
    paused = await making.done(scene.member, tx=tx)
    await moments.resume(scene.treat.id, partner=scene.partner.id, **where)
    resumed = await making.done(other, tx=tx)

    assert (paused.offer, resumed.offer is not None) == (None, True)


async def outcome_of(ended: moments.Ended, tx: Tx) -> str:
    return await tx.value(OUTCOME, ended.session.programme, ended.session.id)


async def test_given_what_speaks_against_an_offer_when_a_run_ends_then_none_is_made_and_why_noted(
    tx: Tx,
) -> None:
    found = {}
    scene = await making.a_scene(tx)
    shy = await making.a_runner(scene.programme, allows=False, tx=tx)
    found["no consent"] = await making.done(shy, tx=tx)
    found["no position"] = await making.done(scene.member, position=None, tx=tx)
    far = Position(48.30, 16.50)
    found["far away"] = await making.done(scene.member, position=far, tx=tx)
    found["another sport"] = await making.done(scene.member, type=Type.SWIM, tx=tx)
    session = await making.began(scene.member, tx=tx)
    late = {"ended_at": NOON + 30 * MINUTE, "position": HERE, "at": NOON + HOUR}
    found["told late"] = await moments.end_session(session.id, member=scene.member, tx=tx, **late)
    for name, hours in (("closed", NEVER), ("closing", closing_at(12 * 60 + 40))):
        shut = await making.a_scene(tx)
        await change_hours(shut, hours, tx)
        found[name] = await making.done(shut.member, tx=tx)
    empty = await making.a_scene(tx, stock=0)
    found["no stock"] = await making.done(empty.member, tx=tx)
    poor = await making.a_scene(tx, points=50)
    await making.offered(poor, tx)
    other = await making.a_runner(poor.programme, tx=tx)
    found["no budget"] = await making.done(other, tx=tx)
    found["too short"] = await making.done(
        (await making.a_scene(tx, seconds_min=3_600)).member, tx=tx
    )

    outcomes = {name: await outcome_of(ended, tx) for name, ended in found.items()}

    nothing = {name for name in outcomes if outcomes[name] == "NOTHING_NEAR"}
    assert all(ended.offer is None for ended in found.values())
    assert outcomes["no consent"] == outcomes["no position"] == "NO_PLACE"
    assert outcomes["told late"] == "LATE"
    assert nothing == found.keys() - {"no consent", "no position", "told late"}


async def test_given_an_offer_when_another_run_ends_then_there_is_no_second_one(tx: Tx) -> None:
    scene = await making.a_scene(tx, member_max=9)
    await making.offered(scene, tx)

    again = await making.done(scene.member, at=NOON + 35 * MINUTE, tx=tx)

    assert (again.offer, await outcome_of(again, tx)) == (None, "HAS_OFFER")


async def test_given_a_refusal_when_another_run_ends_that_day_then_nothing_is_offered(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, member_max=9)
    offer = await making.offered(scene, tx)
    at = NOON + 31 * MINUTE

    refused = await moments.refuse(offer.moment.id, member=scene.member, at=at, tx=tx)
    same = await moments.refuse(offer.moment.id, member=scene.member, at=at + MINUTE, tx=tx)
    today = await making.done(scene.member, at=NOON + HOUR, tx=tx)
    tomorrow = await making.done(scene.member, at=NOON + making.DAY, tx=tx)

    assert (refused.state, same) == (MomentState.REFUSED, refused)
    assert (today.offer, await outcome_of(today, tx)) == (None, "REFUSED_TODAY")
    assert tomorrow.offer is not None
    await making.reconcile(scene.treat, tx)


async def test_given_a_member_who_had_it_when_their_limit_is_reached_then_another_day_it_is_not(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, member_max=1, member_days=2)
    offer = await making.offered(scene, tx)
    at = NOON + 31 * MINUTE
    await making.redeemed(scene, await making.code_of(offer.moment, scene.member, at, tx), at, tx)

    next_day = await making.done(scene.member, at=NOON + making.DAY, tx=tx)
    after = await making.done(scene.member, at=NOON + 2 * making.DAY, tx=tx)

    assert (next_day.offer, after.offer is not None) == (None, True)


async def test_given_two_sports_when_they_end_then_each_gets_what_is_made_for_it(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    strength = frozenset({Type.STRENGTH})
    words = {"kind": "PROTEIN_DRINK", "name": "Protein shake", "fits": strength, "texts": {}}
    await making.live(scene.partner, scene.outlet, tx=tx, **words)
    other = await making.a_runner(scene.programme, tx=tx)

    run = await making.done(scene.member, tx=tx)
    weights = await making.done(other, type=Type.STRENGTH, tx=tx)

    assert run.offer is not None
    assert weights.offer is not None
    assert (run.offer.kind, weights.offer.kind) == ("DRINK", "PROTEIN_DRINK")
    assert weights.offer.title == "Protein shake"


async def test_given_a_treat_that_ends_when_its_offer_is_open_then_it_is_honoured_and_the_rest_goes(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    other = await making.a_runner(scene.programme, tx=tx)
    first, second = await making.offered(scene, tx), (await making.done(other, tx=tx)).offer
    assert second is not None
    at = NOON + 31 * MINUTE
    code = await making.code_of(first.moment, scene.member, at, tx)

    await moments.end(scene.treat.id, programme=scene.programme.id, at=at, tx=tx)
    await making.redeemed(scene, code, at, tx)
    while await expire_due(NOON + 3 * HOUR, tx):
        pass

    assert await making.money(scene.treat, tx) == (500, 0, 50, 0)
    await making.reconcile(scene.treat, tx)
    balance = await ledger.balance(scene.partner.account, book=scene.partner.book, at=NOON, tx=tx)
    assert balance.balance == 10_000 - 50


def closing_at(minute: int) -> Hours:
    return Hours(((Span(0, minute),),) * 7)


async def change_hours(scene: making.Scene, hours: Hours, tx: Tx) -> None:
    outlet = scene.outlet
    await outlets.change(
        outlet.id,
        name=outlet.name,
        position=outlet.position,
        zone="UTC",
        hours=hours,
        programme=scene.programme.id,
        tx=tx,
    )
