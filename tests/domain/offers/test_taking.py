"""Take: a discount is one reservation's at a time, paid once, and free again when that is."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from domain import ledger, offers, redemptions
from domain.offers import AcceptanceState, Gain, NoDiscount, OfferKind
from domain.offers.taking import follow
from domain.redemptions import Cancelled, Fulfilled, Redemption, Refunded, Released
from infra import db, ids
from infra.db import Tx
from infra.outbox import Delivery
from tests.domain.offers import making
from tests.domain.offers.making import DAY, HOUR
from tests.domain.redemptions import making as cups
from tests.support.given import NOON

Told = Fulfilled | Cancelled | Released | Refunded


async def a_scene(
    tx: Tx, *, off: int = 15, **said: Any
) -> tuple[cups.Scene, making.Scene, offers.Acceptance]:
    """A cup for 40 points, of which an offer that the member has accepted pays some."""
    shop = await cups.a_scene(tx, **said)
    gain = Gain(points=off, within_hours=48, reward=shop.reward.id)
    words: dict[str, Any] = {"kind": OfferKind.DISCOUNT, "name": "Less", "gain": gain}
    offer = await making.live(shop.programme, shop.partner, tx, **words)
    scene = making.Scene(shop.programme, shop.member, shop.partner, offer)
    return shop, scene, await making.accepts(scene, tx)


async def reserve(shop: cups.Scene, one: offers.Acceptance, tx: Tx, **said: Any) -> Redemption:
    """The member redeems the cup with the discount."""
    id, at = said.pop("id", None) or ids.new(NOON), said.pop("at", NOON)
    words: dict[str, Any] = {"reward": shop.reward.id, "member": shop.member, **said}
    discount = await offers.discounted(one.decision, redemption=id, at=at, tx=tx, **words)
    words["reward"] = shop.reward.id
    return await redemptions.reserve(
        shop.reward.id, member=shop.member, discount=discount, id=id, at=at, tx=tx
    )


async def follows(tx: Tx, *, times: int = 1) -> None:
    """What became of reservations is told to offers, and maybe once more."""
    told = [one for one in tx.staged if isinstance(one, Told)]
    for number, event in enumerate(told * times, 1):
        await follow([Delivery(ids.new(NOON), number, event)], tx)


async def now(one: offers.Acceptance, tx: Tx) -> offers.Acceptance:
    found = await offers.acceptance(one.decision, programme=one.programme, tx=tx)
    assert found is not None
    return found


async def test_given_a_discount_when_a_till_hands_over_then_the_offer_has_paid_its_part_once(
    tx: Tx,
) -> None:
    shop, scene, one = await a_scene(tx)
    made = await reserve(shop, one, tx)
    taken = await now(one, tx), await making.money(scene.offer, tx)
    await making.reconcile(scene.offer, tx)

    await cups.handed((await cups.shown(made, shop, tx)).text, shop, tx)
    await follows(tx, times=2)

    assert (taken[0].state, taken[1]) == (AcceptanceState.TAKEN, (500, 15, 0, 485))
    assert await making.balance(shop.member, tx) == 75
    assert await making.money(scene.offer, tx) == (500, 0, 15, 485)
    assert (await now(one, tx)).state is AcceptanceState.USED
    await making.reconcile(scene.offer, tx)

    await cups.refunded(made, tx)
    await follows(tx, times=2)

    assert await making.balance(shop.member, tx) == 100
    assert await making.money(scene.offer, tx) == (500, 0, 0, 500)
    await making.reconcile(scene.offer, tx)
    assert not await ledger.reconcile(scene.programme.book, tx=tx)


async def test_given_a_reservation_when_it_is_cancelled_then_the_discount_is_the_members_again(
    tx: Tx,
) -> None:
    shop, scene, one = await a_scene(tx)
    made = await reserve(shop, one, tx)
    where: dict[str, Any] = {"member": shop.member.id, "programme": scene.programme.id}
    await redemptions.cancel(made.id, at=NOON + HOUR / 60, tx=tx, **where)
    await follows(tx, times=2)

    again = await now(one, tx)
    assert (again.state, again.held, again.redemption) == (AcceptanceState.OPEN, 15, None)
    await making.reconcile(scene.offer, tx)
    await reserve(shop, one, tx)
    assert (await now(one, tx)).state is AcceptanceState.TAKEN
    await making.reconcile(scene.offer, tx)


async def test_given_a_discount_when_it_is_asked_for_again_then_it_is_only_the_same_reservations(
    tx: Tx,
) -> None:
    shop, scene, one = await a_scene(tx)
    id = ids.new(NOON)
    first = await reserve(shop, one, tx, id=id)

    again = await reserve(shop, one, tx, id=id)

    assert again == first
    with pytest.raises(NoDiscount):
        await reserve(shop, one, tx)
    assert await making.money(scene.offer, tx) == (500, 15, 0, 485)
    await making.reconcile(scene.offer, tx)


async def test_given_what_is_no_discount_when_it_is_asked_for_then_there_is_none(tx: Tx) -> None:
    shop, scene, one = await a_scene(tx)
    other = await cups.live(scene.programme, partner=shop.partner, tx=tx)
    stranger = await making.given.a_member(scene.programme, tx=tx)
    bonus = await making.live(scene.programme, shop.partner, tx)
    paid = await making.accepts(replace(scene, offer=bonus), tx)
    for acceptance, said in (
        (one, {"reward": other.id}),
        (one, {"member": stranger}),
        (one, {"at": NOON + 2 * DAY}),
        (paid, {}),
    ):
        with pytest.raises(NoDiscount):
            await reserve(shop, acceptance, tx, **said)

    assert await making.money(scene.offer, tx) == (500, 15, 0, 485)


async def test_given_a_price_below_the_discount_when_it_is_taken_then_the_rest_goes_back(
    tx: Tx,
) -> None:
    shop, scene, one = await a_scene(tx, off=60)
    made = await reserve(shop, one, tx)
    await cups.handed((await cups.shown(made, shop, tx)).text, shop, tx)

    await follows(tx)

    assert (made.price, made.discount) == (0, 40)
    assert await making.money(scene.offer, tx) == (500, 0, 40, 460)
    await making.reconcile(scene.offer, tx)


async def test_given_one_discount_when_two_redeem_with_it_at_once_then_one_does(
    database: None,
) -> None:
    async with db.transaction() as tx:
        shop, scene, one = await a_scene(tx)

    async def redeem() -> Redemption | NoDiscount:
        try:
            async with db.transaction() as tx:
                return await reserve(shop, one, tx)
        except NoDiscount as refused:
            return refused

    came = await making.at_once([partial(redeem)] * 4, making.OFFER, scene.offer.id)

    assert sorted(type(each).__name__ for each in came) == ["NoDiscount"] * 3 + ["Redemption"]
    async with db.transaction() as tx:
        await making.reconcile(scene.offer, tx)
        assert not await ledger.reconcile(scene.programme.book, tx=tx)
