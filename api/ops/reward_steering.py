"""Mutations of operators that steer rewards: submitted, paused, ended."""

from typing import Annotated, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsInfo
from api.ops.rewarding import placed
from api.refusals import RequestRefused, result
from api.reward_changes import (
    EndRewardResult,
    EndRewardSuccess,
    PauseRewardResult,
    PauseRewardSuccess,
    ResumeRewardResult,
    ResumeRewardSuccess,
    RewardChanged,
    SubmitRewardResult,
    SubmitRewardSuccess,
    shaped,
)
from api.reward_drafts import PATHS
from api.rewards import reward_of
from domain import rewards
from domain.operators import Permission
from domain.rewards import Reward as One

WRITE = Permission.REWARDS_WRITE


@input
class SubmitRewardInput:
    """Which reward to submit."""

    reward_id: strawberry.ID = said("The id of a `Reward` in DRAFT or REJECTED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class PauseRewardInput:
    """Which reward to pause."""

    reward_id: strawberry.ID = said("The id of a `Reward` that is LIVE.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ResumeRewardInput:
    """Which reward to go on with."""

    reward_id: strawberry.ID = said("The id of a `Reward` that is PAUSED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class EndRewardInput:
    """Which reward to end."""

    reward_id: strawberry.ID = said("The id of a `Reward`.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class ApproveRewardInput:
    """Which reward to approve."""

    reward_id: strawberry.ID = said("The id of a `Reward` that is SUBMITTED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class RejectRewardInput:
    """Which reward to send back."""

    reward_id: strawberry.ID = said("The id of a `Reward` that is SUBMITTED.")
    why: str = said("What who made it is told: 1 to 300 characters.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class ApproveRewardSuccess(RewardChanged):
    """Members may have it, within its times."""


@output
class RejectRewardSuccess(RewardChanged):
    """It may be changed and submitted again."""


ApproveRewardResult: TypeAlias = Annotated[
    ApproveRewardSuccess | RequestRefused, result("ApproveRewardResult")
]
RejectRewardResult: TypeAlias = Annotated[
    RejectRewardSuccess | RequestRefused, result("RejectRewardResult")
]


async def _submit(asked: SubmitRewardInput, act: OpsAct) -> One:
    return await rewards.submit(reward_of(asked.reward_id), at=act.at, **placed(act))


async def _pause(asked: PauseRewardInput, act: OpsAct) -> One:
    return await rewards.pause(reward_of(asked.reward_id), at=act.at, **placed(act))


async def _resume(asked: ResumeRewardInput, act: OpsAct) -> One:
    return await rewards.resume(reward_of(asked.reward_id), at=act.at, **placed(act))


async def _end(asked: EndRewardInput, act: OpsAct) -> One:
    return await rewards.end(reward_of(asked.reward_id), at=act.at, **placed(act))


async def _approve(asked: ApproveRewardInput, act: OpsAct) -> One:
    return await rewards.approve(reward_of(asked.reward_id), at=act.at, **placed(act))


async def _reject(asked: RejectRewardInput, act: OpsAct) -> One:
    return await rewards.reject(
        reward_of(asked.reward_id), reason=asked.why, at=act.at, **placed(act)
    )


SUBMIT: OpsVerb[One, SubmitRewardResult] = OpsVerb(
    One, _submit, shaped(SubmitRewardSuccess), paths=PATHS, permission=WRITE
)
PAUSE: OpsVerb[One, PauseRewardResult] = OpsVerb(
    One, _pause, shaped(PauseRewardSuccess), paths=PATHS, permission=WRITE
)
RESUME: OpsVerb[One, ResumeRewardResult] = OpsVerb(
    One, _resume, shaped(ResumeRewardSuccess), paths=PATHS, permission=WRITE
)
END: OpsVerb[One, EndRewardResult] = OpsVerb(
    One, _end, shaped(EndRewardSuccess), paths=PATHS, permission=WRITE
)
APPROVE: OpsVerb[One, ApproveRewardResult] = OpsVerb(
    One, _approve, shaped(ApproveRewardSuccess), paths=PATHS, permission=WRITE
)
REJECT: OpsVerb[One, RejectRewardResult] = OpsVerb(
    One, _reject, shaped(RejectRewardSuccess), paths=PATHS, permission=WRITE
)


@output
class RewardSteering:
    """Mutations that steer rewards."""

    @mutation
    async def submit_reward(
        self, info: OpsInfo, input: Annotated[SubmitRewardInput, argument("Which reward.")]
    ) -> SubmitRewardResult | None:
        """Ask for a decision about a reward. Needs REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_IS_ANOTHERS, REWARD_NOT_IN_STATE, BAD_REWARD_TERMS."""
        return await SUBMIT.perform(info, input)

    @mutation
    async def pause_reward(
        self, info: OpsInfo, input: Annotated[PauseRewardInput, argument("Which reward.")]
    ) -> PauseRewardResult | None:
        """Let nobody have a reward for now; what is reserved is honoured. Needs REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_NOT_IN_STATE."""
        return await PAUSE.perform(info, input)

    @mutation
    async def resume_reward(
        self, info: OpsInfo, input: Annotated[ResumeRewardInput, argument("Which reward.")]
    ) -> ResumeRewardResult | None:
        """Let members have a reward again. Needs REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_NOT_IN_STATE."""
        return await RESUME.perform(info, input)

    @mutation
    async def end_reward(
        self, info: OpsInfo, input: Annotated[EndRewardInput, argument("Which reward.")]
    ) -> EndRewardResult | None:
        """End a reward for good; what is reserved is honoured. Needs REWARDS_WRITE.
        Refuses NO_SUCH_REWARD."""
        return await END.perform(info, input)

    @mutation
    async def approve_reward(
        self, info: OpsInfo, input: Annotated[ApproveRewardInput, argument("Which reward.")]
    ) -> ApproveRewardResult | None:
        """Let members have a reward. Needs REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_NOT_IN_STATE, BAD_REWARD_TERMS."""
        return await APPROVE.perform(info, input)

    @mutation
    async def reject_reward(
        self, info: OpsInfo, input: Annotated[RejectRewardInput, argument("Which reward, and why.")]
    ) -> RejectRewardResult | None:
        """Send a reward back to who made it. Needs REWARDS_WRITE.
        Refuses BAD_REASON, NO_SUCH_REWARD, REWARD_NOT_IN_STATE."""
        return await REJECT.perform(info, input)
