"""Reading: what a member was told, in words of the language they have now."""

from collections.abc import Sequence
from uuid import UUID

from domain import wording
from domain.inbox import Item
from domain.members import Member
from domain.notices import naming
from domain.notices.opening import LETTERS, opened
from domain.wording import Said, Words
from infra.db import Tx


async def worded(items: Sequence[Item], *, reader: Member, tx: Tx) -> Sequence[Words]:
    """The words of each item of the reader's inbox, in the order given.

    Others are called as they are called now, and not at all where they may not be named.
    """
    pairs = {(reader.id, other) for one in items if (other := _other(one)) is not None}
    names = await naming.people(pairs, known={reader.id: reader}, programme=reader.programme, tx=tx)
    said = [
        Said(one.key, reader.locale, {**one.args, "name": _named(one, reader, names)})
        for one in items
        if one.title is None
    ]
    found = iter(await wording.rendered(said, programme=reader.programme, tx=tx) if said else ())
    return [
        next(found) if one.title is None else Words(one.title, one.body or "", (), own=True)
        for one in items
    ]


def opens(item: Item) -> Sequence[str]:
    """The global ids of what the item is about, the most important one first."""
    return [opened(kind, UUID(id)) for kind, id in item.refs.items() if kind in LETTERS]


def _other(item: Item) -> UUID | None:
    return UUID(item.refs["member"]) if "member" in item.refs else None


def _named(item: Item, reader: Member, names: naming.People) -> str:
    other = _other(item)
    return "" if other is None else names[reader.id, other]
