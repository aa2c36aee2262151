"""What Shopify and WooCommerce write is read to the cent, and every fault is named."""

from typing import Any

import pytest

from domain import purchases
from domain.purchases import Line, Payment, Snapshot
from domain.purchases.money import DECIMALS
from tests.domain.purchases import shop_words
from tests.domain.purchases.shop_words import body, shopify_line, shopify_order, woo_order


def shopify(said: Any, topic: str = "orders/paid") -> Any:
    return purchases.read_shopify(body(said), topic=topic)


def test_an_order_of_shopify_is_read_in_minor_units_without_what_the_buyer_is_called() -> None:
    (order,) = shopify(shopify_order(minutes=5))

    assert isinstance(order, Snapshot)
    assert (order.order, order.payment, order.currency) == ("7001", Payment.PAID, "EUR")
    assert order.lines == (Line("1", "SKU-1", 2, 3980, 0), Line("2", "SKU-2", 1, 1000, 0))
    assert order.shipping_minor == 490
    assert order.buyer.customer == "501"
    assert order.buyer.email_sha256 is not None


def test_discounts_and_included_taxes_leave_what_is_net() -> None:
    line = shopify_line(1, price="12.00", quantity=2, off="4.00")
    line["tax_lines"] = [{"price": "3.33"}]

    (order,) = shopify(shopify_order(minutes=5, taxes_included=True, line_items=[line]))

    assert order.lines == (Line("1", "SKU-1", 2, 1667, 333),)


def test_an_order_brings_its_refunds_along_and_they_read_like_those_that_come_alone() -> None:
    refund = shop_words.shopify_refund(31, (1, 1), (2, 1))

    _, along = shopify(shopify_order(minutes=9, refunds=[refund]))
    (alone,) = shopify(refund, "refunds/create")

    assert along == alone
    assert alone.lines == (("1", 1), ("2", 1))


@pytest.mark.parametrize(
    ("said", "payment"),
    [
        ({"financial_status": "pending"}, Payment.UNPAID),
        ({"financial_status": "authorized"}, Payment.UNPAID),
        ({"financial_status": "partially_paid"}, Payment.UNPAID),
        ({"financial_status": "voided"}, Payment.UNPAID),
        ({"financial_status": "partially_refunded"}, Payment.PAID),
        ({"financial_status": "refunded"}, Payment.REFUNDED),
        ({"cancelled_at": shop_words.moment(4)}, Payment.CANCELLED),
        ({"test": True}, Payment.UNPAID),
    ],
)
def test_only_what_is_paid_is_paid(said: dict[str, Any], payment: Payment) -> None:
    (order,) = shopify(shopify_order(minutes=5) | said)

    assert order.payment is payment


@pytest.mark.parametrize(
    ("currency", "price", "minor"),
    [("JPY", "1200", 1200), ("KWD", "1.234", 1234), ("EUR", "0.10", 10), ("CLF", "1.00005", 10000)],
)
def test_each_currency_has_its_own_decimals(currency: str, price: str, minor: int) -> None:
    said = shopify_order(
        minutes=5,
        currency=currency,
        line_items=[shopify_line(1, price=price, quantity=1)],
        shipping_lines=[],
    )

    (order,) = shopify(said)

    assert order.lines[0].net_minor == minor
    assert set(DECIMALS.values()) == {0, 2, 3, 4}


def test_an_order_of_woocommerce_is_read_with_its_refunds_as_totals() -> None:
    said = woo_order(minutes=4, refunds=[{"id": 1, "total": "-63.00"}])

    (order,) = purchases.read_woocommerce(body(said), topic="order.updated")

    assert order.lines == (Line("31", "TEA", 4, 10000, 2000),)
    assert (order.total_minor, order.refunded_minor, order.shipping_minor) == (12600, 6300, 500)
    assert (order.buyer.customer, order.buyer.email_sha256) == ("77", None)


def test_what_awaits_its_invoice_at_woocommerce_is_not_paid() -> None:
    said = woo_order(minutes=4, date_paid_gmt=None)

    (order,) = purchases.read_woocommerce(body(said), topic="order.updated")

    assert order.payment is Payment.UNPAID


def test_a_note_whose_name_is_no_text_names_nobody() -> None:
    note = {"name": ["loyalty_number"], "value": "M-1"}

    (order,) = shopify(shopify_order(minutes=5, note_attributes=[note]))

    assert isinstance(order, Snapshot)
    assert order.buyer.loyalty is None


LONG = "x" * 65
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": None}, "id"),
    "an id that is a list": ({"id": [1]}, "id"),
    "an id that is true": ({"id": True}, "id"),
    "an id too long": ({"id": LONG}, "id"),
    "an id with a null character": ({"id": "7\0"}, "id"),
    "no time": ({"updated_at": None}, "updated_at"),
    "a time without a zone": ({"updated_at": "2026-01-01T10:00:00"}, "updated_at"),
    "a time that is none": ({"updated_at": "yesterday"}, "updated_at"),
    "lines that are no list": ({"line_items": {}}, "line_items"),
    "a line that is no object": ({"line_items": ["x"]}, "line_items"),
    "too many lines": ({"line_items": [{}] * 1001}, "line_items"),
    "half a piece": ({"line_items": [{"id": 1, "quantity": 0.5, "price": "1"}]}, "quantity"),
    "less than no piece": ({"line_items": [{"id": 1, "quantity": -1, "price": "1"}]}, "quantity"),
    "a price as a float": ({"line_items": [{"id": 1, "quantity": 1, "price": 1.5}]}, "price"),
    "a price in words": ({"line_items": [{"id": 1, "quantity": 1, "price": "ten"}]}, "price"),
    "a price with a comma": ({"line_items": [{"id": 1, "quantity": 1, "price": "1,50"}]}, "price"),
    "no price": ({"line_items": [{"id": 1, "quantity": 1}]}, "price"),
    "an endless price": (
        {"line_items": [{"id": 1, "quantity": 1, "price": "9" * 12}]},
        "price",
    ),
    "no currency": ({"currency": None}, "currency"),
    "an unknown currency": ({"currency": "ZZZ"}, "currency"),
    "a small currency": ({"currency": "eur"}, "currency"),
    "a customer that is a number": ({"customer": 5}, "customer"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_an_order_of_shopify_is_refused_by_its_place(name: str) -> None:
    said, where = FAULTS[name]

    with pytest.raises((purchases.BadOrder, purchases.BadCurrency)) as refused:
        shopify(shopify_order(minutes=5) | said)

    assert refused.value.path == (where,)


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"{", b"\xff\xfe", b'{"id": 1e999}'])
def test_a_body_that_is_no_order_is_refused(raw: bytes) -> None:
    with pytest.raises((purchases.BadOrder, purchases.BadCurrency)):
        purchases.read_shopify(raw, topic="orders/paid")
    with pytest.raises((purchases.BadOrder, purchases.BadCurrency)):
        purchases.read_woocommerce(raw, topic="order.updated")


WOO_FAULTS: dict[str, dict[str, Any]] = {
    "no total": {"total": None},
    "a total as a float": {"total": 126.0},
    "no time": {"date_modified_gmt": None},
    "refunds that are no list": {"refunds": "none"},
    "a refund without a total": {"refunds": [{"id": 1}]},
    "an unknown currency": {"currency": "BTC"},
    "no id": {"id": 0},
}


@pytest.mark.parametrize("name", WOO_FAULTS)
def test_a_fault_in_an_order_of_woocommerce_is_refused(name: str) -> None:
    with pytest.raises((purchases.BadOrder, purchases.BadCurrency)):
        purchases.read_woocommerce(
            body(woo_order(minutes=4) | WOO_FAULTS[name]), topic="order.updated"
        )


@pytest.mark.parametrize("topic", ["", "products/update", "ORDERS/PAID", "order.created"])
def test_another_topic_is_refused_at_shopify(topic: str) -> None:
    with pytest.raises(purchases.BadTopic):
        shopify(shopify_order(minutes=5), topic)


@pytest.mark.parametrize("topic", ["", "product.updated", "orders/paid"])
def test_another_topic_is_refused_at_woocommerce(topic: str) -> None:
    with pytest.raises(purchases.BadTopic):
        purchases.read_woocommerce(body(woo_order(minutes=4)), topic=topic)
