"""Treats, as partners see those in their outlets."""

from typing import Annotated

import strawberry

from api import treat_reports
from api.fields import argument, output
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.partner.context import PartnerInfo, scoped
from api.treat_reports import BY, TreatGrouping, TreatReport
from api.treats import Treat, treat_of
from api.volunteering import uuid_place
from domain import moments
from domain.partners import Scope

SCOPE = Scope.TREATS_WRITE


@output
class TreatQueries:
    """What partners see of treats."""

    @scoped(SCOPE)
    async def treats(
        self, info: PartnerInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Treat] | None:
        """The treats in your outlets, newest first, whoever pays for them."""
        context = info.context
        partner = context.partner
        page = Page[moments.Treat]("treats", partner, context, first=first, after=after)
        async with context.reading() as tx:
            found = await moments.listed(
                partner=partner.id,
                programme=partner.programme,
                before=uuid_place(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=Treat.of, place=lambda one: one.id.bytes)

    @scoped(SCOPE)
    async def treat_report(
        self,
        info: PartnerInfo,
        treat_id: Annotated[strawberry.ID, argument("The id of a `Treat`.")],
        grouping: Annotated[TreatGrouping, argument("Into which groups.")],
    ) -> TreatReport | None:
        """What became of a treat in your outlets; null when there is none with that id."""
        partner = info.context.partner
        try:
            async with info.context.reading() as tx:
                found = await moments.get(
                    treat_of(treat_id), partner=partner.id, programme=partner.programme, tx=tx
                )
                report = await moments.report(found, tx=tx)
                shown = await moments.breakdown(found, by=BY[grouping], tx=tx)
        except moments.NoSuchTreat:
            return None
        return treat_reports.shaped(report, shown)
