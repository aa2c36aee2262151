"""Challenges, as the partner who makes and pays for them sees them, and what it says of them."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api.challenge_drafts import ChallengeDraftInput, challenge_id, challenge_of
from api.challenging import ChallengeState, ChallengeTerms, of_both
from api.cursors import bad_cursor
from api.fields import argument, input, output, said
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.partner.context import PartnerInfo, scoped
from api.refusals import InsufficientPoints, RequestRefused, result
from api.scalars import Day, Moment, Points
from domain import challenges
from domain.partners import Scope

SCOPE = Scope.CHALLENGES_WRITE


@output
class Challenge(Node):
    """A challenge of yours."""

    name: str = said("What it is called.")
    description: str = said("More about it.")
    state: ChallengeState = said("Where it is.")
    terms: ChallengeTerms = said("Its rules.")
    version: int = said("Counts the changes of its rules.")
    budget: Points = said("Most points that it may ever pay.")
    funded: Points = said("What has come into its escrow.")
    spent: Points = said("What it has paid, less what came back from completions undone.")
    returned: Points = said("What has gone back to your prepaid account.")
    left: Points = said("What it can still pay.")
    exhausted_at: Moment | None = said(
        "Since when what is left pays no completion; raise the budget to go on. Null: it does."
    )
    disclosed_at: Moment | None = said("Until then no member sees it; null: it is no secret.")
    reason: str | None = said("Why it was rejected; null: it was not.")
    halted: bool = said("Whether an operator has paused it: only an operator resumes it.")
    created_at: Moment = said("When it was made.")
    live_at: Moment | None = said("When it began; null: it has not.")
    ended_at: Moment | None = said("When it ended; null: it has not.")
    cutoff_at: Moment = said("Until when activities that come late still count.")
    settled_at: Moment | None = said("When all was paid and the rest given back; null: not yet.")
    record: strawberry.Private[challenges.Challenge]

    @classmethod
    def of(cls, one: challenges.Challenge) -> "Challenge":
        """A challenge, as its partner sees it."""
        return cls(
            id=challenge_id(one.id),
            **of_both(one),
            record=one,
        )


@output
class ChallengeQueries:
    """What partners see of their challenges."""

    @scoped(SCOPE)
    async def challenges(
        self, info: PartnerInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Challenge] | None:
        """Your challenges, newest first."""
        context = info.context
        partner = context.partner
        page = Page[challenges.Challenge]("challenges", partner, context, first=first, after=after)
        position = page.position
        if position is not None and len(position) != 16:
            raise bad_cursor()
        async with context.reading() as tx:
            found = await challenges.of_partner(
                partner.id,
                programme=partner.programme,
                before=None if position is None else UUID(bytes=position),
                limit=page.limit,
                tx=tx,
            )
        return page.shaped(found, node=Challenge.of, place=lambda one: one.id.bytes)

    @scoped(SCOPE)
    async def challenge(
        self,
        info: PartnerInfo,
        id: Annotated[strawberry.ID, argument("The id of a `Challenge`.")],
    ) -> Challenge | None:
        """One challenge of yours; null when you have none with that id."""
        partner = info.context.partner
        try:
            async with info.context.reading() as tx:
                found = await challenges.get(
                    challenge_of(id), programme=partner.programme, partner=partner.id, tx=tx
                )
        except challenges.NoSuchChallenge:
            return None
        return Challenge.of(found)


@input
class CreateChallengeInput(ChallengeDraftInput):
    """All that is said about a new challenge."""


@input
class EditChallengeInput(ChallengeDraftInput):
    """All that is said about a challenge, anew."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` in DRAFT or REJECTED.")


@input
class FundChallengeInput:
    """Which challenge, and how much for it."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` in DRAFT or REJECTED.")
    points: Points = said("How many points, up to what its budget still needs.")


@input
class RaiseChallengeBudgetInput:
    """Which challenge, and by how much its budget grows."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` in APPROVED, LIVE or PAUSED.")
    points: Points = said("How many points more.")


@input
class SubmitChallengeInput:
    """Which challenge to submit."""

    challenge_id: strawberry.ID = said("The id of a funded `Challenge` in DRAFT or REJECTED.")


@input
class PauseChallengeInput:
    """Which challenge to pause."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that is LIVE.")


@input
class ResumeChallengeInput:
    """Which challenge to go on with."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that is PAUSED.")


@input
class EndChallengeInput:
    """Which challenge to end, and when."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that is LIVE or PAUSED.")
    last_day: Day | None = said("Its new last day; null: today, in UTC.", default=None)


@input
class CancelChallengeInput:
    """Which challenge to give up."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that has not begun.")


@output
class ChallengeChanged:
    """The challenge, as it is now."""

    challenge: Challenge = said("The challenge, as it is now.")


@output
class CreateChallengeSuccess(ChallengeChanged):
    """It is a draft; nobody else sees it."""


@output
class EditChallengeSuccess(ChallengeChanged):
    """It is as you said."""


@output
class FundChallengeSuccess(ChallengeChanged):
    """The points are in its escrow."""


@output
class RaiseChallengeBudgetSuccess(ChallengeChanged):
    """The points are in its escrow, and it takes completions."""


@output
class SubmitChallengeSuccess(ChallengeChanged):
    """The programme will look at it."""


@output
class PauseChallengeSuccess(ChallengeChanged):
    """Nobody joins and nothing is paid for now."""


@output
class ResumeChallengeSuccess(ChallengeChanged):
    """It goes on, and what was completed meanwhile is paid."""


@output
class EndChallengeSuccess(ChallengeChanged):
    """It ends when that day has ended everywhere."""


@output
class CancelChallengeSuccess(ChallengeChanged):
    """It is no more, and its points are in your prepaid account."""


CreateChallengeResult: TypeAlias = Annotated[
    CreateChallengeSuccess | RequestRefused, result("CreateChallengeResult")
]
EditChallengeResult: TypeAlias = Annotated[
    EditChallengeSuccess | RequestRefused, result("EditChallengeResult")
]
FundChallengeResult: TypeAlias = Annotated[
    FundChallengeSuccess | InsufficientPoints | RequestRefused, result("FundChallengeResult")
]
RaiseChallengeBudgetResult: TypeAlias = Annotated[
    RaiseChallengeBudgetSuccess | InsufficientPoints | RequestRefused,
    result("RaiseChallengeBudgetResult"),
]
SubmitChallengeResult: TypeAlias = Annotated[
    SubmitChallengeSuccess | RequestRefused, result("SubmitChallengeResult")
]
PauseChallengeResult: TypeAlias = Annotated[
    PauseChallengeSuccess | RequestRefused, result("PauseChallengeResult")
]
ResumeChallengeResult: TypeAlias = Annotated[
    ResumeChallengeSuccess | RequestRefused, result("ResumeChallengeResult")
]
EndChallengeResult: TypeAlias = Annotated[
    EndChallengeSuccess | RequestRefused, result("EndChallengeResult")
]
CancelChallengeResult: TypeAlias = Annotated[
    CancelChallengeSuccess | RequestRefused, result("CancelChallengeResult")
]
