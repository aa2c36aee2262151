"""What operators say when they make, decide and run challenges, and what comes of it."""

from typing import Annotated, TypeAlias

import strawberry

from api.challenge_drafts import ChallengeDraftInput
from api.fields import input, output, said
from api.ops.challenges import Challenge
from api.refusals import RequestRefused, result
from api.scalars import Day, Points

REASON = "Why, for the audit log: 1 to 300 characters, no names."


@input
class CreateChallengeInput(ChallengeDraftInput):
    """All that is said about a new challenge of the programme."""

    reason: str = said(REASON)


@input
class EditChallengeInput(ChallengeDraftInput):
    """All that is said about a challenge of the programme, anew."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` in DRAFT or REJECTED.")
    reason: str = said(REASON)


@input
class RewordChallengeInput:
    """What a challenge is called from now on."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that is not over.")
    name: str = said("What it is called, 1 to 80 characters.")
    description: str = said("More about it, 2,000 characters at most.")
    reason: str = said(REASON)


@input
class FundChallengeInput:
    """Which challenge of the programme, and how much for it."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` in DRAFT or REJECTED.")
    points: Points = said("How many new points, up to what its budget still needs.")
    reason: str = said(REASON)


@input
class RaiseChallengeBudgetInput:
    """Which challenge of the programme, and by how much its budget grows."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` in APPROVED, LIVE or PAUSED.")
    points: Points = said("How many new points.")
    reason: str = said(REASON)


@input
class SubmitChallengeInput:
    """Which challenge to submit."""

    challenge_id: strawberry.ID = said("The id of a funded `Challenge` in DRAFT or REJECTED.")
    reason: str = said(REASON)


@input
class ApproveChallengeInput:
    """Which challenge to approve."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` in SUBMITTED.")
    reason: str = said(REASON)


@input
class RejectChallengeInput:
    """Which challenge to send back; whoever made it reads the reason."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` in SUBMITTED.")
    reason: str = said(REASON)


@input
class PauseChallengeInput:
    """Which challenge to halt."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that is LIVE or PAUSED.")
    reason: str = said(REASON)


@input
class ResumeChallengeInput:
    """Which challenge to go on with."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that is PAUSED.")
    reason: str = said(REASON)


@input
class EndChallengeInput:
    """Which challenge to end, and when."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that is LIVE or PAUSED.")
    last_day: Day | None = said("Its new last day; null: today, in UTC.", default=None)
    reason: str = said(REASON)


@input
class CancelChallengeInput:
    """Which challenge to give up."""

    challenge_id: strawberry.ID = said("The id of a `Challenge` that has not begun.")
    reason: str = said(REASON)


@output
class ChallengeChanged:
    """The challenge, as it is now."""

    challenge: Challenge = said("The challenge, as it is now.")


@output
class CreateChallengeSuccess(ChallengeChanged):
    """It is a draft; members do not see it."""


@output
class EditChallengeSuccess(ChallengeChanged):
    """It is as you said."""


@output
class RewordChallengeSuccess(ChallengeChanged):
    """It is called so."""


@output
class FundChallengeSuccess(ChallengeChanged):
    """The points are in its escrow."""


@output
class RaiseChallengeBudgetSuccess(ChallengeChanged):
    """The points are in its escrow, and it takes completions."""


@output
class SubmitChallengeSuccess(ChallengeChanged):
    """It waits for a decision."""


@output
class ApproveChallengeSuccess(ChallengeChanged):
    """It begins by itself on its first day."""


@output
class RejectChallengeSuccess(ChallengeChanged):
    """It may be changed and submitted again."""


@output
class PauseChallengeSuccess(ChallengeChanged):
    """Nobody joins and nothing is paid until an operator resumes it."""


@output
class ResumeChallengeSuccess(ChallengeChanged):
    """It goes on, and what was completed meanwhile is paid."""


@output
class EndChallengeSuccess(ChallengeChanged):
    """It ends when that day has ended everywhere."""


@output
class CancelChallengeSuccess(ChallengeChanged):
    """It is no more, and its points have gone back to who paid them."""


CreateChallengeResult: TypeAlias = Annotated[
    CreateChallengeSuccess | RequestRefused, result("CreateChallengeResult")
]
EditChallengeResult: TypeAlias = Annotated[
    EditChallengeSuccess | RequestRefused, result("EditChallengeResult")
]
RewordChallengeResult: TypeAlias = Annotated[
    RewordChallengeSuccess | RequestRefused, result("RewordChallengeResult")
]
FundChallengeResult: TypeAlias = Annotated[
    FundChallengeSuccess | RequestRefused, result("FundChallengeResult")
]
RaiseChallengeBudgetResult: TypeAlias = Annotated[
    RaiseChallengeBudgetSuccess | RequestRefused, result("RaiseChallengeBudgetResult")
]
SubmitChallengeResult: TypeAlias = Annotated[
    SubmitChallengeSuccess | RequestRefused, result("SubmitChallengeResult")
]
ApproveChallengeResult: TypeAlias = Annotated[
    ApproveChallengeSuccess | RequestRefused, result("ApproveChallengeResult")
]
RejectChallengeResult: TypeAlias = Annotated[
    RejectChallengeSuccess | RequestRefused, result("RejectChallengeResult")
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
