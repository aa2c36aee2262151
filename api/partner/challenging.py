"""Mutations of partners about their challenges."""

from typing import Annotated, Any

from api.challenge_drafts import PATHS, challenge_of
from api.fields import argument, mutation, output
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.challenges import (
    SCOPE,
    CancelChallengeInput,
    CancelChallengeResult,
    CancelChallengeSuccess,
    Challenge,
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
    ResumeChallengeInput,
    ResumeChallengeResult,
    ResumeChallengeSuccess,
    SubmitChallengeInput,
    SubmitChallengeResult,
    SubmitChallengeSuccess,
)
from api.partner.context import PartnerContext, PartnerInfo
from domain import challenges
from domain.challenges import Challenge as One


def _place(act: PartnerAct) -> dict[str, Any]:
    """Whose challenges, and where and when."""
    partner = act.partner
    return {"programme": partner.programme, "partner": partner.id, "at": act.at, "tx": act.tx}


async def _create(asked: CreateChallengeInput, act: PartnerAct) -> One:
    return await challenges.create(asked.read(), id=act.id, **_place(act))


async def _edit(asked: EditChallengeInput, act: PartnerAct) -> One:
    return await challenges.edit(challenge_of(asked.challenge_id), asked.read(), **_place(act))


async def _fund(asked: FundChallengeInput, act: PartnerAct) -> One:
    id = challenge_of(asked.challenge_id)
    return await challenges.fund(id, asked.points, id=act.id, **_place(act))


async def _raise(asked: RaiseChallengeBudgetInput, act: PartnerAct) -> One:
    id = challenge_of(asked.challenge_id)
    return await challenges.raise_budget(id, asked.points, id=act.id, **_place(act))


async def _submit(asked: SubmitChallengeInput, act: PartnerAct) -> One:
    return await challenges.submit(challenge_of(asked.challenge_id), **_place(act))


async def _pause(asked: PauseChallengeInput, act: PartnerAct) -> One:
    return await challenges.pause(challenge_of(asked.challenge_id), **_place(act))


async def _resume(asked: ResumeChallengeInput, act: PartnerAct) -> One:
    return await challenges.resume(challenge_of(asked.challenge_id), **_place(act))


async def _end(asked: EndChallengeInput, act: PartnerAct) -> One:
    id = challenge_of(asked.challenge_id)
    return await challenges.end(id, last_day=asked.last_day, **_place(act))


async def _cancel(asked: CancelChallengeInput, act: PartnerAct) -> One:
    return await challenges.cancel(challenge_of(asked.challenge_id), **_place(act))


def _shaped(kind: type[ChallengeChanged]) -> Any:
    async def shape(one: One, context: PartnerContext) -> ChallengeChanged:
        return kind(challenge=Challenge.of(one))

    return shape


def _verb(run: Any, kind: type[ChallengeChanged], *, moves: bool = False) -> Any:
    """A mutation that answers with the challenge."""
    words: dict[str, Any] = {"scope": SCOPE, "moves": moves, "paths": PATHS}
    return PartnerVerb(One, run, _shaped(kind), **words)


CREATE: PartnerVerb[One, CreateChallengeResult] = _verb(_create, CreateChallengeSuccess)
EDIT: PartnerVerb[One, EditChallengeResult] = _verb(_edit, EditChallengeSuccess)
FUND: PartnerVerb[One, FundChallengeResult] = _verb(_fund, FundChallengeSuccess, moves=True)
RAISE: PartnerVerb[One, RaiseChallengeBudgetResult] = _verb(
    _raise, RaiseChallengeBudgetSuccess, moves=True
)
SUBMIT: PartnerVerb[One, SubmitChallengeResult] = _verb(_submit, SubmitChallengeSuccess)
PAUSE: PartnerVerb[One, PauseChallengeResult] = _verb(_pause, PauseChallengeSuccess)
RESUME: PartnerVerb[One, ResumeChallengeResult] = _verb(_resume, ResumeChallengeSuccess)
END: PartnerVerb[One, EndChallengeResult] = _verb(_end, EndChallengeSuccess)
CANCEL: PartnerVerb[One, CancelChallengeResult] = _verb(_cancel, CancelChallengeSuccess, moves=True)


@output
class ChallengeMutations:
    """Mutations of partners about their challenges."""

    @mutation
    async def create_challenge(
        self, info: PartnerInfo, input: Annotated[CreateChallengeInput, argument("What it is.")]
    ) -> CreateChallengeResult | None:
        """Make a draft of a challenge. Needs CHALLENGES_WRITE. Refuses SCOPE_MISSING, KEY_CLOSED,
        BAD_FILTER, BAD_CHALLENGE, BAD_PERIOD, BAD_CRITERIA, BAD_TARGET, BAD_MILESTONES,
        BAD_REWARD, BAD_AUDIENCE, BAD_MODE, BAD_BUDGET, TOO_MANY_CHALLENGES."""
        return await CREATE.perform(info, input)

    @mutation
    async def edit_challenge(
        self, info: PartnerInfo, input: Annotated[EditChallengeInput, argument("What it is now.")]
    ) -> EditChallengeResult | None:
        """Say everything about a draft, or a rejected challenge, anew. Needs CHALLENGES_WRITE.
        Refuses SCOPE_MISSING, KEY_CLOSED, what createChallenge refuses, NO_SUCH_CHALLENGE,
        CHALLENGE_NOT_IN_STATE."""
        return await EDIT.perform(info, input)

    @mutation
    async def fund_challenge(
        self, info: PartnerInfo, input: Annotated[FundChallengeInput, argument("How much.")]
    ) -> FundChallengeResult | None:
        """Put points of your prepaid account into a challenge's escrow. Needs CHALLENGES_WRITE
        and `@idempotent`. Refuses SCOPE_MISSING, KEY_CLOSED, BAD_POINTS, NO_SUCH_CHALLENGE,
        CHALLENGE_NOT_IN_STATE, OVER_BUDGET, INSUFFICIENT_POINTS."""
        return await FUND.perform(info, input)

    @mutation
    async def raise_challenge_budget(
        self,
        info: PartnerInfo,
        input: Annotated[RaiseChallengeBudgetInput, argument("By how much.")],
    ) -> RaiseChallengeBudgetResult | None:
        """Put more into the escrow of an approved challenge; its budget grows by that. Needs
        CHALLENGES_WRITE and `@idempotent`. Refuses SCOPE_MISSING, KEY_CLOSED, BAD_POINTS,
        NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE, BAD_BUDGET, INSUFFICIENT_POINTS."""
        return await RAISE.perform(info, input)

    @mutation
    async def submit_challenge(
        self, info: PartnerInfo, input: Annotated[SubmitChallengeInput, argument("Which one.")]
    ) -> SubmitChallengeResult | None:
        """Ask the programme to approve a challenge whose whole budget is in its escrow. Needs
        CHALLENGES_WRITE. Refuses SCOPE_MISSING, KEY_CLOSED, NO_SUCH_CHALLENGE,
        CHALLENGE_NOT_IN_STATE, BAD_PERIOD, BAD_REWARD, BAD_AUDIENCE, CHALLENGE_NOT_FUNDED."""
        return await SUBMIT.perform(info, input)

    @mutation
    async def pause_challenge(
        self, info: PartnerInfo, input: Annotated[PauseChallengeInput, argument("Which one.")]
    ) -> PauseChallengeResult | None:
        """Let nobody join and pay nothing for now. Needs CHALLENGES_WRITE. Refuses SCOPE_MISSING,
        KEY_CLOSED, NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_challenge(
        self, info: PartnerInfo, input: Annotated[ResumeChallengeInput, argument("Which one.")]
    ) -> ResumeChallengeResult | None:
        """Go on with a paused challenge. Needs CHALLENGES_WRITE. Refuses SCOPE_MISSING,
        KEY_CLOSED, NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE, CHALLENGE_HALTED."""
        return await RESUME.perform(info, input)

    @mutation
    async def end_challenge(
        self, info: PartnerInfo, input: Annotated[EndChallengeInput, argument("Which, and when.")]
    ) -> EndChallengeResult | None:
        """Let a challenge end earlier; everybody has that day to its end. Needs CHALLENGES_WRITE.
        Refuses SCOPE_MISSING, KEY_CLOSED, NO_SUCH_CHALLENGE, CHALLENGE_NOT_IN_STATE,
        CHALLENGE_HALTED, BAD_PERIOD."""
        return await END.perform(info, input)

    @mutation
    async def cancel_challenge(
        self, info: PartnerInfo, input: Annotated[CancelChallengeInput, argument("Which one.")]
    ) -> CancelChallengeResult | None:
        """Give up a challenge that has not begun, and have its points back. Needs
        CHALLENGES_WRITE and `@idempotent`. Refuses SCOPE_MISSING, KEY_CLOSED, NO_SUCH_CHALLENGE,
        CHALLENGE_NOT_IN_STATE."""
        return await CANCEL.perform(info, input)
