"""Writing: how a board is kept, and read again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from domain.leaderboards.records import Board, League, Measure, Prize, Scope, Span
from domain.metrics import ANY, Filter, read_filter, write_filter
from infra.db import Row

PLAIN = (
    "id", "programme", "name", "zone", "created_at", "first_day", "last_day", "challenge",
    "expiring", "cutoff_hours", "retired_at",
)  # fmt: skip


def board_of(row: Row) -> Board:
    """One row of the table as a value; its JSON columns are text."""
    return Board(
        **{name: row[name] for name in PLAIN},
        measure=Measure(row["measure"]),
        span=Span(row["span"]),
        scope=Scope(row["scope"]),
        filter=_filter(row),
        prizes=tuple(Prize(**prize) for prize in orjson.loads(row["prizes"])),
        league=_league(row),
    )


def written_filter(board: Board) -> str:
    """The board's filter as JSON text."""
    return orjson.dumps(write_filter(board.filter)).decode()


def written_prizes(board: Board) -> str:
    """The board's prizes as JSON text."""
    return orjson.dumps([asdict(prize) for prize in board.prizes]).decode()


def _filter(row: Row) -> Filter:
    """The one that fits everything is known by what it is, and costs nothing."""
    found = read_filter(orjson.loads(row["filter"]))
    return ANY if found == ANY else found


def _league(row: Mapping[str, Any]) -> League | None:
    if not row["divisions"]:
        return None
    return League(tuple(row["divisions"]), row["promoted"], row["demoted"], row["idle_max"])
