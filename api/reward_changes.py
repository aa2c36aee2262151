"""What comes of mutations about rewards, whoever made them: a partner or an operator."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias, TypeVar

from api.fields import output, said
from api.refusals import RequestRefused, result
from api.reward_drafts import Reward
from domain import rewards


@output
class RewardChanged:
    """The reward, as it is now."""

    reward: Reward = said("The reward, as it is now.")


@output
class CreateRewardSuccess(RewardChanged):
    """It is a draft."""


@output
class EditRewardSuccess(RewardChanged):
    """It is a draft, as you said."""


@output
class SetRewardStockSuccess(RewardChanged):
    """There are so many."""


@output
class SubmitRewardSuccess(RewardChanged):
    """An operator will look at it."""


@output
class PauseRewardSuccess(RewardChanged):
    """Nobody gets one for now."""


@output
class ResumeRewardSuccess(RewardChanged):
    """Members may have it again."""


@output
class EndRewardSuccess(RewardChanged):
    """Nobody gets one any more."""


CreateRewardResult: TypeAlias = Annotated[
    CreateRewardSuccess | RequestRefused, result("CreateRewardResult")
]
EditRewardResult: TypeAlias = Annotated[
    EditRewardSuccess | RequestRefused, result("EditRewardResult")
]
SetRewardStockResult: TypeAlias = Annotated[
    SetRewardStockSuccess | RequestRefused, result("SetRewardStockResult")
]
SubmitRewardResult: TypeAlias = Annotated[
    SubmitRewardSuccess | RequestRefused, result("SubmitRewardResult")
]
PauseRewardResult: TypeAlias = Annotated[
    PauseRewardSuccess | RequestRefused, result("PauseRewardResult")
]
ResumeRewardResult: TypeAlias = Annotated[
    ResumeRewardSuccess | RequestRefused, result("ResumeRewardResult")
]
EndRewardResult: TypeAlias = Annotated[EndRewardSuccess | RequestRefused, result("EndRewardResult")]

T = TypeVar("T", bound=RewardChanged)


def shaped(kind: type[T]) -> Callable[[rewards.Reward, object], Awaitable[T]]:
    """Shapes a reward as the success of one mutation."""

    async def shape(one: rewards.Reward, _: object) -> T:
        return kind(reward=Reward.of(one))

    return shape
