"""Accept: what is promised is set aside, once for each decision, and never more than there is."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from domain import members, offers
from domain.ledger import KeyReused
from domain.members import LabelKind, Member, NoSuchMember
from domain.offers import (
    Acceptance,
    AcceptanceState,
    Accepted,
    AcceptedTooOften,
    AlreadyAccepted,
    Gain,
    InSegment,
    Lapsed,
    NoSuchOffer,
    NotForMember,
    Offer,
    OfferClosed,
    OfferKind,
    Placement,
    UsedUp,
    WhyNot,
    personal,
)
from domain.offers.accepting import lapse_due
from domain.offers.showing import forget_due
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import run_out
from tests.domain.offers import making
from tests.domain.offers.making import DAY, HOUR, Scene
from tests.support import given
from tests.support.given import NOON

OVER = NOON + 6 * DAY
CONTENT: dict[str, Any] = {"kind": OfferKind.CONTENT, "gain": Gain()}


async def test_given_an_offer_when_it_is_accepted_then_its_points_are_set_aside_until_they_lapse(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)

    one = await making.accepts(scene, tx)

    (told,) = [event for event in tx.staged if isinstance(event, Accepted)]
    assert (told.object, told.offer, told.until) == (one.id, scene.offer.id, NOON + 48 * HOUR)
    assert await making.money(scene.offer, tx) == (500, 40, 0, 460)
    await making.reconcile(scene.offer, tx)

    await run_out(lapse_due, NOON + 48 * HOUR + timedelta(days=3, seconds=-1), tx)
    early = await making.money(scene.offer, tx)
    await run_out(lapse_due, OVER, tx)

    (gone,) = [one for one in tx.staged if isinstance(one, Lapsed) and one.subject == told.subject]
    assert (early, gone.unused) == ((500, 40, 0, 460), True)
    assert await making.money(scene.offer, tx) == (500, 0, 0, 500)
    await making.reconcile(scene.offer, tx)


async def test_given_an_acceptance_when_the_same_decision_comes_again_then_it_is_the_same(
    tx: Tx,
) -> None:
    scene, decision = await making.a_scene(tx), ids.new(NOON)
    first = await making.accepts(scene, tx, decision=decision)

    again = await making.accepts(scene, tx, decision=decision, at=NOON + HOUR)

    assert again == first
    assert len([event for event in tx.staged if isinstance(event, Accepted)]) == 1
    assert await making.money(scene.offer, tx) == (500, 40, 0, 460)
    await making.reconcile(scene.offer, tx)


async def gone(scene: Scene, tx: Tx) -> None:
    await members.leave(scene.member, at=NOON, tx=tx)


async def ended(scene: Scene, tx: Tx) -> None:
    await offers.end(scene.offer.id, programme=scene.programme.id, at=NOON, tx=tx)


async def accepted(scene: Scene, tx: Tx) -> None:
    await making.accepts(scene, tx)


async def lapsed(scene: Scene, tx: Tx) -> None:
    await making.accepts(scene, tx, at=NOON - DAY)
    await run_out(lapse_due, OVER, tx)


async def nothing(scene: Scene, tx: Tx) -> None:
    """As it is."""


@pytest.mark.parametrize(
    ("said", "before", "refusal"),
    [
        ({}, gone, NoSuchMember),
        ({}, ended, OfferClosed),
        ({"valid_from": NOON + DAY}, nothing, OfferClosed),
        ({"rule": InSegment(frozenset({"runners"}))}, nothing, NotForMember),
        ({"accept_max": 1}, accepted, AlreadyAccepted),
        ({"accept_max": 1}, lapsed, AcceptedTooOften),
        ({"accept_max": None, "total_max": 1}, lapsed, UsedUp),
    ],
    ids=["member", "ended", "early", "rule", "standing", "cap", "total"],
)
async def test_given_what_stands_in_the_way_when_it_is_accepted_then_that_is_refused(
    said: Any, before: Any, refusal: type[Refused], tx: Tx
) -> None:
    scene = await making.a_scene(tx, **said)
    await before(scene, tx)
    earlier = await making.money(scene.offer, tx)

    with pytest.raises(refusal):
        await making.accepts(scene, tx)

    assert await making.money(scene.offer, tx) == earlier
    await making.reconcile(scene.offer, tx)


async def test_given_several_things_in_the_way_when_it_is_accepted_then_the_first_is_told(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, points=40, rule=InSegment(frozenset({"runners"})))
    other = await given.a_member(scene.programme, tx=tx)
    for who in (scene.member, other):
        await members.label(who, kind=LabelKind.SEGMENT, name="runners", at=NOON - DAY, tx=tx)
    decision = ids.new(NOON)
    await making.accepts(scene, tx, decision=decision)

    refused = []
    for who, key in ((other, decision), (scene.member, None), (other, None)):
        with pytest.raises(Refused) as caught:
            await making.accepts(scene, tx, member=who, decision=key)
        refused.append(type(caught.value))
    await members.unlabel(other, kind=LabelKind.SEGMENT, name="runners", at=NOON, tx=tx)
    with pytest.raises(NotForMember):
        await making.accepts(scene, tx, member=other)

    assert refused == [KeyReused, AlreadyAccepted, UsedUp]


async def test_given_drafts_and_others_offers_when_they_are_accepted_then_there_are_none(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    draft = await making.a_draft(scene.programme, scene.partner, tx)
    elsewhere = await making.a_scene(tx)

    for id in (draft.id, elsewhere.offer.id, ids.new(NOON)):
        with pytest.raises(NoSuchOffer):
            await offers.accept(id, member=scene.member, decision=ids.new(NOON), at=NOON, tx=tx)


async def test_given_content_when_it_is_accepted_then_it_costs_nothing_and_is_counted(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, **CONTENT, accept_max=2, member_days=10)

    both = [await making.accepts(scene, tx, at=NOON + n * HOUR) for n in range(2)]

    assert {one.state for one in both} == {AcceptanceState.USED}
    with pytest.raises(AcceptedTooOften):
        await making.accepts(scene, tx, at=NOON + 3 * HOUR)
    await making.accepts(scene, tx, at=NOON + 10 * DAY)


async def test_given_limits_when_a_member_asks_then_each_offer_says_what_stands_in_the_way(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    home, member = scene.programme, scene.member
    make = partial(making.live, home, None, tx)
    named = {
        "watch": await make(placements=frozenset({Placement.WATCH})),
        "rule": await make(rule=InSegment(frozenset({"runners"}))),
        "cap": await make(**CONTENT),
        "shown": await make(**CONTENT, shown_max=2),
        "broke": await make(points=40),
        "early": await make(valid_from=NOON + DAY),
        "fine": await make(),
    }
    await making.accepts(scene, tx)
    await making.accepts(Scene(home, member, scene.partner, named["cap"]), tx)
    other = await given.a_member(home, tx=tx)
    await making.accepts(Scene(home, other, scene.partner, named["broke"]), tx)
    for _ in range(2):
        ids_ = [named["shown"].id, named["fine"].id]
        await offers.shown(ids_, member=member.id, programme=home.id, at=NOON, tx=tx)

    asked = [scene.offer.id, ids.new(NOON), *(one.id for one in named.values())]
    found = await offers.available(asked, member=member, placement=Placement.HOME, at=NOON, tx=tx)

    assert {name: found[one.id].why_not for name, one in named.items()} == {
        "watch": WhyNot.PLACEMENT,
        "rule": WhyNot.RULE,
        "cap": WhyNot.MEMBER_CAP,
        "shown": WhyNot.SHOWN_CAP,
        "broke": WhyNot.USED_UP,
        "early": WhyNot.CLOSED,
        "fine": None,
    }
    assert found[scene.offer.id].why_not is WhyNot.ACCEPTED
    assert (len(found), found[named["fine"].id].ok) == (8, True)


async def test_given_an_offer_shown_often_enough_when_its_days_are_over_then_it_is_shown_again(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, **CONTENT, shown_max=2, member_days=10)
    where: dict[str, Any] = {"programme": scene.programme.id, "at": NOON, "tx": tx}
    for _ in range(2):
        await offers.shown([scene.offer.id], member=scene.member.id, **where)

    early = await forget_due(NOON + 366 * DAY, tx)

    found = [
        (await offers.available([scene.offer.id], member=scene.member, at=at, tx=tx)).values()
        for at in (NOON, NOON + 9 * DAY, NOON + 10 * DAY)
    ]

    assert [one.why_not for each in found for one in each] == [
        WhyNot.SHOWN_CAP,
        WhyNot.SHOWN_CAP,
        None,
    ]
    # Others have shown something in the same database, too.
    assert early == 0
    assert await forget_due(NOON + 400 * DAY, tx) >= 1


async def test_given_an_acceptance_when_the_member_is_forgotten_then_its_points_are_free_at_once(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    await making.accepts(scene, tx)
    before = await personal.told(scene.member.id, programme=scene.programme.id, tx=tx)
    await personal.forget(scene.member.id, programme=scene.programme.id, at=NOON, tx=tx)
    await run_out(lapse_due, NOON + DAY, tx)

    assert len(before["offer_acceptance"]) == 1
    assert await making.money(scene.offer, tx) == (500, 0, 0, 500)
    await making.reconcile(scene.offer, tx)


async def committed(**said: Any) -> tuple[Scene, Sequence[Member]]:
    """A scene with a dozen members, in the shared database."""
    async with db.transaction() as tx:
        scene = await making.a_scene(tx, **said)
        return scene, [await given.a_member(scene.programme, tx=tx) for _ in range(11)]


async def try_to(offer: Offer, member: Member, decision: UUID) -> Acceptance | Refused:
    try:
        async with db.transaction() as tx:
            return await offers.accept(offer.id, member=member, decision=decision, at=NOON, tx=tx)
    except Refused as refused:
        return refused


@pytest.mark.parametrize("said", [{"points": 120}, {"total_max": 3}], ids=["budget", "total"])
async def test_given_room_for_three_when_twelve_accept_at_once_then_three_do(
    said: Any, database: None
) -> None:
    scene, others = await committed(**said)
    everybody = [scene.member, *others]
    acts = [partial(try_to, scene.offer, who, ids.new(NOON)) for who in everybody]

    came = await making.at_once(acts, making.OFFER, scene.offer.id)

    done = [one for one in came if isinstance(one, Acceptance)]
    assert (len(done), {type(one) for one in came if one not in done}) == (3, {UsedUp})
    async with db.transaction() as tx:
        await making.reconcile(scene.offer, tx)


async def test_given_one_member_when_they_accept_many_times_at_once_then_it_counts_once(
    database: None,
) -> None:
    scene, _ = await committed()
    same, other = ids.new(NOON), ids.new(NOON)
    acts = [partial(try_to, scene.offer, scene.member, key) for key in (same, same, same, other)]

    came = await making.at_once(acts, making.MEMBER, scene.member.id)

    done = [one for one in came if isinstance(one, Acceptance)]
    assert len({one.id for one in done}) == 1
    assert {type(one) for one in came if one not in done} <= {AlreadyAccepted}
    async with db.transaction() as tx:
        assert await making.money(scene.offer, tx) == (500, 40, 0, 460)
        await making.reconcile(scene.offer, tx)
