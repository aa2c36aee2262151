"""Drafting and deciding: what an offer may say, who may do what with it, and whose points it is."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from domain import challenges, ledger, offers, outlets
from domain.ledger import InsufficientPoints, KeyReused
from domain.members import Member
from domain.offers import (
    AnothersOffer,
    BadFunding,
    BadOffer,
    BadRule,
    BadVerdict,
    Creative,
    Gain,
    InTier,
    Near,
    NoSuchOffer,
    Not,
    OfferHalted,
    OfferKind,
    OfferNotFunded,
    OfferNotInState,
    State,
    WhyNot,
)
from domain.offers.deciding import end_due
from infra import ids
from infra.db import Tx
from tests.domain.challenges import making as challenging
from tests.domain.challenges.making import a_payer, run_out
from tests.domain.offers import making
from tests.domain.offers.making import BONUS, DAY, DOUBLE, RUN
from tests.domain.outlets.making import HERE, an_outlet
from tests.support import given
from tests.support.given import NOON


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "  "}, "name"),
        ({"creatives": {"en": Creative("")}}, "creatives"),
        ({"creatives": {"not a tag!": Creative("Hi")}}, "creatives"),
        (
            {"creatives": {"en": Creative("Hi", image="http://x.example/a.png", alt="A")}},
            "creatives",
        ),
        ({"creatives": {"en": Creative("Hi", image="https://x.example/a.png")}}, "creatives"),
        ({"creatives": {"en": Creative("Hi", action="javascript:alert(1)")}}, "creatives"),
        ({"placements": frozenset()}, "placements"),
        ({"about": ("coffee",)}, "about"),
        ({"margin": -1}, "margin"),
        ({"cost": -1}, "cost"),
        ({"gain": replace(BONUS, points=0)}, "points"),
        ({"kind": OfferKind.MULTIPLIER, "gain": replace(DOUBLE, hundredths=100)}, "hundredths"),
        ({"kind": OfferKind.MULTIPLIER, "gain": replace(DOUBLE, most=0)}, "most"),
        ({"gain": replace(BONUS, times=0)}, "times"),
        ({"gain": Gain(points=600_000, times=2, types=RUN, within_hours=1)}, "times"),
        ({"gain": replace(BONUS, types=frozenset())}, "types"),
        ({"gain": replace(BONUS, within_hours=601)}, "within_hours"),
        ({"kind": OfferKind.DISCOUNT}, "reward"),
        ({"kind": OfferKind.CHALLENGE}, "challenge"),
        ({"kind": OfferKind.CHALLENGE, "gain": Gain(challenge=ids.new(NOON))}, "challenge"),
        ({"accept_max": 0}, "accept_max"),
        ({"shown_max": 0}, "shown_max"),
        ({"member_days": 0}, "member_days"),
        ({"total_max": 0}, "total_max"),
        ({"holdout_percent": 51}, "holdout_percent"),
        ({"valid_until": NOON}, "valid_until"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_given_what_cannot_be_meant_when_an_offer_is_made_then_that_field_is_told(
    said: dict[str, Any], field: str, tx: Tx
) -> None:
    programme = await given.a_programme(tx=tx)

    with pytest.raises(BadOffer) as refused:
        await making.a_draft(programme, None, tx, **said)

    assert refused.value.path == (field,)


async def test_given_an_offer_when_it_goes_its_way_then_each_state_allows_what_it_should(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    partner = await a_payer(programme, tx=tx)
    mine: dict[str, Any] = {"partner": partner.id, "programme": programme.id, "tx": tx}
    ours: dict[str, Any] = {"programme": programme.id, "tx": tx}
    one = await making.a_draft(programme, partner, tx)
    edit = partial(offers.edit, one.id, making.terms(name="Other"), at=NOON)

    for act, refusal in (
        (offers.approve(one.id, at=NOON, **ours), OfferNotInState),
        (offers.submit(one.id, at=NOON, **mine), OfferNotFunded),
        (offers.submit(one.id, at=NOON, **ours), AnothersOffer),
        (edit(**ours), AnothersOffer),
        (offers.pause(one.id, **mine), OfferNotInState),
        (offers.reject(one.id, reason=" ", **ours), BadVerdict),
    ):
        with pytest.raises(refusal):
            await act
    edited = await edit(**mine)
    assert (edited.version, (await edit(**mine)).version) == (2, 2)
    await making.fund(one, 40, tx)
    await offers.submit(one.id, at=NOON, **mine)
    with pytest.raises(OfferNotInState):
        await edit(**mine)
    assert (await offers.reject(one.id, reason="Louder", **ours)).reason == "Louder"


async def test_given_an_offer_that_is_live_when_it_stops_and_goes_on_then_the_shelf_tells(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    partner = await a_payer(programme, tx=tx)
    mine: dict[str, Any] = {"partner": partner.id, "programme": programme.id, "tx": tx}
    ours: dict[str, Any] = {"programme": programme.id, "tx": tx}
    before = await offers.shelf(**ours)
    one = await making.live(programme, partner, tx, points=40)

    shelf = await offers.shelf(known=before, **ours)
    assert [entry.offer for entry in shelf.entries] == [one.id]
    assert await offers.shelf(known=shelf, **ours) is shelf
    await offers.pause(one.id, **mine)
    await offers.resume(one.id, **mine)
    await offers.pause(one.id, **ours)
    for act in (offers.resume(one.id, **mine), offers.end(one.id, at=NOON, **mine)):
        with pytest.raises(OfferHalted):
            await act
    paused = await offers.shelf(known=shelf, **ours)
    assert (paused.entries, paused.version > shelf.version > before.version) == ((), True)
    await offers.resume(one.id, **ours)
    assert len(await offers.live(at=NOON, **ours)) == 1
    ended = await offers.end(one.id, at=NOON, **ours)
    assert (ended.state, ended.returned, (await offers.end(one.id, at=NOON, **mine))) == (
        State.ENDED,
        40,
        ended,
    )


async def test_given_points_when_an_offer_is_funded_then_they_move_once_and_only_the_payers(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    partner, rival = await a_payer(programme, tx=tx), await a_payer(programme, tx=tx)
    one, other = [await making.a_draft(programme, partner, tx) for _ in range(2)]
    free = await making.a_draft(programme, partner, tx, kind=OfferKind.CONTENT, gain=Gain())
    id = ids.new(NOON)
    words: dict[str, Any] = {"programme": programme.id, "at": NOON, "tx": tx}

    await making.fund(one, 100, tx, id=id)
    again = await making.fund(one, 100, tx, id=id)

    assert again.funded == 100
    fund = partial(offers.fund, partner=partner.id, **words)
    for act, refusal in (
        (fund(one.id, 0, id=ids.new(NOON)), BadFunding),
        (fund(ids.new(NOON), 1, id=ids.new(NOON)), NoSuchOffer),
        (offers.fund(one.id, 1, partner=rival.id, id=ids.new(NOON), **words), NoSuchOffer),
        (offers.fund(one.id, 1, id=ids.new(NOON), **words), AnothersOffer),
        (fund(other.id, 100, id=id), KeyReused),
        (fund(one.id, 101, id=id), KeyReused),
        (fund(free.id, 1, id=ids.new(NOON)), BadFunding),
        (fund(one.id, 10_000, id=ids.new(NOON)), InsufficientPoints),
    ):
        with pytest.raises(refusal):
            await act
    await making.reconcile(one, tx)
    await offers.end(one.id, **words)
    with pytest.raises(OfferNotInState):
        await fund(one.id, 1, id=ids.new(NOON))
    home = await ledger.balance(partner.account, book=programme.book, at=NOON, tx=tx)
    assert home.balance == 10_000
    assert not await ledger.reconcile(programme.book, tx=tx)


async def test_given_an_offer_whose_time_is_over_when_the_job_comes_then_it_ends_and_pays_back(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)

    await run_out(end_due, NOON + 30 * DAY, tx)

    now = await offers.get(scene.offer.id, programme=scene.programme.id, tx=tx)
    assert (now.state, now.returned, now.left) == (State.ENDED, 500, 0)
    await making.reconcile(scene.offer, tx)


async def test_given_the_same_words_when_an_offer_is_made_again_then_it_is_the_same(
    tx: Tx,
) -> None:
    programme, id = await given.a_programme(tx=tx), ids.new(NOON)
    first = await making.a_draft(programme, None, tx, id=id)

    assert await making.a_draft(programme, None, tx, id=id) == first
    with pytest.raises(KeyReused):
        await making.a_draft(programme, None, tx, id=id, name="Other")
    with pytest.raises(NoSuchOffer):
        await offers.get(id, partner=ids.new(NOON), programme=programme.id, tx=tx)


async def test_given_a_rule_about_outlets_when_it_is_kept_then_only_who_is_near_and_agrees_fits(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    outlet = await an_outlet(scene.partner, tx=tx)
    near = Near(outlets=frozenset({outlet.id}))
    offer = await making.live(scene.programme, scene.partner, tx, rule=near)
    away = await making.live(scene.programme, scene.partner, tx, rule=Not(near))
    bad = Near(outlets=frozenset({ids.new(NOON)}))
    with pytest.raises(outlets.NoSuchOutlet):
        await making.a_draft(scene.programme, None, tx, rule=bad)
    with pytest.raises(BadRule):
        await making.a_draft(scene.programme, None, tx, rule=InTier(frozenset()))

    async def stands(facts: offers.Facts) -> list[WhyNot | None]:
        found = await offers.available(
            [offer.id, away.id], member=scene.member, facts=facts, at=NOON, tx=tx
        )
        return [found[one.id].why_not for one in (offer, away)]

    facts = (await offers.facts([scene.member], at=NOON, tx=tx))[scene.member.id]
    here = replace(facts, cells=offers.around([outlets.cell_of(HERE)]))
    elsewhere = replace(facts, cells=frozenset({1}))
    assert facts.cells is None
    assert await stands(facts) == [WhyNot.RULE, WhyNot.RULE]
    assert await stands(here) == [None, WhyNot.RULE]
    assert await stands(elsewhere) == [WhyNot.RULE, None]


async def stood(offer: offers.Offer, member: Member, tx: Tx) -> WhyNot | None:
    found = await offers.available([offer.id], member=member, at=NOON, tx=tx)
    return found[offer.id].why_not


async def test_given_an_offer_to_join_when_the_member_is_in_or_may_not_then_it_is_not_shown(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    joinable = await challenging.live(scene.partner, tx)
    draft = await challenging.made(scene.partner, tx)
    words: dict[str, Any] = {"kind": OfferKind.CHALLENGE}
    open, hidden = [
        await making.live(scene.programme, None, tx, gain=Gain(challenge=one.id), **words)
        for one in (joinable, draft)
    ]

    before = await stood(open, scene.member, tx), await stood(hidden, scene.member, tx)
    await challenges.join(joinable.id, member=scene.member, at=NOON, tx=tx)

    assert before == (None, WhyNot.CHALLENGE)
    assert await stood(open, scene.member, tx) is WhyNot.CHALLENGE


async def test_given_nothing_known_when_facts_are_read_then_what_members_did_and_said_is_told(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    facts = await offers.facts([scene.member], at=NOON + 10 * DAY, tx=tx)

    one = facts[scene.member.id]

    assert (one.member_days, one.age, one.tiers, dict(one.done)) == (10, None, frozenset(), {})
    assert await offers.facts([], at=NOON, tx=tx) == {}
