"""Closed: what windows came to, as it was kept when they were closed; nothing changes it."""

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias
from uuid import UUID

from domain.leaderboards.records import Closed
from infra.db import Row, Tx
from infra.ranking import Seat, Stretch

Place: TypeAlias = tuple[int, UUID, date, str]

CLOSED = """
SELECT board, starts_on, closed_at, places, hash FROM board_cycle
WHERE programme = $1 AND board = $2 AND closed_at IS NOT NULL
  AND ($3::date IS NULL OR starts_on < $3)
ORDER BY starts_on DESC LIMIT $4
"""
IS_CLOSED = """
SELECT closed_at IS NOT NULL AS closed,
       (SELECT p.place FROM board_place AS p
        WHERE p.programme = $1 AND p.board = $2 AND p.cycle = $3 AND p.grouping = $4
          AND p.member = $5) AS place,
       (SELECT count(*) FROM board_place AS p
        WHERE p.programme = $1 AND p.board = $2 AND p.cycle = $3 AND p.grouping = $4) AS kept
FROM board_cycle WHERE programme = $1 AND board = $2 AND starts_on = $3
"""
PLACES = """
SELECT place, member, score, reached_at FROM board_place
WHERE programme = $1 AND board = $2 AND cycle = $3 AND grouping = $4
  AND place > $5 AND place <= $6
ORDER BY place
"""
# In the order in which they are hashed.
ALL_PLACES = """
SELECT grouping, place, member, score, reached_at FROM board_place
WHERE programme = $1 AND board = $2 AND cycle = $3 ORDER BY grouping COLLATE "C", place
"""


async def closed(
    board: UUID, *, programme: int, before: date | None, limit: int, tx: Tx
) -> Sequence[Closed]:
    """The closed windows of a board, newest first, from the one before `before` on."""
    rows = await tx.rows(CLOSED, programme, board, before, limit)
    return [Closed(**row) for row in rows]


async def places(board: UUID, starts_on: date, *, programme: int, tx: Tx) -> Sequence[Row]:
    """All that was kept of a closed window: grouping, place, member, score and reached_at, in the
    order in which it is hashed; nothing for one that is not closed."""
    return await tx.rows(ALL_PLACES, programme, board, starts_on)


async def kept(place: Place, top: bool, *, asker: UUID, count: int, tx: Tx) -> Stretch | None:
    """The first places, or those around the asker, of a closed window; None: it is not closed."""
    row = await tx.row(IS_CLOSED, *place, asker)
    if row is None or not row["closed"]:
        return None
    start = 0
    if not top:
        mine = row["place"]
        if mine is None:
            return Stretch(None, row["kept"], [])
        start = max(0, min(mine - 1 - count // 2, row["kept"] - count))
    rows = await tx.rows(PLACES, *place, start, start + count)
    seats = [Seat(r["place"], r["member"], r["score"], r["reached_at"]) for r in rows]
    return Stretch(row["place"], row["kept"], seats)
