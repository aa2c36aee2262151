"""Mutations of partners that make and fund offers."""

from typing import Annotated, Any

import strawberry

from api.fields import argument, input, mutation, output, said
from api.offer_changes import (
    CreateOfferResult,
    CreateOfferSuccess,
    EditOfferResult,
    EditOfferSuccess,
    FundOfferResult,
    FundOfferSuccess,
    shaped,
)
from api.offer_drafts import OfferDraftInput
from api.offers import PATHS, offer_of
from api.offers import Kept as One
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerInfo
from api.scalars import Points
from domain import offers
from domain.partners import Scope

SCOPE = Scope.OFFERS_WRITE


@input
class CreateOfferInput(OfferDraftInput):
    """All that is said about a new offer."""


@input
class EditOfferInput(OfferDraftInput):
    """All that is said about an offer, anew."""

    offer_id: strawberry.ID = said("The id of an `Offer` in DRAFT or REJECTED.")


@input
class FundOfferInput:
    """Which offer, and how much for it."""

    offer_id: strawberry.ID = said("The id of an `Offer` that has not ended.")
    points: Points = said("How many points more.")


async def _create(asked: CreateOfferInput, act: PartnerAct) -> One:
    made = await offers.create(asked.read(), id=act.id, at=act.at, **placed(act))
    return One.of(made)


async def _edit(asked: EditOfferInput, act: PartnerAct) -> One:
    offer, terms = offer_of(asked.offer_id), asked.read()
    return One.of(await offers.edit(offer, terms, at=act.at, **placed(act)))


async def _fund(asked: FundOfferInput, act: PartnerAct) -> One:
    offer, points = offer_of(asked.offer_id), asked.points
    return One.of(await offers.fund(offer, points, id=act.id, at=act.at, **placed(act)))


def placed(act: PartnerAct) -> dict[str, Any]:
    """Whose offers, and where."""
    return {"programme": act.programme.id, "partner": act.partner.id, "tx": act.tx}


CREATE: PartnerVerb[One, CreateOfferResult] = PartnerVerb(
    One, _create, shaped(CreateOfferSuccess), paths=PATHS, scope=SCOPE
)
EDIT: PartnerVerb[One, EditOfferResult] = PartnerVerb(
    One, _edit, shaped(EditOfferSuccess), paths=PATHS, scope=SCOPE
)
FUND: PartnerVerb[One, FundOfferResult] = PartnerVerb(
    One, _fund, shaped(FundOfferSuccess), paths=PATHS, moves=True, scope=SCOPE
)


@output
class OfferMutations:
    """Mutations that make and fund offers."""

    @mutation
    async def create_offer(
        self, info: PartnerInfo, input: Annotated[CreateOfferInput, argument("What it is.")]
    ) -> CreateOfferResult | None:
        """Make an offer that you pay for. Needs the scope OFFERS_WRITE.
        Refuses BAD_OFFER, BAD_OFFER_RULE, NO_SUCH_OUTLET, OFFERS_FULL."""
        return await CREATE.perform(info, input)

    @mutation
    async def edit_offer(
        self, info: PartnerInfo, input: Annotated[EditOfferInput, argument("What it is.")]
    ) -> EditOfferResult | None:
        """Say everything about an offer anew. Needs the scope OFFERS_WRITE.
        Refuses BAD_OFFER, BAD_OFFER_RULE, NO_SUCH_OUTLET, NO_SUCH_OFFER, OFFER_IS_ANOTHERS,
        OFFER_NOT_IN_STATE."""
        return await EDIT.perform(info, input)

    @mutation
    async def fund_offer(
        self, info: PartnerInfo, input: Annotated[FundOfferInput, argument("How much for which.")]
    ) -> FundOfferResult | None:
        """Put points into the account of an offer. Needs the scope OFFERS_WRITE and `@idempotent`.
        Refuses BAD_POINTS, NO_SUCH_OFFER, OFFER_IS_ANOTHERS, OFFER_NOT_IN_STATE,
        INSUFFICIENT_POINTS."""
        return await FUND.perform(info, input)
