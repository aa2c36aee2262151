"""Mutations of partners that steer offers: submitted, paused, ended."""

from typing import Annotated

import strawberry

from api.fields import argument, input, mutation, output, said
from api.offer_changes import (
    EndOfferResult,
    EndOfferSuccess,
    PauseOfferResult,
    PauseOfferSuccess,
    ResumeOfferResult,
    ResumeOfferSuccess,
    SubmitOfferResult,
    SubmitOfferSuccess,
    shaped,
)
from api.offers import PATHS, offer_of
from api.offers import Kept as One
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerInfo
from api.partner.offering import placed
from domain import offers
from domain.partners import Scope

SCOPE = Scope.OFFERS_WRITE


@input
class SubmitOfferInput:
    """Which offer to submit."""

    offer_id: strawberry.ID = said("The id of an `Offer` in DRAFT or REJECTED.")


@input
class PauseOfferInput:
    """Which offer to pause."""

    offer_id: strawberry.ID = said("The id of an `Offer` that is LIVE.")


@input
class ResumeOfferInput:
    """Which offer to go on with."""

    offer_id: strawberry.ID = said("The id of an `Offer` that is PAUSED.")


@input
class EndOfferInput:
    """Which offer to end."""

    offer_id: strawberry.ID = said("The id of an `Offer`.")


async def _submit(asked: SubmitOfferInput, act: PartnerAct) -> One:
    return One.of(await offers.submit(offer_of(asked.offer_id), at=act.at, **placed(act)))


async def _pause(asked: PauseOfferInput, act: PartnerAct) -> One:
    return One.of(await offers.pause(offer_of(asked.offer_id), **placed(act)))


async def _resume(asked: ResumeOfferInput, act: PartnerAct) -> One:
    return One.of(await offers.resume(offer_of(asked.offer_id), **placed(act)))


async def _end(asked: EndOfferInput, act: PartnerAct) -> One:
    return One.of(await offers.end(offer_of(asked.offer_id), at=act.at, **placed(act)))


SUBMIT: PartnerVerb[One, SubmitOfferResult] = PartnerVerb(
    One, _submit, shaped(SubmitOfferSuccess), paths=PATHS, scope=SCOPE
)
PAUSE: PartnerVerb[One, PauseOfferResult] = PartnerVerb(
    One, _pause, shaped(PauseOfferSuccess), paths=PATHS, scope=SCOPE
)
RESUME: PartnerVerb[One, ResumeOfferResult] = PartnerVerb(
    One, _resume, shaped(ResumeOfferSuccess), paths=PATHS, scope=SCOPE
)
END: PartnerVerb[One, EndOfferResult] = PartnerVerb(
    One, _end, shaped(EndOfferSuccess), paths=PATHS, scope=SCOPE
)


@output
class OfferSteering:
    """Mutations that steer offers."""

    @mutation
    async def submit_offer(
        self, info: PartnerInfo, input: Annotated[SubmitOfferInput, argument("Which offer.")]
    ) -> SubmitOfferResult | None:
        """Ask for a decision about an offer. Needs the scope OFFERS_WRITE.
        Refuses NO_SUCH_OFFER, OFFER_IS_ANOTHERS, OFFER_NOT_IN_STATE, BAD_OFFER,
        OFFER_NOT_FUNDED."""
        return await SUBMIT.perform(info, input)

    @mutation
    async def pause_offer(
        self, info: PartnerInfo, input: Annotated[PauseOfferInput, argument("Which offer.")]
    ) -> PauseOfferResult | None:
        """Show an offer to nobody for now; what was accepted is kept. Needs the scope
        OFFERS_WRITE. Refuses NO_SUCH_OFFER, OFFER_NOT_IN_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_offer(
        self, info: PartnerInfo, input: Annotated[ResumeOfferInput, argument("Which offer.")]
    ) -> ResumeOfferResult | None:
        """Go on showing an offer. Needs the scope OFFERS_WRITE.
        Refuses NO_SUCH_OFFER, OFFER_NOT_IN_STATE, OFFER_HALTED."""
        return await RESUME.perform(info, input)

    @mutation
    async def end_offer(
        self, info: PartnerInfo, input: Annotated[EndOfferInput, argument("Which offer.")]
    ) -> EndOfferResult | None:
        """End an offer for good; what was accepted is kept. Needs the scope OFFERS_WRITE.
        Refuses NO_SUCH_OFFER, OFFER_HALTED."""
        return await END.perform(info, input)
