"""Scoring: write what members have reached, and see to it that Valkey hears of it.

A row counts its versions, so that Valkey never takes an older one for the newer. Which rows it
may not know yet is written with them; see `following`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.leaderboards import following
from domain.leaderboards.records import Board
from infra.db import Tx

# A score that had fallen to nothing begins anew. What the row is grouped under never changes
# here: a town is where somebody lived when the window began for them.
ADD = """
INSERT INTO board_score AS s (programme, board, cycle, member, grouping, score, reached_at)
SELECT $1, * FROM unnest($2::uuid[], $3::date[], $4::uuid[], $5::text[], $6::bigint[],
                         $7::timestamptz[])
ON CONFLICT (programme, board, cycle, member) DO UPDATE
SET score = least(s.score + excluded.score, 9007199254740991),
    reached_at = CASE WHEN s.score = 0 THEN excluded.reached_at
                      ELSE greatest(s.reached_at, excluded.reached_at) END,
    version = s.version + 1
RETURNING board, cycle, grouping, member, score, reached_at, version
"""
# Whoever has nothing and had nothing needs no row.
PUT = """
INSERT INTO board_score AS s (programme, board, cycle, member, grouping, score, reached_at)
SELECT $1, w.* FROM unnest($2::uuid[], $3::date[], $4::uuid[], $5::text[], $6::bigint[],
                           $7::timestamptz[])
     AS w (board, cycle, member, grouping, score, reached_at)
WHERE w.score > 0 OR EXISTS (
    SELECT FROM board_score AS o
    WHERE o.programme = $1 AND o.board = w.board AND o.cycle = w.cycle AND o.member = w.member)
ON CONFLICT (programme, board, cycle, member) DO UPDATE
SET score = excluded.score, reached_at = excluded.reached_at, version = s.version + 1
WHERE (s.score, s.reached_at) <> (excluded.score, excluded.reached_at)
RETURNING board, cycle, grouping, member, score, reached_at, version
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody's row is to have; `grouping` only where it has none yet."""

    board: UUID
    starts_on: date
    member: UUID
    score: int
    reached_at: datetime
    grouping: str = ""


async def add(
    wanted: Sequence[Wanted], *, boards: Mapping[UUID, Board], programme: int, tx: Tx
) -> None:
    """Add to scores; one row comes once."""
    await _write(ADD, wanted, boards, programme, tx)


async def put(
    wanted: Sequence[Wanted], *, boards: Mapping[UUID, Board], programme: int, tx: Tx
) -> None:
    """Set scores to what they are; one row comes once."""
    await _write(PUT, wanted, boards, programme, tx)


async def _write(
    sql: str, wanted: Sequence[Wanted], boards: Mapping[UUID, Board], programme: int, tx: Tx
) -> None:
    if not wanted:
        return
    # In the order of the key, as everybody writes them.
    rows = sorted(wanted, key=lambda one: (one.board, one.starts_on, one.member))
    written = await tx.rows(
        sql,
        programme,
        [one.board for one in rows],
        [one.starts_on for one in rows],
        [one.member for one in rows],
        [one.grouping for one in rows],
        [one.score for one in rows],
        [one.reached_at for one in rows],
    )
    await following.announce(written, boards=boards, programme=programme, tx=tx)
