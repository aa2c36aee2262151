"""Outlets, as the partners see and run them."""

from typing import Annotated

import strawberry

from api.fields import argument, input, mutation, output, said
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.outlet_changes import (
    ChangeOutletResult,
    ChangeOutletSuccess,
    CloseOutletResult,
    CloseOutletSuccess,
    OpenOutletResult,
    OpenOutletSuccess,
    shaped,
)
from api.outlets import PATHS, Outlet, OutletDraftInput, outlet_of
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerInfo, scoped
from api.volunteering import uuid_place as place_of
from domain import outlets
from domain.partners import Scope

SCOPE = Scope.TREATS_WRITE


@output
class OutletQueries:
    """What partners see of outlets."""

    @scoped(SCOPE, Scope.REDEMPTIONS_WRITE)
    async def outlets(
        self, info: PartnerInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Outlet] | None:
        """Your outlets, newest first, also those that were closed."""
        context = info.context
        owner = context.partner
        page = Page[outlets.Outlet]("outlets", owner, context, first=first, after=after)
        async with context.reading() as tx:
            found = await outlets.listed(
                partner=owner.id,
                programme=owner.programme,
                before=place_of(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=Outlet.of, place=lambda one: one.id.bytes)


@input
class OpenOutletInput(OutletDraftInput):
    """All that is said about a new outlet."""


@input
class ChangeOutletInput(OutletDraftInput):
    """All that is said about an outlet, anew."""

    outlet_id: strawberry.ID = said("The id of an `Outlet`.")


@input
class CloseOutletInput:
    """Which outlet to close."""

    outlet_id: strawberry.ID = said("The id of an `Outlet`.")


async def _open(asked: OpenOutletInput, act: PartnerAct) -> outlets.Outlet:
    return await outlets.open(
        act.partner.id,
        id=act.id,
        at=act.at,
        programme=act.programme.id,
        tx=act.tx,
        **asked.told(),
    )


async def _change(asked: ChangeOutletInput, act: PartnerAct) -> outlets.Outlet:
    return await outlets.change(
        outlet_of(asked.outlet_id),
        partner=act.partner.id,
        programme=act.programme.id,
        tx=act.tx,
        **asked.told(),
    )


async def _close(asked: CloseOutletInput, act: PartnerAct) -> outlets.Outlet:
    return await outlets.close(
        outlet_of(asked.outlet_id), partner=act.partner.id, programme=act.programme.id, tx=act.tx
    )


OPEN: PartnerVerb[outlets.Outlet, OpenOutletResult] = PartnerVerb(
    outlets.Outlet, _open, shaped(OpenOutletSuccess), paths=PATHS, scope=SCOPE
)
CHANGE: PartnerVerb[outlets.Outlet, ChangeOutletResult] = PartnerVerb(
    outlets.Outlet, _change, shaped(ChangeOutletSuccess), paths=PATHS, scope=SCOPE
)
CLOSE: PartnerVerb[outlets.Outlet, CloseOutletResult] = PartnerVerb(
    outlets.Outlet, _close, shaped(CloseOutletSuccess), paths=PATHS, scope=SCOPE
)


@output
class OutletMutations:
    """Mutations about outlets."""

    @mutation
    async def open_outlet(
        self, info: PartnerInfo, input: Annotated[OpenOutletInput, argument("Which one.")]
    ) -> OpenOutletResult | None:
        """Open a place where treats are handed over. Needs the scope TREATS_WRITE.
        Refuses BAD_OUTLET, TOO_MANY_OUTLETS."""
        return await OPEN.perform(info, input)

    @mutation
    async def change_outlet(
        self, info: PartnerInfo, input: Annotated[ChangeOutletInput, argument("What of it.")]
    ) -> ChangeOutletResult | None:
        """Say everything about an outlet anew. Needs the scope TREATS_WRITE.
        Refuses BAD_OUTLET, NO_SUCH_OUTLET."""
        return await CHANGE.perform(info, input)

    @mutation
    async def close_outlet(
        self, info: PartnerInfo, input: Annotated[CloseOutletInput, argument("Which one.")]
    ) -> CloseOutletResult | None:
        """Close an outlet for good; what was offered there is still handed over.
        Needs the scope TREATS_WRITE. Refuses NO_SUCH_OUTLET."""
        return await CLOSE.perform(info, input)
