"""Mutations by which members come into challenges, go, and turn invitations down."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias

import strawberry

from api.challenge_drafts import challenge_of
from api.challenge_progress import ChallengeParticipation
from api.challenges import Challenge
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import ChallengeNotForYou, RequestRefused, result
from domain import challenges
from domain.challenges import Participation

PATHS = {"challenge": "challenge_id"}


@input
class JoinChallengeInput:
    """Which challenge to take part in."""

    challenge_id: strawberry.ID = said("The id of a `Challenge`.")
    team: str | None = said(
        "Of a challenge between teams: the name of yours, in any case; a new one makes a team.",
        default=None,
    )


@input
class LeaveChallengeInput:
    """Which challenge to leave."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that you take part in.")


@input
class RefuseChallengeInput:
    """Which challenge not to take part in."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that you were asked into.")


@output
class ChallengeEntered:
    """The challenge, and you."""

    challenge: Challenge = said("The challenge.")
    participation: ChallengeParticipation = said("You in it, when the request was carried out.")
    viewer: Member = said("You, as you are now.")


@output
class JoinChallengeSuccess(ChallengeEntered):
    """You take part."""


@output
class LeaveChallengeSuccess(ChallengeEntered):
    """You take part no more; what you were given stays yours while what you did for it counts."""


@output
class RefuseChallengeSuccess(ChallengeEntered):
    """You will not take part."""


JoinChallengeResult: TypeAlias = Annotated[
    JoinChallengeSuccess | ChallengeNotForYou | RequestRefused, result("JoinChallengeResult")
]
LeaveChallengeResult: TypeAlias = Annotated[
    LeaveChallengeSuccess | RequestRefused, result("LeaveChallengeResult")
]
RefuseChallengeResult: TypeAlias = Annotated[
    RefuseChallengeSuccess | RequestRefused, result("RefuseChallengeResult")
]


def entered(kind: type[ChallengeEntered]) -> Callable[[Participation, Context], Awaitable[Any]]:
    """The answer of a mutation about one's own place in a challenge."""

    async def shape(one: Participation, context: Context) -> ChallengeEntered:
        viewer = await viewer_of(context)
        challenge = await context.loading.challenges.load(one.challenge)
        assert challenge is not None, "whoever has a place in a challenge sees it"
        return kind(
            challenge=Challenge.of(challenge),
            participation=ChallengeParticipation.of(one, challenge),
            viewer=viewer,
        )

    return shape


async def _join(asked: JoinChallengeInput, act: Act) -> Participation:
    which = challenge_of(asked.challenge_id)
    return await challenges.join(which, member=act.member, team=asked.team, at=act.at, tx=act.tx)


async def _leave(asked: LeaveChallengeInput, act: Act) -> Participation:
    which = challenge_of(asked.challenge_id)
    return await challenges.leave(which, member=act.member, at=act.at, tx=act.tx)


async def _refuse(asked: RefuseChallengeInput, act: Act) -> Participation:
    which = challenge_of(asked.challenge_id)
    return await challenges.refuse(which, member=act.member, at=act.at, tx=act.tx)


JOIN: Verb[Participation, JoinChallengeResult] = Verb(
    Participation, _join, entered(JoinChallengeSuccess), moves=True, paths=PATHS, on_watch=True
)
LEAVE: Verb[Participation, LeaveChallengeResult] = Verb(
    Participation, _leave, entered(LeaveChallengeSuccess), paths=PATHS, on_watch=True
)
REFUSE: Verb[Participation, RefuseChallengeResult] = Verb(
    Participation, _refuse, entered(RefuseChallengeSuccess), paths=PATHS, on_watch=True
)


@output
class ChallengeMutations:
    """Mutations about taking part in challenges."""

    @mutation
    async def join_challenge(
        self, info: Info, input: Annotated[JoinChallengeInput, argument("Which challenge.")]
    ) -> JoinChallengeResult | None:
        """Take part in a challenge, also after an invitation. Where it counts what was done
        before, it may be complete at once, and be paid. Needs `@idempotent`. Refuses
        NO_SUCH_CHALLENGE, CHALLENGE_CLOSED, ALREADY_JOINED, NOT_ELIGIBLE, BUDGET_EXHAUSTED,
        TEAM_NEEDED, BAD_TEAM, TEAM_FULL."""
        return await JOIN.perform(info, input)

    @mutation
    async def leave_challenge(
        self, info: Info, input: Annotated[LeaveChallengeInput, argument("Which challenge.")]
    ) -> LeaveChallengeResult | None:
        """Take part no more. Whoever joins again goes on where they were. Refuses
        NO_SUCH_CHALLENGE, NOT_JOINED, CHALLENGE_CLOSED."""
        return await LEAVE.perform(info, input)

    @mutation
    async def refuse_challenge(
        self, info: Info, input: Annotated[RefuseChallengeInput, argument("Which challenge.")]
    ) -> RefuseChallengeResult | None:
        """Turn an invitation down. Refuses NO_SUCH_CHALLENGE, NOT_JOINED, CHALLENGE_CLOSED."""
        return await REFUSE.perform(info, input)
