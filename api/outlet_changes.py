"""What comes of mutations about outlets, whoever made them: a partner or an operator."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias, TypeVar

from api.fields import output, said
from api.outlets import Outlet
from api.refusals import RequestRefused, result
from domain import outlets


@output
class OutletChanged:
    """The outlet, as it is now."""

    outlet: Outlet = said("The outlet, as it is now.")


@output
class OpenOutletSuccess(OutletChanged):
    """Treats may be stocked there."""


@output
class ChangeOutletSuccess(OutletChanged):
    """It is as you said."""


@output
class CloseOutletSuccess(OutletChanged):
    """Nobody is offered anything there."""


OpenOutletResult: TypeAlias = Annotated[
    OpenOutletSuccess | RequestRefused, result("OpenOutletResult")
]
ChangeOutletResult: TypeAlias = Annotated[
    ChangeOutletSuccess | RequestRefused, result("ChangeOutletResult")
]
CloseOutletResult: TypeAlias = Annotated[
    CloseOutletSuccess | RequestRefused, result("CloseOutletResult")
]

T = TypeVar("T", bound=OutletChanged)


def shaped(kind: type[T]) -> Callable[[outlets.Outlet, object], Awaitable[T]]:
    """Shapes an outlet as the success of one mutation."""

    async def shape(one: outlets.Outlet, _: object) -> T:
        return kind(outlet=Outlet.of(one))

    return shape
