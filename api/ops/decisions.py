"""What members were shown and what they made of it, as operators see it; and how it is decided."""

from enum import Enum
from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.ops.operators import NOBODY, place_of
from api.refusals import RequestRefused, result
from api.scalars import Moment
from api.states import OfferPlacement
from domain import decisions
from domain.decisions import Decision, Settings
from domain.operators import Permission

V = strawberry.enum_value
READ, WRITE = Permission.DECISIONS_READ, Permission.DECISIONS_WRITE
PATHS = {"plain": "plain_offer_ids", "offer": "plain_offer_ids"}


@strawberry.enum(description="Who chose what a member was shown.")
class DecisionChooser(Enum):
    """Who chose."""

    LEARNT = V("LEARNT", description="Estimates of a model, with chance by how sure they are.")
    RULE = V("RULE", description="The plain list with a little chance, until enough is known.")
    PLAIN = V("PLAIN", description="The plain list: held out, not agreed, or no estimates.")


@strawberry.enum(description="What a member made of what they were shown.")
class DecisionAnswer(Enum):
    """What a member made of it."""

    ACCEPT = V("ACCEPT", description="They took it.")
    REFUSE = V("REFUSE", description="They did not want it.")
    NOT_NOW = V("NOT_NOW", description="Perhaps tomorrow.")


@output
class LoggedDecision(Node):
    """One thing that a member was shown."""

    slate_id: str = said("What was shown together has the same.")
    placement: OfferPlacement = said("Where they were shown it.")
    position: int = said("Its place among those shown together; 0: the first.")
    item: str = said("What: `offer:` or `treat:`, and its id in the data.")
    propensity: float = said("The probability of this choice, given those above it.")
    value: float = said("Points that it was expected to bring.")
    p: float = said("The probability that it is taken, as it was estimated.")
    model: str = said("Which model estimated it; empty: none did.")
    chooser: DecisionChooser = said("Who chose it.")
    exploring: bool = said("True when chance brought it.")
    holdout: bool = said("True when the member sees the plain list for good.")
    why: str = said("The reason they were told, as its key.")
    at: Moment = said("When it was chosen.")
    seen_at: Moment | None = said("When it was seen; null: nobody knows that it was.")
    answer: DecisionAnswer | None = said("What they made of it; null: nothing yet.")
    taken: bool = said("True when it was accepted, or handed over at once.")

    @classmethod
    def of(cls, one: Decision) -> "LoggedDecision":
        """A decision, as operators see it."""
        return cls(
            id=globalids.of(Kind.DECISION, one.id),
            slate_id=str(one.slate),
            placement=OfferPlacement[one.placement.name],
            position=one.position,
            item=one.item,
            propensity=one.propensity,
            value=one.value,
            p=one.p,
            model=one.model,
            chooser=DecisionChooser[one.chooser.name],
            exploring=one.exploring,
            holdout=one.holdout,
            why=one.why,
            at=Moment(one.at),
            seen_at=None if one.seen_at is None else Moment(one.seen_at),
            answer=None if one.answer is None else DecisionAnswer[one.answer.name],
            taken=one.taken,
        )


@output
class DecisionRules:
    """How the programme decides what members are shown."""

    holdout_percent: int = said("How many members see the plain list for good.")
    plain_offer_ids: list[strawberry.ID] = said(
        "Offers that come first in the plain list, in this order; 100 at most."
    )

    @classmethod
    def of(cls, settings: Settings) -> "DecisionRules":
        """The rules, as the schema shows them."""
        return cls(
            holdout_percent=settings.holdout_percent,
            plain_offer_ids=[globalids.of(Kind.OFFER, id) for id in settings.plain],
        )


@output
class DecisionQueries:
    """What operators see of decisions."""

    @permitted(READ)
    async def decisions(
        self,
        info: OpsInfo,
        member_id: Annotated[strawberry.ID, argument("The id of a member.")],
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[LoggedDecision] | None:
        """What a member was shown, newest first; empty for nobody's id."""
        context = info.context
        asker = await context.allowed(READ)
        member = globalids.uuid_of(member_id, Kind.MEMBER) or NOBODY
        of = f"decisions {member}"
        page = Page[Decision](of, asker, context, first=first, after=after)
        before = place_of(page)
        async with context.reading() as tx:
            found = await decisions.listed(
                member, programme=asker.programme, before=before, limit=page.limit, tx=tx
            )
        return page.shaped(found, node=LoggedDecision.of, place=lambda one: one.id.bytes)

    @permitted(READ)
    async def decision_rules(self, info: OpsInfo) -> DecisionRules | None:
        """How the programme decides now."""
        asker = await info.context.allowed(READ)
        async with info.context.reading() as tx:
            return DecisionRules.of(await decisions.rules(asker.programme, tx=tx))


@input
class SetDecisionRulesInput:
    """How to decide from now on."""

    holdout_percent: int = said("How many members see the plain list for good, 0 to 50.")
    plain_offer_ids: list[strawberry.ID] = said(
        "Offers that come first in the plain list, in this order; 100 at most, each once."
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class SetDecisionRulesSuccess:
    """It is decided like that from now on."""

    rules: DecisionRules = said("The rules, as they are now.")


SetDecisionRulesResult: TypeAlias = Annotated[
    SetDecisionRulesSuccess | RequestRefused, result("SetDecisionRulesResult")
]


async def _set(asked: SetDecisionRulesInput, act: OpsAct) -> Settings:
    plain: list[UUID] = [
        globalids.uuid_of(id, Kind.OFFER) or NOBODY for id in asked.plain_offer_ids
    ]
    return await decisions.set_rules(
        holdout_percent=asked.holdout_percent,
        plain=plain,
        programme=act.programme.id,
        tx=act.tx,
    )


async def _changed(settings: Settings, context: OpsContext) -> SetDecisionRulesSuccess:
    return SetDecisionRulesSuccess(rules=DecisionRules.of(settings))


SET: OpsVerb[Settings, SetDecisionRulesResult] = OpsVerb(
    Settings, _set, _changed, permission=WRITE, paths=PATHS
)


@output
class DecisionMutations:
    """Mutations about how it is decided what members are shown."""

    @mutation
    async def set_decision_rules(
        self, info: OpsInfo, input: Annotated[SetDecisionRulesInput, argument("How.")]
    ) -> SetDecisionRulesResult | None:
        """Say how many members are held out, and what comes first in the plain list. Whoever was
        held out stays so when the share grows. Needs DECISIONS_WRITE. Refuses BAD_DECISION_RULES,
        NO_SUCH_OFFER."""
        return await SET.perform(info, input)
