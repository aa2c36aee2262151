"""The inbox, as GraphQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry

from api import cursors, globalids
from api.context import Context, Info
from api.fields import argument, asked, output, said
from api.globalids import Kind
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.scalars import Moment
from api.topics import MessageTopic
from domain import inbox, notices
from domain.inbox import Item
from domain.members import Member as Asker
from domain.wording import Words
from infra.db import Tx


@output
class InboxItem(Node):
    """Something that you were told. A push of it carries the same `message`."""

    message: strawberry.ID = said("What a push of it carries as `id`, and what receipts name.")
    number: int = said("1, 2, 3 for each member, without a gap, in the order they were told.")
    topic: MessageTopic = said("What it is about.")
    key: str = said("Which text it is, as `transfers.received`; for literal news, what it is.")
    title: str = said("In your language.")
    body: str = said("In your language.")
    opens: list[strawberry.ID] = said(
        "The global ids of what it is about, the most important one first: ask for them by `node`."
    )
    at: Moment = said("When it happened.")
    read_at: Moment | None = said("When you read it; null: it is unread.")
    archived_at: Moment | None = said("Since when it is in your archive; null: it is not.")

    @classmethod
    def of(cls, item: Item, words: Words) -> "InboxItem":
        """An item in words."""
        return cls(
            id=item_id(item),
            message=strawberry.ID(str(item.id)),
            number=item.number,
            topic=MessageTopic[item.topic],
            key=item.key,
            title=words.title,
            body=words.body,
            opens=[strawberry.ID(id) for id in notices.opens(item)],
            at=Moment(item.at),
            read_at=None if item.read_at is None else Moment(item.read_at),
            archived_at=None if item.archived_at is None else Moment(item.archived_at),
        )


@output
class InboxConnection(Connection[InboxItem]):
    """One page of an inbox, and how much of the whole is unread."""

    unread_count: int = said("How many items of the whole inbox you have not read.")


Unread = Annotated[bool, argument("True: only what you have not read.")]
Archived = Annotated[bool, argument("True: only what is in your archive, instead of the rest.")]


@output
class ToldMember:
    """What a member was told."""

    record: strawberry.Private[Asker]

    @asked
    async def inbox(
        self,
        info: Info,
        unread: Unread = False,
        archived: Archived = False,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> InboxConnection:
        """What you were told, newest first, but for your archive. It is kept for 400 days, and
        the newest 2,000 at most."""
        return await _page(
            self.record, info.context, unread=unread, archived=archived, first=first, after=after
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """An item and its words."""

    item: Item
    words: Words


async def _page(
    asker: Asker, context: Context, *, unread: bool, archived: bool, first: int, after: str | None
) -> InboxConnection:
    page = Page[Shown](f"inbox {unread} {archived}", asker, context, first=first, after=after)
    before = None if page.position is None else cursors.to_number(page.position)
    async with context.reading() as tx:
        items = await inbox.listed(
            asker.id,
            before=before,
            unread=unread,
            archived=archived,
            programme=asker.programme,
            limit=page.limit,
            tx=tx,
        )
        words = await notices.worded(items, reader=asker, tx=tx)
        box = await inbox.box(asker.id, programme=asker.programme, tx=tx)
    found = page.shaped(
        [Shown(*each) for each in zip(items, words, strict=True)],
        node=lambda one: InboxItem.of(one.item, one.words),
        place=lambda one: cursors.from_number(one.item.number),
    )
    return InboxConnection(
        edges=found.edges, nodes=found.nodes, page_info=found.page_info, unread_count=box.unread
    )


async def shown(items: Sequence[Item], asker: Asker, tx: Tx) -> list[InboxItem]:
    """Items of the asker's inbox in words, in the order given."""
    words = await notices.worded(items, reader=asker, tx=tx)
    return [InboxItem.of(*each) for each in zip(items, words, strict=True)]


async def find(name: globalids.Name, asker: Asker, tx: Tx) -> InboxItem | None:
    """The item of the asker's inbox with that id."""
    if name.uuid is None:
        return None
    item = await inbox.find(name.uuid, member=asker.id, programme=asker.programme, tx=tx)
    return None if item is None else (await shown([item], asker, tx))[0]


def item_id(item: Item) -> strawberry.ID:
    """The global id of an item."""
    return globalids.of(Kind.INBOX_ITEM, item.id)
