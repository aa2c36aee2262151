"""Finding: the boards of a programme, and which of them an activity could count for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.activities import Type
from domain.leaderboards.errors import NoSuchBoard
from domain.leaderboards.reckoning import takes_earnings
from domain.leaderboards.records import Board, Measure
from domain.leaderboards.writing import board_of
from infra.db import Tx

CACHED_MAX = 1_000

VERSION = "SELECT version FROM board_version WHERE programme = $1"
RUNNING = """
SELECT id, programme, name, measure, filter::text AS filter, span, first_day, last_day, zone, scope,
       challenge, expiring, cutoff_hours, prizes::text AS prizes, divisions, promoted, demoted,
       idle_max, created_at, retired_at
FROM board WHERE programme = $1 AND retired_at IS NULL ORDER BY id
"""
SEVERAL = """
SELECT id, programme, name, measure, filter::text AS filter, span, first_day, last_day, zone, scope,
       challenge, expiring, cutoff_hours, prizes::text AS prizes, divisions, promoted, demoted,
       idle_max, created_at, retired_at
FROM board WHERE programme = $1 AND id = ANY($2::uuid[]) ORDER BY id
"""
LISTED = """
SELECT id, programme, name, measure, filter::text AS filter, span, first_day, last_day, zone, scope,
       challenge, expiring, cutoff_hours, prizes::text AS prizes, divisions, promoted, demoted,
       idle_max, created_at, retired_at
FROM board WHERE programme = $1 AND ($2::uuid IS NULL OR id < $2) AND ($4 OR retired_at IS NULL)
ORDER BY id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Running:
    """The boards of a programme that count now, each kind where it is looked for.

    counting -- by the type of an activity, those of no challenge whose filter could fit it.
    earning  -- those that other points count for.
    sides    -- those of a challenge, by challenge: they are of no matter to who is not in it.
    """

    boards: Mapping[UUID, Board]
    counting: Mapping[Type, Sequence[Board]]
    earning: Sequence[Board]
    sides: Mapping[UUID, Sequence[Board]]


# By programme, with the version that they are of; every process keeps its own.
_cache: dict[int, tuple[UUID, Running]] = {}


async def running(*, programme: int, tx: Tx) -> Running:
    """The boards that count now; read again only when something about them has changed."""
    version = await tx.value(VERSION, programme)
    if version is None:
        return _arranged([])
    kept = _cache.get(programme)
    if kept is None or kept[0] != version:
        if len(_cache) >= CACHED_MAX:
            _cache.clear()
        boards = [board_of(row) for row in await tx.rows(RUNNING, programme)]
        kept = _cache[programme] = (version, _arranged(boards))
    return kept[1]


async def get(id: UUID, *, programme: int, tx: Tx) -> Board:
    """The board with that id. Raises NoSuchBoard."""
    found = await several([id], programme=programme, tx=tx)
    if id not in found:
        raise NoSuchBoard("there is no such board")
    return found[id]


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Board]:
    """Those boards of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: board_of(row) for row in rows}


async def listed(
    *, programme: int, before: UUID | None, limit: int, retired: bool = False, tx: Tx
) -> Sequence[Board]:
    """The boards of the programme, newest first, from the one before `before` on.

    retired -- True: those that were given up, too.
    """
    return [board_of(row) for row in await tx.rows(LISTED, programme, before, limit, retired)]


def _arranged(boards: Sequence[Board]) -> Running:
    plain = [board for board in boards if board.measure is not Measure.PROGRESS]
    sides: defaultdict[UUID, list[Board]] = defaultdict(list)
    for board in boards:
        if board.challenge is not None:
            sides[board.challenge].append(board)
    return Running(
        boards={board.id: board for board in boards},
        counting={
            type: [b for b in plain if b.challenge is None and _may_count(b, type)] for type in Type
        },
        earning=[board for board in plain if takes_earnings(board)],
        sides=dict(sides),
    )


def _may_count(board: Board, type: Type) -> bool:
    return not board.filter.types or type in board.filter.types
