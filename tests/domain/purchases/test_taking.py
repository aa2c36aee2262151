"""Orders become activities: one an order, over what is paid and kept, for whoever it belongs to."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain import activities, members, purchases
from domain.activities import State
from domain.members import Member
from domain.purchases import Message, Policy, Purchase
from domain.purchases.assigning import assign_due
from infra import db
from infra.db import Tx
from tests.domain.purchases.shop_words import ORDERED, moment, shopify_order, shopify_refund
from tests.domain.purchases.test_converging import WEBHOOKS, read
from tests.support import databases, given
from tests.support.servers import Postgres

SHOP = "shop:verde"
PAID = WEBHOOKS[1]
REFUND = WEBHOOKS[3]
LATER = read(shopify_order(minutes=8), "orders/updated")
CANCELLED = read(shopify_order(minutes=9, cancelled_at=moment(9)), "orders/cancelled")

EVENTS = """
SELECT evidence->>'outcome' AS outcome, (evidence->>'quantity')::int AS quantity
FROM event WHERE programme = $1 AND object = $2 AND action = 'activities.Judged' ORDER BY number
"""


async def a_customer(tx: Tx, *, linked: bool = True) -> Member:
    """A member of a programme that counts euros, known to the shop as customer 501."""
    home = await given.a_programme(tx=tx)
    await purchases.set_policy(Policy("EUR"), programme=home.id, tx=tx)
    member = await given.a_member(home, tx=tx)
    if linked:
        await link(member, tx=tx)
    return member


async def link(member: Member, *, tx: Tx) -> None:
    await members.link(member, source=SHOP, ref="501", at=given.NOON, tx=tx)


async def take(messages: Sequence[Message], member: Member, *, tx: Tx) -> Purchase:
    return await purchases.take(
        messages, source=SHOP, programme=member.programme, at=given.NOON, tx=tx
    )


async def activity_of(purchase: Purchase, member: Member, *, tx: Tx) -> activities.Activity:
    assert purchase.activity is not None
    return await activities.get(purchase.activity, member=member, tx=tx)


async def test_given_a_linked_customer_when_an_order_is_paid_then_it_is_an_activity(
    tx: Tx,
) -> None:
    ada = await a_customer(tx)

    taken = await take(PAID, ada, tx=tx)

    activity = await activity_of(taken, ada, tx=tx)
    assert (taken.member, taken.counted_minor) == (ada.id, 4980)
    assert activity.type is activities.Type.PURCHASE
    assert (activity.quantity, activity.started_at) == (4980, ORDERED)
    assert (activity.source, activity.external_id) == (SHOP, "order/7001")
    assert activity.proof is activities.Proof.VERIFIED


async def test_given_an_order_when_it_is_refunded_in_part_then_the_activity_is_amended(
    tx: Tx,
) -> None:
    ada = await a_customer(tx)
    first = await take(PAID, ada, tx=tx)

    taken = await take(REFUND, ada, tx=tx)

    activity = await activity_of(taken, ada, tx=tx)
    assert taken.activity == first.activity
    assert (taken.counted_minor, activity.quantity, activity.revision) == (2990, 2990, 2)


@pytest.mark.parametrize(
    "whole",
    [
        CANCELLED,
        read(shopify_order(minutes=9, status="refunded"), "orders/updated"),
        read(shopify_refund(50, (1, 2), (2, 1)), "refunds/create"),
        read({"id": 7001}, "orders/delete"),
    ],
)
async def test_given_an_order_when_it_is_undone_whole_then_the_activity_is_withdrawn(
    tx: Tx, whole: Sequence[Message]
) -> None:
    ada = await a_customer(tx)
    await take(PAID, ada, tx=tx)

    taken = await take(whole, ada, tx=tx)

    activity = await activity_of(taken, ada, tx=tx)
    assert (taken.counted_minor, activity.state) == (0, State.WITHDRAWN)


async def test_given_a_webhook_when_it_comes_again_then_nothing_changes(tx: Tx) -> None:
    ada = await a_customer(tx)
    first = await take(PAID, ada, tx=tx)
    refunded = await take(REFUND, ada, tx=tx)

    again = [await take(webhook, ada, tx=tx) for webhook in (PAID, REFUND, PAID)]

    activity = await activity_of(first, ada, tx=tx)
    assert again == [refunded] * 3
    assert activity.revision == 2


async def test_given_any_order_of_webhooks_when_all_are_heard_then_one_activity_is_left(
    tx: Tx,
) -> None:
    ends = set()
    for seed in range(12):
        ada = await a_customer(tx)
        webhooks = WEBHOOKS * 2
        random.Random(seed).shuffle(webhooks)

        heard = [await take(webhook, ada, tx=tx) for webhook in webhooks]

        activity = await activity_of(heard[-1], ada, tx=tx)
        ends.add((heard[-1].counted_minor, activity.quantity, activity.state))
    assert ends == {(1990, 1990, State.COUNTED)}


async def test_given_a_withdrawn_order_when_the_shop_thinks_again_then_it_counts_anew(
    tx: Tx,
) -> None:
    ada = await a_customer(tx)
    first = await take(PAID, ada, tx=tx)
    await take(read(shopify_order(minutes=3, status="voided"), "orders/updated"), ada, tx=tx)

    taken = await take(read(shopify_order(minutes=4), "orders/updated"), ada, tx=tx)

    activity = await activity_of(taken, ada, tx=tx)
    assert taken.activity != first.activity
    assert (activity.quantity, activity.state) == (4980, State.COUNTED)
    assert activity.external_id == "order/7001#1"


async def test_given_a_stranger_when_the_link_arrives_then_the_order_is_theirs(tx: Tx) -> None:
    ada = await a_customer(tx, linked=False)
    kept = await take(PAID, ada, tx=tx)
    await take(REFUND, ada, tx=tx)
    await link(ada, tx=tx)

    found = await assign_due(given.NOON + timedelta(minutes=20), tx)

    again = await take(PAID, ada, tx=tx)
    refs = await tx.row("SELECT customer, loyalty, email_sha256, look_at FROM purchase "
                        "WHERE programme = $1", ada.programme)  # fmt: skip
    assert (kept.member, kept.counted_minor, found) == (None, 0, 1)
    assert (again.member, again.counted_minor) == (ada.id, 2990)
    # Who it is is known: nothing else about the person is kept.
    assert set(dict(refs or {}).values()) == {None}


async def test_given_nobody_for_90_days_when_looked_for_then_what_was_kept_is_dropped(
    tx: Tx,
) -> None:
    ada = await a_customer(tx, linked=False)
    await take(PAID, ada, tx=tx)

    await assign_due(given.NOON + timedelta(days=91), tx)

    refs = await tx.row("SELECT customer, email_sha256, look_at FROM purchase "
                        "WHERE programme = $1", ada.programme)  # fmt: skip
    assert set(dict(refs or {}).values()) == {None}


async def test_given_a_loyalty_number_when_a_customer_has_the_same_then_they_are_two(
    tx: Tx,
) -> None:
    ada = await a_customer(tx, linked=False)
    number = ada.external_ref
    same = shopify_order(minutes=1, customer={"id": number})
    noted = shopify_order(
        minutes=2,
        customer={"id": number},
        note_attributes=[{"name": "loyalty_number", "value": number}],
    )

    mistaken = await take(read(same, "orders/paid"), ada, tx=tx)
    meant = await take(read(noted, "orders/updated"), ada, tx=tx)

    assert (mistaken.member, meant.member) == (None, ada.id)


async def test_given_an_e_mail_hash_that_was_linked_when_bought_then_it_is_theirs(tx: Tx) -> None:
    ada = await a_customer(tx, linked=False)
    (order,) = PAID
    assert isinstance(order, purchases.Snapshot)
    assert order.buyer.email_sha256 is not None
    hashed = order.buyer.email_sha256.hex()
    await members.link(ada, source=SHOP, ref=f"sha256:{hashed}", at=given.NOON, tx=tx)

    taken = await take(PAID, ada, tx=tx)

    assert taken.member == ada.id


async def test_given_another_currency_when_bought_then_it_is_kept_and_counts_nothing(
    tx: Tx,
) -> None:
    ada = await a_customer(tx)

    taken = await take(read(shopify_order(minutes=1, currency="USD"), "orders/paid"), ada, tx=tx)

    assert (taken.counted_minor, taken.activity, taken.currency) == (0, None, "USD")


async def test_given_no_policy_or_twin_lines_when_taken_then_it_is_refused(tx: Tx) -> None:
    home = await given.a_programme(tx=tx)
    bob = await given.a_member(home, tx=tx)
    ada = await a_customer(tx)
    line = {"id": 1, "quantity": 1, "price": "1.00"}
    twins = read(shopify_order(minutes=1, line_items=[line, line]), "orders/paid")

    with pytest.raises(purchases.NoPurchasePolicy):
        await take(twins, bob, tx=tx)
    with pytest.raises(purchases.BadOrder) as refused:
        await take(twins, ada, tx=tx)

    assert refused.value.path == ("line_items",)


async def test_given_two_programmes_when_both_know_a_customer_501_then_each_has_its_own(
    tx: Tx,
) -> None:
    ada, eve = await a_customer(tx), await a_customer(tx)

    adas = await take(PAID, ada, tx=tx)

    assert adas.member == ada.id
    assert await activities.listed(eve, before=None, limit=5, tx=tx) == []


async def test_given_all_webhooks_at_once_when_they_race_then_one_activity_counts_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            ada = await a_customer(tx)

        async def hear(webhook: Sequence[Message]) -> None:
            async with db.transaction() as tx:
                await take(webhook, ada, tx=tx)

        await asyncio.gather(*(hear(webhook) for webhook in WEBHOOKS * 4))

        async with db.transaction() as tx:
            found = await activities.listed(ada, before=None, limit=5, tx=tx)
            events = await tx.rows(EVENTS, ada.programme, found[0].id)
    assert [(one.quantity, one.state) for one in found] == [(1990, State.COUNTED)]
    assert (events[-1]["outcome"], events[-1]["quantity"]) == ("COUNTED", 1990)


async def test_given_an_order_whose_activity_its_source_deleted_when_refunded_then_it_is_taken(
    tx: Tx,
) -> None:
    ada = await a_customer(tx)
    first = await take(PAID, ada, tx=tx)
    names, home = ["order/7001"], ada.programme
    await activities.retract(names, source=SHOP, programme=home, at=given.NOON, tx=tx)

    taken = await take(REFUND, ada, tx=tx)

    activity = await activity_of(taken, ada, tx=tx)
    assert (taken.activity, taken.counted_minor) == (first.activity, 2990)
    assert activity.state is State.WITHDRAWN


async def test_given_an_activity_numbered_like_an_order_when_both_are_told_then_each_is_its_own(
    tx: Tx,
) -> None:
    ada = await a_customer(tx)
    told = {"source": SHOP, "external_id": "7001", "started_at": ORDERED}
    id = activities.id_of(programme=ada.programme, **told)
    run = activities.Report(
        id=id,
        member=ada.id,
        type=activities.Type.RUN,
        ended_at=ORDERED + timedelta(minutes=30),
        duration_s=1_800,
        distance_m=5_000,
        proof=activities.Proof.DEVICE,
        **told,
    )
    await activities.report([run], programme=ada.programme, at=given.NOON, tx=tx)

    taken = await take(PAID, ada, tx=tx)

    assert taken.activity != id
    assert (await activity_of(taken, ada, tx=tx)).quantity == 4980
