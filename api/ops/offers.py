"""Offers, as operators see them."""

from typing import Annotated

import strawberry

from api.fields import argument, output
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.offer_reports import OfferReport, reported
from api.offers import Offer, offer_of
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from domain import offers
from domain.operators import Permission

READ = Permission.OFFERS_READ


@output
class OfferQueries:
    """What operators see of offers."""

    @permitted(READ)
    async def offers(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Offer] | None:
        """The offers of the programme and of partners, newest first."""
        context = info.context
        asker = await context.allowed(READ)
        page = Page[offers.Offer]("offers", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await offers.listed(
                programme=asker.programme, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Offer.of, place=lambda one: one.id.bytes)

    @permitted(READ)
    async def offer_report(
        self,
        info: OpsInfo,
        offer_id: Annotated[strawberry.ID, argument("The id of an `Offer`.")],
    ) -> OfferReport | None:
        """What became of an offer; null when there is none with that id."""
        asker = await info.context.allowed(READ)
        try:
            async with info.context.reading() as tx:
                found = await offers.get(offer_of(offer_id), programme=asker.programme, tx=tx)
                return await reported(found, tx=tx)
        except offers.NoSuchOffer:
            return None
