"""Offers, as partners see their own."""

from typing import Annotated

import strawberry

from api.fields import argument, output
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.offer_reports import OfferReport, reported
from api.offers import Offer, offer_of
from api.partner.context import PartnerInfo, scoped
from api.volunteering import uuid_place
from domain import offers
from domain.partners import Scope

SCOPE = Scope.OFFERS_WRITE


@output
class OfferQueries:
    """What partners see of offers."""

    @scoped(SCOPE)
    async def offers(
        self, info: PartnerInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Offer] | None:
        """Your offers, newest first."""
        context = info.context
        partner = context.partner
        page = Page[offers.Offer]("offers", partner, context, first=first, after=after)
        async with context.reading() as tx:
            found = await offers.listed(
                partner=partner.id,
                programme=partner.programme,
                before=uuid_place(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=Offer.of, place=lambda one: one.id.bytes)

    @scoped(SCOPE)
    async def offer_report(
        self,
        info: PartnerInfo,
        offer_id: Annotated[strawberry.ID, argument("The id of an `Offer`.")],
    ) -> OfferReport | None:
        """What became of an offer of yours; null when there is none with that id."""
        partner = info.context.partner
        try:
            async with info.context.reading() as tx:
                found = await offers.get(
                    offer_of(offer_id), partner=partner.id, programme=partner.programme, tx=tx
                )
                return await reported(found, tx=tx)
        except offers.NoSuchOffer:
            return None
