"""Outlets, as operators see and run them."""

from typing import Annotated

import strawberry

from api.fields import argument, input, mutation, output, said
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.ops.partners import partner_of
from api.outlet_changes import (
    ChangeOutletResult,
    ChangeOutletSuccess,
    CloseOutletResult,
    CloseOutletSuccess,
    OpenOutletResult,
    OpenOutletSuccess,
    shaped,
)
from api.outlets import PATHS, Outlet, OutletDraftInput, outlet_id, outlet_of
from domain import outlets
from domain.operators import Permission

READ, WRITE = Permission.TREATS_READ, Permission.TREATS_WRITE


@output
class OutletQueries:
    """What operators see of outlets."""

    @permitted(READ)
    async def outlets(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Outlet] | None:
        """The outlets of all partners, newest first, also those that were closed."""
        context = info.context
        owner = await context.allowed(READ)
        page = Page[outlets.Outlet]("outlets", owner, context, first=first, after=after)
        async with context.reading() as tx:
            found = await outlets.listed(
                programme=owner.programme,
                before=place_of(page),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=Outlet.of, place=lambda one: one.id.bytes)


@input
class OpenOutletInput(OutletDraftInput):
    """All that is said about a new outlet."""

    partner_id: strawberry.ID = said("Whose it is.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ChangeOutletInput(OutletDraftInput):
    """All that is said about an outlet, anew."""

    outlet_id: strawberry.ID = said("The id of an `Outlet`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class CloseOutletInput:
    """Which outlet to close."""

    outlet_id: strawberry.ID = said("The id of an `Outlet`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


async def _open(asked: OpenOutletInput, act: OpsAct) -> outlets.Outlet:
    return await outlets.open(
        partner_of(asked.partner_id),
        id=act.id,
        at=act.at,
        programme=act.programme.id,
        tx=act.tx,
        **asked.told(),
    )


async def _change(asked: ChangeOutletInput, act: OpsAct) -> outlets.Outlet:
    return await outlets.change(
        outlet_of(asked.outlet_id), programme=act.programme.id, tx=act.tx, **asked.told()
    )


async def _close(asked: CloseOutletInput, act: OpsAct) -> outlets.Outlet:
    return await outlets.close(outlet_of(asked.outlet_id), programme=act.programme.id, tx=act.tx)


OPEN: OpsVerb[outlets.Outlet, OpenOutletResult] = OpsVerb(
    outlets.Outlet,
    _open,
    shaped(OpenOutletSuccess),
    paths=PATHS,
    permission=WRITE,
    made=lambda one: outlet_id(one.id),
)
CHANGE: OpsVerb[outlets.Outlet, ChangeOutletResult] = OpsVerb(
    outlets.Outlet, _change, shaped(ChangeOutletSuccess), paths=PATHS, permission=WRITE
)
CLOSE: OpsVerb[outlets.Outlet, CloseOutletResult] = OpsVerb(
    outlets.Outlet, _close, shaped(CloseOutletSuccess), paths=PATHS, permission=WRITE
)


@output
class OutletMutations:
    """Mutations about outlets."""

    @mutation
    async def open_outlet(
        self, info: OpsInfo, input: Annotated[OpenOutletInput, argument("Which one.")]
    ) -> OpenOutletResult | None:
        """Open a place where treats are handed over. Needs TREATS_WRITE.
        Refuses BAD_OUTLET, NO_SUCH_PARTNER, TOO_MANY_OUTLETS."""
        return await OPEN.perform(info, input)

    @mutation
    async def change_outlet(
        self, info: OpsInfo, input: Annotated[ChangeOutletInput, argument("What of it.")]
    ) -> ChangeOutletResult | None:
        """Say everything about an outlet anew. Needs TREATS_WRITE.
        Refuses BAD_OUTLET, NO_SUCH_OUTLET."""
        return await CHANGE.perform(info, input)

    @mutation
    async def close_outlet(
        self, info: OpsInfo, input: Annotated[CloseOutletInput, argument("Which one.")]
    ) -> CloseOutletResult | None:
        """Close an outlet for good; what was offered there is still handed over.
        Needs TREATS_WRITE. Refuses NO_SUCH_OUTLET."""
        return await CLOSE.perform(info, input)
