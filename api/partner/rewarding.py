"""Mutations of partners that make, price and supply rewards."""

from typing import Annotated, Any

import strawberry

from api.fields import argument, input, mutation, output, said
from api.outlets import outlet_of
from api.partner.acting import PartnerAct, PartnerVerb
from api.partner.context import PartnerInfo
from api.reward_changes import (
    CreateRewardResult,
    CreateRewardSuccess,
    EditRewardResult,
    EditRewardSuccess,
    SetRewardStockResult,
    SetRewardStockSuccess,
    shaped,
)
from api.reward_drafts import PATHS
from api.reward_inputs import RewardDraftInput
from api.rewards import reward_of
from domain import rewards
from domain.partners import Scope
from domain.rewards import Reward as One

SCOPE = Scope.REWARDS_WRITE


@input
class CreateRewardInput(RewardDraftInput):
    """All that is said about a new reward."""


@input
class EditRewardInput(RewardDraftInput):
    """All that is said about a reward, anew."""

    reward_id: strawberry.ID = said("The id of a `Reward` in DRAFT, REJECTED or PAUSED.")


@input
class SetRewardStockInput:
    """How many units there are."""

    reward_id: strawberry.ID = said("The id of a `Reward` that has not ended.")
    outlet_id: strawberry.ID | None = said(
        "The id of one `Outlet` that it names; null: in all.", default=None
    )
    stock: int | None = said(
        "All there are, those that were handed over counted in; null: no end of them.",
        default=None,
    )


async def _create(asked: CreateRewardInput, act: PartnerAct) -> One:
    return await rewards.create(
        asked.read(), owner=rewards.Owner.PARTNER, id=act.id, at=act.at, **placed(act)
    )


async def _edit(asked: EditRewardInput, act: PartnerAct) -> One:
    return await rewards.edit(reward_of(asked.reward_id), asked.read(), at=act.at, **placed(act))


async def _stock(asked: SetRewardStockInput, act: PartnerAct) -> One:
    outlet = None if asked.outlet_id is None else outlet_of(asked.outlet_id)
    return await rewards.set_stock(
        reward_of(asked.reward_id), asked.stock, outlet=outlet, **placed(act)
    )


def placed(act: PartnerAct) -> dict[str, Any]:
    """Whose rewards, and where."""
    return {"programme": act.programme.id, "partner": act.partner.id, "tx": act.tx}


CREATE: PartnerVerb[One, CreateRewardResult] = PartnerVerb(
    One, _create, shaped(CreateRewardSuccess), paths=PATHS, scope=SCOPE
)
EDIT: PartnerVerb[One, EditRewardResult] = PartnerVerb(
    One, _edit, shaped(EditRewardSuccess), paths=PATHS, scope=SCOPE
)
STOCK: PartnerVerb[One, SetRewardStockResult] = PartnerVerb(
    One, _stock, shaped(SetRewardStockSuccess), paths=PATHS, scope=SCOPE
)


@output
class RewardMutations:
    """Mutations that make and supply rewards."""

    @mutation
    async def create_reward(
        self, info: PartnerInfo, input: Annotated[CreateRewardInput, argument("What it is.")]
    ) -> CreateRewardResult | None:
        """Make a reward of yours. Needs the scope REWARDS_WRITE.
        Refuses BAD_REWARD_TERMS, TOO_MANY_REWARDS, REWARD_CODE_TAKEN."""
        return await CREATE.perform(info, input)

    @mutation
    async def edit_reward(
        self, info: PartnerInfo, input: Annotated[EditRewardInput, argument("What it is.")]
    ) -> EditRewardResult | None:
        """Say everything about a reward anew; one that was paused must be looked at again.
        What is reserved keeps its price. Needs the scope REWARDS_WRITE.
        Refuses BAD_REWARD_TERMS, NO_SUCH_REWARD, REWARD_IS_ANOTHERS, REWARD_NOT_IN_STATE,
        REWARD_HALTED, REWARD_CODE_TAKEN."""
        return await EDIT.perform(info, input)

    @mutation
    async def set_reward_stock(
        self, info: PartnerInfo, input: Annotated[SetRewardStockInput, argument("How many where.")]
    ) -> SetRewardStockResult | None:
        """Say how many units of a reward there are, in all or at an outlet. Needs the scope
        REWARDS_WRITE. Refuses NO_SUCH_REWARD, REWARD_NOT_IN_STATE, NO_SUCH_OUTLET, BAD_STOCK."""
        return await STOCK.perform(info, input)
