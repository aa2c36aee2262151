"""What comes of mutations about treats, whoever made them: a partner or an operator."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias, TypeVar

from api.fields import output, said
from api.refusals import InsufficientPoints, RequestRefused, result
from api.treats import Treat
from domain import moments


@output
class TreatChanged:
    """The treat, as it is now."""

    treat: Treat = said("The treat, as it is now.")


@output
class CreateTreatSuccess(TreatChanged):
    """It is a draft."""


@output
class EditTreatSuccess(TreatChanged):
    """It is as you said."""


@output
class FundTreatSuccess(TreatChanged):
    """The points are in its account."""


@output
class SetTreatStockSuccess(TreatChanged):
    """It is offered there while there are any."""


@output
class SubmitTreatSuccess(TreatChanged):
    """An operator will look at it."""


@output
class PauseTreatSuccess(TreatChanged):
    """It is not offered for now."""


@output
class ResumeTreatSuccess(TreatChanged):
    """It is offered again."""


@output
class EndTreatSuccess(TreatChanged):
    """It is over; what was left has gone back."""


CreateTreatResult: TypeAlias = Annotated[
    CreateTreatSuccess | RequestRefused, result("CreateTreatResult")
]
EditTreatResult: TypeAlias = Annotated[EditTreatSuccess | RequestRefused, result("EditTreatResult")]
FundTreatResult: TypeAlias = Annotated[
    FundTreatSuccess | InsufficientPoints | RequestRefused, result("FundTreatResult")
]
SetTreatStockResult: TypeAlias = Annotated[
    SetTreatStockSuccess | RequestRefused, result("SetTreatStockResult")
]
SubmitTreatResult: TypeAlias = Annotated[
    SubmitTreatSuccess | RequestRefused, result("SubmitTreatResult")
]
PauseTreatResult: TypeAlias = Annotated[
    PauseTreatSuccess | RequestRefused, result("PauseTreatResult")
]
ResumeTreatResult: TypeAlias = Annotated[
    ResumeTreatSuccess | RequestRefused, result("ResumeTreatResult")
]
EndTreatResult: TypeAlias = Annotated[EndTreatSuccess | RequestRefused, result("EndTreatResult")]

T = TypeVar("T", bound=TreatChanged)


def shaped(kind: type[T]) -> Callable[[moments.Treat, object], Awaitable[T]]:
    """Shapes a treat as the success of one mutation."""

    async def shape(one: moments.Treat, _: object) -> T:
        return kind(treat=Treat.of(one))

    return shape
