"""Honours: the badges, streaks, tiers and boards of the demo's programmes, as data."""

from domain.activities import Type
from domain.badges import Draft as BadgeDraft
from domain.badges import Period, Rule
from domain.leaderboards import League, Measure, Prize, Scope, Span
from domain.metrics import ANY, Filter, Metric
from domain.streaks import Cadence, Lapse, Milestone
from domain.streaks import Draft as StreakDraft
from domain.streaks import Terms as StreakTerms
from domain.tiers import Terms as LadderTerms
from domain.tiers import Tier
from simulator.quests import MOVING

METALS = ("Bronze", "Silver", "Gold")
MOVED = Filter(types=MOVING)


def _badge(
    key: str,
    name: str,
    description: str,
    metric: Metric,
    thresholds: tuple[int, ...],
    filter: Filter = ANY,
    *,
    period: Period = Period.LIFETIME,
    secret: bool = False,
) -> BadgeDraft:
    return BadgeDraft(
        key=key,
        name=name,
        description=description,
        levels=METALS[: len(thresholds)],
        rule=Rule(metric, period, thresholds, filter),
        secret=secret,
    )


def _only(*types: Type) -> Filter:
    return Filter(types=frozenset(types))


BADGES = (
    _badge("first-steps", "First steps", "The beginning.", Metric.COUNT, (1, 25, 100)),
    _badge(
        *("distance-runner", "Distance runner", "Kilometres, one after the other."),
        *(Metric.DISTANCE, (50_000, 250_000, 1_000_000), _only(Type.RUN)),
    ),
    _badge(
        *("marathon", "Marathon", "All of it in one go."),
        *(Metric.DISTANCE, (42_195,), _only(Type.RUN)),
        period=Period.ACTIVITY,
    ),
    _badge(
        *("half-marathon", "Half marathon", "Twenty-one kilometres in one go."),
        *(Metric.DISTANCE, (21_097,), _only(Type.RUN)),
        period=Period.ACTIVITY,
    ),
    _badge(
        *("century", "Century", "A hundred kilometres by bike in one day."),
        *(Metric.DISTANCE, (100_000,), _only(Type.RIDE)),
        period=Period.DAY,
    ),
    _badge(
        *("early-bird", "Early bird", "Out before eight in the morning."),
        *(Metric.COUNT, (5, 20, 60)),
        Filter(types=MOVING, from_minute=4 * 60, until_minute=8 * 60),
    ),
    _badge(
        *("weekender", "Weekender", "Saturdays and Sundays well spent."),
        *(Metric.COUNT, (5, 20, 60)),
        Filter(types=MOVING, weekdays=frozenset({6, 7})),
    ),
    _badge(
        *("regular", "Regular", "Different days of one month."),
        *(Metric.DAYS, (6, 10, 16)),
        period=Period.MONTH,
    ),
    _badge(
        *("helping-hand", "Helping hand", "Hours given to others."),
        *(Metric.DURATION, (7_200, 36_000, 144_000), _only(Type.VOLUNTEERING)),
    ),
    _badge(
        *("power-saver", "Power saver", "Kilowatt-hours not used."),
        *(Metric.ENERGY, (5_000, 20_000, 100_000), _only(Type.ENERGY)),
    ),
    _badge(
        *("opinion-leader", "Opinion leader", "Surveys answered."),
        *(Metric.COUNT, (1, 5, 20), _only(Type.SURVEY)),
    ),
    _badge(
        *("regular-guest", "Regular guest", "Visits to our partners."),
        *(Metric.COUNT, (5, 20, 60), _only(Type.VISIT, Type.PURCHASE)),
    ),
    _badge(
        *("all-over-town", "All over town", "Different partners told of you."),
        *(Metric.PARTNERS, (2, 3)),
    ),
    _badge(
        *("night-owl", "Night owl", "Still up, and on the move."),
        *(Metric.COUNT, (3, 12)),
        Filter(types=MOVING, from_minute=22 * 60, until_minute=4 * 60),
        secret=True,
    ),
    BadgeDraft(key="podium", name="Podium", description="Among the first.", levels=METALS),
    BadgeDraft(
        key="midwinter",
        name="Midwinter",
        description="Out in the darkest week of the year.",
        levels=("Spark",),
        secret=True,
    ),
)

STREAKS = (
    StreakDraft(
        name="On the move",
        description="Twice a week, every week.",
        cadence=Cadence.WEEKLY,
        grace_hours=12,
        terms=StreakTerms(
            metric=Metric.COUNT,
            minimum=2,
            filter=MOVED,
            freezes_max=2,
            freeze_every=4,
            freeze_price=20,
            repair_price=30,
            repair_periods=1,
            milestones=(Milestone(8, points=20), Milestone(12, badge="podium", level=1)),
        ),
    ),
    StreakDraft(
        name="Every day",
        description="Something each day; a miss takes half of it.",
        cadence=Cadence.DAILY,
        grace_hours=4,
        terms=StreakTerms(
            metric=Metric.COUNT,
            minimum=1,
            freezes_max=3,
            freeze_every=10,
            lapse=Lapse.SHARE,
            lapse_size=50,
            milestones=(Milestone(7, points=10),),
        ),
    ),
)

LADDER = LadderTerms(
    tiers=(
        Tier("green", "Green", 0),
        Tier("bronze", "Bronze", 150),
        Tier("silver", "Silver", 1_000),
        Tier("gold", "Gold", 4_000),
    ),
    grace_days=30,
    levels=(50, 200, 500, 1_000, 2_500, 5_000, 10_000),
)

# name, measure, span, scope, filter, prizes, league
BOARDS = (
    (
        *("Points this week", Measure.POINTS, Span.WEEK, Scope.PROGRAMME, ANY),
        *((Prize(1, 1, points=30), Prize(2, 3, points=15)), None),
    ),
    ("Metres this month", Measure.DISTANCE, Span.MONTH, Scope.PROGRAMME, MOVED, (), None),
    ("Among friends", Measure.POINTS, Span.MONTH, Scope.FRIENDS, ANY, (), None),
    ("Of all time", Measure.COUNT, Span.ALL_TIME, Scope.PROGRAMME, ANY, (), None),
    (
        *("The league", Measure.POINTS, Span.WEEK, Scope.COHORT, ANY),
        *((Prize(1, 1, badge="podium", level=1),), League(("Wood", "Stone", "Copper", "Silver"))),
    ),
)
