"""Mutations of operators that make and supply treats."""

from typing import Annotated, Any

import strawberry

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsInfo
from api.ops.partners import partner_of
from api.outlets import outlet_of
from api.scalars import Points
from api.treat_changes import (
    CreateTreatResult,
    CreateTreatSuccess,
    EditTreatResult,
    EditTreatSuccess,
    FundTreatResult,
    FundTreatSuccess,
    SetTreatStockResult,
    SetTreatStockSuccess,
    shaped,
)
from api.treats import PATHS, TreatDraftInput, treat_id, treat_of
from domain import moments
from domain.moments import Treat as One
from domain.operators import Permission

WRITE = Permission.TREATS_WRITE


@input
class CreateTreatInput(TreatDraftInput):
    """All that is said about a new treat."""

    partner_id: strawberry.ID = said("In whose outlets it is; the programme pays for it.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class EditTreatInput(TreatDraftInput):
    """All that is said about a treat, anew."""

    treat_id: strawberry.ID = said("The id of a `Treat` in DRAFT or REJECTED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class FundTreatInput:
    """Which treat, and how much for it."""

    treat_id: strawberry.ID = said("The id of a `Treat` that has not ended.")
    points: Points = said("How many points more.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class SetTreatStockInput:
    """How many units there are where."""

    treat_id: strawberry.ID = said("The id of a `Treat` that has not ended.")
    outlet_id: strawberry.ID = said("The id of an `Outlet`.")
    stock: int = said("All there are, those that were handed over counted in.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


async def _create(asked: CreateTreatInput, act: OpsAct) -> One:
    return await moments.create(
        asked.read(),
        partner=partner_of(asked.partner_id),
        owner=moments.Owner.PROGRAMME,
        programme=act.programme.id,
        id=act.id,
        at=act.at,
        tx=act.tx,
    )


async def _edit(asked: EditTreatInput, act: OpsAct) -> One:
    return await moments.edit(treat_of(asked.treat_id), asked.read(), at=act.at, **placed(act))


async def _fund(asked: FundTreatInput, act: OpsAct) -> One:
    return await moments.fund(
        treat_of(asked.treat_id), asked.points, id=act.id, at=act.at, **placed(act)
    )


def placed(act: OpsAct) -> dict[str, Any]:
    """Whose treats, and where."""
    return {"programme": act.programme.id, "tx": act.tx}


async def _stock(asked: SetTreatStockInput, act: OpsAct) -> One:
    treat, outlet = treat_of(asked.treat_id), outlet_of(asked.outlet_id)
    await moments.set_stock(treat, outlet, asked.stock, **placed(act))
    return await moments.get(treat, **placed(act))


CREATE: OpsVerb[One, CreateTreatResult] = OpsVerb(
    One,
    _create,
    shaped(CreateTreatSuccess),
    paths=PATHS,
    permission=WRITE,
    made=lambda one: treat_id(one.id),
)
EDIT: OpsVerb[One, EditTreatResult] = OpsVerb(
    One, _edit, shaped(EditTreatSuccess), paths=PATHS, permission=WRITE
)
FUND: OpsVerb[One, FundTreatResult] = OpsVerb(
    One, _fund, shaped(FundTreatSuccess), paths=PATHS, moves=True, permission=WRITE
)
STOCK: OpsVerb[One, SetTreatStockResult] = OpsVerb(
    One, _stock, shaped(SetTreatStockSuccess), paths=PATHS, permission=WRITE
)


@output
class TreatMutations:
    """Mutations that make and supply treats."""

    @mutation
    async def create_treat(
        self, info: OpsInfo, input: Annotated[CreateTreatInput, argument("What it is.")]
    ) -> CreateTreatResult | None:
        """Make a treat that the programme pays for. Needs TREATS_WRITE.
        Refuses BAD_TREAT, NO_SUCH_PARTNER, TOO_MANY_TREATS."""
        return await CREATE.perform(info, input)

    @mutation
    async def edit_treat(
        self, info: OpsInfo, input: Annotated[EditTreatInput, argument("What it is.")]
    ) -> EditTreatResult | None:
        """Say everything about a treat anew. Needs TREATS_WRITE.
        Refuses BAD_TREAT, NO_SUCH_TREAT, TREAT_IS_ANOTHERS, TREAT_NOT_IN_STATE."""
        return await EDIT.perform(info, input)

    @mutation
    async def fund_treat(
        self, info: OpsInfo, input: Annotated[FundTreatInput, argument("How much for which.")]
    ) -> FundTreatResult | None:
        """Put points into the account of a treat. Needs TREATS_WRITE and `@idempotent`.
        Refuses BAD_POINTS, NO_SUCH_TREAT, TREAT_IS_ANOTHERS, TREAT_NOT_IN_STATE,
        INSUFFICIENT_POINTS."""
        return await FUND.perform(info, input)

    @mutation
    async def set_treat_stock(
        self, info: OpsInfo, input: Annotated[SetTreatStockInput, argument("How many where.")]
    ) -> SetTreatStockResult | None:
        """Say how many units of a treat there are at an outlet. Needs TREATS_WRITE.
        Refuses NO_SUCH_TREAT, NO_SUCH_OUTLET, TREAT_NOT_IN_STATE, BAD_STOCK."""
        return await STOCK.perform(info, input)
