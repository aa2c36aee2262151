"""What comes of mutations about offers, whoever made them: a partner or an operator."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias, TypeVar

from api.fields import output, said
from api.offers import Kept, Offer
from api.refusals import InsufficientPoints, RequestRefused, result


@output
class OfferChanged:
    """The offer, as it is now."""

    offer: Offer = said("The offer, as it is now.")


@output
class CreateOfferSuccess(OfferChanged):
    """It is a draft."""


@output
class EditOfferSuccess(OfferChanged):
    """It is as you said."""


@output
class FundOfferSuccess(OfferChanged):
    """The points are in its account."""


@output
class SubmitOfferSuccess(OfferChanged):
    """An operator will look at it."""


@output
class PauseOfferSuccess(OfferChanged):
    """Nobody sees it for now."""


@output
class ResumeOfferSuccess(OfferChanged):
    """Members see it again."""


@output
class EndOfferSuccess(OfferChanged):
    """It is over; what was left has gone back."""


CreateOfferResult: TypeAlias = Annotated[
    CreateOfferSuccess | RequestRefused, result("CreateOfferResult")
]
EditOfferResult: TypeAlias = Annotated[EditOfferSuccess | RequestRefused, result("EditOfferResult")]
FundOfferResult: TypeAlias = Annotated[
    FundOfferSuccess | InsufficientPoints | RequestRefused, result("FundOfferResult")
]
SubmitOfferResult: TypeAlias = Annotated[
    SubmitOfferSuccess | RequestRefused, result("SubmitOfferResult")
]
PauseOfferResult: TypeAlias = Annotated[
    PauseOfferSuccess | RequestRefused, result("PauseOfferResult")
]
ResumeOfferResult: TypeAlias = Annotated[
    ResumeOfferSuccess | RequestRefused, result("ResumeOfferResult")
]
EndOfferResult: TypeAlias = Annotated[EndOfferSuccess | RequestRefused, result("EndOfferResult")]

T = TypeVar("T", bound=OfferChanged)


def shaped(kind: type[T]) -> Callable[[Kept, object], Awaitable[T]]:
    """Shapes an offer as the success of one mutation."""

    async def shape(one: Kept, _: object) -> T:
        return kind(offer=Offer.of(one.offer, one.rule))

    return shape
