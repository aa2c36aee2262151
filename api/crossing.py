"""Mutations about friends in other programmes: answer, take back, part, block."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias
from uuid import UUID

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.links import AcrossFriend
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from domain import friends
from domain.friends import Across

# Nothing has this id, so that other texts are refused by the domain's own rules.
NOBODY = UUID(int=0)


@input
class AcceptAcrossFriendInput:
    """Which wish to accept."""

    request_id: strawberry.ID = said("The id of an `AcrossFriendRequest` that you received.")


@input
class DeclineAcrossFriendInput:
    """Which wish to decline."""

    request_id: strawberry.ID = said("The id of an `AcrossFriendRequest` that you received.")


@input
class WithdrawAcrossFriendInput:
    """Which wish to take back."""

    request_id: strawberry.ID = said("The id of an `AcrossFriendRequest` that you sent.")


@input
class RemoveAcrossFriendInput:
    """Whom to part from."""

    friend_id: strawberry.ID = said("The id of an `AcrossFriend`.")


@input
class BlockAcrossFriendInput:
    """Whom to block."""

    friend_id: strawberry.ID = said("The id of an `AcrossFriend`.")


@input
class UnblockAcrossFriendInput:
    """Whom to unblock."""

    friend_id: strawberry.ID = said("The id of an `AcrossFriend` among `blockedAcross`.")


@output
class AcceptAcrossFriendSuccess:
    """You are friends, and see each other's name and programme."""

    friend: AcrossFriend = said("Your friend.")
    viewer: Member = said("You, as you are now.")


@output
class AcrossEnded:
    """You."""

    viewer: Member = said("You, as you are now.")


@output
class DeclineAcrossFriendSuccess(AcrossEnded):
    """The wish is gone from your list; the other side is not told."""


@output
class WithdrawAcrossFriendSuccess(AcrossEnded):
    """The wish is taken back."""


@output
class RemoveAcrossFriendSuccess(AcrossEnded):
    """You are no longer friends."""


@output
class BlockAcrossFriendSuccess(AcrossEnded):
    """You are no longer friends, and no link brings the two of you together again."""


@output
class UnblockAcrossFriendSuccess(AcrossEnded):
    """Links between the two of you work again."""


AcceptAcrossFriendResult: TypeAlias = Annotated[
    AcceptAcrossFriendSuccess | RequestRefused, result("AcceptAcrossFriendResult")
]
DeclineAcrossFriendResult: TypeAlias = Annotated[
    DeclineAcrossFriendSuccess | RequestRefused, result("DeclineAcrossFriendResult")
]
WithdrawAcrossFriendResult: TypeAlias = Annotated[
    WithdrawAcrossFriendSuccess | RequestRefused, result("WithdrawAcrossFriendResult")
]
RemoveAcrossFriendResult: TypeAlias = Annotated[
    RemoveAcrossFriendSuccess | RequestRefused, result("RemoveAcrossFriendResult")
]
BlockAcrossFriendResult: TypeAlias = Annotated[
    BlockAcrossFriendSuccess | RequestRefused, result("BlockAcrossFriendResult")
]
UnblockAcrossFriendResult: TypeAlias = Annotated[
    UnblockAcrossFriendSuccess | RequestRefused, result("UnblockAcrossFriendResult")
]


async def _accept(asked: AcceptAcrossFriendInput, act: Act) -> Across:
    id = _wish(asked.request_id)
    return await friends.accept_across(id, member=act.member, at=act.at, tx=act.tx)


async def _accepted(friend: Across, context: Context) -> AcceptAcrossFriendSuccess:
    viewer = await viewer_of(context)
    return AcceptAcrossFriendSuccess(friend=AcrossFriend.of(friend), viewer=viewer)


async def _decline(asked: DeclineAcrossFriendInput, act: Act) -> None:
    await friends.decline_across(_wish(asked.request_id), member=act.member, tx=act.tx)


async def _withdraw(asked: WithdrawAcrossFriendInput, act: Act) -> None:
    await friends.withdraw_across(_wish(asked.request_id), member=act.member, tx=act.tx)


async def _remove(asked: RemoveAcrossFriendInput, act: Act) -> None:
    await friends.remove_across(_friend(asked.friend_id), member=act.member, tx=act.tx)


async def _block(asked: BlockAcrossFriendInput, act: Act) -> None:
    id = _friend(asked.friend_id)
    await friends.block_across(id, member=act.member, at=act.at, tx=act.tx)


async def _unblock(asked: UnblockAcrossFriendInput, act: Act) -> None:
    await friends.unblock_across(_friend(asked.friend_id), member=act.member, tx=act.tx)


def _wish(id: strawberry.ID) -> UUID:
    return globalids.uuid_of(id, Kind.ACROSS_REQUEST) or NOBODY


def _friend(id: strawberry.ID) -> UUID:
    return globalids.uuid_of(id, Kind.ACROSS_FRIEND) or NOBODY


def _ended(kind: type[AcrossEnded]) -> Callable[[None, Context], Awaitable[Any]]:
    async def shape(nothing: None, context: Context) -> AcrossEnded:
        return kind(viewer=await viewer_of(context))

    return shape


NONE = type(None)
ACCEPT: Verb[Across, AcceptAcrossFriendResult] = Verb(Across, _accept, _accepted)
DECLINE: Verb[None, DeclineAcrossFriendResult] = Verb(
    NONE, _decline, _ended(DeclineAcrossFriendSuccess)
)
WITHDRAW: Verb[None, WithdrawAcrossFriendResult] = Verb(
    NONE, _withdraw, _ended(WithdrawAcrossFriendSuccess)
)
REMOVE: Verb[None, RemoveAcrossFriendResult] = Verb(
    NONE, _remove, _ended(RemoveAcrossFriendSuccess)
)
BLOCK: Verb[None, BlockAcrossFriendResult] = Verb(NONE, _block, _ended(BlockAcrossFriendSuccess))
UNBLOCK: Verb[None, UnblockAcrossFriendResult] = Verb(
    NONE, _unblock, _ended(UnblockAcrossFriendSuccess)
)


@output
class AcrossMutations:
    """Mutations about friends in other programmes."""

    @mutation
    async def accept_across_friend(
        self, info: Info, input: Annotated[AcceptAcrossFriendInput, argument("Which wish.")]
    ) -> AcceptAcrossFriendResult | None:
        """Say yes to whoever opened your link; from then on you see each other's name and
        programme. Refuses NO_SUCH_REQUEST, TOO_MANY_FRIENDS."""
        return await ACCEPT.perform(info, input)

    @mutation
    async def decline_across_friend(
        self, info: Info, input: Annotated[DeclineAcrossFriendInput, argument("Which wish.")]
    ) -> DeclineAcrossFriendResult | None:
        """Say no to whoever opened your link; they are not told."""
        return await DECLINE.perform(info, input)

    @mutation
    async def withdraw_across_friend(
        self, info: Info, input: Annotated[WithdrawAcrossFriendInput, argument("Which wish.")]
    ) -> WithdrawAcrossFriendResult | None:
        """Take back a wish of yours."""
        return await WITHDRAW.perform(info, input)

    @mutation
    async def remove_across_friend(
        self, info: Info, input: Annotated[RemoveAcrossFriendInput, argument("Whom.")]
    ) -> RemoveAcrossFriendResult | None:
        """Part from a friend in another programme, for both of you."""
        return await REMOVE.perform(info, input)

    @mutation
    async def block_across_friend(
        self, info: Info, input: Annotated[BlockAcrossFriendInput, argument("Whom.")]
    ) -> BlockAcrossFriendResult | None:
        """Part from a friend in another programme and let no link bring you together again; they
        are not told."""
        return await BLOCK.perform(info, input)

    @mutation
    async def unblock_across_friend(
        self, info: Info, input: Annotated[UnblockAcrossFriendInput, argument("Whom.")]
    ) -> UnblockAcrossFriendResult | None:
        """Let links work again between the two of you; it brings nothing back."""
        return await UNBLOCK.perform(info, input)
