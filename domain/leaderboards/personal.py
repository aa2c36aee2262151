"""What leaderboards keep about one member: for their export, and gone when they are erased.

What closed windows came to, and what they paid, stays with the member's id, which is nobody's name
any more: the hash of a window is over it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain.leaderboards.recounting import leave
from infra.db import Tx

TABLES = frozenset(
    {
        "board_score",
        "board_earning",
        "board_face",
        "board_place",
        "board_prize",
        "league_member",
    }
)

SCORES = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT board, cycle, grouping, score, reached_at FROM board_score
    WHERE programme = $1 AND member = $2 ORDER BY board, cycle
) AS t
"""
EARNINGS = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT id, points, at FROM board_earning WHERE programme = $1 AND member = $2 ORDER BY id
) AS t
"""
FACES = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT pseudonym, changed_at FROM board_face WHERE programme = $1 AND member = $2
) AS t
"""
PLACES = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT board, cycle, grouping, place, score, reached_at FROM board_place
    WHERE programme = $1 AND member = $2 ORDER BY board, cycle
) AS t
"""
PRIZES = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT id, board, cycle, place, points, badge, level, state, made_at, resolved_at
    FROM board_prize WHERE programme = $1 AND member = $2 ORDER BY id
) AS t
"""
LEAGUES = """
SELECT to_jsonb(t)::text AS row FROM (
    SELECT board, division, idle, plays FROM league_member
    WHERE programme = $1 AND member = $2 ORDER BY board
) AS t
"""
FORGET_FACE = "DELETE FROM board_face WHERE programme = $1 AND member = $2"
FORGET_LEAGUES = "DELETE FROM league_member WHERE programme = $1 AND member = $2"
FORGET_EARNINGS = "DELETE FROM board_earning WHERE programme = $1 AND member = $2"


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that leaderboards keep about the member, by table."""
    named = {
        "board_score": SCORES,
        "board_earning": EARNINGS,
        "board_face": FACES,
        "board_place": PLACES,
        "board_prize": PRIZES,
        "league_member": LEAGUES,
    }
    return {
        table: [orjson.loads(row["row"]) for row in await tx.rows(sql, programme, member)]
        for table, sql in named.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Show the member to nobody, and take them off every board and league that goes on."""
    await tx.run(FORGET_FACE, programme, member)
    await tx.run(FORGET_LEAGUES, programme, member)
    await tx.run(FORGET_EARNINGS, programme, member)
    await leave([member], programme=programme, at=at, tx=tx)
