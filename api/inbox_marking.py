"""The mutations that read what is in an inbox, put it away and take it out again."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias, TypeVar

import strawberry

from api import globalids
from api.context import Context, Info
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.inbox import InboxItem, shown
from api.members import Member, viewer_of
from api.mutating import Act, Verb
from api.refusals import RequestRefused, result
from api.transferring import NOBODY
from domain import inbox
from domain.inbox import Item

S = TypeVar("S", bound="MarkReadSuccess")


@input
class MarkReadInput:
    """Which item."""

    item_id: strawberry.ID = said("The id of an `InboxItem`.")


@input
class ArchiveInboxItemInput(MarkReadInput):
    """Which item."""


@input
class UnarchiveInboxItemInput(MarkReadInput):
    """Which item."""


@input
class MarkAllReadInput:
    """Up to which item."""

    up_to: int = said(
        "The `number` of the newest item that you have seen: what came later stays unread."
    )


@output
class MarkReadSuccess:
    """The item is read."""

    item: InboxItem = said("The item, as it is now.")
    viewer: Member = said("You, as you are now.")


@output
class ArchiveInboxItemSuccess(MarkReadSuccess):
    """The item is put away."""


@output
class UnarchiveInboxItemSuccess(MarkReadSuccess):
    """The item is back in the inbox."""


@output
class MarkAllReadSuccess:
    """They are read."""

    viewer: Member = said("You, as you are now.")


MarkReadResult: TypeAlias = Annotated[MarkReadSuccess | RequestRefused, result("MarkReadResult")]
ArchiveInboxItemResult: TypeAlias = Annotated[
    ArchiveInboxItemSuccess | RequestRefused, result("ArchiveInboxItemResult")
]
UnarchiveInboxItemResult: TypeAlias = Annotated[
    UnarchiveInboxItemSuccess | RequestRefused, result("UnarchiveInboxItemResult")
]
MarkAllReadResult: TypeAlias = Annotated[
    MarkAllReadSuccess | RequestRefused, result("MarkAllReadResult")
]


async def _read(asked: MarkReadInput, act: Act) -> Item:
    who = act.member
    id = globalids.uuid_of(asked.item_id, Kind.INBOX_ITEM) or NOBODY
    return await inbox.read(id, member=who.id, programme=who.programme, at=act.at, tx=act.tx)


async def _archive(asked: MarkReadInput, act: Act) -> Item:
    who = act.member
    id = globalids.uuid_of(asked.item_id, Kind.INBOX_ITEM) or NOBODY
    return await inbox.archive(id, member=who.id, programme=who.programme, at=act.at, tx=act.tx)


async def _unarchive(asked: MarkReadInput, act: Act) -> Item:
    who = act.member
    id = globalids.uuid_of(asked.item_id, Kind.INBOX_ITEM) or NOBODY
    return await inbox.unarchive(id, member=who.id, programme=who.programme, tx=act.tx)


async def _read_all(asked: MarkAllReadInput, act: Act) -> int:
    who = act.member
    await inbox.read_all(asked.up_to, member=who.id, programme=who.programme, at=act.at, tx=act.tx)
    return asked.up_to


def _shaped(kind: type[S]) -> Callable[[Item, Context], Awaitable[S]]:
    async def shape(item: Item, context: Context) -> S:
        asker = await context.asker()
        assert asker is not None, "only a member has an inbox"
        async with context.reading() as tx:
            found = await shown([item], asker, tx)
        return kind(item=found[0], viewer=await viewer_of(context))

    return shape


async def _all_read(_: int, context: Context) -> MarkAllReadSuccess:
    return MarkAllReadSuccess(viewer=await viewer_of(context))


READ: Verb[Item, MarkReadResult] = Verb(Item, _read, _shaped(MarkReadSuccess), on_watch=True)
ARCHIVE: Verb[Item, ArchiveInboxItemResult] = Verb(
    Item, _archive, _shaped(ArchiveInboxItemSuccess), on_watch=True
)
UNARCHIVE: Verb[Item, UnarchiveInboxItemResult] = Verb(
    Item, _unarchive, _shaped(UnarchiveInboxItemSuccess), on_watch=True
)
READ_ALL: Verb[int, MarkAllReadResult] = Verb(int, _read_all, _all_read, on_watch=True)


@output
class InboxMutations:
    """Mutations about the inbox. To do any of them again is no fault."""

    @mutation
    async def mark_read(
        self, info: Info, input: Annotated[MarkReadInput, argument("Which item.")]
    ) -> MarkReadResult | None:
        """You have read an item. Refuses NO_SUCH_ITEM."""
        return await READ.perform(info, input)

    @mutation
    async def mark_all_read(
        self, info: Info, input: Annotated[MarkAllReadInput, argument("Up to which item.")]
    ) -> MarkAllReadResult | None:
        """You have read everything up to an item; what came since stays unread."""
        return await READ_ALL.perform(info, input)

    @mutation
    async def archive_inbox_item(
        self, info: Info, input: Annotated[ArchiveInboxItemInput, argument("Which item.")]
    ) -> ArchiveInboxItemResult | None:
        """Put an item away, which is to have read it. Refuses NO_SUCH_ITEM."""
        return await ARCHIVE.perform(info, input)

    @mutation
    async def unarchive_inbox_item(
        self, info: Info, input: Annotated[UnarchiveInboxItemInput, argument("Which item.")]
    ) -> UnarchiveInboxItemResult | None:
        """Take an item out of your archive; it stays read. Refuses NO_SUCH_ITEM."""
        return await UNARCHIVE.perform(info, input)
