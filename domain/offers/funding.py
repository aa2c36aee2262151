"""Funding: what comes into an offer's account, and what goes back to who paid."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import ledger, partners
from domain.offers import finding, storing
from domain.offers.drafting import check_own
from domain.offers.errors import BadFunding, OfferNotInState
from domain.offers.records import PAID, Offer, State
from infra import ids
from infra.db import Tx

BUDGET_MAX = 1_000_000_000

FIND_ENTRY = "SELECT offer, points FROM offer_entry WHERE programme = $1 AND id = $2"
ADD_ENTRY = """
INSERT INTO offer_entry (programme, id, offer, kind, points, at) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def fund(
    offer: UUID,
    points: int,
    *,
    partner: UUID | None = None,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Offer:
    """Put points into the account of an offer that has not ended; its budget is what is in it.

    partner -- from whose prepaid account they come; None: an operator gives new points to one of
               the programme's.
    id      -- the posting's; the same id again with the same words answers the same.
    Refuses, in this order: BadFunding, NoSuchOffer, AnothersOffer, ledger.KeyReused,
    OfferNotInState, BadFunding for one that costs no points or would have more than it may, then
    what else the ledger refuses: KeyExpired, InsufficientPoints.
    """
    if not 0 < points <= BUDGET_MAX:
        raise BadFunding(f"points must be between 1 and {BUDGET_MAX}")
    found = await finding.locked(offer, partner=partner, programme=programme, tx=tx)
    check_own(found, partner)
    first = await tx.row(FIND_ENTRY, programme, id)
    if first is not None:
        if (first["offer"], first["points"]) != (offer, points):
            raise ledger.KeyReused
        return found
    if found.state is State.ENDED:
        raise OfferNotInState(found.state)
    if found.terms.kind not in PAID or found.funded + points > BUDGET_MAX:
        raise BadFunding(f"an offer that costs points has at most {BUDGET_MAX}")
    who: dict[str, Any] = {"account": found.account, "payer": found.partner, "programme": programme}
    item = await partners.pay_in(points, **who, id=id, meta=_meta(found, "fund"), tx=tx)
    ledger.require(await ledger.post_one(item, book=found.book, at=at, tx=tx), needed=points)
    await tx.run(ADD_ENTRY, programme, id, offer, "FUNDED", points, at)
    return await storing.keep(found, funded=found.funded + points, tx=tx)


async def give_back(offer: Offer, *, at: datetime, tx: Tx) -> Offer:
    """What is left in the account of a held offer goes back to who paid for it."""
    points = offer.left
    if not points:
        return offer
    # What it had accepted and has got back tells two returns of one sum apart.
    seen = (offer.funded, offer.captured, offer.returned, offer.held)
    id = ids.derived(at, "offers.return", offer.programme, offer.id, *seen)
    meta = _meta(offer, "return")
    item = await partners.pay_back(
        points,
        account=offer.account,
        payer=offer.partner,
        programme=offer.programme,
        id=id,
        meta=meta,
        tx=tx,
    )
    ledger.require(await ledger.post_one(item, book=offer.book, at=at, tx=tx))
    await tx.run(ADD_ENTRY, offer.programme, id, offer.id, "RETURNED", points, at)
    return await storing.keep(offer, returned=offer.returned + points, tx=tx)


def _meta(offer: Offer, act: str) -> dict[str, str]:
    return {"why": "offer", "offer": str(offer.id), "act": act}
