"""Mutations of partners that make and supply treats."""

from typing import Annotated, Any

import strawberry

from api.fields import argument, input, mutation, output, said
from api.outlets import outlet_of
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerInfo
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
from api.treats import PATHS, TreatDraftInput, treat_of
from domain import moments
from domain.moments import Treat as One
from domain.partners import Scope

SCOPE = Scope.TREATS_WRITE


@input
class CreateTreatInput(TreatDraftInput):
    """All that is said about a new treat."""


@input
class EditTreatInput(TreatDraftInput):
    """All that is said about a treat, anew."""

    treat_id: strawberry.ID = said("The id of a `Treat` in DRAFT or REJECTED.")


@input
class FundTreatInput:
    """Which treat, and how much for it."""

    treat_id: strawberry.ID = said("The id of a `Treat` that has not ended.")
    points: Points = said("How many points more.")


@input
class SetTreatStockInput:
    """How many units there are where."""

    treat_id: strawberry.ID = said("The id of a `Treat` that has not ended.")
    outlet_id: strawberry.ID = said("The id of an `Outlet`.")
    stock: int = said("All there are, those that were handed over counted in.")


async def _create(asked: CreateTreatInput, act: PartnerAct) -> One:
    return await moments.create(
        asked.read(), owner=moments.Owner.PARTNER, id=act.id, at=act.at, **placed(act)
    )


async def _edit(asked: EditTreatInput, act: PartnerAct) -> One:
    return await moments.edit(treat_of(asked.treat_id), asked.read(), at=act.at, **placed(act))


async def _fund(asked: FundTreatInput, act: PartnerAct) -> One:
    return await moments.fund(
        treat_of(asked.treat_id), asked.points, id=act.id, at=act.at, **placed(act)
    )


def placed(act: PartnerAct) -> dict[str, Any]:
    """Whose treats, and where."""
    return {"programme": act.programme.id, "partner": act.partner.id, "tx": act.tx}


async def _stock(asked: SetTreatStockInput, act: PartnerAct) -> One:
    treat, outlet = treat_of(asked.treat_id), outlet_of(asked.outlet_id)
    await moments.set_stock(treat, outlet, asked.stock, **placed(act))
    return await moments.get(treat, **placed(act))


CREATE: PartnerVerb[One, CreateTreatResult] = PartnerVerb(
    One, _create, shaped(CreateTreatSuccess), paths=PATHS, scope=SCOPE
)
EDIT: PartnerVerb[One, EditTreatResult] = PartnerVerb(
    One, _edit, shaped(EditTreatSuccess), paths=PATHS, scope=SCOPE
)
FUND: PartnerVerb[One, FundTreatResult] = PartnerVerb(
    One, _fund, shaped(FundTreatSuccess), paths=PATHS, moves=True, scope=SCOPE
)
STOCK: PartnerVerb[One, SetTreatStockResult] = PartnerVerb(
    One, _stock, shaped(SetTreatStockSuccess), paths=PATHS, scope=SCOPE
)


@output
class TreatMutations:
    """Mutations that make and supply treats."""

    @mutation
    async def create_treat(
        self, info: PartnerInfo, input: Annotated[CreateTreatInput, argument("What it is.")]
    ) -> CreateTreatResult | None:
        """Make a treat that you pay for. Needs the scope TREATS_WRITE.
        Refuses BAD_TREAT, TOO_MANY_TREATS."""
        return await CREATE.perform(info, input)

    @mutation
    async def edit_treat(
        self, info: PartnerInfo, input: Annotated[EditTreatInput, argument("What it is.")]
    ) -> EditTreatResult | None:
        """Say everything about a treat anew. Needs the scope TREATS_WRITE.
        Refuses BAD_TREAT, NO_SUCH_TREAT, TREAT_IS_ANOTHERS, TREAT_NOT_IN_STATE."""
        return await EDIT.perform(info, input)

    @mutation
    async def fund_treat(
        self, info: PartnerInfo, input: Annotated[FundTreatInput, argument("How much for which.")]
    ) -> FundTreatResult | None:
        """Put points into the account of a treat. Needs the scope TREATS_WRITE and `@idempotent`.
        Refuses BAD_POINTS, NO_SUCH_TREAT, TREAT_IS_ANOTHERS, TREAT_NOT_IN_STATE,
        INSUFFICIENT_POINTS."""
        return await FUND.perform(info, input)

    @mutation
    async def set_treat_stock(
        self, info: PartnerInfo, input: Annotated[SetTreatStockInput, argument("How many where.")]
    ) -> SetTreatStockResult | None:
        """Say how many units of a treat there are at an outlet. Needs the scope TREATS_WRITE.
        Refuses NO_SUCH_TREAT, NO_SUCH_OUTLET, TREAT_NOT_IN_STATE, BAD_STOCK."""
        return await STOCK.perform(info, input)
