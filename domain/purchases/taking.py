"""Take what a shop tells of an order, and make it count: one PURCHASE activity an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import activities, members
from domain.purchases import converging
from domain.purchases.errors import BadOrder
from domain.purchases.policing import policy_of
from domain.purchases.reading import LINES_MAX, REFUNDS_MAX
from domain.purchases.records import Buyer, Known, Message, Policy, Purchase
from domain.purchases.storing import Held, Key, hold, order_of, write
from infra.db import Tx

# How long a buyer may take to become known; then what was kept to know them by is dropped.
UNASSIGNED_MAX = timedelta(days=90)
LOOK_AGAIN_MIN = timedelta(minutes=1)
LOOK_AGAIN_MAX = timedelta(minutes=15)

# A member who is known needs no other name; one who is not is looked for again.
SETTLED = """
UPDATE purchase SET member = $4, activity = $5, counted_minor = $6, revivals = $7, look_at = $8,
    customer = CASE WHEN $8::timestamptz IS NOT NULL THEN customer END,
    loyalty = CASE WHEN $8::timestamptz IS NOT NULL THEN loyalty END,
    email_sha256 = CASE WHEN $8::timestamptz IS NOT NULL THEN email_sha256 END
WHERE programme = $1 AND source = $2 AND order_ref = $3
"""


@dataclass(frozen=True, slots=True)
class _Count:
    """What an order counts for: its activity, how much, and how often it came back."""

    activity: UUID | None
    minor: int
    revivals: int


async def take(
    messages: Sequence[Message], *, source: str, programme: int, at: datetime, tx: Tx
) -> Purchase:
    """Join what was told of one order to what is known of it, and amend what it counts for.

    messages -- one or more, all of one order.
    source   -- "shop:<slug>" or "partner:<slug>": whose ids these are.
    The messages of an order may come in any order and any number of times: in the end it counts
    the same. Nobody's order is kept, and counts from when its buyer is known (see `assigning`).
    Refuses, in this order: NoPurchasePolicy, BadOrder.
    """
    policy = await policy_of(programme, tx=tx)
    orders = {order_of(message) for message in messages}
    assert len(orders) == 1, "one webhook is about one order"
    held = await hold(Key(programme, source, orders.pop()), at=at, tx=tx)
    known = held.known
    for message in messages:
        known = converging.join(known, message)
    if len(known.refunds) > REFUNDS_MAX:
        raise BadOrder("refunds", f"an order has at most {REFUNDS_MAX}")
    _check_lines(known)
    if known != held.known:
        buyer = await write(held, known, tx=tx)
        held = replace(held, known=known, buyer=buyer)
    return await settle(held, policy, at=at, tx=tx)


async def settle(held: Held, policy: Policy, *, at: datetime, tx: Tx) -> Purchase:
    """Let a held order count what it is worth now, for whoever it belongs to."""
    worth = converging.worth_minor(held.known, policy)
    member = held.member or await owner(held.buyer, held.key, tx=tx)
    count = _Count(held.activity, held.counted_minor, held.revivals)
    if member is not None and worth != count.minor:
        count = await _recounted(held, member, worth, at=at, tx=tx)
    look_at = None if member else look_again(held, at=at)
    key, order = held.key, held.known.snapshot
    told = (member, count.activity, count.minor, count.revivals, look_at)
    await tx.run(SETTLED, *key.columns, *told)
    return Purchase(
        programme=key.programme,
        source=key.source,
        order=key.order,
        payment=converging.payment(held.known),
        currency=None if order is None else order.currency,
        ordered_at=None if order is None else order.ordered_at,
        member=member,
        counted_minor=count.minor,
        activity=count.activity,
    )


async def _recounted(held: Held, member: UUID, worth: int, *, at: datetime, tx: Tx) -> _Count:
    """The order's activity made to count `worth`, which is not what it counts now."""
    programme, activity = held.key.programme, held.activity
    if activity is None:
        return await _reported(held, member, worth, revivals=0, at=at, tx=tx)
    if held.counted_minor == 0:
        # It was withdrawn for good; a shop that thinks again gets another activity.
        return await _reported(held, member, worth, revivals=held.revivals + 1, at=at, tx=tx)
    if worth == 0:
        why = activities.Withdrawal.REFUNDED
        await activities.withdraw([activity], programme=programme, reason=why, at=at, tx=tx)
    else:
        await _amended(activity, programme, worth, at=at, tx=tx)
    return _Count(activity, worth, held.revivals)


async def _amended(activity: UUID, programme: int, worth: int, *, at: datetime, tx: Tx) -> None:
    try:
        await activities.amend(activity, programme=programme, quantity=worth, at=at, tx=tx)
    except activities.ActivityWithdrawn:
        # Its source has deleted the activity by itself: it counts for nothing, whatever it is
        # worth. The order is told of all the same.
        return


async def _reported(
    held: Held, member: UUID, worth: int, *, revivals: int, at: datetime, tx: Tx
) -> _Count:
    key, order = held.key, held.known.snapshot
    assert order is not None, "only a known order is worth anything"
    # A partner may number its orders and its activities alike.
    name = f"order/{key.order}#{revivals}" if revivals else f"order/{key.order}"
    report = activities.Report(
        id=activities.id_of(
            programme=key.programme,
            source=key.source,
            external_id=name,
            started_at=order.ordered_at,
        ),
        member=member,
        type=activities.Type.PURCHASE,
        started_at=order.ordered_at,
        ended_at=order.ordered_at,
        quantity=worth,
        proof=activities.Proof.VERIFIED,
        source=key.source,
        external_id=name,
    )
    (outcome,) = await activities.report([report], programme=key.programme, at=at, tx=tx)
    if outcome.activity is None:
        # Refused, such as an order from before the books reach back: it never counts.
        return _Count(held.activity, 0, held.revivals)
    return _Count(outcome.activity, worth, revivals)


async def owner(buyer: Buyer, key: Key, *, tx: Tx) -> UUID | None:
    """Whose order it is: by the shop's customer, else the loyalty number, else the address."""
    refs = refs_of(buyer)
    if not refs:
        return None
    found = await members.referred(refs, source=key.source, programme=key.programme, tx=tx)
    return matched(buyer, found)


def refs_of(buyer: Buyer) -> list[str]:
    """What to look a buyer up by."""
    hashed = None if buyer.email_sha256 is None else f"sha256:{buyer.email_sha256.hex()}"
    return [ref for ref in (buyer.customer, buyer.loyalty, hashed) if ref]


def matched(buyer: Buyer, found: Mapping[str, members.Member]) -> UUID | None:
    """The buyer among the members who were found by such refs; the first ref decides."""
    for ref in refs_of(buyer):
        member = found.get(ref)
        # A shop's customer 1001 is not the member with the loyalty number 1001.
        mistaken = member and ref != buyer.loyalty and member.external_ref == ref
        if member is not None and not mistaken:
            return member.id
    return None


def look_again(held: Held, *, at: datetime) -> datetime | None:
    """When to look again for the buyer of an order; None: there is nothing to look for, or it
    has been in vain for too long."""
    waited = at - held.heard_at
    if waited > UNASSIGNED_MAX or (held.known.snapshot is not None and not refs_of(held.buyer)):
        return None
    return at + min(max(waited, LOOK_AGAIN_MIN), LOOK_AGAIN_MAX)


def _check_lines(known: Known) -> None:
    lines = () if known.snapshot is None else known.snapshot.lines
    if len(lines) > LINES_MAX or len({line.line for line in lines}) < len(lines):
        raise BadOrder("line_items", f"an order has at most {LINES_MAX} lines, each its own id")
