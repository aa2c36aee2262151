"""What windows keeps about a member: told on request, and forgotten.

A merge leaves all of it under the old id: the survivor's own preferences hold.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset(
    {"window_choice", "window_digest", "window_pass", "window_preference", "window_use"}
)

PREFERENCE = """
SELECT quiet_said, quiet_from, quiet_until, phone_cap, watch_cap, digest_hour, urgent
FROM window_preference WHERE programme = $1 AND member = $2
"""
CHOICES = """
SELECT topic, channel, mode FROM window_choice
WHERE programme = $1 AND member = $2 ORDER BY topic, channel
"""
USES = """
SELECT channel, day, used FROM window_use
WHERE programme = $1 AND member = $2 ORDER BY day, channel
"""
PASSES = """
SELECT wish, channel, topic, action, reason, at, decided_at FROM window_pass
WHERE programme = $1 AND member = $2 ORDER BY decided_at, wish, channel
"""
GATHERED = """
SELECT wish, channel, topic, due_at FROM window_digest
WHERE programme = $1 AND member = $2 ORDER BY due_at, wish, channel
"""
FORGET = """
WITH preference AS (
    DELETE FROM window_preference WHERE programme = $1 AND member = $2
), choices AS (
    DELETE FROM window_choice WHERE programme = $1 AND member = $2
), uses AS (
    DELETE FROM window_use WHERE programme = $1 AND member = $2
), gathered AS (
    DELETE FROM window_digest WHERE programme = $1 AND member = $2
)
DELETE FROM window_pass WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that windows keeps of the member, by table."""
    who = (programme, member)
    return {
        "window_preference": [dict(row) for row in await tx.rows(PREFERENCE, *who)],
        "window_choice": [dict(row) for row in await tx.rows(CHOICES, *who)],
        "window_use": [dict(row) for row in await tx.rows(USES, *who)],
        "window_pass": [dict(row) for row in await tx.rows(PASSES, *who)],
        "window_digest": [dict(row) for row in await tx.rows(GATHERED, *who)],
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nothing is left of what the member wanted and got."""
    await tx.run(FORGET, programme, member)
