"""Shop words: the webhooks of a shop, as Shopify and WooCommerce write them."""

from datetime import datetime, timedelta
from typing import Any

import orjson

from tests.support import given

ORDERED = given.NOON - timedelta(hours=3)


def moment(minutes: int) -> str:
    """So many minutes after the order was placed."""
    return (ORDERED + timedelta(minutes=minutes)).isoformat()


def shopify_line(id: int, *, price: str, quantity: int, off: str = "0.00") -> dict[str, Any]:
    return {
        "id": id,
        "sku": f"SKU-{id}",
        "product_id": 10 * id,
        "quantity": quantity,
        "price": price,
        "discount_allocations": [{"amount": off}] if off != "0.00" else [],
        "tax_lines": [],
    }


def shopify_order(*, minutes: int, status: str = "paid", **more: Any) -> dict[str, Any]:
    """Two shirts for 19.90 each and a mug for 10.00: 49.80 euros."""
    return {
        "id": 7001,
        "created_at": moment(0),
        "processed_at": moment(0),
        "updated_at": moment(minutes),
        "cancelled_at": None,
        "financial_status": status,
        "currency": "EUR",
        "taxes_included": False,
        "test": False,
        "customer": {"id": 501, "email": "ada@example.com", "verified_email": True},
        "note_attributes": [],
        "line_items": [
            shopify_line(1, price="19.90", quantity=2),
            shopify_line(2, price="10.00", quantity=1),
        ],
        "shipping_lines": [{"price": "4.90", "discounted_price": "4.90", "tax_lines": []}],
        "refunds": [],
    } | more


def shopify_refund(id: int, *lines: tuple[int, int], **more: Any) -> dict[str, Any]:
    """A refund of so many pieces of each line."""
    return {
        "id": id,
        "order_id": 7001,
        "created_at": moment(60),
        "refund_line_items": [
            {"id": 90 + line, "line_item_id": line, "quantity": quantity, "subtotal": "0.00"}
            for line, quantity in lines
        ],
        "order_adjustments": [],
        "transactions": [],
    } | more


def adjustment(kind: str, amount: str, *, currency: str = "EUR") -> dict[str, Any]:
    return {
        "kind": kind,
        "amount": amount,
        "tax_amount": "0.00",
        "amount_set": {"shop_money": {"amount": amount, "currency_code": currency}},
        "tax_amount_set": {"shop_money": {"amount": "0.00", "currency_code": currency}},
    }


def woo_order(*, minutes: int, status: str = "processing", **more: Any) -> dict[str, Any]:
    """Goods for 100.00 with 20.00 of tax, and 6.00 of shipping."""
    return {
        "id": 812,
        "status": status,
        "currency": "EUR",
        "date_created_gmt": _bare(ORDERED),
        "date_modified_gmt": _bare(ORDERED + timedelta(minutes=minutes)),
        "date_paid_gmt": _bare(ORDERED),
        "total": "126.00",
        "shipping_total": "5.00",
        "shipping_tax": "1.00",
        "customer_id": 77,
        "billing": {"email": "ada@example.com"},
        "meta_data": [{"id": 1, "key": "_other", "value": {"nested": True}}],
        "line_items": [
            {"id": 31, "sku": "TEA", "quantity": 4, "total": "100.00", "total_tax": "20.00"}
        ],
        "refunds": [],
    } | more


def body(said: object) -> bytes:
    return orjson.dumps(said)


def _bare(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat()
