"""Treats, as operators see them."""

from typing import Annotated

import strawberry

from api import treat_reports
from api.fields import argument, output
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.treat_reports import BY, TreatGrouping, TreatReport
from api.treats import Treat, treat_of
from domain import moments
from domain.operators import Permission

READ = Permission.TREATS_READ


@output
class TreatQueries:
    """What operators see of treats."""

    @permitted(READ)
    async def treats(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Treat] | None:
        """The treats in all outlets, newest first."""
        context = info.context
        asker = await context.allowed(READ)
        page = Page[moments.Treat]("treats", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await moments.listed(
                programme=asker.programme, before=place_of(page), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Treat.of, place=lambda one: one.id.bytes)

    @permitted(READ)
    async def treat_report(
        self,
        info: OpsInfo,
        treat_id: Annotated[strawberry.ID, argument("The id of a `Treat`.")],
        grouping: Annotated[TreatGrouping, argument("Into which groups.")],
    ) -> TreatReport | None:
        """What became of a treat; null when there is none with that id."""
        asker = await info.context.allowed(READ)
        try:
            async with info.context.reading() as tx:
                found = await moments.get(treat_of(treat_id), programme=asker.programme, tx=tx)
                report = await moments.report(found, tx=tx)
                shown = await moments.breakdown(found, by=BY[grouping], exact=True, tx=tx)
        except moments.NoSuchTreat:
            return None
        return treat_reports.shaped(report, shown)
