"""Taking part in challenges, and what partners and operators are told of it."""

from datetime import timedelta

from domain import challenges
from domain.challenges import Criterion, Draft, Reward, Terms
from domain.metrics import Metric
from domain.operators import Permission
from domain.partners import Scope
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.challenge_making import RULES
from tests.api.authorisation.who import MEMBERS, NEWCOMERS, PROGRAMME, WITH_PARENT, each
from tests.support.client import Door

MEMBER = {
    **each("Query", "challenges myChallenges", NEWCOMERS),
    **each(
        "Challenge",
        "id name description state terms cutoffAt exhaustedAt offeredBy lacking participation"
        " teams",
        PROGRAMME,
    ),
    **RULES,
    **each("ChallengeTeam", "place name members reached yours", WITH_PARENT),
    **each(
        "ChallengeParticipation",
        "state round firstDay lastDay percent progress milestones joinedAt completedAt place"
        " contributions rewards",
        WITH_PARENT,
    ),
    **each("CriterionProgress", "metric target reached own text", WITH_PARENT),
    **each("ChallengePlace", "place of", WITH_PARENT),
    **each(
        "ChallengeContribution",
        "activityId round day endedAt added counts changedAt activity",
        WITH_PARENT,
    ),
    **each(
        "ChallengeRewarded",
        "percent round state reward pointsReturned at undoneAt reason activityId",
        WITH_PARENT,
    ),
    **each("Mutation", "joinChallenge leaveChallenge refuseChallenge", MEMBERS),
}
TOLD = {
    **each("ChallengeEstimate", "expected low high exact", WITH_PARENT),
    **each(
        "ChallengePreview",
        "rules eligible joins completions cost budget budgetIsEnough firstDay lastDay sampled"
        " earlierChallenges assumed",
        WITH_PARENT,
    ),
    **each(
        "ChallengeReport",
        "challengeId offered joined active completed left completions pointsPaid pointsReturned"
        " cost costPerCompletion unpaid breakdown burnDown",
        WITH_PARENT,
    ),
    **each("ChallengeGroup", "name joined completed points", WITH_PARENT),
    **each("ChallengeBurnDown", "days exhaustion", WITH_PARENT),
    **each("ChallengeDay", "day funded paid returned left", WITH_PARENT),
    **each("ChallengeExhaustion", "expectedOn earliestOn latestOn", WITH_PARENT),
}
PARTNER = {
    "Query.previewChallenge": Scope.CHALLENGES_WRITE,
    "Query.challengeReport": Scope.REPORTS_READ,
    **TOLD,
}
OPS = {
    "Query.previewChallenge": Permission.CHALLENGES_READ,
    "Query.challengeReport": Permission.CHALLENGES_READ,
    **TOLD,
}


async def scene(door: Door, cast: Cast) -> None:
    """The programme has a challenge, and Ada takes part in it."""
    ada, at = cast.ada.me, clock.now()

    async def build(tx: Tx) -> None:
        terms = Terms(
            criteria=(Criterion(Metric.DISTANCE, 5_000),),
            reward=Reward(tier_credit=1),
            first_day=at.date(),
            last_day=at.date() + timedelta(days=9),
        )
        made = await challenges.create(
            Draft(name="Five", terms=terms),
            programme=ada.programme,
            operator=ids.new(at),
            id=ids.new(at),
            at=at,
            tx=tx,
        )
        await challenges.submit(made.id, programme=ada.programme, at=at, tx=tx)
        await challenges.approve(made.id, programme=ada.programme, at=at, tx=tx)
        await challenges.join(made.id, member=ada, at=at, tx=tx)

    await door.given(build)
