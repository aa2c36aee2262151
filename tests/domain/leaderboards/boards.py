"""Boards: the sentences that the tests of leaderboards begin with."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain import leaderboards
from domain.leaderboards import Board, League, Measure, Part, Scope, Span, View
from domain.members import Member
from domain.metrics import Change
from domain.metrics.keeping import Kept, keep
from domain.programmes import Programme
from infra import ids
from infra.db import Tx
from tests.support.given import NOON

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

ROWS = """
SELECT member, score, reached_at FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND score > 0
"""
CYCLES = "SELECT starts_on FROM board_cycle WHERE programme = $1 AND board = $2 ORDER BY starts_on"
RECOUNTED = """
UPDATE board_cycle SET recounted = NULL WHERE programme = $1 AND closed_at IS NULL
"""


def a_league(**words: Any) -> League:
    return League(
        **{"divisions": ("Bronze", "Silver", "Gold"), "promoted": 2, "demoted": 2, **words}
    )


def drawn(club: Programme | int, **words: Any) -> Board:
    """A board of all metres of a week, as an operator would draw it up."""
    plain: dict[str, Any] = {
        "id": ids.new(NOON),
        "programme": club.id if isinstance(club, Programme) else club,
        "name": "Metres",
        "measure": Measure.DISTANCE,
        "span": Span.WEEK,
        "scope": Scope.PROGRAMME,
        "zone": "Europe/Vienna",
        "created_at": NOON,
    }
    if words.get("scope") is Scope.COHORT:
        plain["league"] = a_league()
    return Board(**{**plain, **words})


async def a_board(club: Programme, tx: Tx, *, at: datetime = NOON, **words: Any) -> Board:
    """A board whose members have been counted from what was known."""
    board = await leaderboards.create(drawn(club, **words), at=at, tx=tx)
    await tx.run(RECOUNTED, club.id)
    return board


async def happen(*changes: Change, tx: Tx) -> None:
    """The facts of these changes are kept, and boards count them, as the game has them do it."""
    for change in changes:
        after = change.after
        await keep(
            [Kept(after, after.member, 2 * after.revision)], programme=after.programme, tx=tx
        )
        await leaderboards.count([change], programme=after.programme, tx=tx)


async def scores(board: Board, tx: Tx, *, starts_on: date) -> Mapping[UUID, tuple[int, datetime]]:
    """Who has what in a window."""
    rows = await tx.rows(ROWS, board.programme, board.id, starts_on)
    return {row["member"]: (row["score"], row["reached_at"]) for row in rows}


async def windows(board: Board, tx: Tx) -> Sequence[date]:
    """The first days of the windows that the board has had."""
    return [row["starts_on"] for row in await tx.rows(CYCLES, board.programme, board.id)]


async def seen(
    board: Board,
    asker: Member,
    tx: Tx,
    *,
    part: Part = Part.TOP,
    count: int = 10,
    at: datetime = NOON,
    **words: Any,
) -> View:
    return await leaderboards.view(board, part, asker=asker, count=count, at=at, tx=tx, **words)


def shown(view: View) -> list[tuple[int, int, str | None]]:
    """Place, score and name of each line."""
    return [(line.place, line.score, line.name) for line in view.lines]
