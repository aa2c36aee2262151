"""Mutations of operators about challenges: make and fund them, decide about them, run them."""

from typing import Annotated, Any

from api.challenge_drafts import PATHS, challenge_id, challenge_of
from api.fields import argument, mutation, output
from api.ops.acting import OpsAct, OpsVerb
from api.ops.challenge_words import (
    ApproveChallengeInput,
    ApproveChallengeResult,
    ApproveChallengeSuccess,
    CancelChallengeInput,
    CancelChallengeResult,
    CancelChallengeSuccess,
    ChallengeChanged,
    CreateChallengeInput,
    CreateChallengeResult,
    CreateChallengeSuccess,
    EditChallengeInput,
    EditChallengeResult,
    EditChallengeSuccess,
    EndChallengeInput,
    EndChallengeResult,
    EndChallengeSuccess,
    FundChallengeInput,
    FundChallengeResult,
    FundChallengeSuccess,
    PauseChallengeInput,
    PauseChallengeResult,
    PauseChallengeSuccess,
    RaiseChallengeBudgetInput,
    RaiseChallengeBudgetResult,
    RaiseChallengeBudgetSuccess,
    RejectChallengeInput,
    RejectChallengeResult,
    RejectChallengeSuccess,
    ResumeChallengeInput,
    ResumeChallengeResult,
    ResumeChallengeSuccess,
    RewordChallengeInput,
    RewordChallengeResult,
    RewordChallengeSuccess,
    SubmitChallengeInput,
    SubmitChallengeResult,
    SubmitChallengeSuccess,
)
from api.ops.challenges import Challenge
from api.ops.context import OpsContext, OpsInfo
from domain import challenges
from domain.challenges import Challenge as One
from domain.operators import Permission

WRITE, DECIDE = Permission.CHALLENGES_WRITE, Permission.CHALLENGES_APPROVE


def _place(act: OpsAct) -> dict[str, Any]:
    """In which programme, and when."""
    return {"programme": act.programme.id, "at": act.at, "tx": act.tx}


async def _create(asked: CreateChallengeInput, act: OpsAct) -> One:
    return await challenges.create(asked.read(), operator=act.operator.id, id=act.id, **_place(act))


async def _edit(asked: EditChallengeInput, act: OpsAct) -> One:
    return await challenges.edit(challenge_of(asked.challenge_id), asked.read(), **_place(act))


async def _reword(asked: RewordChallengeInput, act: OpsAct) -> One:
    id, name = challenge_of(asked.challenge_id), asked.name
    return await challenges.reword(id, name=name, description=asked.description, **_place(act))


async def _fund(asked: FundChallengeInput, act: OpsAct) -> One:
    id = challenge_of(asked.challenge_id)
    return await challenges.fund(id, asked.points, id=act.id, **_place(act))


async def _raise(asked: RaiseChallengeBudgetInput, act: OpsAct) -> One:
    id = challenge_of(asked.challenge_id)
    return await challenges.raise_budget(id, asked.points, id=act.id, **_place(act))


async def _submit(asked: SubmitChallengeInput, act: OpsAct) -> One:
    return await challenges.submit(challenge_of(asked.challenge_id), **_place(act))


async def _approve(asked: ApproveChallengeInput, act: OpsAct) -> One:
    return await challenges.approve(challenge_of(asked.challenge_id), **_place(act))


async def _reject(asked: RejectChallengeInput, act: OpsAct) -> One:
    id = challenge_of(asked.challenge_id)
    return await challenges.reject(id, reason=act.reason, **_place(act))


async def _pause(asked: PauseChallengeInput, act: OpsAct) -> One:
    return await challenges.pause(challenge_of(asked.challenge_id), **_place(act))


async def _resume(asked: ResumeChallengeInput, act: OpsAct) -> One:
    return await challenges.resume(challenge_of(asked.challenge_id), **_place(act))


async def _end(asked: EndChallengeInput, act: OpsAct) -> One:
    id = challenge_of(asked.challenge_id)
    return await challenges.end(id, last_day=asked.last_day, **_place(act))


async def _cancel(asked: CancelChallengeInput, act: OpsAct) -> One:
    return await challenges.cancel(challenge_of(asked.challenge_id), **_place(act))


def _shaped(kind: type[ChallengeChanged]) -> Any:
    async def shape(one: One, context: OpsContext) -> ChallengeChanged:
        return kind(challenge=Challenge.of(one))

    return shape


def _verb(run: Any, kind: type[ChallengeChanged], **words: Any) -> Any:
    """A mutation that answers with the challenge."""
    said = {"permission": WRITE, "paths": PATHS, **words}
    return OpsVerb(One, run, _shaped(kind), **said)


CREATE: OpsVerb[One, CreateChallengeResult] = _verb(
    _create, CreateChallengeSuccess, made=lambda one: challenge_id(one.id)
)
EDIT: OpsVerb[One, EditChallengeResult] = _verb(_edit, EditChallengeSuccess)
REWORD: OpsVerb[One, RewordChallengeResult] = _verb(_reword, RewordChallengeSuccess)
FUND: OpsVerb[One, FundChallengeResult] = _verb(_fund, FundChallengeSuccess, moves=True)
RAISE: OpsVerb[One, RaiseChallengeBudgetResult] = _verb(
    _raise, RaiseChallengeBudgetSuccess, moves=True
)
SUBMIT: OpsVerb[One, SubmitChallengeResult] = _verb(_submit, SubmitChallengeSuccess)
APPROVE: OpsVerb[One, ApproveChallengeResult] = _verb(
    _approve, ApproveChallengeSuccess, permission=DECIDE
)
REJECT: OpsVerb[One, RejectChallengeResult] = _verb(
    _reject, RejectChallengeSuccess, permission=DECIDE
)
PAUSE: OpsVerb[One, PauseChallengeResult] = _verb(_pause, PauseChallengeSuccess)
RESUME: OpsVerb[One, ResumeChallengeResult] = _verb(_resume, ResumeChallengeSuccess)
END: OpsVerb[One, EndChallengeResult] = _verb(_end, EndChallengeSuccess)
CANCEL: OpsVerb[One, CancelChallengeResult] = _verb(_cancel, CancelChallengeSuccess, moves=True)


@output
class ChallengeMutations:
    """Mutations of operators about challenges."""

    @mutation
    async def create_challenge(
        self, info: OpsInfo, input: Annotated[CreateChallengeInput, argument("Which, and what.")]
    ) -> CreateChallengeResult | None:
        """Make a draft of a challenge of the programme. Needs CHALLENGES_WRITE. Refuses BAD_FILTER,
        BAD_CHALLENGE, BAD_PERIOD, BAD_CRITERIA, BAD_TARGET, BAD_MILESTONES, BAD_REWARD,
        BAD_AUDIENCE, BAD_MODE, BAD_BUDGET."""
        return await CREATE.perform(info, input)

    @mutation
    async def edit_challenge(
        self, info: OpsInfo, input: Annotated[EditChallengeInput, argument("Which, and what.")]
    ) -> EditChallengeResult | None:
        """Say everything about a draft of the programme anew. Needs CHALLENGES_WRITE. Refuses what
        createChallenge refuses, NO_SUCH_CHALLENGE, CHALLENGE_IS_PARTNERS,
        CHALLENGE_NOT_IN_STATE."""
        return await EDIT.perform(info, input)

    @mutation
    async def reword_challenge(
        self, info: OpsInfo, input: Annotated[RewordChallengeInput, argument("Which, and what.")]
    ) -> RewordChallengeResult | None:
        """Call a challenge something else, also while members are at it. Needs CHALLENGES_WRITE.
        Refuses BAD_CHALLENGE, NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE."""
        return await REWORD.perform(info, input)

    @mutation
    async def fund_challenge(
        self, info: OpsInfo, input: Annotated[FundChallengeInput, argument("Which, and what.")]
    ) -> FundChallengeResult | None:
        """Put new points into the escrow of a challenge of the programme. Needs CHALLENGES_WRITE
        and `@idempotent`. Refuses BAD_POINTS, NO_SUCH_CHALLENGE, CHALLENGE_IS_PARTNERS,
        CHALLENGE_NOT_IN_STATE, OVER_BUDGET."""
        return await FUND.perform(info, input)

    @mutation
    async def raise_challenge_budget(
        self,
        info: OpsInfo,
        input: Annotated[RaiseChallengeBudgetInput, argument("Which, and what.")],
    ) -> RaiseChallengeBudgetResult | None:
        """Put more new points into the escrow of an approved challenge of the programme. Needs
        CHALLENGES_WRITE and `@idempotent`. Refuses BAD_POINTS, NO_SUCH_CHALLENGE,
        CHALLENGE_IS_PARTNERS, CHALLENGE_NOT_IN_STATE, BAD_BUDGET."""
        return await RAISE.perform(info, input)

    @mutation
    async def submit_challenge(
        self, info: OpsInfo, input: Annotated[SubmitChallengeInput, argument("Which, and what.")]
    ) -> SubmitChallengeResult | None:
        """Ask for a decision about a funded challenge of the programme. Needs CHALLENGES_WRITE.
        Refuses NO_SUCH_CHALLENGE, CHALLENGE_IS_PARTNERS, CHALLENGE_NOT_IN_STATE, BAD_PERIOD,
        BAD_REWARD, BAD_AUDIENCE, CHALLENGE_NOT_FUNDED."""
        return await SUBMIT.perform(info, input)

    @mutation
    async def approve_challenge(
        self, info: OpsInfo, input: Annotated[ApproveChallengeInput, argument("Which, and what.")]
    ) -> ApproveChallengeResult | None:
        """Let a submitted challenge begin on its first day, or now. Needs CHALLENGES_APPROVE.
        Refuses NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE, BAD_PERIOD."""
        return await APPROVE.perform(info, input)

    @mutation
    async def reject_challenge(
        self, info: OpsInfo, input: Annotated[RejectChallengeInput, argument("Which, and what.")]
    ) -> RejectChallengeResult | None:
        """Send a submitted challenge back. Needs CHALLENGES_APPROVE. Refuses NO_SUCH_CHALLENGE,
        CHALLENGE_NOT_IN_STATE."""
        return await REJECT.perform(info, input)

    @mutation
    async def pause_challenge(
        self, info: OpsInfo, input: Annotated[PauseChallengeInput, argument("Which, and what.")]
    ) -> PauseChallengeResult | None:
        """Let nobody join and pay nothing until an operator resumes it. Needs CHALLENGES_WRITE.
        Refuses NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_challenge(
        self, info: OpsInfo, input: Annotated[ResumeChallengeInput, argument("Which, and what.")]
    ) -> ResumeChallengeResult | None:
        """Go on with a paused challenge. Needs CHALLENGES_WRITE. Refuses NO_SUCH_CHALLENGE,
        CHALLENGE_NOT_IN_STATE."""
        return await RESUME.perform(info, input)

    @mutation
    async def end_challenge(
        self, info: OpsInfo, input: Annotated[EndChallengeInput, argument("Which, and what.")]
    ) -> EndChallengeResult | None:
        """Let a challenge end earlier; everybody has that day to its end. Needs CHALLENGES_WRITE.
        Refuses NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE, BAD_PERIOD."""
        return await END.perform(info, input)

    @mutation
    async def cancel_challenge(
        self, info: OpsInfo, input: Annotated[CancelChallengeInput, argument("Which, and what.")]
    ) -> CancelChallengeResult | None:
        """Give up a challenge that has not begun; its points go back. Needs CHALLENGES_WRITE and
        `@idempotent`. Refuses NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE."""
        return await CANCEL.perform(info, input)
