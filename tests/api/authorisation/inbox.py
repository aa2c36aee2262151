"""Inboxes: the member's own alone."""

from domain import inbox
from domain.inbox import News
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, SELF, each
from tests.support.client import Door

MEMBER = {
    "Member.inbox": SELF,
    **each("InboxItem", "id message number topic key title body opens at readAt archivedAt", SELF),
    **each(
        "Mutation",
        "markRead markAllRead archiveInboxItem unarchiveInboxItem reportMessages",
        MEMBERS,
    ),
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada was told something."""
    ada, at = cast.ada.me, clock.now()
    told = News(
        id=ids.new(at),
        member=ada.id,
        topic="POINTS",
        key="points.earned",
        at=at,
        args={"points": 5},
        refs={"activity": str(ids.new(at))},
    )

    async def build(tx: Tx) -> None:
        await inbox.add([told], programme=ada.programme, at=at, tx=tx)

    await door.given(build)
