"""What streaks keeps about one member: for their export, and gone when they are erased.

What they paid and were given stays, as the ledger's postings do.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from infra.db import Tx

TABLES = frozenset({"streak_amount", "streak_keeping", "streak_purchase", "streak_reward"})

AMOUNTS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT streak, period, early, part, amount FROM streak_amount
    WHERE programme = $1 AND member = $2 AND amount > 0 ORDER BY streak, period, early, part
) AS t
"""
KEEPINGS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT streak, first, encode(marks, 'hex') AS marks, closed, bought, length, best, freezes,
           rolls_at
    FROM streak_keeping WHERE programme = $1 AND member = $2 ORDER BY streak
) AS t
"""
PURCHASES = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT id, streak, kind, periods, points, at
    FROM streak_purchase WHERE programme = $1 AND member = $2 ORDER BY id
) AS t
"""
REWARDS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT streak, length, time, turn, points, posting, badge, level, badge_grant, at, undone_at,
           returned
    FROM streak_reward WHERE programme = $1 AND member = $2
    ORDER BY streak, length, time, turn
) AS t
"""
FORGET_AMOUNTS = "DELETE FROM streak_amount WHERE programme = $1 AND member = $2"
FORGET_KEEPINGS = "DELETE FROM streak_keeping WHERE programme = $1 AND member = $2"
TOLD = {
    "streak_amount": AMOUNTS,
    "streak_keeping": KEEPINGS,
    "streak_purchase": PURCHASES,
    "streak_reward": REWARDS,
}


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that streaks keeps about the member, by table."""
    return {
        table: [orjson.loads(row["row"]) for row in await tx.rows(sql, programme, member)]
        for table, sql in TOLD.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """On which days the member did something is nobody's business any more."""
    await tx.run(FORGET_KEEPINGS, programme, member)
    await tx.run(FORGET_AMOUNTS, programme, member)
