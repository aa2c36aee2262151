"""Telling: broadcasts that tests draft, start and spread."""

from datetime import timedelta
from typing import Any

from domain import broadcasts, inbox, push
from domain.broadcasts import Audience, AudienceKind, Broadcast, Draft, Text
from domain.members import Member
from infra import ids
from infra.db import Tx
from tests.support.given import NOON

ALL = Audience(AudienceKind.ALL)
TEXTS = {"en": Text("Shoes", "All shoes for half."), "pl": Text("Buty", "Buty za pół ceny.")}
MINUTE = timedelta(minutes=1)


async def a_draft(programme: int, *, tx: Tx, **said: Any) -> Broadcast:
    """A broadcast to everybody, six hundred a minute, unless more is said."""
    usual: dict[str, Any] = {
        "name": "Shoes",
        "audience": ALL,
        "texts": TEXTS,
        "pace_per_minute": 600,
    }
    draft = Draft(**(usual | said))
    return await broadcasts.create(draft, programme=programme, id=ids.new(NOON), at=NOON, tx=tx)


async def a_running_one(programme: int, *, tx: Tx, **said: Any) -> Broadcast:
    """The same, and it has been started."""
    draft = await a_draft(programme, tx=tx, **said)
    return await broadcasts.start(draft.id, programme=programme, at=NOON, tx=tx)


async def spread(*, at: Any, tx: Tx) -> int:
    """Tell whoever is due by `at`; how many turns that took."""
    turns = 0
    with push.switched(True):
        while await broadcasts.spread(at=at, tx=tx):
            turns += 1
    return turns


async def heard(member: Member, tx: Tx) -> list[str | None]:
    """The titles in the member's inbox, oldest first."""
    items = await inbox.after(0, member=member.id, programme=member.programme, limit=100, tx=tx)
    return [item.title for item in items]
