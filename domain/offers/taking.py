"""Take: a reservation of a reward takes the discount that its member has accepted.

What is set aside for it is let go of here and held anew by the reservation, in one transaction, so
nobody else can have it between. What becomes of the reservation says what becomes of the discount.

Order of locks: the member, the offer, the acceptance, the reward, then the ledger's accounts: the
reservation holds the reward before them, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from domain import members
from domain.members import Member
from domain.offers import accepting, finding, holding, needing
from domain.offers.errors import NoDiscount
from domain.offers.records import Acceptance, AcceptanceState, Offer, OfferKind, State
from domain.redemptions import Cancelled, Discount, Fulfilled, Refunded, Released
from infra.db import Row, Tx
from infra.outbox import Delivery

Told: TypeAlias = Fulfilled | Cancelled | Released | Refunded

TAKE = """
UPDATE offer_acceptance SET state = 'TAKEN', hold = NULL, redemption = $3
WHERE programme = $1 AND id = $2
"""
TAKEN = """
SELECT id, offer FROM offer_acceptance WHERE programme = $1 AND redemption = ANY($2::uuid[])
"""


async def discounted(
    decision: UUID,
    *,
    reward: UUID,
    redemption: UUID,
    member: Member,
    quantity: int = 1,
    at: datetime,
    tx: Tx,
) -> Discount:
    """What the offer that the member accepted by that decision pays of so many units of the
    reward, for the reservation that is made in the same `tx`.

    redemption -- the reservation's id; the same again answers the same.
    Refuses NoDiscount: never accepted, about another reward, taken or used, over, or the reward
    costs nothing.
    """
    await members.lock([member.id], programme=member.programme, tx=tx)
    first = await accepting.acceptance(decision, programme=member.programme, tx=tx)
    if first is None or first.member != member.id or first.kind is not OfferKind.DISCOUNT:
        raise NoDiscount("there is no such discount")
    offer = await finding.locked(first.offer, programme=member.programme, tx=tx)
    (one,) = await holding.locked([first.id], programme=member.programme, tx=tx)
    price = await needing.price(reward, programme=member.programme, tx=tx) * quantity
    discount = Discount(min(one.promised, price), offer.account, offer.id)
    if one.redemption == redemption:
        return discount
    over = one.until is None or one.until <= at
    if one.state is not AcceptanceState.OPEN or one.gain.reward != reward or over or not price:
        raise NoDiscount("there is no such discount, or no longer")
    items = list(holding.release(one, offer, at=at))
    await holding.post(items, book=offer.book, at=at, tx=tx)
    await tx.run(TAKE, one.programme, one.id, redemption)
    return discount


async def follow(deliveries: Sequence[Delivery[Any]], tx: Tx) -> None:
    """What became of reservations with a discount: it is paid, free again, or has come back."""
    events: list[Told] = [one.event for one in deliveries if one.event.discount]
    for programme in sorted({one.programme for one in events}):
        told = {one.object: one for one in events if one.programme == programme}
        rows = await tx.rows(TAKEN, programme, list(told))
        if rows:
            at = max(one.at for one in deliveries)
            await _follow(programme, told, rows, at, tx)


async def _follow(
    programme: int, told: Mapping[UUID, Told], rows: Sequence[Row], at: datetime, tx: Tx
) -> None:
    offers = await finding.lock({row["offer"] for row in rows}, programme=programme, tx=tx)
    found = await holding.locked([row["id"] for row in rows], programme=programme, tx=tx)
    changes: list[tuple[Acceptance, Acceptance]] = []
    for one in found:
        assert one.redemption is not None, "it was found by it"
        now = _after(one, told[one.redemption], offers[one.offer], at)
        if now != one:
            changes.append((one, _held(now, at)))
    await _hold(changes, offers, at, tx)
    await holding.keep(changes, offers, at=at, tx=tx)


def _after(one: Acceptance, event: Told, offer: Offer, at: datetime) -> Acceptance:
    """How the acceptance is after the event; the same where it has been told before."""
    if isinstance(event, Refunded):
        paid = one.state is AcceptanceState.USED and one.paid > 0
        return replace(one, paid=0) if paid else one
    if one.state is not AcceptanceState.TAKEN:
        return one
    if isinstance(event, Fulfilled):
        return replace(one, state=AcceptanceState.USED, held=0, paid=event.discount)
    again = one.until is not None and at < one.until and offer.state is not State.ENDED
    if again:
        return replace(one, state=AcceptanceState.OPEN, redemption=None)
    return replace(one, state=AcceptanceState.LAPSED, held=0)


def _held(one: Acceptance, at: datetime) -> Acceptance:
    """With a hold of its own where it is open again."""
    if one.state is not AcceptanceState.OPEN:
        return one
    return replace(one, hold=holding.next_hold(one, at=at), turn=one.turn + 1)


async def _hold(
    changes: Sequence[tuple[Acceptance, Acceptance]],
    offers: Mapping[UUID, Offer],
    at: datetime,
    tx: Tx,
) -> None:
    """Set aside again what a reservation let go of."""
    open = [now for _, now in changes if now.hold is not None]
    items = [holding.hold(one, offers[one.offer], at=at) for one in open]
    if items:
        await holding.post(items, book=offers[open[0].offer].book, at=at, tx=tx)
