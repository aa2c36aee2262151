"""Read Shopify's webhooks: orders/* and refunds/create, after its REST Admin API of 2025-10.

Amounts are those in the shop's own currency; what the buyer saw in another one is left aside.
"""

from collections.abc import Sequence

from domain.purchases.errors import BadOrder, BadTopic
from domain.purchases.money import minor, sound_currency
from domain.purchases.reading import (
    LINES_MAX,
    REFUNDS_MAX,
    Json,
    document,
    hashed,
    listing,
    loyalty_of,
    mapping,
    moment,
    optional_ref,
    pieces,
    product,
    ref,
    words,
)
from domain.purchases.records import Buyer, Deletion, Line, Message, Payment, Refund, Snapshot

ORDER_TOPICS = frozenset(
    {
        "orders/create",
        "orders/updated",
        "orders/paid",
        "orders/cancelled",
        "orders/fulfilled",
        "orders/partially_fulfilled",
    }
)
REFUND_TOPIC = "refunds/create"
DELETED_TOPIC = "orders/delete"
PAYMENTS = {
    "paid": Payment.PAID,
    "partially_refunded": Payment.PAID,
    "refunded": Payment.REFUNDED,
}
# Two names of what was given back beyond or below the lines. As changes of what the order is
# worth they are below zero when the buyer gets more.
LOOSE, SHIPPING = "refund_discrepancy", "shipping_refund"
ADJUSTMENTS_MAX = 100


def read(body: bytes, *, topic: str) -> Sequence[Message]:
    """What one webhook tells: an order with its refunds, a refund, or a deletion.

    Refuses, in this order: BadTopic, BadOrder, BadCurrency.
    """
    if topic == REFUND_TOPIC:
        return [_refund(document(body))]
    if topic == DELETED_TOPIC:
        return [Deletion(ref(document(body), "id"))]
    if topic not in ORDER_TOPICS:
        raise BadTopic(topic)
    order = document(body)
    return [_snapshot(order), *map(_refund, listing(order, "refunds", most=REFUNDS_MAX))]


def _snapshot(order: Json) -> Snapshot:
    currency = sound_currency(words(order, "currency"))
    included = order.get("taxes_included") is True
    shipping = [
        _amounts(line, line.get("discounted_price", line.get("price")), currency, included)
        for line in listing(order, "shipping_lines", most=LINES_MAX)
    ]
    return Snapshot(
        order=ref(order, "id"),
        updated_at=moment(order.get("updated_at"), where="updated_at"),
        payment=_payment(order),
        currency=currency,
        ordered_at=moment(order.get("processed_at") or order.get("created_at"), where="created_at"),
        lines=tuple(
            _line(line, currency, included) for line in listing(order, "line_items", most=LINES_MAX)
        ),
        shipping_minor=sum(net for net, _ in shipping),
        shipping_tax_minor=sum(tax for _, tax in shipping),
        buyer=_buyer(order),
    )


def _payment(order: Json) -> Payment:
    if order.get("cancelled_at") is not None:
        return Payment.CANCELLED
    if order.get("test") is True:
        return Payment.UNPAID
    return PAYMENTS.get(words(order, "financial_status"), Payment.UNPAID)


def _line(line: Json, currency: str, included: bool) -> Line:
    quantity = pieces(line, "quantity")
    price = minor(line.get("price"), currency, where="price") * quantity
    off = sum(
        minor(discount.get("amount"), currency, where="discount_allocations")
        for discount in listing(line, "discount_allocations", most=LINES_MAX)
    )
    tax = _tax(line, currency)
    return Line(
        line=ref(line, "id"),
        product=product(line.get("sku"), line.get("product_id")),
        quantity=quantity,
        net_minor=price - off - (tax if included else 0),
        tax_minor=tax,
    )


def _amounts(line: Json, price: object, currency: str, included: bool) -> tuple[int, int]:
    tax = _tax(line, currency)
    whole = minor(price, currency, where="shipping_lines")
    return whole - (tax if included else 0), tax


def _tax(line: Json, currency: str) -> int:
    taxes = listing(line, "tax_lines", most=LINES_MAX)
    return sum(minor(tax.get("price"), currency, where="tax_lines") for tax in taxes)


def _buyer(order: Json) -> Buyer:
    customer = order.get("customer")
    known = {} if customer is None else mapping(customer, where="customer")
    verified = known.get("verified_email") is True
    return Buyer(
        customer=optional_ref(known, "id"),
        loyalty=loyalty_of(listing(order, "note_attributes", most=LINES_MAX), name="name"),
        email_sha256=hashed(known.get("email")) if verified else None,
    )


def _refund(refund: Json) -> Refund:
    loose, shipping = [0, 0], [0, 0]
    for adjustment in listing(refund, "order_adjustments", most=ADJUSTMENTS_MAX):
        kind = words(adjustment, "kind")
        into = loose if kind == LOOSE else shipping if kind == SHIPPING else None
        if into is not None:
            into[0] -= _set_minor(adjustment, "amount")
            into[1] -= _set_minor(adjustment, "tax_amount")
    return Refund(
        order=ref(refund, "order_id"),
        refund=ref(refund, "id"),
        lines=tuple(
            sorted(
                (ref(line, "line_item_id"), pieces(line, "quantity"))
                for line in listing(refund, "refund_line_items", most=LINES_MAX)
            )
        ),
        loose_minor=loose[0],
        loose_tax_minor=loose[1],
        shipping_minor=shipping[0],
        shipping_tax_minor=shipping[1],
    )


def _set_minor(adjustment: Json, name: str) -> int:
    """The amount in the shop's currency, which only the set tells."""
    found = adjustment.get(f"{name}_set")
    if found is None and adjustment.get(name) in (None, "0.00", "0"):
        return 0
    money = mapping(mapping(found, where=f"{name}_set").get("shop_money"), where=f"{name}_set")
    currency = words(money, "currency_code")
    if not currency:
        raise BadOrder(f"{name}_set", "says no currency")
    return minor(money.get("amount"), sound_currency(currency), where=name)
