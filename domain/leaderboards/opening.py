"""Opening: the windows of boards, each a row that whoever counts holds together with others.

Whoever closes a window, or deals its cohorts, holds it alone, so nothing is counted meanwhile.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeAlias
from uuid import UUID

from domain import ledger, programmes
from domain.leaderboards.records import Board, Window
from domain.leaderboards.windows import window_on
from infra.db import Row, Tx

Key: TypeAlias = tuple[UUID, date]

OPEN = """
INSERT INTO board_cycle (programme, board, starts_on, ends_at, closes_at, counts_from, recounted)
SELECT $1, * FROM unnest($2::uuid[], $3::date[], $4::timestamptz[], $5::timestamptz[],
                         $6::timestamptz[], $7::uuid[])
ON CONFLICT (programme, board, starts_on) DO NOTHING
"""
# Shared, so that those who count do not wait for each other; in one order, so that whoever holds
# one alone and wants another cannot wait in a circle.
HOLD = """
SELECT board, starts_on, counts_from, recounted, closed_at FROM board_cycle
WHERE programme = $1
  AND (board, starts_on) IN (SELECT * FROM unnest($2::uuid[], $3::date[]))
ORDER BY board, starts_on FOR SHARE
"""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A window as it stands in the database.

    counts_from -- what was earned before has expired; None: nothing has.
    settled     -- False: members are still being counted anew.
    closed      -- True: nothing changes it.
    """

    board: Board
    window: Window
    counts_from: datetime | None
    settled: bool
    closed: bool


async def hold(
    wanted: Collection[Key], *, boards: Mapping[UUID, Board], programme: int, at: datetime, tx: Tx
) -> Mapping[Key, Cycle]:
    """These windows, opened where they were not, and open or closed for as long as `tx` lasts."""
    places = [board for board, _ in wanted], [day for _, day in wanted]
    rows = await tx.rows(HOLD, programme, *places) if wanted else []
    missing = set(wanted) - {(row["board"], row["starts_on"]) for row in rows}
    if missing:
        fresh = [(boards[board], day) for board, day in sorted(missing)]
        await open_windows(fresh, recounted=None, at=at, tx=tx)
        rows = await tx.rows(HOLD, programme, *places)
    return {(row["board"], row["starts_on"]): _cycle(row, boards) for row in rows}


async def open_windows(
    fresh: Sequence[tuple[Board, date]], *, recounted: UUID | None, at: datetime, tx: Tx
) -> None:
    """Open windows, all of one programme; one that is open already stays as it is.

    recounted -- see the table: everybody after this member is to be counted anew.
    """
    if not fresh:
        return
    windows = [window_on(board, day) for board, day in fresh]
    floors = await expired_before([board for board, _ in fresh], at=at, tx=tx)
    await tx.run(
        OPEN,
        fresh[0][0].programme,
        [board.id for board, _ in fresh],
        [day for _, day in fresh],
        [window.ends_at for window in windows],
        [window.closes_at for window in windows],
        [floors.get(board.id) for board, _ in fresh],
        [recounted for _ in fresh],
    )


async def expired_before(
    boards: Sequence[Board], *, at: datetime, tx: Tx
) -> Mapping[UUID, datetime]:
    """For each board that points leave when they expire: what was earned before this has.

    Points live to the end of so many months (UTC) after the one they were earned in, as the
    ledger's policy is now; whether they were spent meanwhile does not matter to a board.
    """
    aging = [board for board in boards if board.expiring]
    if not aging:
        return {}
    home = await programmes.by_id(aging[0].programme, tx=tx)
    months = (await ledger.policies(home.book, tx=tx)).expiry_months
    if months is None:
        return {}
    oldest = ledger.month_of(at) - months
    floor = datetime(oldest // 12, oldest % 12 + 1, 1, tzinfo=UTC)
    return {board.id: floor for board in aging}


def _cycle(row: Row, boards: Mapping[UUID, Board]) -> Cycle:
    board = boards[row["board"]]
    return Cycle(
        board=board,
        window=window_on(board, row["starts_on"]),
        counts_from=row["counts_from"],
        settled=row["recounted"] is None,
        closed=row["closed_at"] is not None,
    )
