"""The mutation by which operators ask members into a challenge."""

from typing import Annotated, TypeAlias

import strawberry

from api import globalids
from api.challenge_drafts import challenge_of
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.challenge_words import REASON
from api.ops.challenges import Challenge
from api.ops.context import OpsContext, OpsInfo
from api.ops.operators import NOBODY
from api.refusals import RequestRefused, result
from domain import challenges
from domain.challenges import Invited
from domain.operators import Permission


@input
class InviteToChallengeInput:
    """Whom to ask into what."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` whose entry is INVITED.")
    member_ids: list[strawberry.ID] = said(
        f"The ids of `Member`s, 1 to {challenges.INVITED_MAX}; those asked before are passed over."
    )
    reason: str = said(REASON)


@output
class InviteToChallengeSuccess:
    """They find it among their challenges, and may join or turn it down."""

    challenge: Challenge = said("The challenge.")
    invited: int = said("How many were asked: without those who had been before.")


InviteToChallengeResult: TypeAlias = Annotated[
    InviteToChallengeSuccess | RequestRefused, result("InviteToChallengeResult")
]


async def _invite(asked: InviteToChallengeInput, act: OpsAct) -> Invited:
    ids = [globalids.uuid_of(one, Kind.MEMBER) or NOBODY for one in asked.member_ids]
    id = challenge_of(asked.challenge_id)
    return await challenges.invite(id, ids, programme=act.programme.id, at=act.at, tx=act.tx)


async def _shaped(one: Invited, context: OpsContext) -> InviteToChallengeSuccess:
    programme = await context.programme()
    async with context.reading() as tx:
        found = await challenges.get(one.challenge, programme=programme.id, tx=tx)
    return InviteToChallengeSuccess(challenge=Challenge.of(found), invited=len(one.members))


INVITE: OpsVerb[Invited, InviteToChallengeResult] = OpsVerb(
    Invited, _invite, _shaped, permission=Permission.CHALLENGES_WRITE
)


@output
class ChallengeInvitationMutations:
    """The mutation about who is asked into challenges."""

    @mutation
    async def invite_to_challenge(
        self, info: OpsInfo, input: Annotated[InviteToChallengeInput, argument("Whom, into what.")]
    ) -> InviteToChallengeResult | None:
        """Ask members into a challenge that is for those who were asked, a partner's too. Needs
        CHALLENGES_WRITE. Refuses BAD_AUDIENCE, NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE,
        NO_SUCH_MEMBER."""
        return await INVITE.perform(info, input)
