"""Mutations of operators that steer offers: submitted, paused, ended."""

from typing import Annotated, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.offer_changes import (
    EndOfferResult,
    EndOfferSuccess,
    OfferChanged,
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
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsInfo
from api.ops.offering import placed
from api.refusals import RequestRefused, result
from domain import offers
from domain.operators import Permission

WRITE, APPROVING = Permission.OFFERS_WRITE, Permission.OFFERS_APPROVE


@input
class SubmitOfferInput:
    """Which offer to submit."""

    offer_id: strawberry.ID = said("The id of an `Offer` in DRAFT or REJECTED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class PauseOfferInput:
    """Which offer to pause."""

    offer_id: strawberry.ID = said("The id of an `Offer` that is LIVE.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ResumeOfferInput:
    """Which offer to go on with."""

    offer_id: strawberry.ID = said("The id of an `Offer` that is PAUSED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class EndOfferInput:
    """Which offer to end."""

    offer_id: strawberry.ID = said("The id of an `Offer`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ApproveOfferInput:
    """Which offer to approve."""

    offer_id: strawberry.ID = said("The id of an `Offer` that is SUBMITTED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class RejectOfferInput:
    """Which offer to send back."""

    offer_id: strawberry.ID = said("The id of an `Offer` that is SUBMITTED.")
    why: str = said("What who made it is told: 1 to 300 characters.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class ApproveOfferSuccess(OfferChanged):
    """Members see it, within its times."""


@output
class RejectOfferSuccess(OfferChanged):
    """It may be changed and submitted again."""


ApproveOfferResult: TypeAlias = Annotated[
    ApproveOfferSuccess | RequestRefused, result("ApproveOfferResult")
]
RejectOfferResult: TypeAlias = Annotated[
    RejectOfferSuccess | RequestRefused, result("RejectOfferResult")
]


async def _submit(asked: SubmitOfferInput, act: OpsAct) -> One:
    return One.of(await offers.submit(offer_of(asked.offer_id), at=act.at, **placed(act)))


async def _pause(asked: PauseOfferInput, act: OpsAct) -> One:
    return One.of(await offers.pause(offer_of(asked.offer_id), **placed(act)))


async def _resume(asked: ResumeOfferInput, act: OpsAct) -> One:
    return One.of(await offers.resume(offer_of(asked.offer_id), **placed(act)))


async def _end(asked: EndOfferInput, act: OpsAct) -> One:
    return One.of(await offers.end(offer_of(asked.offer_id), at=act.at, **placed(act)))


async def _approve(asked: ApproveOfferInput, act: OpsAct) -> One:
    return One.of(await offers.approve(offer_of(asked.offer_id), at=act.at, **placed(act)))


async def _reject(asked: RejectOfferInput, act: OpsAct) -> One:
    return One.of(await offers.reject(offer_of(asked.offer_id), reason=asked.why, **placed(act)))


SUBMIT: OpsVerb[One, SubmitOfferResult] = OpsVerb(
    One, _submit, shaped(SubmitOfferSuccess), paths=PATHS, permission=WRITE
)
PAUSE: OpsVerb[One, PauseOfferResult] = OpsVerb(
    One, _pause, shaped(PauseOfferSuccess), paths=PATHS, permission=WRITE
)
RESUME: OpsVerb[One, ResumeOfferResult] = OpsVerb(
    One, _resume, shaped(ResumeOfferSuccess), paths=PATHS, permission=WRITE
)
END: OpsVerb[One, EndOfferResult] = OpsVerb(
    One, _end, shaped(EndOfferSuccess), paths=PATHS, permission=WRITE
)
APPROVE: OpsVerb[One, ApproveOfferResult] = OpsVerb(
    One, _approve, shaped(ApproveOfferSuccess), paths=PATHS, permission=APPROVING
)
REJECT: OpsVerb[One, RejectOfferResult] = OpsVerb(
    One, _reject, shaped(RejectOfferSuccess), paths=PATHS, permission=APPROVING
)


@output
class OfferSteering:
    """Mutations that steer offers."""

    @mutation
    async def submit_offer(
        self, info: OpsInfo, input: Annotated[SubmitOfferInput, argument("Which offer.")]
    ) -> SubmitOfferResult | None:
        """Ask for a decision about an offer. Needs OFFERS_WRITE.
        Refuses NO_SUCH_OFFER, OFFER_IS_ANOTHERS, OFFER_NOT_IN_STATE, BAD_OFFER,
        OFFER_NOT_FUNDED."""
        return await SUBMIT.perform(info, input)

    @mutation
    async def pause_offer(
        self, info: OpsInfo, input: Annotated[PauseOfferInput, argument("Which offer.")]
    ) -> PauseOfferResult | None:
        """Show an offer to nobody for now; what was accepted is kept. Needs OFFERS_WRITE.
        Refuses NO_SUCH_OFFER, OFFER_NOT_IN_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_offer(
        self, info: OpsInfo, input: Annotated[ResumeOfferInput, argument("Which offer.")]
    ) -> ResumeOfferResult | None:
        """Go on showing an offer. Needs OFFERS_WRITE.
        Refuses NO_SUCH_OFFER, OFFER_NOT_IN_STATE."""
        return await RESUME.perform(info, input)

    @mutation
    async def end_offer(
        self, info: OpsInfo, input: Annotated[EndOfferInput, argument("Which offer.")]
    ) -> EndOfferResult | None:
        """End an offer for good; what was accepted is kept. Needs OFFERS_WRITE.
        Refuses NO_SUCH_OFFER."""
        return await END.perform(info, input)

    @mutation
    async def approve_offer(
        self, info: OpsInfo, input: Annotated[ApproveOfferInput, argument("Which offer.")]
    ) -> ApproveOfferResult | None:
        """Let members see an offer. Needs OFFERS_APPROVE.
        Refuses NO_SUCH_OFFER, OFFER_NOT_IN_STATE, BAD_OFFER."""
        return await APPROVE.perform(info, input)

    @mutation
    async def reject_offer(
        self, info: OpsInfo, input: Annotated[RejectOfferInput, argument("Which offer, and why.")]
    ) -> RejectOfferResult | None:
        """Send an offer back to who made it. Needs OFFERS_APPROVE.
        Refuses BAD_REASON, NO_SUCH_OFFER, OFFER_NOT_IN_STATE."""
        return await REJECT.perform(info, input)
