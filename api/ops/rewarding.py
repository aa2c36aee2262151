"""Mutations of operators that make, price and supply rewards."""

from typing import Annotated, Any, TypeAlias

import strawberry

from api.fields import argument, input, mutation, output, said
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsInfo
from api.ops.partners import partner_of
from api.outlets import outlet_of
from api.refusals import RequestRefused, result
from api.reward_changes import (
    CreateRewardResult,
    CreateRewardSuccess,
    EditRewardResult,
    EditRewardSuccess,
    RewardChanged,
    SetRewardStockResult,
    SetRewardStockSuccess,
    shaped,
)
from api.reward_drafts import PATHS
from api.reward_inputs import RewardDraftInput
from api.rewards import reward_id, reward_of
from api.scalars import Points
from domain import rewards
from domain.operators import Permission
from domain.rewards import Reward as One

WRITE = Permission.REWARDS_WRITE


@input
class CreateRewardInput(RewardDraftInput):
    """All that is said about a new reward."""

    partner_id: strawberry.ID | None = said(
        "In whose outlets it is; null: of nobody in particular.", default=None
    )
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class EditRewardInput(RewardDraftInput):
    """All that is said about a reward, anew."""

    reward_id: strawberry.ID = said("The id of a `Reward` in DRAFT, REJECTED or PAUSED.")
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


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
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@input
class RepriceRewardInput:
    """What a reward costs from now on."""

    reward_id: strawberry.ID = said("The id of a `Reward` that has not ended.")
    price: Points = said("Points that one costs, 1 to 100,000,000.")
    cash_minor: int = said("What is paid at the till beside them, in minor units.", default=0)
    reason: str = said("Why, for the audit log: 1 to 300 characters, no names.")


@output
class RepriceRewardSuccess(RewardChanged):
    """It costs so much from now on; what is reserved keeps its price."""


RepriceRewardResult: TypeAlias = Annotated[
    RepriceRewardSuccess | RequestRefused, result("RepriceRewardResult")
]


async def _create(asked: CreateRewardInput, act: OpsAct) -> One:
    return await rewards.create(
        asked.read(),
        partner=None if asked.partner_id is None else partner_of(asked.partner_id),
        owner=rewards.Owner.PROGRAMME,
        id=act.id,
        at=act.at,
        **placed(act),
    )


async def _edit(asked: EditRewardInput, act: OpsAct) -> One:
    return await rewards.edit(reward_of(asked.reward_id), asked.read(), at=act.at, **placed(act))


async def _stock(asked: SetRewardStockInput, act: OpsAct) -> One:
    outlet = None if asked.outlet_id is None else outlet_of(asked.outlet_id)
    return await rewards.set_stock(
        reward_of(asked.reward_id), asked.stock, outlet=outlet, **placed(act)
    )


async def _reprice(asked: RepriceRewardInput, act: OpsAct) -> One:
    return await rewards.reprice(
        reward_of(asked.reward_id),
        price=asked.price,
        cash_minor=asked.cash_minor,
        at=act.at,
        **placed(act),
    )


def placed(act: OpsAct) -> dict[str, Any]:
    """Whose rewards, and where."""
    return {"programme": act.programme.id, "tx": act.tx}


CREATE: OpsVerb[One, CreateRewardResult] = OpsVerb(
    One,
    _create,
    shaped(CreateRewardSuccess),
    paths=PATHS,
    permission=WRITE,
    made=lambda one: reward_id(one.id),
)
EDIT: OpsVerb[One, EditRewardResult] = OpsVerb(
    One, _edit, shaped(EditRewardSuccess), paths=PATHS, permission=WRITE
)
STOCK: OpsVerb[One, SetRewardStockResult] = OpsVerb(
    One, _stock, shaped(SetRewardStockSuccess), paths=PATHS, permission=WRITE
)
REPRICE: OpsVerb[One, RepriceRewardResult] = OpsVerb(
    One, _reprice, shaped(RepriceRewardSuccess), paths=PATHS, permission=WRITE
)


@output
class RewardMutations:
    """Mutations that make and supply rewards."""

    @mutation
    async def create_reward(
        self, info: OpsInfo, input: Annotated[CreateRewardInput, argument("What it is.")]
    ) -> CreateRewardResult | None:
        """Make a reward of the programme's own. Needs REWARDS_WRITE.
        Refuses BAD_REWARD_TERMS, NO_SUCH_PARTNER, TOO_MANY_REWARDS, REWARD_CODE_TAKEN."""
        return await CREATE.perform(info, input)

    @mutation
    async def edit_reward(
        self, info: OpsInfo, input: Annotated[EditRewardInput, argument("What it is.")]
    ) -> EditRewardResult | None:
        """Say everything about a reward anew; one that was paused must be looked at again.
        What is reserved keeps its price. Needs REWARDS_WRITE.
        Refuses BAD_REWARD_TERMS, NO_SUCH_REWARD, REWARD_IS_ANOTHERS, REWARD_NOT_IN_STATE,
        REWARD_CODE_TAKEN."""
        return await EDIT.perform(info, input)

    @mutation
    async def set_reward_stock(
        self, info: OpsInfo, input: Annotated[SetRewardStockInput, argument("How many where.")]
    ) -> SetRewardStockResult | None:
        """Say how many units of a reward there are, in all or at an outlet. Needs REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_NOT_IN_STATE, NO_SUCH_OUTLET, BAD_STOCK."""
        return await STOCK.perform(info, input)

    @mutation
    async def reprice_reward(
        self, info: OpsInfo, input: Annotated[RepriceRewardInput, argument("What it costs.")]
    ) -> RepriceRewardResult | None:
        """Say what a reward costs from now on, also while members can have it; what is reserved
        keeps its price. Needs REWARDS_WRITE.
        Refuses NO_SUCH_REWARD, REWARD_NOT_IN_STATE, BAD_REWARD_TERMS."""
        return await REPRICE.perform(info, input)
