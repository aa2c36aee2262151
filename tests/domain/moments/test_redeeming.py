"""Redemption: the right code, at the right till, once, however many ask at the same time."""

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from domain import moments, outlets
from domain.moments import MomentState
from domain.moments.answering import expire_due, forget_codes
from infra import db
from infra.db import Tx
from infra.errors import Refused
from tests.domain.moments import making
from tests.domain.moments.making import MINUTE, Scene
from tests.domain.outlets.making import an_outlet
from tests.faults import cuts
from tests.support import databases
from tests.support.given import NOON
from tests.support.servers import Postgres

AT = NOON + 31 * MINUTE


async def test_given_each_wrong_code_when_it_is_redeemed_then_it_is_refused_in_order(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    elsewhere = await an_outlet(scene.partner, tx=tx)
    stranger = await making.a_payer(scene.programme, tx=tx)
    foreign = await an_outlet(stranger, tx=tx)
    offer = await making.offered(scene, tx)
    shown = await moments.redemption_code(offer.moment.id, member=scene.member, at=AT, tx=tx)
    old = shown.number
    code = await moments.redemption_code(offer.moment.id, member=scene.member, at=AT, tx=tx)
    number, mac = code.number, code.text.rpartition(".")[2]
    longer = f"{number}.{int(code.expires_at.timestamp()) + 60}.{mac}"
    forged = f"{code.text[:-1]}{'A' if code.text[-1] != 'A' else 'B'}"

    async def says(code: str, outlet=scene.outlet, partner=scene.partner, at=AT) -> str:
        try:
            await moments.redeem(
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
        await says(number, outlet=foreign),  # somebody else's outlet
        await says("12345"),
        await says("no code at all, and far longer than any that was ever made of ours"),
        await says(old),  # replaced
        await says(forged),
        await says(longer),
        await says(number, outlet=foreign, partner=stranger),  # of another partner
        await says(number, outlet=elsewhere),
        await says(number, at=code.expires_at),
        await says(f"{number[:4]} {number[4:8]}-{number[8:]}"),
        await says(code.text),
    ]

    assert told == [
        "NO_SUCH_OUTLET",
        *["BAD_REDEMPTION_CODE"] * 6,
        "WRONG_OUTLET",
        "REDEMPTION_CODE_EXPIRED",
        "DONE",
        "ALREADY_REDEEMED",
    ]
    await making.reconcile(scene.treat, tx)


async def test_given_an_offer_that_is_over_when_its_code_is_redeemed_then_it_says_so(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    offer = await making.offered(scene, tx)
    last = offer.moment.expires_at - MINUTE
    code = await making.code_of(offer.moment, scene.member, last, tx)
    other = await making.a_runner(scene.programme, tx=tx)
    refused = (await making.done(other, tx=tx)).offer
    assert refused is not None
    unwanted = await making.code_of(refused.moment, other, AT, tx)
    await moments.refuse(refused.moment.id, member=other, at=AT, tx=tx)

    with pytest.raises(moments.MomentOver) as late:
        await making.redeemed(scene, code, offer.moment.expires_at, tx)
    with pytest.raises(moments.MomentOver) as gone:
        await making.redeemed(scene, unwanted, AT, tx)
    with pytest.raises(moments.MomentOver):
        await making.code_of(offer.moment, scene.member, offer.moment.expires_at, tx)
    with pytest.raises(moments.NoSuchMoment):
        await making.code_of(offer.moment, other, AT, tx)

    assert (late.value.state, gone.value.state) == (MomentState.EXPIRED, MomentState.REFUSED)
    assert await making.money(scene.treat, tx) == (500, 50, 0, 450)


async def test_given_many_wrong_codes_when_the_right_one_comes_then_it_waits_ten_minutes(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    offer = await making.offered(scene, tx)
    where = {"partner": scene.partner.id, "programme": scene.programme.id, "at": AT}
    for _ in range(20):
        await outlets.note_guess(outlet=scene.outlet.id, tx=tx, **where)
    code = await making.code_of(offer.moment, scene.member, AT, tx)

    with pytest.raises(outlets.TooManyGuesses):
        await making.redeemed(scene, code, AT, tx)
    later = AT + 11 * MINUTE
    code = await making.code_of(offer.moment, scene.member, later, tx)

    assert (await making.redeemed(scene, code, later, tx)).moment == offer.moment.id


async def test_given_a_code_when_a_day_has_passed_then_its_number_is_forgotten(tx: Tx) -> None:
    scene = await making.a_scene(tx)
    offer = await making.offered(scene, tx)
    code = await making.code_of(offer.moment, scene.member, AT, tx)
    await making.redeemed(scene, code, AT, tx)

    while await forget_codes(AT + making.DAY + 3 * MINUTE, tx):
        pass

    with pytest.raises(moments.BadRedemptionCode):
        await making.redeemed(scene, code, AT, tx)


async def redeem(scene: Scene, code: str) -> str:
    try:
        async with db.transaction() as tx:
            await making.redeemed(scene, code, AT, tx)
    except Refused as refused:
        return refused.code
    return "DONE"


async def refuse(scene: Scene, offer: moments.Offer) -> str:
    try:
        async with db.transaction() as tx:
            await moments.refuse(offer.moment.id, member=scene.member, at=AT, tx=tx)
    except moments.MomentOver:
        return "TOO LATE"
    return "REFUSED"


async def stop(scene: Scene) -> str:
    async with db.transaction() as tx:
        where = {"programme": scene.programme.id, "tx": tx}
        await moments.pause(scene.treat.id, **where)
        await moments.end(scene.treat.id, at=AT, **where)
    return "STOPPED"


async def test_given_two_tills_and_all_else_at_once_when_a_code_is_shown_then_it_is_paid_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scenes = [await making.a_scene(tx, points=100) for _ in range(3)]
        offers = [await making.offered(scene, tx) for scene in scenes]
        codes = [
            await making.code_of(offer.moment, scene.member, AT, tx)
            for scene, offer in zip(scenes, offers, strict=True)
        ]

    tills = [partial(redeem, *one) for one in zip(scenes, codes, strict=True)]
    stops = [partial(stop, scene) for scene in scenes]
    refusals = [partial(refuse, *one) for one in zip(scenes[:2], offers, strict=False)]
    treats = [scene.treat.id for scene in scenes]
    said = await making.at_once([*tills, *tills, *stops, *refusals], making.TREATS, treats)

    assert said.count("DONE") + said.count("REFUSED") == 3
    words = {"DONE", "ALREADY_REDEEMED", "MOMENT_OVER", "REFUSED", "TOO LATE", "STOPPED"}
    assert set(said) <= words
    async with db.transaction() as tx:
        for scene in scenes:
            funded, held, captured, left = await making.money(scene.treat, tx)
            assert (funded, held, left) == (100, 0, 0)
            assert captured in (0, 50)
            await making.reconcile(scene.treat, tx)


@pytest.mark.parametrize("short", ["stock", "budget"])
async def test_given_the_last_one_when_many_end_at_once_then_one_of_them_is_offered_it(
    short: str, database: None
) -> None:
    async with db.transaction() as tx:
        said = {"stock": 1} if short == "stock" else {"points": 50}
        scene = await making.a_scene(tx, **said)
        people = [await making.a_runner(scene.programme, tx=tx) for _ in range(8)]
        begun = [await making.began(one, tx=tx) for one in people]

    async def end(session, member) -> bool:
        async with db.transaction() as tx:
            return (await making.ends(session, member, tx=tx)).offer is not None

    acts = [partial(end, *one) for one in zip(begun, people, strict=True)]
    offered = await making.at_once(acts, making.TREATS, [scene.treat.id])

    assert sum(offered) == 1
    async with db.transaction() as tx:
        await making.reconcile(scene.treat, tx)
        assert (await making.shelf(scene.treat, tx))[0][1] == 1


async def an_end(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    session = await making.began(scene.member, tx=tx)
    return lambda tx: making.ends(session, scene.member, tx=tx)


async def a_redemption(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    offer = await making.offered(scene, tx)
    code = await making.code_of(offer.moment, scene.member, AT, tx)
    return lambda tx: making.redeemed(scene, code, AT, tx)


async def an_expiry(tx: Tx) -> cuts.Act:
    scene = await making.a_scene(tx)
    offer = await making.offered(scene, tx)
    await moments.end(scene.treat.id, programme=scene.programme.id, at=AT, tx=tx)
    return lambda tx: expire_due(offer.moment.expires_at, tx)


SCENES: dict[str, Callable[[Tx], Awaitable[cuts.Act]]] = {
    "an end": an_end,
    "a redemption": a_redemption,
    "an expiry": an_expiry,
}


@pytest.mark.parametrize("scene", SCENES)
async def test_given_an_act_when_its_session_is_killed_at_any_statement_then_nothing_is_left(
    scene: str, postgres: Postgres
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            act = await SCENES[scene](tx)

        await cuts.before_the_commit(url, act)
        count = await cuts.at_every_statement(url, act)

        assert count >= 5
