"""Treats: made, paid for, decided about, and refused in the documented order."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest

from domain import ledger, moments
from domain.activities import Type
from domain.moments import Owner, State
from domain.moments.deciding import end_due
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import a_payer
from tests.domain.moments import making
from tests.domain.moments.making import DAY
from tests.domain.outlets.making import an_outlet
from tests.support import given
from tests.support.given import NOON

ID = ids.derived(NOON, "treat")

WRONG_TERMS = [
    ("kind", {"kind": "a drink"}),
    ("name", {"name": ""}),
    ("texts", {"texts": {"en": moments.Text("")}}),
    ("texts", {"texts": {"english please": moments.Text("A drink")}}),
    ("fits", {"fits": frozenset({Type.SLEEP})}),
    ("seconds_min", {"seconds_min": -1}),
    ("cost", {"cost": 0}),
    ("worth", {"worth": -1}),
    ("member_max", {"member_max": 0}),
    ("member_days", {"member_days": 0}),
    ("valid_until", {"valid_until": NOON}),
]


@pytest.mark.parametrize(("field", "said"), WRONG_TERMS)
async def test_given_each_wrong_word_when_a_treat_is_made_then_it_is_refused(
    field: str, said: dict, tx: Tx
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(moments.BadTreat) as refused:
        await making.a_draft(partner, tx=tx, **said)

    assert refused.value.path == (field,)


async def test_given_each_wrong_act_when_a_treat_is_run_then_it_is_refused_in_order(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    stranger = await a_payer(scene.programme, tx=tx)
    draft = await making.a_draft(scene.partner, tx=tx)
    owned = await making.a_draft(scene.partner, owner=Owner.PROGRAMME, tx=tx)
    live, words = scene.treat, {"programme": scene.programme.id, "tx": tx}
    mine, at = {**words, "partner": scene.partner.id}, {"at": NOON}
    theirs = {**words, "partner": stranger.id}
    ops = words
    late = {"at": NOON + 40 * DAY}
    terms = making.terms()
    new = {"id": ids.new(NOON), **at}
    foreign = await an_outlet(stranger, tx=tx)
    rows: list[tuple[Awaitable[Any], str]] = [
        (moments.edit(draft.id, terms, **theirs, **at), "NO_SUCH_TREAT"),
        (moments.edit(draft.id, terms, **ops, **at), "TREAT_IS_ANOTHERS"),
        (moments.edit(owned.id, terms, **mine, **at), "TREAT_IS_ANOTHERS"),
        (moments.edit(live.id, terms, **mine, **at), "TREAT_NOT_IN_STATE"),
        (moments.fund(draft.id, 0, **theirs, **new), "BAD_POINTS"),
        (moments.fund(draft.id, 10, **theirs, **new), "NO_SUCH_TREAT"),
        (moments.fund(draft.id, 10, **ops, **new), "TREAT_IS_ANOTHERS"),
        (moments.fund(draft.id, 9_501, **mine, **new), "INSUFFICIENT_POINTS"),
        (moments.submit(draft.id, **theirs, **at), "NO_SUCH_TREAT"),
        (moments.submit(draft.id, **ops, **at), "TREAT_IS_ANOTHERS"),
        (moments.submit(live.id, **mine, **at), "TREAT_NOT_IN_STATE"),
        (moments.submit(draft.id, **mine, **late), "BAD_TREAT"),
        (moments.submit(draft.id, **mine, **at), "TREAT_NOT_FUNDED"),
        (moments.approve(ID, **ops, **at), "NO_SUCH_TREAT"),
        (moments.approve(draft.id, **ops, **at), "TREAT_NOT_IN_STATE"),
        (moments.reject(ID, reason=" ", **ops), "BAD_REASON"),
        (moments.reject(ID, reason="no", **ops), "NO_SUCH_TREAT"),
        (moments.reject(live.id, reason="no", **ops), "TREAT_NOT_IN_STATE"),
        (moments.pause(draft.id, **mine), "TREAT_NOT_IN_STATE"),
        (moments.resume(draft.id, **mine), "TREAT_NOT_IN_STATE"),
        (moments.set_stock(live.id, scene.outlet.id, 5, **theirs), "NO_SUCH_TREAT"),
        (moments.set_stock(live.id, foreign.id, 5, **mine), "NO_SUCH_OUTLET"),
        (moments.set_stock(live.id, scene.outlet.id, -1, **mine), "BAD_STOCK"),
    ]

    codes = [await code(act) for act, _ in rows]

    assert codes == [code for _, code in rows]


async def test_given_a_halted_treat_when_its_partner_goes_on_then_only_an_operator_may(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    ops = {"programme": scene.programme.id, "tx": tx}
    mine = {**ops, "partner": scene.partner.id}
    await moments.pause(scene.treat.id, **mine)
    halted = await moments.pause(scene.treat.id, **ops)

    refused = [
        await code(moments.resume(scene.treat.id, **mine)),
        await code(moments.end(scene.treat.id, at=NOON, **mine)),
    ]
    resumed = await moments.resume(scene.treat.id, **ops)

    assert (halted.state, halted.halted, refused) == (State.PAUSED, True, ["TREAT_HALTED"] * 2)
    assert (resumed.state, resumed.halted) == (State.LIVE, False)


async def test_given_the_same_again_when_a_treat_is_made_and_funded_then_it_is_done_once(
    tx: Tx,
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    words = {"programme": partner.programme, "at": NOON, "tx": tx}
    make = {"partner": partner.id, "owner": Owner.PARTNER, "id": ID, **words}
    first = await moments.create(making.terms(), **make)
    same = await moments.create(making.terms(), **make)
    await making.fund(first, 100, tx, id=ID)
    again = await making.fund(first, 100, tx, id=ID)

    other = await code(moments.create(making.terms(cost=60), **make))
    more = await code(making.fund(first, 101, tx, id=ID))

    assert (same, again.funded, other, more) == (first, 100, "KEY_REUSED", "KEY_REUSED")
    held = await ledger.balance(partner.account, book=partner.book, at=NOON, tx=tx)
    assert held.balance == 9_900


async def test_given_a_rejected_treat_when_it_is_changed_then_it_may_be_submitted_again(
    tx: Tx,
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    draft = await making.a_draft(partner, tx=tx)
    await making.fund(draft, 100, tx)
    ops = {"programme": partner.programme, "tx": tx}
    mine = {**ops, "partner": partner.id, "at": NOON}
    await moments.submit(draft.id, **mine)

    rejected = await moments.reject(draft.id, reason="say what it is", **ops)
    edited = await moments.edit(draft.id, replace(making.terms(), name="Water"), **mine)
    await moments.submit(draft.id, **mine)
    approved = await moments.approve(draft.id, at=NOON, **ops)

    assert (rejected.state, rejected.reason) == (State.REJECTED, "say what it is")
    assert (edited.terms.name, approved.state, approved.reason) == ("Water", State.LIVE, None)


async def test_given_a_treat_of_the_programme_when_its_time_is_over_then_its_points_are_unmade(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    partner = await a_payer(programme, holding=0, tx=tx)
    outlet = await an_outlet(partner, tx=tx)
    treat = await making.live(partner, outlet, owner=Owner.PROGRAMME, tx=tx)
    at = treat.terms.valid_until

    while await end_due(at, tx):
        pass

    now = await moments.get(treat.id, programme=programme.id, tx=tx)
    assert (now.state, now.returned, now.left, now.ended_at) == (State.ENDED, 500, 0, at)
    await making.reconcile(treat, tx)
    again = await moments.end(treat.id, programme=programme.id, at=at + DAY, tx=tx)
    assert again == now


async def code(act: Awaitable[Any]) -> str:
    try:
        await act
    except Refused as refused:
        return refused.code
    return "DONE"
