"""Mutations of partners that steer rewards: submitted, paused, ended."""

from typing import Annotated

import strawberry

from api.fields import argument, input, mutation, output, said
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerInfo
from api.partner.rewarding import placed
from api.reward_changes import (
    EndRewardResult,
    EndRewardSuccess,
    PauseRewardResult,
    PauseRewardSuccess,
    ResumeRewardResult,
    ResumeRewardSuccess,
    SubmitRewardResult,
    SubmitRewardSuccess,
    shaped,
)
from api.reward_drafts import PATHS
from api.rewards import reward_of
from domain import rewards
from domain.partners import Scope
from domain.rewards import Reward as One

SCOPE = Scope.REWARDS_WRITE


@input
class SubmitRewardInput:
    """Which reward to submit."""

    reward_id: strawberry.ID = said("The id of a `Reward` in DRAFT or REJECTED.")


@input
class PauseRewardInput:
    """Which reward to pause."""

    reward_id: strawberry.ID = said("The id of a `Reward` that is LIVE.")


@input
class ResumeRewardInput:
    """Which reward to go on with."""

    reward_id: strawberry.ID = said("The id of a `Reward` that is PAUSED.")


@input
class EndRewardInput:
    """Which reward to end."""

    reward_id: strawberry.ID = said("The id of a `Reward`.")


async def _submit(asked: SubmitRewardInput, act: PartnerAct) -> One:
    return await rewards.submit(reward_of(asked.reward_id), at=act.at, **placed(act))


async def _pause(asked: PauseRewardInput, act: PartnerAct) -> One:
    return await rewards.pause(reward_of(asked.reward_id), at=act.at, **placed(act))


async def _resume(asked: ResumeRewardInput, act: PartnerAct) -> One:
    return await rewards.resume(reward_of(asked.reward_id), at=act.at, **placed(act))


async def _end(asked: EndRewardInput, act: PartnerAct) -> One:
    return await rewards.end(reward_of(asked.reward_id), at=act.at, **placed(act))


SUBMIT: PartnerVerb[One, SubmitRewardResult] = PartnerVerb(
    One, _submit, shaped(SubmitRewardSuccess), paths=PATHS, scope=SCOPE
)
PAUSE: PartnerVerb[One, PauseRewardResult] = PartnerVerb(
    One, _pause, shaped(PauseRewardSuccess), paths=PATHS, scope=SCOPE
)
RESUME: PartnerVerb[One, ResumeRewardResult] = PartnerVerb(
    One, _resume, shaped(ResumeRewardSuccess), paths=PATHS, scope=SCOPE
)
END: PartnerVerb[One, EndRewardResult] = PartnerVerb(
    One, _end, shaped(EndRewardSuccess), paths=PATHS, scope=SCOPE
)


@output
class RewardSteering:
    """Mutations that steer rewards."""

    @mutation
    async def submit_reward(
        self, info: PartnerInfo, input: Annotated[SubmitRewardInput, argument("Which reward.")]
    ) -> SubmitRewardResult | None:
        """Ask for a decision about a reward. Needs the scope REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_IS_ANOTHERS, REWARD_NOT_IN_STATE, BAD_REWARD_TERMS."""
        return await SUBMIT.perform(info, input)

    @mutation
    async def pause_reward(
        self, info: PartnerInfo, input: Annotated[PauseRewardInput, argument("Which reward.")]
    ) -> PauseRewardResult | None:
        """Let nobody have a reward for now; what is reserved is honoured. Needs the scope
        REWARDS_WRITE. Refuses NO_SUCH_REWARD, REWARD_NOT_IN_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_reward(
        self, info: PartnerInfo, input: Annotated[ResumeRewardInput, argument("Which reward.")]
    ) -> ResumeRewardResult | None:
        """Let members have a reward again. Needs the scope REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_NOT_IN_STATE, REWARD_HALTED."""
        return await RESUME.perform(info, input)

    @mutation
    async def end_reward(
        self, info: PartnerInfo, input: Annotated[EndRewardInput, argument("Which reward.")]
    ) -> EndRewardResult | None:
        """End a reward for good; what is reserved is honoured. Needs the scope REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_HALTED."""
        return await END.perform(info, input)
