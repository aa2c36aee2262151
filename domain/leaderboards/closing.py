"""Closing: keep what a window came to, for ever, and say who has won.

A window is closed at its cut-off, alone: whoever counts waits, and then finds it closed. What is
kept is hashed, so that anybody who has noted the hash can see that nothing was changed since.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from domain.leaderboards import following
from domain.leaderboards.closed import ALL_PLACES
from domain.leaderboards.events import WindowClosed
from domain.leaderboards.finding import get
from domain.leaderboards.moving import move
from domain.leaderboards.records import ORDERED, PLACES_KEPT, Board, Scope
from infra import ids, ranking
from infra.db import Row, Tx
from infra.outbox import emit

# Not while members are still counted anew.
DUE = """
SELECT programme, board, starts_on FROM board_cycle
WHERE closed_at IS NULL AND closes_at <= $1 AND recounted IS NULL
ORDER BY closes_at, programme, board, starts_on LIMIT 1
"""
HOLD = """
SELECT closes_at, recounted, closed_at FROM board_cycle
WHERE programme = $1 AND board = $2 AND starts_on = $3 FOR UPDATE
"""
# As Valkey orders them. Of a league all are kept, also who has scored nothing.
KEEP = """
INSERT INTO board_place (programme, board, cycle, grouping, place, member, score, reached_at)
SELECT $1, $2, $3, r.grouping, r.place, r.member, r.score, r.reached_at FROM (
    SELECT grouping, member, score, reached_at, row_number() OVER (
        PARTITION BY grouping ORDER BY score DESC, reached_at, member) AS place
    FROM board_score
    WHERE programme = $1 AND board = $2 AND cycle = $3 AND (score > 0 OR $4)
      AND (grouping <> '' OR $5)
) AS r WHERE r.place <= $6
"""
WINNERS = """
SELECT place, member FROM board_place
WHERE programme = $1 AND board = $2 AND cycle = $3 AND place <= $4 AND score > 0
ORDER BY grouping COLLATE "C", place
"""
PROMISE = """
INSERT INTO board_prize (programme, id, board, cycle, member, place, points, badge, level, state,
                         made_at)
SELECT $1, p.id, $2, $3, p.member, p.place, p.points, p.badge, p.level, 'WAITING', $10
FROM unnest($4::uuid[], $5::uuid[], $6::int[], $7::bigint[], $8::text[], $9::smallint[])
     AS p (id, member, place, points, badge, level)
"""
CLOSE = """
UPDATE board_cycle SET closed_at = $4, places = $5, hash = $6
WHERE programme = $1 AND board = $2 AND starts_on = $3
"""
FORGET_LAG = "DELETE FROM board_lag WHERE programme = $1 AND board = $2 AND cycle = $3"


async def close_next(at: datetime, tx: Tx) -> int:
    """The job: close one window whose cut-off has come; 0 when there is none."""
    row = await tx.row(DUE, at)
    if row is None:
        return 0
    await close(row["board"], row["starts_on"], programme=row["programme"], at=at, tx=tx)
    return 1


async def close(board: UUID, starts_on: date, *, programme: int, at: datetime, tx: Tx) -> bool:
    """Close a window: keep its places and their hash, say what they win, and move its league.

    False, and nothing happens, when it is closed, its cut-off is yet to come, or it is still
    being recounted. Refuses: NoSuchBoard.
    """
    found = await get(board, programme=programme, tx=tx)
    key = (programme, board, starts_on)
    row = await tx.row(HOLD, *key)
    if row is None or row["closed_at"] is not None or row["recounted"] is not None:
        return False
    if row["closes_at"] is None or at < row["closes_at"]:
        return False
    league = found.scope is Scope.COHORT
    everybody = found.scope in (Scope.PROGRAMME, Scope.CHALLENGE)
    await tx.run(KEEP, *key, league, everybody, PLACES_KEPT)
    kept = [row async for row in tx.stream(ALL_PLACES, *key)]
    hashed = hashlib.sha256(canonical(board, starts_on, kept)).digest()
    await _promise(found, starts_on, at, tx)
    if found.league is not None:
        await move(found, starts_on, kept, at=at, tx=tx)
    await tx.run(CLOSE, *key, at, len(kept), hashed)
    await tx.run(FORGET_LAG, *key)
    told = WindowClosed(
        programme=programme, subject=board, object=board, at=at, starts_on=starts_on,
        places=len(kept), hash=hashed.hex(),
    )  # fmt: skip
    emit(told, tx=tx)
    _let_go(found, starts_on, kept, tx)
    return True


def canonical(board: UUID, starts_on: date, places: Sequence[Row]) -> bytes:
    """What is hashed: UTF-8, lines that end in a line feed, parts with a tab between them.

    First "laurel board 1", the board and the window's first day; then for each place, by group in
    the order of its bytes and then by place: group, place, member, score, and when it was reached
    in microseconds since 1970. Ids in their usual spelling in small letters.
    """
    lines = [f"laurel board 1\t{board}\t{starts_on.isoformat()}"]
    lines += [
        f"{row['grouping']}\t{row['place']}\t{row['member']}\t{row['score']}"
        f"\t{(row['reached_at'] - ids.EPOCH) // ranking.MICROSECOND}"
        for row in places
    ]
    return "".join(f"{line}\n" for line in lines).encode()


async def _promise(board: Board, starts_on: date, at: datetime, tx: Tx) -> None:
    if not board.prizes:
        return
    last = board.prizes[-1].last
    won = [
        (prize, row)
        for row in await tx.rows(WINNERS, board.programme, board.id, starts_on, last)
        for prize in board.prizes
        if prize.first <= row["place"] <= prize.last
    ]
    parts = ("leaderboards.prize", board.programme, board.id, starts_on)
    await tx.run(
        PROMISE,
        board.programme,
        board.id,
        starts_on,
        [ids.derived(at, *parts, row["member"]) for _, row in won],
        [row["member"] for _, row in won],
        [row["place"] for _, row in won],
        [prize.points for prize, _ in won],
        [prize.badge for prize, _ in won],
        [prize.level for prize, _ in won],
        at,
    )


def _let_go(board: Board, starts_on: date, kept: Sequence[Row], tx: Tx) -> None:
    """Nobody asks Valkey for a closed window."""
    if board.scope not in ORDERED:
        return
    for grouping in {row["grouping"] for row in kept}:
        place = (board.programme, board.id, starts_on, grouping)
        tx.after_commit(partial(ranking.drop, following.set_name(place)))
