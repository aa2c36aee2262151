"""Rewards: made, priced, stocked, decided about, and refused in the documented order."""

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any

import pytest

from domain import giving, ledger, rewards
from domain.rewards import Image, Owner, RewardKind, State, Text
from domain.rewards.deciding import end_due
from infra import ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import a_payer
from tests.domain.outlets.making import an_outlet
from tests.domain.rewards import making
from tests.domain.rewards.making import DAY
from tests.support import given
from tests.support.given import NOON

ID = ids.derived(NOON, "reward")
URL = "https://pictures.example/cup.png"
WRONG_TERMS = [
    ("name", {"name": ""}),
    ("code", {"code": "Free Cup"}),
    ("texts", {"texts": {"en": Text("")}}),
    ("texts", {"texts": {"en": Text("A cup", "x" * 2_001)}}),
    ("texts", {"texts": {"english please": Text("A cup")}}),
    ("images", {"images": [Image("http://pictures.example/cup.png", {"en": "A cup"})]}),
    ("images", {"images": [Image(URL, {})]}),
    ("images", {"images": [Image(URL, {"en": ""})]}),
    ("images", {"images": [Image(URL, {"en": "A cup"})] * 11}),
    ("price", {"price": 0}),
    ("cash_minor", {"cash_minor": -1}),
    ("cash_minor", {"kind": RewardKind.VOUCHER, "cash_minor": 1, "currency": "EUR"}),
    ("value_minor", {"value_minor": -1}),
    ("currency", {"cash_minor": 100}),
    ("currency", {"cash_minor": 100, "currency": "ABC"}),
    ("tiers", {"tiers": frozenset({""})}),
    ("segments", {"segments": frozenset(map(str, range(51)))}),
    ("age_min", {"age_min": 121}),
    ("member_max", {"member_max": 0}),
    ("member_days", {"member_days": 367}),
    ("total_max", {"total_max": 0}),
    ("total_days", {"total_days": 0}),
    ("outlets", {"kind": RewardKind.VOUCHER, "outlets": frozenset({ID})}),
    ("outlets", {"outlets": frozenset({ID})}),
    ("cause", {"cause": ID}),
    ("cause", {"kind": RewardKind.DONATION}),
    ("cause", {"kind": RewardKind.DONATION, "cause": ID}),
    ("reserve_seconds", {"reserve_seconds": 59}),
    ("refund_days", {"refund_days": 367}),
    ("valid_until", {"valid_until": NOON}),
]


@pytest.mark.parametrize(("field", "said"), WRONG_TERMS)
async def test_given_each_wrong_word_when_a_reward_is_made_then_it_is_refused(
    field: str, said: dict, tx: Tx
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)

    with pytest.raises(rewards.BadTerms) as refused:
        await making.a_draft(partner, tx=tx, **said)

    assert refused.value.path == (field,)


async def test_given_each_wrong_act_when_a_reward_is_run_then_it_is_refused_in_order(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    partner, stranger = await a_payer(programme, tx=tx), await a_payer(programme, tx=tx)
    shop, foreign = await an_outlet(partner, tx=tx), await an_outlet(stranger, tx=tx)
    member = await given.a_member(programme, tx=tx)
    draft = await making.a_draft(partner, tx=tx)
    own = await making.a_draft(partner, owner=Owner.PROGRAMME, tx=tx)
    live = await making.live(partner, stock=5, outlets=frozenset({shop.id}), code="cup", tx=tx)
    over = await making.a_draft(partner, tx=tx)
    ops: dict[str, Any] = {"programme": programme.id, "tx": tx}
    mine, theirs = {**ops, "partner": partner.id}, {**ops, "partner": stranger.id}
    at, late = {"at": NOON}, {"at": NOON + 31 * DAY}
    await rewards.end(over.id, **mine, **at)
    await making.takes(member, live, outlet=shop.id, quantity=2, tx=tx)
    terms, drink = making.terms(), making.terms(kind=RewardKind.EXPERIENCE)

    rows = [
        (rewards.edit(draft.id, replace(terms, price=0), **theirs, **at), "BAD_REWARD_TERMS"),
        (rewards.edit(draft.id, terms, **theirs, **at), "NO_SUCH_REWARD"),
        (rewards.edit(draft.id, terms, **ops, **at), "REWARD_IS_ANOTHERS"),
        (rewards.edit(own.id, terms, **mine, **at), "REWARD_IS_ANOTHERS"),
        (rewards.edit(live.id, terms, **mine, **at), "REWARD_NOT_IN_STATE"),
        (rewards.edit(draft.id, drink, **mine, **at), "BAD_REWARD_TERMS"),
        (rewards.edit(draft.id, making.terms(code="cup"), **mine, **at), "REWARD_CODE_TAKEN"),
        (making.a_draft(partner, code="cup", tx=tx), "REWARD_CODE_TAKEN"),
        (rewards.reprice(ID, price=1, **ops, **at), "NO_SUCH_REWARD"),
        (rewards.reprice(over.id, price=1, **ops, **at), "REWARD_NOT_IN_STATE"),
        (rewards.reprice(live.id, price=0, **ops, **at), "BAD_REWARD_TERMS"),
        (rewards.reprice(live.id, price=1, cash_minor=1, **ops, **at), "BAD_REWARD_TERMS"),
        (rewards.set_stock(live.id, 5, **theirs), "NO_SUCH_REWARD"),
        (rewards.set_stock(over.id, 5, **mine), "REWARD_NOT_IN_STATE"),
        (rewards.set_stock(live.id, 5, outlet=foreign.id, **mine), "NO_SUCH_OUTLET"),
        (rewards.set_stock(live.id, -1, **mine), "BAD_STOCK"),
        (rewards.set_stock(live.id, 1, **mine), "BAD_STOCK"),
        (rewards.set_stock(live.id, 1, outlet=shop.id, **mine), "BAD_STOCK"),
        (rewards.submit(draft.id, **theirs, **at), "NO_SUCH_REWARD"),
        (rewards.submit(draft.id, **ops, **at), "REWARD_IS_ANOTHERS"),
        (rewards.submit(live.id, **mine, **at), "REWARD_NOT_IN_STATE"),
        (rewards.submit(draft.id, **mine, **late), "BAD_REWARD_TERMS"),
        (rewards.approve(ID, **ops, **at), "NO_SUCH_REWARD"),
        (rewards.approve(draft.id, **ops, **at), "REWARD_NOT_IN_STATE"),
        (rewards.reject(ID, reason=" ", **ops, **at), "BAD_REASON"),
        (rewards.reject(ID, reason="no", **ops, **at), "NO_SUCH_REWARD"),
        (rewards.reject(live.id, reason="no", **ops, **at), "REWARD_NOT_IN_STATE"),
        (rewards.pause(draft.id, **mine, **at), "REWARD_NOT_IN_STATE"),
        (rewards.resume(draft.id, **mine, **at), "REWARD_NOT_IN_STATE"),
    ]

    for number, (act, expected) in enumerate(rows):
        assert await code(act) == expected, f"row {number}"


async def test_given_an_operators_pause_when_the_partner_goes_on_then_only_an_operator_may(
    tx: Tx,
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    live = await making.live(partner, tx=tx)
    ops = {"programme": partner.programme, "at": NOON, "tx": tx}
    mine = {**ops, "partner": partner.id}

    await rewards.pause(live.id, **mine)
    halted = await rewards.pause(live.id, **ops)
    tried = [
        await code(rewards.resume(live.id, **mine)),
        await code(rewards.edit(live.id, making.terms(), **mine)),
        await code(rewards.end(live.id, **mine)),
    ]
    resumed = await rewards.resume(live.id, **ops)

    assert (halted.halted, tried) == (True, ["REWARD_HALTED"] * 3)
    assert (resumed.state, resumed.halted) == (State.LIVE, False)


async def test_given_a_reward_when_the_same_is_made_again_then_it_answers_and_another_does_not(
    tx: Tx,
) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    first = await making.a_draft(partner, id=ID, tx=tx)

    same = await making.a_draft(partner, id=ID, tx=tx)
    other = await code(making.a_draft(partner, id=ID, price=60, tx=tx))

    assert (same, other) == (first, ledger.KeyReused.code)
    found = await rewards.listed(programme=partner.programme, before=None, limit=5, tx=tx)
    assert [one.id for one in found] == [ID]


async def test_given_a_draft_when_it_goes_its_way_then_each_price_is_kept(tx: Tx) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    draft = await making.a_draft(partner, tx=tx)
    ops = {"programme": partner.programme, "at": NOON, "tx": tx}
    mine = {**ops, "partner": partner.id}

    await rewards.submit(draft.id, **mine)
    rejected = await rewards.reject(draft.id, reason="say what it is", **ops)
    edited = await rewards.edit(draft.id, making.terms(name="Mug", price=120), **mine)
    await rewards.submit(draft.id, **mine)
    approved = await rewards.approve(draft.id, **ops)
    await rewards.reprice(draft.id, price=150, **ops)
    await rewards.pause(draft.id, **mine)
    again = await rewards.edit(draft.id, making.terms(name="Mug", price=150), **mine)
    said = await rewards.versions(draft.id, before=None, limit=9, programme=ops["programme"], tx=tx)

    assert (rejected.state, rejected.reason) == (State.REJECTED, "say what it is")
    assert (edited.terms.name, edited.version, edited.state) == ("Mug", 2, State.REJECTED)
    assert (approved.state, approved.reason) == (State.LIVE, None)
    assert (again.state, again.version) == (State.DRAFT, 3)
    assert [(one.version, one.price) for one in said] == [(3, 150), (2, 120), (1, 100)]


async def test_given_a_live_reward_when_its_time_is_over_then_it_ends_by_itself(tx: Tx) -> None:
    partner = await a_payer(await given.a_programme(tx=tx), tx=tx)
    live = await making.live(partner, tx=tx)
    endless = await making.live(partner, valid_until=None, tx=tx)
    later = NOON + 31 * DAY

    early, due, more = [await end_due(at, tx) for at in (NOON, later, later)]

    now = await rewards.several([live.id, endless.id], programme=partner.programme, tx=tx)
    assert (early, due, more) == (0, 1, 0)
    assert (now[live.id].state, now[live.id].ended_at) == (State.ENDED, later)
    assert now[endless.id].state is State.LIVE


async def test_given_everything_that_may_be_said_when_a_reward_is_read_then_it_is_all_there(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    partner = await a_payer(programme, tx=tx)
    shop = await an_outlet(partner, tx=tx)
    said: dict[str, Any] = {
        "code": "cup",
        "images": (Image(URL, {"en": "A cup"}),),
        "cash_minor": 250,
        "value_minor": 900,
        "currency": "EUR",
        "tiers": frozenset({"Gold"}),
        "segments": frozenset({"runners"}),
        "age_min": 18,
        "member_max": 2,
        "member_days": 7,
        "total_max": 50,
        "total_days": 30,
        "outlets": frozenset({shop.id}),
        "reserve_seconds": 3_600,
        "refund_days": 30,
    }
    made = await making.a_draft(partner, tx=tx, **said)

    found = await rewards.get(made.id, partner=partner.id, programme=programme.id, tx=tx)
    called = await rewards.by_code("cup", programme=programme.id, tx=tx)

    assert found == called == made
    assert found.terms == making.terms(**said)
    assert await rewards.by_code("mug", programme=programme.id, tx=tx) is None


async def test_given_a_cause_when_a_donation_is_made_then_it_must_take_donations(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    words = {"programme": programme.id, "at": NOON, "tx": tx}
    about = {"name": "Trees", "description": "We plant them.", "url": "https://trees.example"}
    draft = giving.Draft(**about, active_from=NOON, active_until=NOON + DAY)
    cause = await giving.create(draft, id=ids.new(NOON), **words)
    said = making.terms(kind=RewardKind.DONATION, cause=cause.id)
    make = {"owner": Owner.PROGRAMME, "programme": programme.id, "tx": tx}

    made = await rewards.create(said, id=ids.new(NOON), at=NOON, **make)
    over = await code(rewards.create(said, id=ids.new(NOON), at=NOON + 2 * DAY, **make))

    assert (made.terms.cause, made.partner, over) == (cause.id, None, "BAD_REWARD_TERMS")


def test_what_a_reward_says_is_in_the_nearest_language() -> None:
    terms = making.terms()

    assert rewards.text_of(terms, locale="pl-PL") == Text("Kubek")
    assert rewards.text_of(terms, locale="en-GB") == Text("A cup", "To drink from.")
    assert rewards.text_of(terms, locale="sv") == Text("Cup")


async def code(act: Awaitable[object]) -> str:
    try:
        await act
    except Refused as refused:
        return refused.code
    return "DONE"
