"""Read WooCommerce's webhooks: order.*, after its REST API version 3.

It tells refunds by their totals only, tax and shipping included, and always with the order.
"""

from collections.abc import Sequence

from domain.purchases.errors import BadTopic
from domain.purchases.money import minor, sound_currency
from domain.purchases.reading import (
    LINES_MAX,
    REFUNDS_MAX,
    Json,
    document,
    listing,
    loyalty_of,
    moment,
    optional_ref,
    pieces,
    product,
    ref,
    words,
)
from domain.purchases.records import Buyer, Deletion, Line, Message, Payment, Snapshot

TOPICS = frozenset({"order.created", "order.updated", "order.restored"})
DELETED_TOPIC = "order.deleted"
PAYMENTS = {
    "processing": Payment.PAID,
    "completed": Payment.PAID,
    "refunded": Payment.REFUNDED,
    "cancelled": Payment.CANCELLED,
    "trash": Payment.CANCELLED,
}


def read(body: bytes, *, topic: str) -> Sequence[Message]:
    """What one webhook tells: an order, or a deletion, after which nothing counts again.

    Refuses, in this order: BadTopic, BadOrder, BadCurrency.
    """
    if topic == DELETED_TOPIC:
        return [Deletion(ref(document(body), "id"))]
    if topic not in TOPICS:
        raise BadTopic(topic)
    return [_snapshot(document(body))]


def _snapshot(order: Json) -> Snapshot:
    currency = sound_currency(words(order, "currency"))
    refunds = listing(order, "refunds", most=REFUNDS_MAX)
    paid_at = order.get("date_paid_gmt")
    return Snapshot(
        order=ref(order, "id"),
        updated_at=moment(order.get("date_modified_gmt"), where="date_modified_gmt", utc=True),
        payment=_payment(order, paid=paid_at is not None),
        currency=currency,
        ordered_at=moment(order.get("date_created_gmt"), where="date_created_gmt", utc=True),
        lines=tuple(_line(line, currency) for line in listing(order, "line_items", most=LINES_MAX)),
        shipping_minor=minor(order.get("shipping_total"), currency, where="shipping_total"),
        shipping_tax_minor=minor(order.get("shipping_tax"), currency, where="shipping_tax"),
        total_minor=minor(order.get("total"), currency, where="total"),
        # Written below zero.
        refunded_minor=sum(
            abs(minor(refund.get("total"), currency, where="refunds")) for refund in refunds
        ),
        buyer=_buyer(order),
    )


def _payment(order: Json, *, paid: bool) -> Payment:
    # An order on invoice is "processing" before it is paid.
    found = PAYMENTS.get(words(order, "status"), Payment.UNPAID)
    return Payment.UNPAID if found is Payment.PAID and not paid else found


def _line(line: Json, currency: str) -> Line:
    return Line(
        line=ref(line, "id"),
        product=product(line.get("sku"), line.get("product_id")),
        quantity=pieces(line, "quantity"),
        net_minor=minor(line.get("total"), currency, where="line_items"),
        tax_minor=minor(line.get("total_tax"), currency, where="line_items"),
    )


def _buyer(order: Json) -> Buyer:
    """WooCommerce verifies no address, so the one that was typed in names nobody."""
    return Buyer(
        customer=optional_ref(order, "customer_id"),
        loyalty=loyalty_of(listing(order, "meta_data", most=LINES_MAX), name="key"),
    )
