"""Mutations about streaks: define, alter and retire them."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.counting import PATHS, ActivityFilterInput, MetricName
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo
from api.ops.operators import NOBODY
from api.ops.streaks import Streak, streak_id
from api.refusals import RequestRefused, result
from api.scalars import Day, Points, Quantity
from api.streaks import StreakCadence, StreakLapse
from domain import streaks
from domain.metrics import ANY, Metric
from domain.operators import Permission

REASON = "Why, for the audit log: 1 to 300 characters, no names."


@input
class StreakMilestoneInput:
    """What a length gives: points, a badge, or both."""

    length: int = said("How many periods in a row, 1 to 10,000.")
    points: Points = said("Points that it gives, new ones; up to 1,000,000.", default=0)
    badge_key: str | None = said("The key of a badge that it gives; null: none.", default=None)
    badge_level: int | None = said("Which of the badge's levels; null: no badge.", default=None)
    again: bool = said("True: each new streak that gets there.", default=False)


@input
class StreakTermsInput:
    """The rules of a streak."""

    metric: MetricName = said("What is counted in each period.")
    minimum: Quantity = said("How much of it keeps the period, in the unit of the metric.")
    counted: ActivityFilterInput | None = said("Which activities count; null: all.", default=None)
    freezes_max: int = said("How many freezes one may have, up to 30.", default=0)
    freeze_every: int | None = said("So many kept periods earn one; null: none.", default=None)
    freeze_price: Points | None = said("Points for one; null: not sold.", default=None)
    lapse: StreakLapse | None = said("What a miss takes back; null: ALL.", default=None)
    lapse_size: int = said("For SHARE, 1 to 99 percent; for STEPS, periods.", default=0)
    repair_price: Points | None = said(
        "Points to make one missed period good; null: that cannot be done.", default=None
    )
    repair_periods: int = said(
        "How many periods ago the miss may be: up to 14 days, or 4 weeks.", default=0
    )
    milestones: list[StreakMilestoneInput] = said(
        "What lengths give, the shortest first; 30 at most.", default_factory=list
    )

    def read(self) -> streaks.Terms:
        """The rules; their filter is sound. Refuses BadFilter."""
        return streaks.Terms(
            metric=Metric(self.metric.name),
            minimum=self.minimum,
            filter=self.counted.read("terms", "counted") if self.counted else ANY,
            freezes_max=self.freezes_max,
            freeze_every=self.freeze_every,
            freeze_price=self.freeze_price,
            lapse=streaks.Lapse(self.lapse.name if self.lapse else "ALL"),
            lapse_size=self.lapse_size,
            repair_price=self.repair_price,
            repair_periods=self.repair_periods,
            milestones=tuple(
                streaks.Milestone(one.length, one.points, one.badge_key, one.badge_level, one.again)
                for one in self.milestones
            ),
        )


@input
class DefineStreakInput:
    """A new streak. Its cadence and grace never change."""

    name: str = said("What it is called, 1 to 80 characters.")
    description: str = said("What it is about, up to 500 characters.", default="")
    cadence: StreakCadence = said("How long a period is.")
    grace_hours: int = said(
        "What starts so many hours after a period still counts for it, if it needs that, and"
        " before that nothing is missed: up to 24 for days, 72 for weeks.",
        default=0,
    )
    first_day: Day | None = said(
        "The first local day that counts, within a year of today; of weeks a Monday; null: now.",
        default=None,
    )
    terms: StreakTermsInput = said("Its rules.")
    reason: str = said(REASON)


@input
class AlterStreakInput:
    """What to change of a streak; null leaves a thing as it is."""

    streak_id: strawberry.ID = said("The id of a `Streak`.")
    name: str | None = said("What it is called, 1 to 80 characters.", default=None)
    description: str | None = said("What it is about, up to 500 characters.", default=None)
    terms: StreakTermsInput | None = said("Other rules, whole.", default=None)
    since: Day | None = said(
        "A local day of the first period with the other rules, which has begun nowhere; null: the"
        " next one.",
        default=None,
    )
    reason: str = said(REASON)


@input
class RetireStreakInput:
    """Which streak to retire."""

    streak_id: strawberry.ID = said("The id of a `Streak`.")
    reason: str = said(REASON)


@output
class StreakChanged:
    """The streak, as it is now."""

    streak: Streak = said("The streak, as it is now.")


@output
class DefineStreakSuccess(StreakChanged):
    """Members keep it from its first day on; what they did before today is counted soon."""


@output
class AlterStreakSuccess(StreakChanged):
    """The words are other ones now; the rules will be, from their day on."""


@output
class RetireStreakSuccess(StreakChanged):
    """It ends with the period that it is now; lengths stay as they are then."""


DefineStreakResult: TypeAlias = Annotated[
    DefineStreakSuccess | RequestRefused, result("DefineStreakResult")
]
AlterStreakResult: TypeAlias = Annotated[
    AlterStreakSuccess | RequestRefused, result("AlterStreakResult")
]
RetireStreakResult: TypeAlias = Annotated[
    RetireStreakSuccess | RequestRefused, result("RetireStreakResult")
]


async def _define(asked: DefineStreakInput, act: OpsAct) -> UUID:
    draft = streaks.Draft(
        name=asked.name,
        description=asked.description,
        cadence=streaks.Cadence(asked.cadence.name),
        grace_hours=asked.grace_hours,
        first_day=asked.first_day,
        terms=asked.terms.read(),
    )
    made = await streaks.define(draft, programme=act.programme.id, id=act.id, at=act.at, tx=act.tx)
    return made.id


async def _alter(asked: AlterStreakInput, act: OpsAct) -> UUID:
    altered = await streaks.alter(
        _streak_of(asked.streak_id),
        name=asked.name,
        description=asked.description,
        terms=None if asked.terms is None else asked.terms.read(),
        since=asked.since,
        programme=act.programme.id,
        at=act.at,
        tx=act.tx,
    )
    return altered.id


async def _retire(asked: RetireStreakInput, act: OpsAct) -> UUID:
    id = _streak_of(asked.streak_id)
    return (await streaks.retire(id, programme=act.programme.id, at=act.at, tx=act.tx)).id


def _shaped(kind: type[StreakChanged]) -> Any:
    async def shape(streak: UUID, context: OpsContext) -> StreakChanged:
        asker = await context.allowed(Permission.STREAKS_WRITE)
        async with context.reading() as tx:
            found = await streaks.get(streak, programme=asker.programme, tx=tx)
        return kind(streak=Streak.of(found))

    return shape


WRITE = Permission.STREAKS_WRITE
# What the inputs call the words of the domain, for the paths of refusals.
STREAK_PATHS = {**PATHS, "filter": "counted", "level": "badge_level"}
DEFINE: OpsVerb[UUID, DefineStreakResult] = OpsVerb(
    UUID,
    _define,
    _shaped(DefineStreakSuccess),
    permission=WRITE,
    paths=STREAK_PATHS,
    made=streak_id,
)
ALTER: OpsVerb[UUID, AlterStreakResult] = OpsVerb(
    UUID, _alter, _shaped(AlterStreakSuccess), permission=WRITE, paths=STREAK_PATHS
)
RETIRE: OpsVerb[UUID, RetireStreakResult] = OpsVerb(
    UUID, _retire, _shaped(RetireStreakSuccess), permission=WRITE
)


@output
class StreakMutations:
    """Mutations about streaks."""

    @mutation
    async def define_streak(
        self, info: OpsInfo, input: Annotated[DefineStreakInput, argument("What it is.")]
    ) -> DefineStreakResult | None:
        """Define a streak. Needs STREAKS_WRITE. Refuses BAD_STREAK, BAD_FILTER, NO_SUCH_BADGE,
        BAD_BADGE_LEVEL, TOO_MANY_STREAKS."""
        return await DEFINE.perform(info, input)

    @mutation
    async def alter_streak(
        self, info: OpsInfo, input: Annotated[AlterStreakInput, argument("What to change.")]
    ) -> AlterStreakResult | None:
        """Change a streak's words at once, and its rules from a period on that has begun nowhere.
        Needs STREAKS_WRITE. Refuses NO_SUCH_STREAK, STREAK_RETIRED, BAD_STREAK, BAD_FILTER,
        NO_SUCH_BADGE, BAD_BADGE_LEVEL, CHANGE_TOO_EARLY."""
        return await ALTER.perform(info, input)

    @mutation
    async def retire_streak(
        self, info: OpsInfo, input: Annotated[RetireStreakInput, argument("Which streak.")]
    ) -> RetireStreakResult | None:
        """End a streak with the period that it is now. Needs STREAKS_WRITE. Refuses
        NO_SUCH_STREAK."""
        return await RETIRE.perform(info, input)


def _streak_of(id: str) -> UUID:
    return globalids.uuid_of(id, Kind.STREAK) or NOBODY
