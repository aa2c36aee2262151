"""Telling: what the tests of inboxes have in common."""

from datetime import timedelta
from uuid import UUID

from domain import inbox
from domain.inbox import Item, News
from domain.members import Member
from infra import ids
from infra.db import Tx
from tests.support.given import NOON


def news(member: Member, *, id: UUID | None = None, quiet: bool = False, minutes: int = 0) -> News:
    """Something that happened so many minutes after noon; `id` makes it one thing with others."""
    at = NOON + timedelta(minutes=minutes)
    return News(
        id=id or ids.new(at),
        member=member.id,
        topic="TRANSFERS",
        key="transfers.received",
        at=at,
        args={"points": 5},
        refs={"transfer": str(ids.new(at))},
        quiet=quiet,
    )


async def tell(*told: News, tx: Tx, programme: int) -> list[Item]:
    """What of it was new."""
    return list(await inbox.add(told, programme=programme, at=NOON, tx=tx))


async def numbers(member: Member, tx: Tx) -> list[int]:
    """Of all that the member was told, the oldest first."""
    found = await inbox.after(0, member=member.id, programme=member.programme, limit=10_000, tx=tx)
    return [one.number for one in found]


async def unread(member: Member, tx: Tx) -> int:
    """How much the member has not read, as it is counted."""
    return (await inbox.box(member.id, programme=member.programme, tx=tx)).unread
