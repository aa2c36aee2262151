"""Quests: what the demo's partners and programmes ask of their members, as data.

The days of each are counted from the demo's last day, so that some are over, some go on and one
is still a secret, however long the history is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.activities import Proof, Type
from domain.challenges import (
    Again,
    Audience,
    Criterion,
    Entry,
    Milestone,
    Mode,
    Personal,
    Reward,
    Span,
)
from domain.metrics import Filter, Metric
from simulator.questing import Quest, asked

MOVING = frozenset({Type.RUN, Type.RIDE, Type.WALK, Type.HIKE})
TEAMS = ("North", "East", "South", "West")


FIFTY = Quest(
    firm="stride",
    name="Fifty kilometres in four weeks",
    description="Run fifty kilometres within four weeks of joining. Then do it again.",
    terms=asked(
        criteria=(Criterion(Metric.DISTANCE, 50_000, Filter(types=frozenset({Type.RUN}))),),
        milestones=(
            Milestone(25, Reward(points=5)),
            Milestone(50, Reward(points=10)),
            Milestone(75, Reward(points=15)),
        ),
        reward=Reward(points=100, badge="distance-runner"),
        span=Span.ROLLING,
        rolling_days=28,
        again=Again.ON_EXPIRY,
    ),
    ago=180,
    days=240,
    budget=60_000,
)
# What a single long run completes: the demonstration asks Ada to join it.
IN_ONE_GO = Quest(
    firm="stride",
    name="Eight in one go",
    description="One run of eight kilometres or more.",
    terms=asked(
        criteria=(
            Criterion(Metric.COUNT, 1, Filter(types=frozenset({Type.RUN}), distance_min_m=8_000)),
        ),
        reward=Reward(points=40),
        from_joining=False,
    ),
    ago=3,
    days=90,
    budget=4_000,
)
EARLY = Quest(
    firm="stride",
    name="Early birds",
    description="Four runs, rides or walks a month that begin before nine on a working day.",
    terms=asked(
        criteria=(
            Criterion(
                Metric.COUNT,
                4,
                Filter(
                    types=MOVING,
                    weekdays=frozenset({1, 2, 3, 4, 5}),
                    from_minute=4 * 60,
                    until_minute=9 * 60,
                ),
            ),
        ),
        reward=Reward(points=30),
        span=Span.MONTH,
    ),
    ago=150,
    days=240,
    budget=60_000,
)
TENTH = Quest(
    firm="stride",
    name="A tenth more",
    description="Ten percent further than in your own last four weeks, whatever that was.",
    terms=asked(
        criteria=(
            Criterion(
                Metric.DISTANCE,
                1_000_000,
                Filter(types=MOVING),
                Personal(percent=110, weeks=4, at_least=10_000),
            ),
        ),
        reward=Reward(points=60),
        span=Span.ROLLING,
        rolling_days=28,
    ),
    ago=60,
    days=150,
    budget=40_000,
)
FIRST_TEN = Quest(
    firm="stride",
    name="First ten to two hundred",
    description="Two hundred kilometres by bike. The first ten to get there are rewarded.",
    terms=asked(
        criteria=(Criterion(Metric.DISTANCE, 200_000, Filter(types=frozenset({Type.RIDE}))),),
        reward=Reward(points=250, badge="podium"),
        winners_max=10,
        from_joining=False,
    ),
    ago=21,
    days=49,
    budget=2_500,
)
HELPING = Quest(
    firm="kind-hands",
    name="A helping hand",
    description="Two hours of help a month, as the organiser confirms them.",
    terms=asked(
        criteria=(
            Criterion(
                Metric.DURATION,
                7_200,
                Filter(types=frozenset({Type.VOLUNTEERING}), proof_min=Proof.PARTNER),
            ),
        ),
        reward=Reward(points=80, badge="helping-hand", tier_credit=50),
        audience=Audience(entry=Entry.AUTOMATIC),
        span=Span.MONTH,
    ),
    ago=200,
    days=300,
    budget=120_000,
)
TOGETHER = Quest(
    firm="kind-hands",
    name="Across the Alps together",
    description="All of us together, by foot or by bike: five hundred kilometres.",
    terms=asked(
        criteria=(Criterion(Metric.DISTANCE, 500_000, Filter(types=MOVING)),),
        milestones=(Milestone(50, Reward(points=5)),),
        reward=Reward(points=20),
        mode=Mode.COOPERATIVE,
    ),
    ago=24,
    days=40,
    budget=30_000,
)
SAVING = Quest(
    firm="greenwatt",
    name="Three kilowatt-hours",
    description="Use three kilowatt-hours less than usual in a month.",
    terms=asked(
        criteria=(Criterion(Metric.ENERGY, 3_000, Filter(types=frozenset({Type.ENERGY}))),),
        reward=Reward(points=50, badge="power-saver"),
        audience=Audience(entry=Entry.AUTOMATIC),
        span=Span.MONTH,
    ),
    ago=120,
    days=240,
    budget=60_000,
)
QUARTERS = Quest(
    firm="greenwatt",
    name="Quarters on wheels",
    description="North, east, south and west: whose people ride the furthest?",
    terms=asked(
        criteria=(Criterion(Metric.DISTANCE, 2_000_000, Filter(types=frozenset({Type.RIDE}))),),
        reward=Reward(points=60),
        mode=Mode.COMPETITIVE,
        team_size_max=500,
    ),
    ago=20,
    days=30,
    budget=30_000,
)
OPINIONS = Quest(
    firm="askwell",
    name="Three opinions",
    description="Answer three surveys within ninety days.",
    terms=asked(
        criteria=(Criterion(Metric.COUNT, 3, Filter(types=frozenset({Type.SURVEY}))),),
        reward=Reward(points=40),
        span=Span.ROLLING,
        rolling_days=90,
    ),
    ago=110,
    days=220,
    budget=20_000,
)
ALL_ROUND = Quest(
    firm=None,
    name="All-rounder",
    description="Eight different days and five hours of movement in a month.",
    terms=asked(
        criteria=(
            Criterion(Metric.DAYS, 8, Filter(types=MOVING)),
            Criterion(Metric.DURATION, 18_000, Filter(types=MOVING, duration_min_s=600)),
        ),
        reward=Reward(points=40, tier_credit=100),
        audience=Audience(badges=frozenset({"first-steps"})),
        span=Span.MONTH,
    ),
    ago=90,
    days=240,
    budget=80_000,
)
BASKET = Quest(
    firm="casa-verde",
    name="A full basket",
    description="Spend two hundred euros in a month at Casa Verde.",
    terms=asked(
        criteria=(Criterion(Metric.POINTS, 200, Filter(types=frozenset({Type.PURCHASE}))),),
        reward=Reward(points=25),
        audience=Audience(entry=Entry.AUTOMATIC),
        span=Span.MONTH,
    ),
    ago=120,
    days=240,
    budget=60_000,
)
LATE_BASKET = Quest(
    firm="casa-verde",
    name="The quiet hours",
    description="Three purchases in a week, each after seven in the evening.",
    terms=asked(
        criteria=(
            Criterion(
                Metric.COUNT,
                3,
                Filter(types=frozenset({Type.PURCHASE}), from_minute=19 * 60, until_minute=23 * 60),
            ),
        ),
        reward=Reward(points=15),
        span=Span.WEEK,
    ),
    ago=60,
    days=120,
    budget=20_000,
)
METERS = replace(SAVING, firm="luz-viva")
SECRET = Quest(
    firm=None,
    name="Midwinter sparks",
    description="A secret until it is told: ten kilometres by foot in the darkest week.",
    terms=asked(
        criteria=(
            Criterion(Metric.DISTANCE, 10_000, Filter(types=frozenset({Type.RUN, Type.WALK}))),
        ),
        reward=Reward(points=50, badge="midwinter"),
    ),
    ago=-14,
    days=7,
    budget=20_000,
    disclosed_ago=-7,
)

# By programme. The small demo and the large one have the same sport, told by different firms.
QUESTS: Mapping[str, Sequence[Quest]] = {
    "verde": (
        *(FIFTY, IN_ONE_GO, EARLY, TENTH, FIRST_TEN, HELPING, TOGETHER, SAVING, QUARTERS),
        *(ALL_ROUND, SECRET),
    ),
    "meadow": (*(FIFTY, EARLY, TENTH, FIRST_TEN, HELPING, TOGETHER, OPINIONS, ALL_ROUND, SECRET),),
    "harbour": (BASKET, LATE_BASKET, METERS, replace(TENTH, firm=None), SECRET),
}
