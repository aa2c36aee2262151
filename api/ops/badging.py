"""Mutations about badges: make, reword and retire them."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.badges import BadgePeriod, badge_id
from api.counting import PATHS as FILTER_PATHS
from api.counting import ActivityFilterInput, MetricName
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.badges import Badge
from api.ops.context import OpsContext, OpsInfo
from api.ops.operators import NOBODY
from api.refusals import RequestRefused, result
from api.scalars import Day, Quantity
from domain import badges
from domain.badges import Draft, Period, Rule
from domain.metrics import ANY, Metric
from domain.operators import Permission

REASON = "Why, for the audit log: 1 to 300 characters, no names."


@input
class BadgeRuleInput:
    """What earns a badge by itself."""

    metric: MetricName = said("What is counted.")
    period: BadgePeriod = said("In which time a level must be reached.")
    thresholds: list[Quantity] = said(
        "What each level asks for, rising, in the unit of the metric; one for each level."
    )
    counted: ActivityFilterInput | None = said("Which activities count; null: all.", default=None)
    first_day: Day | None = said(
        "Only activities on this local day or later count; null: all there ever were.",
        default=None,
    )

    def read(self) -> Rule:
        """The rule; its filter is sound. Refuses BadFilter."""
        return Rule(
            Metric(self.metric.name),
            Period(self.period.name),
            tuple(self.thresholds),
            self.counted.read("rule", "counted") if self.counted else ANY,
            self.first_day,
        )


@input
class CreateBadgeInput:
    """What the badge is. What it asks for never changes; its words may."""

    key: str = said("Its short name: 2 to 40 small letters, digits and hyphens.")
    name: str = said("What it is called, 1 to 80 characters.")
    description: str = said("What it is about, 1 to 500 characters.")
    levels: list[str] = said("What its levels are called, the lowest first: 1 to 5 names.")
    rule: BadgeRuleInput | None = said("What earns it; null: it is only ever given.", default=None)
    secret: bool = said("True: nobody is told of it before they have it.", default=False)
    kept_for_ever: bool = said(
        "True: it stays, also when the activities that earned it are corrected or deleted.",
        default=False,
    )
    reason: str = said(REASON)


@input
class RewordBadgeInput:
    """Other words for a badge."""

    badge_id: strawberry.ID = said("The id of a `Badge`.")
    name: str = said("What it is called, 1 to 80 characters.")
    description: str = said("What it is about, 1 to 500 characters.")
    levels: list[str] = said("What its levels are called: as many as it has.")
    reason: str = said(REASON)


@input
class RetireBadgeInput:
    """Which badge to retire."""

    badge_id: strawberry.ID = said("The id of a `Badge`.")
    reason: str = said(REASON)


@output
class BadgeChanged:
    """The badge, as it is now."""

    badge: Badge = said("The badge, as it is now.")


@output
class CreateBadgeSuccess(BadgeChanged):
    """Members earn it from now on; what they did before is counted within minutes."""


@output
class RewordBadgeSuccess(BadgeChanged):
    """It has these words now."""


@output
class RetireBadgeSuccess(BadgeChanged):
    """What is done from tomorrow on earns it no more; whoever has it keeps it."""


CreateBadgeResult: TypeAlias = Annotated[
    CreateBadgeSuccess | RequestRefused, result("CreateBadgeResult")
]
RewordBadgeResult: TypeAlias = Annotated[
    RewordBadgeSuccess | RequestRefused, result("RewordBadgeResult")
]
RetireBadgeResult: TypeAlias = Annotated[
    RetireBadgeSuccess | RequestRefused, result("RetireBadgeResult")
]


async def _create(asked: CreateBadgeInput, act: OpsAct) -> badges.Badge:
    draft = Draft(
        key=asked.key,
        name=asked.name,
        description=asked.description,
        levels=tuple(asked.levels),
        rule=None if asked.rule is None else asked.rule.read(),
        secret=asked.secret,
        kept=asked.kept_for_ever,
    )
    return await badges.define(draft, programme=act.programme.id, id=act.id, at=act.at, tx=act.tx)


async def _reword(asked: RewordBadgeInput, act: OpsAct) -> badges.Badge:
    return await badges.reword(
        badge_of(asked.badge_id),
        name=asked.name,
        description=asked.description,
        levels=tuple(asked.levels),
        programme=act.programme.id,
        tx=act.tx,
    )


async def _retire(asked: RetireBadgeInput, act: OpsAct) -> badges.Badge:
    id = badge_of(asked.badge_id)
    return await badges.retire(id, programme=act.programme.id, at=act.at, tx=act.tx)


def _shaped(kind: type[BadgeChanged]) -> Any:
    async def shape(badge: badges.Badge, context: OpsContext) -> BadgeChanged:
        return kind(badge=Badge.of(badge))

    return shape


CREATE: OpsVerb[badges.Badge, CreateBadgeResult] = OpsVerb(
    badges.Badge,
    _create,
    _shaped(CreateBadgeSuccess),
    permission=Permission.BADGES_WRITE,
    made=lambda badge: badge_id(badge.id),
    paths=FILTER_PATHS,
)
REWORD: OpsVerb[badges.Badge, RewordBadgeResult] = OpsVerb(
    badges.Badge, _reword, _shaped(RewordBadgeSuccess), permission=Permission.BADGES_WRITE
)
RETIRE: OpsVerb[badges.Badge, RetireBadgeResult] = OpsVerb(
    badges.Badge, _retire, _shaped(RetireBadgeSuccess), permission=Permission.BADGES_WRITE
)


@output
class BadgeMutations:
    """Mutations about badges."""

    @mutation
    async def create_badge(
        self, info: OpsInfo, input: Annotated[CreateBadgeInput, argument("What it is.")]
    ) -> CreateBadgeResult | None:
        """Make a badge. Needs BADGES_WRITE. Refuses BAD_FILTER, BAD_BADGE, TOO_MANY_BADGES,
        BADGE_KEY_TAKEN."""
        return await CREATE.perform(info, input)

    @mutation
    async def reword_badge(
        self, info: OpsInfo, input: Annotated[RewordBadgeInput, argument("Which, and how.")]
    ) -> RewordBadgeResult | None:
        """Call a badge something else. Needs BADGES_WRITE. Refuses NO_SUCH_BADGE, BAD_BADGE."""
        return await REWORD.perform(info, input)

    @mutation
    async def retire_badge(
        self, info: OpsInfo, input: Annotated[RetireBadgeInput, argument("Which badge.")]
    ) -> RetireBadgeResult | None:
        """Let nobody earn a badge any more. Needs BADGES_WRITE. Refuses NO_SUCH_BADGE."""
        return await RETIRE.perform(info, input)


def badge_of(id: str) -> UUID:
    """The badge that a global id names; nobody's for every other text."""
    return globalids.uuid_of(id, Kind.BADGE) or NOBODY
