"""What a partner's challenges are expected to come to, and came to: for that partner alone."""

from typing import Annotated

import strawberry

from api.challenge_drafts import challenge_of
from api.challenge_reporting import ChallengePreview, ChallengeReport
from api.fields import argument, output
from api.partner.context import PartnerContext, PartnerInfo, scoped
from domain import challenges
from domain.challenges import Challenge
from domain.partners import Scope

Which = Annotated[strawberry.ID, argument("The id of one of your challenges.")]


@output
class ChallengeReportQueries:
    """What partners see of the outcome of their challenges."""

    @scoped(Scope.CHALLENGES_WRITE)
    async def preview_challenge(
        self, info: PartnerInfo, challenge_id: Which
    ) -> ChallengePreview | None:
        """What a challenge of yours will come to, in whatever state it is, told by the past of a
        random sample of those who may take part: in steps of ten members, and not by what fewer
        than ten did. Null when you have none with that id."""
        context = info.context
        challenge = await _found(challenge_id, context)
        if challenge is None:
            return None
        async with context.reading() as tx:
            told = await challenges.preview(challenge, at=context.at, tx=tx)
        return ChallengePreview.of(told, challenge)

    @scoped(Scope.REPORTS_READ)
    async def challenge_report(
        self, info: PartnerInfo, challenge_id: Which
    ) -> ChallengeReport | None:
        """What became of a challenge of yours until now; null when you have none with that
        id."""
        context = info.context
        challenge = await _found(challenge_id, context)
        if challenge is None:
            return None
        async with context.reading() as tx:
            told = await challenges.report(challenge, tx=tx)
        return ChallengeReport.of(told, challenge, zone=context.programme.zone, exact=False)


async def _found(id: str, context: PartnerContext) -> Challenge | None:
    partner = context.partner
    try:
        async with context.reading() as tx:
            return await challenges.get(
                challenge_of(id), programme=partner.programme, partner=partner.id, tx=tx
            )
    except challenges.NoSuchChallenge:
        return None
