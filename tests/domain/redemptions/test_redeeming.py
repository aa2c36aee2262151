"""Redemption at a till: the right code, at the right till, once; and the way back."""

import base64
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from domain import duplicates, ledger, outlets, privacy, redemptions
from domain.duplicates.forwarding import forward
from domain.redemptions import NotRefundable, State, coding
from domain.redemptions.cancelling import release_due
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.challenges.making import a_payer
from tests.domain.moments.making import at_once
from tests.domain.outlets.making import an_outlet
from tests.domain.redemptions import making
from tests.domain.redemptions.making import DAY, MINUTE
from tests.faults import cuts
from tests.support import databases, given
from tests.support.given import NOON
from tests.support.servers import Postgres

WEEK = 7 * DAY


async def test_given_each_wrong_code_when_a_till_takes_it_then_it_is_refused_in_order(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, holding=1_000)
    elsewhere = await an_outlet(scene.partner, tx=tx)
    stranger = await a_payer(scene.programme, tx=tx)
    foreign = await an_outlet(stranger, tx=tx)
    here = await making.reserved(scene, tx, outlet=scene.outlet.id)
    anywhere = await making.reserved(scene, tx)
    unwanted = await making.reserved(scene, tx)
    code = (await making.shown(here, scene, tx)).text
    free = (await making.shown(anywhere, scene, tx)).text
    gone = (await making.shown(unwanted, scene, tx)).text
    await making.cancelled(unwanted, tx)
    wrong = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"

    async def says(code: str, outlet=scene.outlet, partner=scene.partner, at=NOON) -> str:
        try:
            await redemptions.redeem(
                code,
                outlet=outlet.id,
                partner=partner.id,
                programme=scene.programme.id,
                at=at,
                tx=tx,
            )
        except Refused as refused:
            return refused.code
        return "DONE"

    told = [
        await says(code, outlet=foreign),
        await says("12345"),
        await says(code[:10]),
        await says(f"{free[:10]}{code[10:]}"),
        await says(wrong),
        await says(code, at=NOON + 11 * MINUTE),
        await says(code, outlet=foreign, partner=stranger),
        await says(code, outlet=elsewhere),
        await says(gone),
        await says(code, at=NOON + 2 * MINUTE),
        await says(code, at=NOON - MINUTE),
        await says(f"{code[:5]} {code[5:10]}-{code[10:14]} {code[14:]}", at=NOON + MINUTE),
        await says(code),
        await says(free, outlet=elsewhere),
    ]

    assert told == [
        "NO_SUCH_OUTLET",
        *["BAD_REDEMPTION_CODE"] * 5,
        *["WRONG_OUTLET"] * 2,
        "REDEMPTION_OVER",
        *["REDEMPTION_CODE_EXPIRED"] * 2,
        "DONE",
        "ALREADY_REDEEMED",
        "DONE",
    ]
    assert await making.purse(scene, tx) == (920, 0)
    assert await making.shelf(scene.reward, tx) == (10, 0, 2)


async def test_given_a_phone_that_is_offline_when_it_makes_a_code_then_it_is_the_servers(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    one = await making.reserved(scene, tx)
    at = NOON + 5 * MINUTE

    secret = await redemptions.secret(one.id, member=scene.member, tx=tx)
    assert secret is not None
    raw = base64.b32decode(secret.secret + "=" * (-len(secret.secret) % 8))
    offline = coding.code_of(raw, step=int(at.timestamp()) // secret.step_s)
    shown = await making.shown(one, scene, tx, at=at)
    done = await making.handed(f"{secret.number}{offline}", scene, tx, at=at + MINUTE)

    assert (shown.number, shown.code) == (secret.number, offline)
    assert shown.until == at + 2 * MINUTE
    assert (done.redemption, done.name, done.cash_minor) == (one.id, "Cup", 200)
    assert done.at == at + MINUTE


async def test_given_a_second_till_when_it_scans_the_code_then_it_is_told_when_and_where(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    other = await an_outlet(scene.partner, tx=tx)
    one = await making.reserved(scene, tx)
    code = (await making.shown(one, scene, tx)).text
    await making.handed(code, scene, tx)

    with pytest.raises(redemptions.AlreadyRedeemed) as second:
        await making.handed(code, scene, tx, at=NOON + MINUTE, outlet=other)

    assert (second.value.redeemed_at, second.value.outlet) == (NOON, scene.outlet.id)
    assert second.value.outlet_name == scene.outlet.name


async def test_given_a_reservation_that_is_over_when_its_code_comes_then_it_says_so(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, reserve_seconds=60)
    one = await making.reserved(scene, tx)
    code = (await making.shown(one, scene, tx)).text

    with pytest.raises(redemptions.RedemptionOver) as late:
        await making.handed(code, scene, tx, at=NOON + MINUTE)
    with pytest.raises(redemptions.RedemptionOver):
        await making.shown(one, scene, tx, at=NOON + MINUTE)

    assert late.value.state == State.RELEASED


async def test_given_many_wrong_codes_when_the_right_one_comes_then_it_waits_ten_minutes(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    one = await making.reserved(scene, tx)
    where = {"partner": scene.partner.id, "programme": scene.programme.id, "at": NOON}
    for _ in range(20):
        await outlets.note_guess(outlet=scene.outlet.id, tx=tx, **where)
    code = (await making.shown(one, scene, tx)).text

    with pytest.raises(outlets.TooManyGuesses):
        await making.handed(code, scene, tx)
    later = NOON + 11 * MINUTE
    again = (await making.shown(one, scene, tx, at=later)).text

    assert (await making.handed(again, scene, tx, at=later)).redemption == one.id


async def test_given_no_till_when_an_operator_hands_it_over_then_it_is_paid_once(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    there = await an_outlet(await a_payer(scene.programme, tx=tx), tx=tx)
    own = await making.live(scene.programme, tx=tx, outlets=frozenset({there.id}))
    one = await making.reserved(scene, tx, reward=own)
    code = (await making.shown(one, scene, tx)).text
    where = {"programme": scene.programme.id, "at": NOON, "tx": tx}

    with pytest.raises(redemptions.WrongOutlet):
        await making.handed(code, scene, tx)
    first = await redemptions.hand_over(one.id, **where)
    again = await redemptions.hand_over(one.id, **where)

    assert first == again
    assert await making.purse(scene, tx) == (60, 0)
    late = await making.reserved(scene, tx, reward=own)
    with pytest.raises(redemptions.RedemptionOver):
        await redemptions.hand_over(late.id, **{**where, "at": late.expires_at})


async def test_given_lots_of_two_months_when_a_redemption_is_refunded_then_the_very_same_are_back(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, holding=0)
    month = ledger.month_of(NOON)
    for amount, ends in ((30, month + 1), (50, month + 9)):
        item = ledger.issue(amount, account=scene.member.account, id=ids.new(NOON), month=ends)
        ledger.require(await ledger.post_one(item, book=scene.member.book, at=NOON, tx=tx))
    before = await making.lots(scene.member, tx)
    one = await making.done(scene, tx)
    spent = await making.lots(scene.member, tx)

    first = await making.refunded(one, tx, at=NOON + WEEK, id=scene.outlet.id, restock=True)
    again = await making.refunded(one, tx, at=NOON + WEEK, id=scene.outlet.id, restock=True)
    with pytest.raises(redemptions.AlreadyRefunded) as twice:
        await making.refunded(one, tx, at=NOON + WEEK)

    assert [(lot.month, lot.amount) for lot in spent] == [(month + 9, 40)]
    assert await making.lots(scene.member, tx) == before
    assert (first, first.state) == (again, State.REFUNDED)
    assert twice.value.refunded_at == NOON + WEEK
    assert await making.shelf(scene.reward, tx) == (10, 0, 0)


async def test_given_each_redemption_that_is_not_given_back_when_it_is_asked_for_then_it_says_why(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, holding=1_000, refund_days=7)
    other = await a_payer(scene.programme, tx=tx)
    open = await making.reserved(scene, tx)
    done = await making.done(scene, tx)

    async def why(one, **said) -> str:
        try:
            await making.refunded(one, tx, **said)
        except NotRefundable as refused:
            return refused.why
        except Refused as refused:
            return refused.code
        return "DONE"

    told = [
        await why(done, programme=0),
        await why(done, partner=other.id),
        await why(open),
        await why(done, at=NOON + WEEK),
        await why(done, partner=scene.partner.id),
        await why(done),
    ]

    assert told == [
        *["NO_SUCH_REDEMPTION"] * 2,
        "NOT_FULFILLED",
        "TOO_LATE",
        "DONE",
        "ALREADY_REFUNDED",
    ]
    # What came back may be broken: nobody else gets it unless that is said.
    assert await making.shelf(scene.reward, tx) == (10, 1, 1)


async def test_given_a_member_who_is_erased_when_they_had_redeemed_then_what_waited_is_let_go(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    done = await making.done(scene, tx)
    open = await making.reserved(scene, tx)

    kept = await privacy.document(scene.member, statement=False, at=NOON, tx=tx)
    await privacy.erase(scene.member.id, programme=scene.programme.id, at=NOON, tx=tx)

    assert str(open.id) in kept
    assert (await making.now(open, tx)).state is State.CANCELLED
    assert (await making.now(done, tx)).handed_at is None
    assert await making.purse(scene, tx) == (0, 0)
    with pytest.raises(NotRefundable) as refused:
        await making.refunded(done, tx)
    assert refused.value.why == "ERASED"


async def test_given_a_member_who_was_merged_when_it_is_refunded_then_the_survivor_has_it(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    survivor = await given.a_member(scene.programme, tx=tx)
    done = await making.done(scene, tx)
    who = {"survivor": survivor.id, "duplicate": scene.member.id}
    await duplicates.merge(programme=scene.programme.id, id=ids.new(NOON), at=NOON, tx=tx, **who)

    await making.refunded(done, tx)
    while await forward(NOON + DAY, tx):
        pass

    assert await making.purse(scene, tx) == (0, 0)
    assert await making.money(survivor.account, scene, tx) == (100, 0)


async def settled(act: Callable[[Tx], Awaitable[object]]) -> str:
    try:
        async with db.transaction() as tx:
            await act(tx)
    except Refused as refused:
        return refused.code
    return "DONE"


async def test_given_two_tills_and_all_else_at_once_when_a_code_is_shown_then_it_is_paid_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = [await making.a_scene(tx) for _ in range(3)]
        ones = [await making.reserved(scene, tx) for scene in scenes]
        codes = [
            (await making.shown(one, scene, tx)).text
            for one, scene in zip(ones, scenes, strict=True)
        ]

    tills = [
        partial(settled, partial(making.handed, code, scene))
        for code, scene in zip(codes, scenes, strict=True)
    ]
    stops = [partial(settled, partial(making.cancelled, one)) for one in ones]
    held = [one.id for one in ones]
    said = await at_once([*tills, *tills, *stops], making.REDEMPTIONS, held)

    assert set(said) <= {"DONE", "ALREADY_REDEEMED", "REDEMPTION_OVER"}
    assert said.count("DONE") == 3
    async with db.transaction() as tx:
        for scene, one in zip(scenes, ones, strict=True):
            state = (await making.now(one, tx)).state
            left = 60 if state is State.FULFILLED else 100
            assert await making.purse(scene, tx) == (left, 0)
            assert (await making.shelf(scene.reward, tx))[1] == 0


async def test_given_many_who_refund_at_once_when_it_is_one_redemption_then_it_is_back_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx)
        one = await making.done(scene, tx)

    acts = [partial(settled, partial(making.refunded, one)) for _ in range(5)]
    said = await at_once(acts, making.REDEMPTIONS, [one.id])

    assert sorted(said) == [*["ALREADY_REFUNDED"] * 4, "DONE"]
    async with db.transaction() as tx:
        assert await making.purse(scene, tx) == (100, 0)
        assert await making.shelf(scene.reward, tx) == (10, 0, 1)


async def a_reservation(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    discount = await making.a_discount(scene, 15, tx)
    id = ids.new(NOON)
    return lambda tx: making.reserved(scene, tx, id=id, discount=discount)


async def a_hand_over(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    discount = await making.a_discount(scene, 15, tx)
    one = await making.reserved(scene, tx, discount=discount)
    code = (await making.shown(one, scene, tx)).text
    return lambda tx: making.handed(code, scene, tx)


async def a_release(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    one = await making.reserved(scene, tx)
    return lambda tx: release_due(one.expires_at, tx)


async def a_refund(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    one = await making.done(scene, tx)
    return lambda tx: making.refunded(one, tx, restock=True)


SCENES: dict[str, Callable[[Tx], Awaitable[cuts.Act]]] = {
    "a reservation": a_reservation,
    "a hand-over": a_hand_over,
    "a release": a_release,
    "a refund": a_refund,
}


async def test_given_acts_when_their_session_is_killed_at_any_statement_then_nothing_is_left(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        for scene in SCENES.values():
            async with db.transaction() as tx:
                act = await scene(tx)

            await cuts.before_the_commit(url, act)
            count = await cuts.at_every_statement(url, act)

            assert count >= 5
