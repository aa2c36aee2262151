"""The mutation that says which friends' points arrive without asking."""

from typing import Annotated, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.friends import friend_of
from api.globalids import Kind
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from api.transferring import NOBODY
from domain import transfers


@input
class SetAutoAcceptInput:
    """Whose points arrive without asking you."""

    friend_id: strawberry.ID = said("The id of a `Friend`.")
    auto_accept: bool | None = said(
        "True: they arrive without asking; false: never; null: as your general `autoAccept` says.",
        default=None,
    )


@output
class SetAutoAcceptSuccess:
    """It holds from now on."""

    friend_id: strawberry.ID = said("The friend.")
    auto_accept: bool | None = said("What holds for this friend; null: your general word.")
    viewer: Member = said("You, as you are now.")


SetAutoAcceptResult: TypeAlias = Annotated[
    SetAutoAcceptSuccess | RequestRefused, result("SetAutoAcceptResult")
]


async def _set_auto_accept(asked: SetAutoAcceptInput, act: Act) -> tuple[UUID, bool | None]:
    friend = friend_of(asked.friend_id) or NOBODY
    said = await transfers.set_auto_accept(
        act.member, friend=friend, auto_accept=asked.auto_accept, at=act.at, tx=act.tx
    )
    return friend, said


async def _consented(kept: tuple[UUID, bool | None], context: Context) -> SetAutoAcceptSuccess:
    friend, said = kept
    return SetAutoAcceptSuccess(
        friend_id=globalids.of(Kind.FRIEND, friend),
        auto_accept=said,
        viewer=await viewer_of(context),
    )


SET_AUTO_ACCEPT: Verb[tuple[UUID, bool | None], SetAutoAcceptResult] = Verb(
    tuple[UUID, bool | None],
    _set_auto_accept,
    _consented,
    paths={"receiver": "friend_id"},
)


@output
class ConsentMutations:
    """The mutation about what may arrive."""

    @mutation
    async def set_auto_accept(
        self, info: Info, input: Annotated[SetAutoAcceptInput, argument("Whose points.")]
    ) -> SetAutoAcceptResult | None:
        """Say whether points from one friend arrive without asking you; it counts before your
        general `autoAccept`. Refuses NO_SUCH_MEMBER, NOT_FRIENDS."""
        return await SET_AUTO_ACCEPT.perform(info, input)
