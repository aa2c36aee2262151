"""What challenges are expected to come to, and came to, as operators see it."""

from typing import Annotated

import strawberry

from api.challenge_drafts import challenge_of
from api.challenge_reporting import ChallengePreview, ChallengeReport
from api.fields import argument, output
from api.ops.context import OpsContext, OpsInfo, permitted
from domain import challenges
from domain.challenges import Challenge
from domain.operators import Permission

Which = Annotated[strawberry.ID, argument("The id of a `Challenge`.")]


@output
class ChallengeReportQueries:
    """What operators see of the outcome of challenges."""

    @permitted(Permission.CHALLENGES_READ)
    async def preview_challenge(
        self, info: OpsInfo, challenge_id: Which
    ) -> ChallengePreview | None:
        """What a challenge will come to, in whatever state it is, told by the past of a random
        sample of those who may take part; null when there is none with that id."""
        context = info.context
        challenge = await _found(challenge_id, context)
        if challenge is None:
            return None
        async with context.reading() as tx:
            told = await challenges.preview(challenge, k=1, at=context.at, tx=tx)
        return ChallengePreview.of(told, challenge)

    @permitted(Permission.CHALLENGES_READ)
    async def challenge_report(self, info: OpsInfo, challenge_id: Which) -> ChallengeReport | None:
        """What became of a challenge until now; null when there is none with that id."""
        context = info.context
        challenge = await _found(challenge_id, context)
        if challenge is None:
            return None
        async with context.reading() as tx:
            told = await challenges.report(challenge, tx=tx)
        zone = (await context.programme()).zone
        return ChallengeReport.of(told, challenge, zone=zone, exact=True)


async def _found(id: str, context: OpsContext) -> Challenge | None:
    asker = await context.allowed(Permission.CHALLENGES_READ)
    try:
        async with context.reading() as tx:
            found = await challenges.get(challenge_of(id), programme=asker.programme, tx=tx)
    except challenges.NoSuchChallenge:
        return None
    # What members make among themselves is nobody else's.
    return None if found.owner is challenges.Owner.MEMBER else found
