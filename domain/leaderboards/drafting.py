"""Draft: open a board, and retire it."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import badges, challenges, ledger, programmes
from domain.leaderboards.checking import check
from domain.leaderboards.errors import BadBoard, TooManyBoards
from domain.leaderboards.finding import get, several
from domain.leaderboards.hinting import hint
from domain.leaderboards.opening import open_windows
from domain.leaderboards.records import Board
from domain.leaderboards.windows import first_day
from domain.leaderboards.writing import written_filter, written_prizes
from domain.members import day_in
from infra import ids
from infra.db import Tx

BOARDS_MAX = 50
# Nobody has this id: whoever comes after it is everybody.
NOBODY = UUID(int=0)

COUNT = "SELECT count(*) FROM board WHERE programme = $1 AND retired_at IS NULL"
ADD = """
INSERT INTO board (programme, id, name, measure, filter, span, first_day, last_day, zone, scope,
                   challenge, expiring, cutoff_hours, prizes, divisions, promoted, demoted,
                   idle_max, created_at)
VALUES ($1, $2, $3, $4, $5::text::jsonb, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::jsonb, $15,
        $16, $17, $18, $19)
"""
RETIRE = """
UPDATE board SET retired_at = $3 WHERE programme = $1 AND id = $2 AND retired_at IS NULL
"""
# Also what makes two who open boards at once come one by one.
NEW_VERSION = """
INSERT INTO board_version (programme, version) VALUES ($1, $2)
ON CONFLICT (programme) DO UPDATE SET version = excluded.version
"""


async def create(board: Board, *, at: datetime, tx: Tx) -> Board:
    """Open a board. What was done before in the window that is running now counts: a job looks
    it up, member by member.

    board -- its zone and the time it was made are set here. The same id again with the same
             words answers the same.
    Refuses, in this order: BadBoard (see `checking.check`; then `challenge` and `prizes`, where
    they name what is not there), programmes.NoSuchProgramme, ledger.KeyReused, TooManyBoards.
    """
    check(board)
    await _check_named(board, tx)
    home = await programmes.by_id(board.programme, tx=tx)
    made = replace(board, zone=home.zone, created_at=at, retired_at=None)
    await tx.run(NEW_VERSION, board.programme, ids.new(at))
    first = (await several([board.id], programme=board.programme, tx=tx)).get(board.id)
    if first is not None:
        if replace(made, zone=first.zone, created_at=first.created_at) != first:
            raise ledger.KeyReused
        return first
    if await tx.value(COUNT, board.programme) >= BOARDS_MAX:
        raise TooManyBoards(limit=BOARDS_MAX)
    await _write(made, tx)
    await _open_first(made, at, tx)
    return made


async def retire(id: UUID, *, programme: int, at: datetime, tx: Tx) -> Board:
    """Count no more for the board. What has been counted stays to be seen, and windows that have
    ended are closed and paid. Again is fine. Refuses: NoSuchBoard.
    """
    board = await get(id, programme=programme, tx=tx)
    if board.retired_at is not None:
        return board
    await tx.run(RETIRE, programme, id, at)
    await tx.run(NEW_VERSION, programme, ids.new(at))
    hint([id], programme=programme, tx=tx)
    return replace(board, retired_at=at)


async def _check_named(board: Board, tx: Tx) -> None:
    if board.challenge is not None:
        known = await challenges.several([board.challenge], programme=board.programme, tx=tx)
        # What members make among themselves is nobody else's to show.
        if board.challenge not in known or known[board.challenge].owner is challenges.Owner.MEMBER:
            raise BadBoard("challenge", "there is no such challenge")
    keys = {prize.badge for prize in board.prizes if prize.badge is not None}
    found = await badges.known(keys, programme=board.programme, tx=tx) if keys else {}
    for prize in board.prizes:
        if prize.badge is None:
            continue
        if prize.badge not in found:
            raise BadBoard("prizes", "there is no such badge")
        if prize.level is not None and not 1 <= prize.level <= len(found[prize.badge].levels):
            raise BadBoard("prizes", "the badge has no such level")


async def _write(board: Board, tx: Tx) -> None:
    league = board.league
    await tx.run(
        ADD,
        board.programme,
        board.id,
        board.name,
        board.measure,
        written_filter(board),
        board.span,
        board.first_day,
        board.last_day,
        board.zone,
        board.scope,
        board.challenge,
        board.expiring,
        board.cutoff_hours,
        written_prizes(board),
        list(league.divisions) if league else [],
        league.promoted if league else 0,
        league.demoted if league else 0,
        league.idle_max if league else 1,
        board.created_at,
    )


async def _open_first(board: Board, at: datetime, tx: Tx) -> None:
    """The window that is running, with everybody to be counted from what is known already."""
    day = first_day(board, day_in(board.zone, at))
    await open_windows([(board, day)], recounted=NOBODY, at=at, tx=tx)
