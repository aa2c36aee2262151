"""Reserving: points and units are set aside once, and are free again when nobody comes."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from domain import raffles, redemptions, rewards, vouchers
from domain.notices import notice
from domain.raffles import Prize, PrizeKind
from domain.redemptions import State
from domain.redemptions.cancelling import forget_secrets, release_due
from domain.redemptions.events import About
from domain.rewards import RewardKind
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from infra.outbox import Event
from tests.domain.moments.making import at_once
from tests.domain.redemptions import making
from tests.domain.redemptions.making import DAY, MINUTE, Scene
from tests.support import given
from tests.support.given import NOON

LATER = NOON + 15 * MINUTE


def told(tx: Tx) -> list[tuple[str, Event]]:
    """What happened to redemptions in the transaction."""
    return [(type(event).__name__, event) for event in tx.staged if isinstance(event, About)]


async def test_given_points_when_a_reward_is_redeemed_then_they_and_a_unit_wait(tx: Tx) -> None:
    scene = await making.a_scene(tx)

    one = await making.reserved(scene, tx, quantity=2, outlet=scene.outlet.id)

    assert (one.state, one.price, one.cash_minor, one.currency) == (State.RESERVED, 80, 400, "EUR")
    assert one.expires_at == LATER
    assert await making.purse(scene, tx) == (100, 80)
    assert await making.shelf(scene.reward, tx) == (10, 2, 0)
    secret = await redemptions.secret(one.id, member=scene.member, tx=tx)
    assert secret is not None
    assert (secret.number, secret.digits, secret.step_s) == (one.number, 8, 60)
    ((name, event),) = told(tx)
    assert (name, event.reward_name, event.price) == ("Reserved", "A cup", 80)


async def test_given_each_bad_request_when_it_is_redeemed_then_it_is_refused_in_order(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx, stock=3)
    gone = await given.a_member(scene.programme, holding=100, tx=tx)
    ghost = replace(gone, id=ids.new(NOON))
    first = await making.reserved(scene, tx)
    cause = await making.a_cause(scene.programme, tx)
    gift = await making.live(
        scene.programme, tx=tx, kind=RewardKind.DONATION, cause=cause.id, cash_minor=0
    )
    dear = await making.live(scene.programme, partner=scene.partner, tx=tx, price=61)
    discount = await making.a_discount(scene, 41, tx)
    poor = replace(discount, points=40)
    broke = await making.a_discount(scene, 30, tx, holding=10)

    async def says(**said: object) -> str:
        try:
            async with tx.savepoint():
                await making.reserved(scene, tx, **said)
        except Refused as refused:
            return refused.code
        return "DONE"

    codes = [
        await says(quantity=0),
        await says(quantity=101, member=ghost),
        await says(member=ghost, id=first.id),
        await says(id=first.id, quantity=2),
        await says(id=first.id, reward=dear),
        await says(id=first.id, discount=discount),
        await says(reward=replace(dear, id=ids.new(NOON))),
        await says(quantity=3),  # there are two
        await says(discount=discount),  # more than the price
        await says(discount=poor, reward=gift),
        await says(discount=broke),
        await says(reward=dear),
        await says(id=first.id),
    ]

    assert codes == [
        *["BAD_QUANTITY"] * 2,
        "NO_SUCH_MEMBER",
        *["KEY_REUSED"] * 3,
        "NO_SUCH_REWARD",
        "OUT_OF_STOCK",
        *["NOT_DISCOUNTABLE"] * 3,
        "INSUFFICIENT_POINTS",
        "DONE",
    ]
    assert await making.purse(scene, tx) == (100, 40)
    assert await making.shelf(scene.reward, tx) == (3, 1, 0)


async def test_given_a_redemption_when_it_is_asked_for_again_then_nothing_is_held_twice(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    first = await making.reserved(scene, tx)
    await rewards.reprice(scene.reward.id, price=70, programme=scene.programme.id, at=NOON, tx=tx)

    again = await making.reserved(scene, tx, id=first.id, at=NOON + MINUTE)
    code = await making.shown(first, scene, tx)
    await making.handed(code.text, scene, tx)
    once_more = await making.reserved(scene, tx, id=first.id, at=NOON + MINUTE)

    assert again == first
    assert (once_more.state, once_more.price) == (State.FULFILLED, 40)
    assert await making.purse(scene, tx) == (60, 0)
    assert await making.shelf(scene.reward, tx) == (10, 0, 1)


async def test_given_a_reservation_when_its_time_is_over_then_points_and_unit_are_free(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    one = await making.reserved(scene, tx)

    await making.through(release_due, LATER - MINUTE, tx)
    early = (await making.now(one, tx)).state
    await making.through(release_due, LATER, tx)

    assert early is State.RESERVED
    assert (await making.now(one, tx)).state is State.RELEASED
    assert await making.purse(scene, tx) == (100, 0)
    assert await making.shelf(scene.reward, tx) == (10, 0, 0)
    mine = [name for name, event in told(tx) if event.object == one.id]
    assert mine == ["Reserved", "Released"]
    with pytest.raises(redemptions.RedemptionOver):
        await making.cancelled(one, tx)


async def test_given_a_reservation_when_it_is_cancelled_then_only_its_member_does_and_once(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    one = await making.reserved(scene, tx)
    other = await given.a_member(scene.programme, tx=tx)

    with pytest.raises(redemptions.NoSuchRedemption):
        await making.cancelled(replace(one, member=other.id), tx)
    with pytest.raises(redemptions.NoSuchRedemption):
        await making.cancelled(replace(one, id=other.id), tx)
    first = await making.cancelled(one, tx)
    again = await making.cancelled(one, tx, at=NOON + MINUTE)

    assert first == again
    assert first.state is State.CANCELLED
    assert await making.purse(scene, tx) == (100, 0)
    assert await redemptions.secret(one.id, member=scene.member, tx=tx) is None
    assert await redemptions.listed(scene.member, before=None, limit=9, tx=tx) == [first]
    nothing = {"states": [State.RESERVED], "before": None, "limit": 9}
    assert await redemptions.listed(scene.member, tx=tx, **nothing) == []


async def test_given_a_reservation_when_an_operator_cancels_it_then_its_member_is_told(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    own, theirs = await making.reserved(scene, tx), await making.reserved(scene, tx)

    await making.cancelled(own, tx)
    await redemptions.cancel(theirs.id, programme=scene.programme.id, at=NOON, tx=tx)

    events = [event for name, event in told(tx) if name == "Cancelled"]
    by_itself, by_another = [notice(event) for event in events]
    assert by_itself is None
    assert by_another is not None
    assert (by_another.key, by_another.refs) == (
        "redemptions.cancelled",
        {"redemption": theirs.id},
    )


async def test_given_somebody_who_pays_a_part_when_it_is_redeemed_then_both_pay_their_part(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    discount = await making.a_discount(scene, 15, tx)
    whole = replace(discount, points=40, offer=ids.new(NOON))

    kept = await making.reserved(scene, tx, discount=discount)
    held = (await making.purse(scene, tx), await making.money(discount.account, scene, tx))
    await making.cancelled(kept, tx)
    free = (await making.purse(scene, tx), await making.money(discount.account, scene, tx))
    done = await making.done(scene, tx, discount=discount)
    paid = (await making.purse(scene, tx), await making.money(discount.account, scene, tx))
    await making.refunded(done, tx)
    back = (await making.purse(scene, tx), await making.money(discount.account, scene, tx))
    gift = await making.reserved(scene, tx, discount=whole)

    assert (kept.price, kept.discount, kept.offer) == (25, 15, discount.offer)
    assert held == ((100, 25), (50, 15))
    assert free == ((100, 0), (50, 0))
    assert paid == ((75, 0), (35, 0))
    assert back == ((100, 0), (50, 0))
    assert (gift.price, gift.hold) == (0, None)
    assert await making.purse(scene, tx) == (100, 0)


async def test_given_a_cause_when_a_donation_is_redeemed_then_it_has_the_points_at_once(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    cause = await making.a_cause(scene.programme, tx)
    words = {"kind": RewardKind.DONATION, "cause": cause.id, "cash_minor": 0}
    gift = await making.live(scene.programme, tx=tx, **words)

    one = await making.reserved(scene, tx, reward=gift, quantity=2)
    has = await making.money(cause.account, scene, tx)
    back = await making.refunded(one, tx)

    assert (one.state, one.price, has) == (State.FULFILLED, 80, (80, 0))
    assert back.state is State.REFUNDED
    assert await making.purse(scene, tx) == (100, 0)
    assert await making.money(cause.account, scene, tx) == (0, 0)


async def test_given_a_raffle_when_tickets_are_redeemed_then_they_may_be_given_back_until_it_closes(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    words = {"kind": RewardKind.RAFFLE, "cash_minor": 0}
    raffle = await making.live(scene.programme, tx=tx, **words)
    where = {"programme": scene.programme.id, "at": NOON, "tx": tx}
    prizes = [Prize(PrizeKind.POINTS, points=500)]
    await raffles.open(raffle.id, prizes=prizes, closes_at=NOON + DAY, **where)

    one = await making.reserved(scene, tx, reward=raffle)
    two = await making.reserved(scene, tx, reward=raffle)
    back = await making.refunded(one, tx, at=NOON + MINUTE)
    with pytest.raises(redemptions.NotRefundable) as late:
        await making.refunded(two, tx, at=NOON + DAY)

    assert (one.state, back.state, late.value.why) == (State.FULFILLED, State.REFUNDED, "DRAWN")
    tickets = await raffles.of([one.id, two.id], programme=scene.programme.id, tx=tx)
    assert [tickets[which.id][0].number for which in (one, two)] == [1, 2]
    assert await making.purse(scene, tx) == (60, 0)


async def test_given_a_day_when_it_has_passed_then_what_codes_were_made_with_is_forgotten(
    tx: Tx,
) -> None:
    scene = await making.a_scene(tx)
    one = await making.reserved(scene, tx)
    code = await making.shown(one, scene, tx)
    await making.handed(code.text, scene, tx)

    await making.through(forget_secrets, LATER + timedelta(hours=23), tx)
    with pytest.raises(redemptions.AlreadyRedeemed):
        await making.handed(code.text, scene, tx)
    await making.through(forget_secrets, LATER + DAY, tx)

    with pytest.raises(redemptions.BadRedemptionCode):
        await making.handed(code.text, scene, tx)


async def redeem(scene: Scene, **said: object) -> str:
    try:
        async with db.transaction() as tx:
            await making.reserved(scene, tx, **said)
    except Refused as refused:
        return refused.code
    return "DONE"


@pytest.mark.parametrize("short", ["points", "stock"])
async def test_given_enough_for_two_when_many_redeem_at_once_then_two_do(
    short: str, database: None
) -> None:
    async with db.transaction() as tx:
        said = {"holding": 80} if short == "points" else {"holding": 1_000, "stock": 2}
        scene = await making.a_scene(tx, **said)

    acts = [partial(redeem, scene) for _ in range(6)]
    said = await at_once(acts, making.REWARDS, [scene.reward.id])

    lack = "INSUFFICIENT_POINTS" if short == "points" else "OUT_OF_STOCK"
    assert sorted(said) == sorted([*["DONE"] * 2, *[lack] * 4])
    async with db.transaction() as tx:
        assert (await making.purse(scene, tx))[1] == 80
        assert (await making.shelf(scene.reward, tx))[1] == 2


async def test_given_one_request_when_it_comes_many_times_at_once_then_it_is_done_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        scene = await making.a_scene(tx)
    id = ids.new(NOON)

    said = await at_once(
        [partial(redeem, scene, id=id) for _ in range(6)], making.REWARDS, [scene.reward.id]
    )

    assert said == ["DONE"] * 6
    async with db.transaction() as tx:
        assert await making.purse(scene, tx) == (100, 40)
        assert await making.shelf(scene.reward, tx) == (10, 1, 0)


async def test_given_vouchers_when_they_are_redeemed_then_the_codes_are_there_at_once(
    database: None, tmp_path
) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("code\nALPHA\nBRAVO\n")
    async with db.transaction() as tx:
        scene = await making.a_scene(tx, kind=RewardKind.VOUCHER, cash_minor=0, stock=None)
    await vouchers.upload(path, reward=scene.reward.id, programme=scene.programme, at=NOON)

    async with db.transaction() as tx:
        one = await making.reserved(scene, tx)
        again = await making.reserved(scene, tx, id=one.id)
        codes = await vouchers.given([one.id], programme=one.programme, tx=tx)
        with pytest.raises(vouchers.NoVouchersLeft):
            async with tx.savepoint():
                await making.reserved(scene, tx, quantity=2)
        back = await making.refunded(one, tx, restock=True)
        left = await vouchers.left([scene.reward.id], programme=one.programme, at=NOON, tx=tx)

        assert (one, one.state) == (again, State.FULFILLED)
        assert len(codes[one.id]) == 1
        # A code that somebody has seen is never given to anybody else.
        assert (back.state, left) == (State.REFUNDED, {scene.reward.id: 1})
        assert await making.purse(scene, tx) == (100, 0)
