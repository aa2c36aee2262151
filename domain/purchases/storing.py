"""Storing: an order's row, lines and refunds, held, read as what is known, and written back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain import members
from domain.purchases.records import (
    Buyer,
    Deletion,
    Known,
    Line,
    Message,
    Payment,
    Refund,
    Snapshot,
    Version,
)
from infra.db import Row, Tx

ADD = """
INSERT INTO purchase (programme, source, order_ref, heard_at, look_at)
VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING
"""
HOLD = """
SELECT payment, version_at, version_rank, digest, deleted, currency, ordered_at, shipping_minor,
       shipping_tax_minor, total_minor, refunded_minor, customer, loyalty, email_sha256, member,
       activity, counted_minor, revivals, heard_at
FROM purchase WHERE programme = $1 AND source = $2 AND order_ref = $3 FOR UPDATE
"""
LINES = """
SELECT line, product, quantity, net_minor, tax_minor FROM purchase_line
WHERE programme = $1 AND source = $2 AND order_ref = $3 ORDER BY line
"""
REFUNDS = """
SELECT refund, lines, pieces, loose_minor, loose_tax_minor, shipping_minor, shipping_tax_minor
FROM purchase_refund WHERE programme = $1 AND source = $2 AND order_ref = $3
ORDER BY refund COLLATE "C"
"""
WRITE = """
UPDATE purchase SET payment = $4, version_at = $5, version_rank = $6, digest = $7, currency = $8,
    ordered_at = $9, shipping_minor = $10, shipping_tax_minor = $11, total_minor = $12,
    refunded_minor = $13, customer = $14, loyalty = $15, email_sha256 = $16
WHERE programme = $1 AND source = $2 AND order_ref = $3
"""
DELETED = """
UPDATE purchase SET deleted = true WHERE programme = $1 AND source = $2 AND order_ref = $3
"""
DROP_LINES = """
DELETE FROM purchase_line WHERE programme = $1 AND source = $2 AND order_ref = $3
"""
ADD_LINES = """
INSERT INTO purchase_line (programme, source, order_ref, line, product, quantity, net_minor,
                           tax_minor)
SELECT $1, $2, $3, l.line, l.product, l.quantity, l.net_minor, l.tax_minor
FROM unnest($4::text[], $5::text[], $6::int[], $7::bigint[], $8::bigint[])
     AS l (line, product, quantity, net_minor, tax_minor)
"""
WRITE_REFUNDS = """
INSERT INTO purchase_refund (programme, source, order_ref, refund, lines, pieces, loose_minor,
                             loose_tax_minor, shipping_minor, shipping_tax_minor)
SELECT $1, $2, $3, r.refund, r.lines, r.pieces, r.loose_minor, r.loose_tax_minor,
       r.shipping_minor, r.shipping_tax_minor
FROM jsonb_to_recordset($4::jsonb) AS r (
    refund text, lines text[], pieces int[], loose_minor bigint, loose_tax_minor bigint,
    shipping_minor bigint, shipping_tax_minor bigint
)
ON CONFLICT (programme, source, order_ref, refund) DO UPDATE SET lines = excluded.lines,
    pieces = excluded.pieces, loose_minor = excluded.loose_minor,
    loose_tax_minor = excluded.loose_tax_minor, shipping_minor = excluded.shipping_minor,
    shipping_tax_minor = excluded.shipping_tax_minor
"""


@dataclass(frozen=True, slots=True)
class Key:
    """Which order: the shop's or the partner's own id of it, under its source."""

    programme: int
    source: str
    order: str

    @property
    def columns(self) -> tuple[int, str, str]:
        """The values of the table's key."""
        return self.programme, self.source, self.order


@dataclass(frozen=True, slots=True)
class Held:
    """An order whose row is locked until the transaction ends."""

    key: Key
    known: Known
    buyer: Buyer
    member: UUID | None
    activity: UUID | None
    counted_minor: int
    revivals: int
    heard_at: datetime


async def hold(key: Key, *, at: datetime, tx: Tx) -> Held:
    """Lock the order and read all that is known of it; nothing yet where it is new."""
    await tx.run(ADD, *key.columns, at)
    row = await tx.row(HOLD, *key.columns)
    assert row is not None, "it was added if it was not there"
    return Held(
        key=key,
        known=await _known(key, row, tx),
        buyer=Buyer(row["customer"], row["loyalty"], row["email_sha256"]),
        member=row["member"],
        activity=row["activity"],
        counted_minor=row["counted_minor"],
        revivals=row["revivals"],
        heard_at=row["heard_at"],
    )


async def write(held: Held, known: Known, *, tx: Tx) -> Buyer:
    """Keep what is known now; who bought, as far as that is still asked."""
    before, columns = held.known, held.key.columns
    buyer = held.buyer
    if known.version != before.version and known.snapshot is not None:
        # Once the member is known, nothing else about the person is kept.
        buyer = Buyer() if held.member else known.snapshot.buyer
        await tx.run(WRITE, *columns, *_facts(known), *_refs(buyer))
        await tx.run(DROP_LINES, *columns)
        lines = known.snapshot.lines
        if held.member and await _is_forgotten(held.member, held.key.programme, tx):
            lines = tuple(replace(line, product="") for line in lines)
        await tx.run(ADD_LINES, *columns, *_columns_of(lines))
    earlier = set(before.refunds)
    if new := [_plain(refund) for refund in known.refunds if refund not in earlier]:
        await tx.run(WRITE_REFUNDS, *columns, orjson.dumps(new).decode())
    if known.deleted and not before.deleted:
        await tx.run(DELETED, *columns)
    return buyer


def order_of(message: Message) -> str:
    """The order that a message is about."""
    assert isinstance(message, Snapshot | Refund | Deletion)
    return message.order


async def _is_forgotten(member: UUID, programme: int, tx: Tx) -> bool:
    """True for one who was erased: what they bought must not come back with a later webhook."""
    found = await members.several([member], programme=programme, tx=tx)
    return found[member].state is members.State.ERASED


async def _known(key: Key, row: Row, tx: Tx) -> Known:
    snapshot, version = None, None
    if row["payment"] is not None:
        lines = await tx.rows(LINES, *key.columns)
        snapshot = Snapshot(
            order=key.order,
            updated_at=row["version_at"],
            payment=Payment(row["payment"]),
            currency=row["currency"],
            ordered_at=row["ordered_at"],
            lines=tuple(Line(**line) for line in lines),
            shipping_minor=row["shipping_minor"],
            shipping_tax_minor=row["shipping_tax_minor"],
            total_minor=row["total_minor"],
            refunded_minor=row["refunded_minor"],
        )
        version = Version(row["version_at"], row["version_rank"], row["digest"])
    refunds = await tx.rows(REFUNDS, *key.columns)
    return Known(snapshot, version, tuple(_refund(key, each) for each in refunds), row["deleted"])


def _refund(key: Key, row: Row) -> Refund:
    return Refund(
        order=key.order,
        refund=row["refund"],
        lines=tuple(zip(row["lines"], row["pieces"], strict=True)),
        loose_minor=row["loose_minor"],
        loose_tax_minor=row["loose_tax_minor"],
        shipping_minor=row["shipping_minor"],
        shipping_tax_minor=row["shipping_tax_minor"],
    )


def _facts(known: Known) -> tuple[object, ...]:
    order, version = known.snapshot, known.version
    assert order is not None
    assert version is not None
    return (
        order.payment,
        version.updated_at,
        version.rank,
        version.digest,
        order.currency,
        order.ordered_at,
        order.shipping_minor,
        order.shipping_tax_minor,
        order.total_minor,
        order.refunded_minor,
    )


def _refs(buyer: Buyer) -> tuple[object, ...]:
    return buyer.customer, buyer.loyalty, buyer.email_sha256


def _columns_of(lines: tuple[Line, ...]) -> tuple[list[Any], ...]:
    return (
        [line.line for line in lines],
        [line.product for line in lines],
        [line.quantity for line in lines],
        [line.net_minor for line in lines],
        [line.tax_minor for line in lines],
    )


def _plain(refund: Refund) -> dict[str, object]:
    return {
        "refund": refund.refund,
        "lines": [line for line, _ in refund.lines],
        "pieces": [pieces for _, pieces in refund.lines],
        "loose_minor": refund.loose_minor,
        "loose_tax_minor": refund.loose_tax_minor,
        "shipping_minor": refund.shipping_minor,
        "shipping_tax_minor": refund.shipping_tax_minor,
    }
