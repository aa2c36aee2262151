"""Places, as the partners see them who show their codes."""

from typing import Annotated

import strawberry

from api import globalids
from api.fields import argument, output, said
from api.globalids import Kind
from api.partner.context import PartnerInfo, scoped
from api.visits import NOBODY
from domain import visits
from domain.partners import Scope


@output
class PlaceCode:
    """What a place shows now."""

    code: str = said("The text of the QR code; it changes every 30 seconds.")


@output
class PlaceQueries:
    """What partners see of their places."""

    @scoped(Scope.VISITS_WRITE)
    async def place_code(
        self,
        info: PartnerInfo,
        place_id: Annotated[strawberry.ID, argument("The id of a place of yours.")],
    ) -> PlaceCode | None:
        """What your place shows now, to be asked for every 30 seconds; null when it is none."""
        context = info.context
        partner = context.partner
        try:
            async with context.reading() as tx:
                code = await visits.code_of(
                    globalids.uuid_of(place_id, Kind.PLACE) or NOBODY,
                    partner=partner.id,
                    programme=partner.programme,
                    at=context.at,
                    tx=tx,
                )
        except visits.NoSuchPlace:
            return None
        return PlaceCode(code=code)
