"""Streaks: the programme's, each member with their own standing."""

from datetime import timedelta

from domain import streaks
from domain.metrics import Metric
from domain.operators import Permission
from domain.streaks import Cadence, Draft, Milestone, Terms
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, NEWCOMERS, PROGRAMME, WITH_PARENT, each
from tests.support.client import Door
from tests.support.facts import fact, new

TERMS = {
    **each(
        "StreakTerms",
        "metric minimum counted freezesMax freezeEvery freezePrice lapse lapseSize repairPrice"
        " repairPeriods milestones",
        WITH_PARENT,
    ),
    **each("StreakMilestone", "length points badgeKey badgeLevel again", WITH_PARENT),
}
MEMBER = {
    "Query.streaks": NEWCOMERS,
    **each(
        "Streak",
        "id name description cadence graceHours terms length best since today dueBy freezes"
        " freezeEarnedIn repairOffer calendar",
        PROGRAMME,
    ),
    **each("StreakPeriod", "firstDay mark", WITH_PARENT),
    **each("StreakOffer", "firstDays points length until", WITH_PARENT),
    **each("Mutation", "buyFreeze repairStreak", MEMBERS),
    **TERMS,
}
OPS = {
    "Query.streaks": Permission.STREAKS_READ,
    **each(
        "Streak",
        "id name description cadence graceHours firstDay lastDay versions createdAt",
        WITH_PARENT,
    ),
    **each("StreakVersion", "since terms", WITH_PARENT),
    **each("Mutation", "defineStreak alterStreak retireStreak", Permission.STREAKS_WRITE),
    **TERMS,
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has kept three days, and missed yesterday."""
    ada, at = cast.ada.me, clock.now()

    async def build(tx: Tx) -> None:
        terms = Terms(
            Metric.COUNT,
            1,
            freezes_max=2,
            freeze_price=5,
            repair_price=5,
            repair_periods=3,
            milestones=(Milestone(2, points=1),),
        )
        day = timedelta(days=1)
        draft = Draft(
            name="Daily",
            cadence=Cadence.DAILY,
            first_day=at.date() - 9 * day,
            terms=terms,
        )
        id = ids.new(at)
        await streaks.define(draft, programme=ada.programme, id=id, at=at - 9 * day, tx=tx)
        for ago in (4, 3, 2):
            told = new(fact(ada, day=at.date() - ago * day), at=at - ago * day)
            await streaks.count([told], programme=ada.programme, tx=tx)

    await door.given(build)
