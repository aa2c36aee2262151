"""Read broadcasts, and what came of them."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

import orjson

from domain import inbox, push
from domain.broadcasts.errors import NoSuchBroadcast
from domain.broadcasts.records import (
    Audience,
    AudienceKind,
    Broadcast,
    Report,
    State,
    Text,
)
from infra.db import Row, Tx

# What an inbox item says it is of.
REF = "broadcast"

GET = """
SELECT id, programme, name, audience, of_label, texts::text AS texts, pace, state, created_at,
       starts_at, started_at, ended_at, told, pushed
FROM broadcast WHERE programme = $1 AND id = $2
"""
LISTED = """
SELECT id, programme, name, audience, of_label, texts::text AS texts, pace, state, created_at,
       starts_at, started_at, ended_at, told, pushed
FROM broadcast WHERE programme = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
"""


async def get(id: UUID, *, programme: int, tx: Tx) -> Broadcast:
    """That broadcast of the programme. Refuses NoSuchBroadcast."""
    row = await tx.row(GET, programme, id)
    if row is None:
        raise NoSuchBroadcast("there is no such broadcast")
    return broadcast_of(row)


async def listed(*, programme: int, before: UUID | None, limit: int, tx: Tx) -> Sequence[Broadcast]:
    """The programme's broadcasts, newest first, from the one before `before` on."""
    return [broadcast_of(row) for row in await tx.rows(LISTED, programme, before, limit)]


async def report(id: UUID, *, programme: int, tx: Tx) -> Report:
    """What has come of it so far. Refuses NoSuchBroadcast."""
    one = await get(id, programme=programme, tx=tx)
    counted = await push.tally([one.label], programme=programme, tx=tx)
    heard = await inbox.heard(id, programme=programme, tx=tx)
    return Report(
        told=one.told,
        pushed=one.pushed,
        **asdict(counted[one.label]),
        delivered=heard.delivered,
        opened=heard.opened,
    )


def broadcast_of(row: Row) -> Broadcast:
    """One row of the table as a value; other columns are passed over."""
    texts = orjson.loads(row["texts"])
    return Broadcast(
        id=row["id"],
        programme=row["programme"],
        name=row["name"],
        audience=Audience(AudienceKind(row["audience"]), row["of_label"]),
        texts={locale: Text(*text) for locale, text in texts.items()},
        pace_per_minute=row["pace"],
        state=State(row["state"]),
        created_at=row["created_at"],
        starts_at=row["starts_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        told=row["told"],
        pushed=row["pushed"],
    )
