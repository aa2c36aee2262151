"""Mutations about what a member is offered: that they saw it, and what they make of it."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.chosen_offers import ChosenOffer, OfferResponse, shown
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from domain import decisions
from domain.decisions import Decision, Response

NOBODY = UUID(int=0)
PATHS = {"decision": "decision_id", "decisions": "decision_ids", "offer": "decision_id"}


@input
class RespondToOfferInput:
    """What you make of an offer."""

    decision_id: strawberry.ID = said("The id of a `ChosenOffer`.")
    response: OfferResponse = said("What you make of it.")


@input
class ReportImpressionsInput:
    """What you saw."""

    decision_ids: list[strawberry.ID] = said("The ids of `ChosenOffer`s, 1 to 50.")


@output
class RespondToOfferSuccess:
    """It is noted, and what comes next may be other offers."""

    offer: ChosenOffer | None = said("The offer; null: it is gone.")
    viewer: Member = said("You, as you are now.")


@output
class ReportImpressionsSuccess:
    """It is noted."""

    seen: int = said("How many of them are known to have been seen.")


RespondToOfferResult: TypeAlias = Annotated[
    RespondToOfferSuccess | RequestRefused, result("RespondToOfferResult")
]
ReportImpressionsResult: TypeAlias = Annotated[
    ReportImpressionsSuccess | RequestRefused, result("ReportImpressionsResult")
]


async def _respond(asked: RespondToOfferInput, act: Act) -> Decision:
    response = Response[asked.response.name]
    return await decisions.respond(
        _decision(asked.decision_id), response, member=act.member, at=act.at, tx=act.tx
    )


async def _seen(asked: ReportImpressionsInput, act: Act) -> int:
    ids = [_decision(id) for id in asked.decision_ids]
    return len(await decisions.seen(ids, member=act.member, at=act.at, tx=act.tx))


async def _responded(decision: Decision, context: Context) -> RespondToOfferSuccess:
    viewer = await viewer_of(context)
    async with context.reading() as tx:
        found: Sequence[ChosenOffer] = await shown([decision], viewer.record, tx)
    return RespondToOfferSuccess(offer=next(iter(found), None), viewer=viewer)


async def _reported(count: int, context: Context) -> ReportImpressionsSuccess:
    return ReportImpressionsSuccess(seen=count)


RESPOND: Verb[Decision, RespondToOfferResult] = Verb(
    Decision, _respond, _responded, moves=True, on_watch=True, paths=PATHS
)
SEEN: Verb[int, ReportImpressionsResult] = Verb(int, _seen, _reported, on_watch=True, paths=PATHS)


@output
class OfferMutations:
    """Mutations about what a member is offered."""

    @mutation
    async def respond_to_offer(
        self, info: Info, input: Annotated[RespondToOfferInput, argument("What of it.")]
    ) -> RespondToOfferResult | None:
        """Accept an offer, refuse it, or say not now; on a watch, too. Accepting gives what the
        offer promises, and takes part in its challenge; what you refuse is not shown for a month,
        and what is like it less. Needs `@idempotent`. Refuses NO_SUCH_DECISION, DECISION_ANSWERED,
        DECISION_OVER; to accept also NO_SUCH_OFFER, OFFER_CLOSED, OFFER_NOT_FOR_YOU,
        OFFER_ALREADY_ACCEPTED, OFFER_ACCEPTED_TOO_OFTEN, OFFER_USED_UP, and what `joinChallenge`
        refuses."""
        return await RESPOND.perform(info, input)

    @mutation
    async def report_impressions(
        self, info: Info, input: Annotated[ReportImpressionsInput, argument("What you saw.")]
    ) -> ReportImpressionsResult | None:
        """Tell which offers you saw; on a watch, too. What was told before changes nothing.
        Refuses TOO_MANY_DECISIONS, NO_SUCH_DECISION."""
        return await SEEN.perform(info, input)


def _decision(id: str) -> UUID:
    """The decision that a global id names; nobody's for other texts."""
    return globalids.uuid_of(id, Kind.DECISION) or NOBODY
