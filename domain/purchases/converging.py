"""Converging: what is known of an order, whatever order its messages came in. Pure functions.

A message joins what is known: the newer snapshot stands, refunds gather by their id, a
deletion stays. Joining is commutative, associative and idempotent, so any permutation with any
repeats ends at the same, after Shapiro, Preguica, Baquero and Zawirski, "Conflict-free
Replicated Data Types", 2011.
"""

import hashlib
from collections import Counter
from dataclasses import astuple, replace

from domain.purchases.records import (
    Known,
    Line,
    Message,
    Payment,
    Policy,
    Refund,
    Snapshot,
    Version,
)

# Shops write whole seconds: of two snapshots of one second the one further on stands.
RANK = {Payment.UNPAID: 0, Payment.PAID: 1, Payment.REFUNDED: 2, Payment.CANCELLED: 3}


def join(known: Known, message: Message) -> Known:
    """What is known with the message; equal to `known` when it tells nothing new."""
    if isinstance(message, Refund):
        return replace(known, refunds=_gathered(known.refunds, message))
    if not isinstance(message, Snapshot):
        return replace(known, deleted=True)
    version = Version(message.updated_at, RANK[message.payment], digest_of(message))
    if known.version is not None and version <= known.version:
        return known
    return replace(known, snapshot=message, version=version)


def payment(known: Known) -> Payment | None:
    """How the order stands; None while only refunds of it are known."""
    if known.deleted:
        return Payment.DELETED
    return None if known.snapshot is None else known.snapshot.payment


def worth_minor(known: Known, policy: Policy) -> int:
    """What is paid and kept of the order and counts under the policy, in minor units.

    A line that was refunded in part keeps its share by pieces, rounded down; a refund that names
    no lines takes its share of the whole order.
    """
    order = known.snapshot
    if order is None or known.deleted or order.payment is not Payment.PAID:
        return 0
    if order.currency != policy.currency:
        return 0
    returned: Counter[str] = Counter()
    for refund in known.refunds:
        for line, pieces in refund.lines:
            returned[line] += pieces
    kept = sum(_kept_minor(line, returned[line.line], policy) for line in order.lines)
    if policy.shipping:
        kept += _taxed(order.shipping_minor, order.shipping_tax_minor, policy)
    kept -= sum(_beyond_lines_minor(refund, policy) for refund in known.refunds)
    if order.refunded_minor and order.total_minor:
        # Rounded up, so that the whole order refunded in parts leaves nothing.
        kept -= -(-kept * order.refunded_minor // order.total_minor)
    return max(kept, 0)


def _kept_minor(line: Line, returned: int, policy: Policy) -> int:
    left = max(line.quantity - returned, 0)
    whole = _taxed(line.net_minor, line.tax_minor, policy)
    return whole * left // line.quantity if line.quantity else 0


def _beyond_lines_minor(refund: Refund, policy: Policy) -> int:
    loose = _taxed(refund.loose_minor, refund.loose_tax_minor, policy)
    if policy.shipping:
        loose += _taxed(refund.shipping_minor, refund.shipping_tax_minor, policy)
    return loose


def _taxed(net_minor: int, tax_minor: int, policy: Policy) -> int:
    return net_minor + tax_minor if policy.taxes else net_minor


def _gathered(refunds: tuple[Refund, ...], refund: Refund) -> tuple[Refund, ...]:
    by_id = {each.refund: each for each in refunds}
    earlier = by_id.get(refund.refund)
    # A refund never changes. Should a shop tell one in two ways, the same one stands always.
    if earlier is None or digest_of(refund) > digest_of(earlier):
        by_id[refund.refund] = refund
    return tuple(by_id[id] for id in sorted(by_id))


def digest_of(message: Message) -> bytes:
    """32 bytes that are the same for the same message."""
    return hashlib.sha256(repr(astuple(message)).encode()).digest()
