"""Offers, as members see those that were chosen for them."""

from collections.abc import Sequence
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.faults import Fault, FaultCode
from api.fields import argument, asked, output, said
from api.globalids import Kind
from api.nodes import Node
from api.scalars import Moment
from api.states import OfferKind, OfferPlacement
from domain import decisions, offers
from domain.decisions import Decision, Slate
from domain.members import Member
from infra import recommending
from infra.db import Tx

V = strawberry.enum_value
FIRST_DEFAULT = 3


@strawberry.enum(description="What you made of an offer.")
class OfferResponse(Enum):
    """What a member made of an offer."""

    ACCEPT = V("ACCEPT", description="You take it.")
    REFUSE = V("REFUSE", description="You do not want it: not for a month, and less like it.")
    NOT_NOW = V("NOT_NOW", description="Perhaps tomorrow.")


@output
class ChosenOffer(Node):
    """An offer that was chosen for you. Its id is that of the decision to show it."""

    placement: OfferPlacement = said("Where you are shown it.")
    kind: OfferKind = said("What accepting it gives.")
    title: str = said("What it is, in your language.")
    body: str = said("More about it; may be empty.")
    image_url: str | None = said("A picture; null: none.")
    image_alt: str = said("What is on the picture; may be empty.")
    action_url: str | None = said("Where its button leads; null: it accepts the offer.")
    why: str = said("Why you see it, in plain words of your language.")
    exploring: bool = said("True when chance chose it, so that something new is tried.")
    response: OfferResponse | None = said("What you made of it; null: nothing yet.")
    expires_at: Moment = said("Until when you may answer.")

    @classmethod
    def of(cls, decision: Decision, terms: offers.Terms, why: str, asker: Member) -> "ChosenOffer":
        """A decision about an offer, as its member sees it."""
        creative = offers.creative_of(terms, locale=asker.locale)
        answer = decision.answer
        return cls(
            id=chosen_offer_id(decision.id),
            placement=OfferPlacement[decision.placement.name],
            kind=OfferKind[terms.kind.name],
            title=creative.title,
            body=creative.body,
            image_url=creative.image,
            image_alt=creative.alt,
            action_url=creative.action,
            why=why,
            exploring=decision.exploring,
            response=None if answer is None else OfferResponse[answer.name],
            expires_at=Moment(decision.expires_at),
        )


@output
class OfferedMember:
    """What a member is offered."""

    record: strawberry.Private[Member]

    @asked
    async def offers(
        self,
        info: Info,
        placement: Annotated[OfferPlacement, argument("Where they are to be shown.")],
        first: Annotated[
            int, argument(f"How many at most, 1 to {decisions.COUNT_MAX}.")
        ] = FIRST_DEFAULT,
    ) -> list[ChosenOffer]:
        """What was chosen for you, the best first; ten at most. The same is shown for ten minutes,
        unless you answer one or what there is has changed. Tell by `reportImpressions` which of
        them you saw, and by `respondToOffer` what you made of them."""
        if not 1 <= first <= decisions.COUNT_MAX:
            raise Fault(
                FaultCode.BAD_ARGUMENT, f"`first` must be between 1 and {decisions.COUNT_MAX}."
            )
        slate = await _chosen(self.record, placement, first, info.context)
        async with info.context.reading() as tx:
            return await shown(slate.decisions, self.record, tx)


async def _chosen(asker: Member, placement: OfferPlacement, first: int, context: Context) -> Slate:
    """What was chosen; nobody waits for the models inside a transaction, nor with a connection."""
    where, at = decisions.Placement[placement.name], context.at
    async with context.reading() as tx:
        plan = await decisions.plan(asker, placement=where, count=first, at=at, tx=tx)
    if plan.slate is not None:
        return plan.slate
    answer = None
    if plan.question is not None:
        await context.pause()
        answer = await recommending.ask(plan.question, timeout_s=decisions.ASK_S)
    async with context.writing() as tx:
        return await decisions.decide(plan, answer=answer, at=at, tx=tx)


async def shown(found: Sequence[Decision], asker: Member, tx: Tx) -> list[ChosenOffer]:
    """Decisions about offers with what their member reads of them."""
    ids = [one.subject for one in found]
    known = await offers.several(ids, programme=asker.programme, tx=tx)
    words = await decisions.words(found, member=asker, tx=tx)
    return [
        ChosenOffer.of(one, known[one.subject].terms, why, asker)
        for one, why in zip(found, words, strict=True)
        if one.subject in known
    ]


async def find(name: globalids.Name, asker: Member, tx: Tx) -> ChosenOffer | None:
    """What the asker was shown by that decision; None when it is none of theirs."""
    if name.uuid is None:
        return None
    try:
        found = await decisions.get(name.uuid, member=asker.id, programme=asker.programme, tx=tx)
    except decisions.NoSuchDecision:
        return None
    return next(iter(await shown([found], asker, tx)), None)


def chosen_offer_id(id: UUID) -> strawberry.ID:
    """The global id of a decision."""
    return globalids.of(Kind.DECISION, id)
