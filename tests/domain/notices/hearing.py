"""Hearing: events that members hear of, and what they hear."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from domain import inbox, notices, push
from domain.inbox import Item
from domain.members import Member
from domain.notices.reactions import REACTIONS
from domain.transfers import Offered, Received
from domain.wording import Words
from infra import ids
from infra.db import Tx
from infra.events import Event
from infra.outbox import Delivery
from tests.support.given import NOON

TELL = REACTIONS[0]
ORDERED = """
SELECT o.id, o.member, o.kind, o.content::text AS content, o.send_at, o.expires_at,
       count(w.device) AS devices
FROM push_order AS o LEFT JOIN push_waiting AS w ON w.programme = o.programme AND w.id = o.id
WHERE o.programme = $1 GROUP BY o.programme, o.id ORDER BY o.id
"""


def received(member: Member, other: Member, *, points: int = 20, at: datetime = NOON) -> Received:
    """Points that arrived at the member."""
    return Received(
        programme=member.programme,
        subject=member.id,
        object=ids.new(at),
        at=at,
        points=points,
        other=other.id,
    )


def offered(member: Member, other: Member, *, points: int = 20, at: datetime = NOON) -> Offered:
    """Points that wait for the member's answer."""
    return Offered(
        programme=member.programme,
        subject=member.id,
        object=ids.new(at),
        at=at,
        points=points,
        other=other.id,
    )


def deliveries(*events: Event, at: datetime = NOON) -> list[Delivery[Any]]:
    """The events as they are handed over at `at`."""
    return [Delivery(ids.new(one.at), n, one, handed_at=at) for n, one in enumerate(events)]


async def hear(*events: Event, at: datetime = NOON, tx: Tx) -> list[Delivery[Any]]:
    """Have members told of the events, with pushes on; as they were handed over."""
    handed = deliveries(*events, at=at)
    await again(handed, tx=tx)
    return handed


async def again(handed: Sequence[Delivery[Any]], *, tx: Tx) -> None:
    """Hand the same over."""
    with push.switched(True):
        await TELL.body(handed, tx)


async def items(member: Member, tx: Tx, **which: bool) -> list[Item]:
    """What is in the member's inbox, the newest first."""
    found = await inbox.listed(member.id, programme=member.programme, limit=1_000, tx=tx, **which)
    return list(found)


async def words(member: Member, tx: Tx) -> list[Words]:
    """How the member's inbox reads, the newest first."""
    return list(await notices.worded(await items(member, tx), reader=member, tx=tx))


async def ordered(member: Member, tx: Tx) -> list[dict[str, Any]]:
    """What was ordered to be pushed in the member's programme, to anybody."""
    return [dict(row) for row in await tx.rows(ORDERED, member.programme)]
