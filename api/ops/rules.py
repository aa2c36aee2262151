"""Earning rules, as operators see them, and the mutations that set them."""

from enum import Enum
from typing import Annotated, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo, permitted
from api.refusals import RequestRefused, result
from api.scalars import Moment, Points, Quantity
from api.states import ActivityProof, ActivityType
from domain import activities, points
from domain.operators import Permission
from domain.points import Maturity, Rule

V = strawberry.enum_value


@strawberry.enum(description="What of an activity a rule pays for.")
class EarningMeasure(Enum):
    """What of an activity a rule pays for."""

    METRES = V("METRES", description="Its distance.")
    SECONDS = V("SECONDS", description="Its duration without pauses.")
    ACTIVITIES = V("ACTIVITIES", description="That it happened.")
    QUANTITY = V("QUANTITY", description="What its type counts by itself, such as steps.")


@output
class EarningRule:
    """One version of what one type of activity earns."""

    activity: ActivityType = said("The type that it pays for.")
    version: int = said("1, 2, 3 ... for each type.")
    measure: EarningMeasure = said("What it pays for.")
    points: Points = said("So many points ...")
    per: Quantity = said("... for each so many of the measure.")
    day_max: Points = said("Most points it gives a member on one local day.")
    week_max: Points | None = said("Most points in one ISO week; null: no such limit.")
    month_max: Points | None = said("Most points in one month; null: no such limit.")
    active_from: Moment = said("It holds for what started then or later, until the next version.")
    set_at: Moment = said("When it was set.")

    @classmethod
    def of(cls, rule: Rule) -> "EarningRule":
        """A rule, as operators see it."""
        return cls(
            activity=ActivityType[rule.activity],
            version=rule.version,
            measure=EarningMeasure[rule.measure],
            points=Points(rule.points),
            per=Quantity(rule.per),
            day_max=Points(rule.day_max),
            week_max=None if rule.week_max is None else Points(rule.week_max),
            month_max=None if rule.month_max is None else Points(rule.month_max),
            active_from=Moment(rule.active_from),
            set_at=Moment(rule.set_at),
        )


@output
class PointsMaturity:
    """How long points wait, by who vouches for their activity."""

    proof: ActivityProof = said("Who vouches.")
    hours: int = said("So many hours; 0: they are there at once.")


@output
class RuleQueries:
    """What operators see of earning rules."""

    @permitted(Permission.RULES_READ)
    async def earning_rules(
        self,
        info: OpsInfo,
        at: Annotated[
            Moment | None, argument("Only those that hold then; null: every version.")
        ] = None,
    ) -> list[EarningRule] | None:
        """What activities earn, by type and version: some dozens, a thousand at most."""
        asker = await info.context.allowed(Permission.RULES_READ)
        async with info.context.reading() as tx:
            found = await points.rules(asker.programme, at=at, tx=tx)
        return [EarningRule.of(rule) for rule in found]

    @permitted(Permission.RULES_READ)
    async def points_maturities(self, info: OpsInfo) -> list[PointsMaturity] | None:
        """How long points wait, by proof, the weakest first."""
        asker = await info.context.allowed(Permission.RULES_READ)
        async with info.context.reading() as tx:
            found = await points.maturities(asker.programme, tx=tx)
        return [
            PointsMaturity(proof=ActivityProof[proof], hours=found.get(proof, 0))
            for proof in activities.Proof
        ]


@input
class SetRuleInput:
    """A new version of what a type of activity earns."""

    activity: ActivityType = said("The type that it pays for.")
    measure: EarningMeasure = said("What it pays for.")
    points: Points = said("So many points, 1 to a million ...")
    per: Quantity = said(
        "... for each so many of the measure, 1 to ten million; 1 for ACTIVITIES.",
        default=Quantity(1),
    )
    day_max: Points = said("Most points for a member on one local day, 1 to ten million.")
    week_max: Points | None = said("Most points in one ISO week.", default=None)
    month_max: Points | None = said("Most points in one month.", default=None)
    active_from: Moment | None = said(
        "When it begins to hold, by the start of an activity; null: now, or for the first version"
        " of a type, ever since.",
        default=None,
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class SetMaturityInput:
    """How long points of one proof wait."""

    proof: ActivityProof = said("Who vouches.")
    hours: int = said("0 to 2,160 hours.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class SetRuleSuccess:
    """It holds from its `activeFrom` on."""

    rule: EarningRule = said("The new version.")


@output
class SetMaturitySuccess:
    """It holds for what is judged from now on."""

    maturity: PointsMaturity = said("How long they wait now.")


SetRuleResult: TypeAlias = Annotated[SetRuleSuccess | RequestRefused, result("SetRuleResult")]
SetMaturityResult: TypeAlias = Annotated[
    SetMaturitySuccess | RequestRefused, result("SetMaturityResult")
]


async def _set_rule(asked: SetRuleInput, act: OpsAct) -> Rule:
    return await points.set_rule(
        act.programme,
        activity=activities.Type(asked.activity.name),
        measure=points.Measure(asked.measure.name),
        points=asked.points,
        per=asked.per,
        day_max=asked.day_max,
        week_max=asked.week_max,
        month_max=asked.month_max,
        active_from=asked.active_from,
        at=act.at,
        tx=act.tx,
    )


async def _set_maturity(asked: SetMaturityInput, act: OpsAct) -> Maturity:
    proof = activities.Proof(asked.proof.name)
    return await points.set_maturity(act.programme, proof=proof, hours=asked.hours, tx=act.tx)


async def _rule_set(rule: Rule, context: OpsContext) -> SetRuleSuccess:
    return SetRuleSuccess(rule=EarningRule.of(rule))


async def _maturity_set(found: Maturity, context: OpsContext) -> SetMaturitySuccess:
    shown = PointsMaturity(proof=ActivityProof[found.proof], hours=found.hours)
    return SetMaturitySuccess(maturity=shown)


WRITE = Permission.RULES_WRITE
SET_RULE: OpsVerb[Rule, SetRuleResult] = OpsVerb(Rule, _set_rule, _rule_set, permission=WRITE)
SET_MATURITY: OpsVerb[Maturity, SetMaturityResult] = OpsVerb(
    Maturity, _set_maturity, _maturity_set, permission=WRITE
)


@output
class RuleMutations:
    """Mutations about earning rules."""

    @mutation
    async def set_rule(
        self, info: OpsInfo, input: Annotated[SetRuleInput, argument("The new version.")]
    ) -> SetRuleResult | None:
        """Change what a type of activity earns, by a new version. Needs RULES_WRITE. Refuses
        BAD_RULE, RULE_IN_PAST."""
        return await SET_RULE.perform(info, input)

    @mutation
    async def set_maturity(
        self, info: OpsInfo, input: Annotated[SetMaturityInput, argument("How long.")]
    ) -> SetMaturityResult | None:
        """Change how long points wait. Needs RULES_WRITE. Refuses BAD_MATURITY."""
        return await SET_MATURITY.perform(info, input)
