"""Mutations about blocking."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeAlias

from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.people import PublicMember
from api.refusals import RequestRefused, result
from domain import friends, members


@input
class BlockMemberInput:
    """Whom to block."""

    handle: str = said("The other member's handle.")


@input
class UnblockMemberInput:
    """Whom to unblock."""

    handle: str = said("The other member's handle.")


@output
class Blocked:
    """Whom, and you."""

    member: PublicMember = said("The other member.")
    viewer: Member = said("You, as you are now.")


@output
class BlockMemberSuccess(Blocked):
    """The member is blocked; they are not told, and you are no longer friends."""


@output
class UnblockMemberSuccess(Blocked):
    """The member may ask to be your friend again."""


BlockMemberResult: TypeAlias = Annotated[
    BlockMemberSuccess | RequestRefused, result("BlockMemberResult")
]
UnblockMemberResult: TypeAlias = Annotated[
    UnblockMemberSuccess | RequestRefused, result("UnblockMemberResult")
]


async def _block(asked: BlockMemberInput, act: Act) -> members.Member:
    other = await friends.by_handle(asked.handle, asker=act.member, tx=act.tx)
    await friends.block(act.member, friend=other.id, at=act.at, tx=act.tx)
    return other


async def _unblock(asked: UnblockMemberInput, act: Act) -> members.Member:
    other = await friends.by_handle(asked.handle, asker=act.member, tx=act.tx)
    await friends.unblock(act.member, friend=other.id, tx=act.tx)
    return other


def _shaped(kind: type[Blocked]) -> Callable[[members.Member, Context], Awaitable[Any]]:
    async def shape(other: members.Member, context: Context) -> Blocked:
        return kind(member=PublicMember.unknown(other), viewer=await viewer_of(context))

    return shape


BLOCK: Verb[members.Member, BlockMemberResult] = Verb(
    members.Member, _block, _shaped(BlockMemberSuccess)
)
UNBLOCK: Verb[members.Member, UnblockMemberResult] = Verb(
    members.Member, _unblock, _shaped(UnblockMemberSuccess)
)


@output
class BlockMutations:
    """Mutations about blocking."""

    @mutation
    async def block_member(
        self, info: Info, input: Annotated[BlockMemberInput, argument("Whom.")]
    ) -> BlockMemberResult | None:
        """Part from a member and hear nothing more from them; they are not told.
        Refuses NO_SUCH_MEMBER, SELF_FRIEND."""
        return await BLOCK.perform(info, input)

    @mutation
    async def unblock_member(
        self, info: Info, input: Annotated[UnblockMemberInput, argument("Whom.")]
    ) -> UnblockMemberResult | None:
        """Let a member ask to be your friend again. Refuses NO_SUCH_MEMBER, SELF_FRIEND."""
        return await UNBLOCK.perform(info, input)
