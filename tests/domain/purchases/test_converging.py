"""Whatever order an order's webhooks come in, and however often, it counts the same."""

from collections.abc import Sequence
from itertools import permutations

from hypothesis import given as drawn
from hypothesis import strategies as st

from domain import purchases
from domain.purchases import Message, Policy
from domain.purchases.converging import join, worth_minor
from domain.purchases.records import Known
from tests.domain.purchases.shop_words import (
    adjustment,
    body,
    moment,
    shopify_order,
    shopify_refund,
    woo_order,
)

EUROS = Policy("EUR")


def read(said: object, topic: str) -> Sequence[Message]:
    return purchases.read_shopify(body(said), topic=topic)


FIRST, SECOND = shopify_refund(31, (1, 1)), shopify_refund(32, (2, 1))
WEBHOOKS = [
    read(shopify_order(minutes=0, status="pending"), "orders/create"),
    read(shopify_order(minutes=1), "orders/paid"),
    # The same second as the payment: only its content tells them apart.
    read(shopify_order(minutes=1, status="pending"), "orders/updated"),
    read(FIRST, "refunds/create"),
    read(shopify_order(minutes=2, status="partially_refunded", refunds=[FIRST]), "orders/updated"),
    read(SECOND, "refunds/create"),
]


def known_after(webhooks: Sequence[Sequence[Message]]) -> Known:
    known = Known()
    for webhook in webhooks:
        for message in webhook:
            known = join(known, message)
    return known


def test_every_permutation_ends_at_the_same() -> None:
    ends = {known_after(webhooks) for webhooks in permutations(WEBHOOKS)}

    assert len(ends) == 1
    # One shirt is left of two, and no mug.
    assert worth_minor(ends.pop(), EUROS) == 1990


@drawn(st.lists(st.sampled_from(WEBHOOKS), min_size=1, max_size=12), st.randoms())
def test_repeats_and_reorders_of_any_part_end_at_the_same(
    webhooks: list[Sequence[Message]], chance: object
) -> None:
    again = [*webhooks, *webhooks]
    chance.shuffle(again)  # type: ignore[attr-defined]

    assert known_after(again) == known_after(webhooks)


def worth(*webhooks: Sequence[Message], policy: Policy = EUROS) -> int:
    return worth_minor(known_after(webhooks), policy)


def test_a_refund_before_its_order_counts_once_the_order_is_known() -> None:
    assert worth(WEBHOOKS[3]) == 0
    assert worth(WEBHOOKS[3], WEBHOOKS[1]) == 2990


def test_a_cancellation_before_the_order_was_heard_of_stays() -> None:
    cancelled = read(shopify_order(minutes=9, cancelled_at=moment(9)), "orders/cancelled")

    assert worth(cancelled, WEBHOOKS[0], WEBHOOKS[1]) == 0


def test_a_deletion_stays_whatever_comes_after_it() -> None:
    deleted = read({"id": 7001}, "orders/delete")

    assert worth(deleted, WEBHOOKS[1]) == 0


def test_shipping_and_taxes_count_where_the_policy_says_so() -> None:
    order = read(shopify_order(minutes=1), "orders/paid")

    assert worth(order) == 4980
    assert worth(order, policy=Policy("EUR", shipping=True)) == 5470
    assert worth(order, policy=Policy("USD")) == 0


def test_what_was_given_back_beyond_the_lines_counts_too() -> None:
    goodwill = shopify_refund(33, order_adjustments=[adjustment("refund_discrepancy", "-5.00")])
    shipping = shopify_refund(34, order_adjustments=[adjustment("shipping_refund", "-4.90")])
    kept_back = shopify_refund(
        35, (2, 1), order_adjustments=[adjustment("refund_discrepancy", "2.00")]
    )

    def after(refund: dict[str, object], policy: Policy = EUROS) -> int:
        return worth(WEBHOOKS[1], read(refund, "refunds/create"), policy=policy)

    assert after(goodwill) == 4480
    assert after(shipping) == 4980
    assert after(shipping, Policy("EUR", shipping=True)) == 4980
    # The mug came back, and the shop kept two euros of it.
    assert after(kept_back) == 4180


def test_more_pieces_back_than_were_bought_leave_nothing_below_nothing() -> None:
    refund = read(shopify_refund(36, (1, 5), (2, 9), (99, 1)), "refunds/create")

    assert worth(WEBHOOKS[1], refund) == 0


def test_a_part_of_a_line_that_cannot_be_split_is_rounded_down() -> None:
    line = {"id": 1, "quantity": 3, "price": "3.34", "discount_allocations": [{"amount": "0.02"}]}
    order = read(shopify_order(minutes=1, line_items=[line]), "orders/paid")

    left = [
        worth(order, *(read(shopify_refund(40 + n, (1, 1)), "refunds/create") for n in range(back)))
        for back in range(4)
    ]

    assert left == [1000, 666, 333, 0]


def woo(**said: object) -> Sequence[Message]:
    return purchases.read_woocommerce(body(woo_order(**said)), topic="order.updated")  # type: ignore[arg-type]


def test_a_refund_of_woocommerce_takes_its_share_of_the_whole_order() -> None:
    half = [{"id": 1, "total": "-63.00"}]
    whole = [*half, {"id": 2, "total": "-63.00"}]

    assert worth(woo(minutes=1)) == 10000
    assert worth(woo(minutes=2, refunds=half)) == 5000
    assert worth(woo(minutes=2, refunds=half), policy=Policy("EUR", taxes=True)) == 6000
    assert worth(woo(minutes=3, refunds=whole)) == 0
    # A refund that the shop takes back is no longer in the newest order.
    assert worth(woo(minutes=2, refunds=half), woo(minutes=3)) == 10000
    assert worth(woo(minutes=4, status="refunded")) == 0
