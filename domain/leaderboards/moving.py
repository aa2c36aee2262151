"""Moving: what a closed window does to the members of a league, and who plays with whom next.

The cohorts of a window are dealt once the window before is closed, from those who play and those
who have scored since; until then their scores count without a place. Whoever scores later is
seated where there is most room. Whoever deals holds the window alone, so nobody's row changes.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from uuid import UUID

from domain.leaderboards import leagues
from domain.leaderboards.events import DivisionChanged
from domain.leaderboards.finding import get
from domain.leaderboards.opening import open_windows
from domain.leaderboards.records import Board, Rank
from domain.leaderboards.windows import first_day, previous
from domain.members import day_in
from infra.db import Row, Tx
from infra.ids import EPOCH
from infra.outbox import emit

SEATED_MAX = 5_000

RANKS = """
SELECT member, division, idle, plays FROM league_member
WHERE programme = $1 AND board = $2 AND ($3::uuid[] IS NULL OR member = ANY($3))
"""
KEEP_RANKS = """
INSERT INTO league_member AS l (programme, board, member, division, idle, plays)
SELECT $1, $2, * FROM unnest($3::uuid[], $4::smallint[], $5::smallint[], $6::boolean[])
ON CONFLICT (programme, board, member) DO UPDATE
SET division = excluded.division, idle = excluded.idle, plays = excluded.plays
"""
LEAGUES = """
SELECT programme, id FROM board
WHERE scope = 'COHORT' AND retired_at IS NULL ORDER BY programme, id
"""
# Alone: see above.
HOLD = """
SELECT dealt_at, closed_at FROM board_cycle
WHERE programme = $1 AND board = $2 AND starts_on = $3 FOR UPDATE
"""
IS_OPEN = """
SELECT EXISTS (SELECT FROM board_cycle WHERE programme = $1 AND board = $2 AND starts_on = $3
               AND closed_at IS NULL)
"""
SCORED = """
SELECT member, reached_at FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND grouping = '' AND score > 0
ORDER BY reached_at, member LIMIT $4
"""
SIZES = """
SELECT grouping, count(*) AS size FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND grouping <> '' GROUP BY grouping
"""
SEAT = """
INSERT INTO board_score AS s (programme, board, cycle, member, grouping, score, reached_at)
SELECT $1, $2, $3, w.member, w.grouping, 0, $6 FROM unnest($4::uuid[], $5::text[])
     AS w (member, grouping)
ORDER BY w.member
ON CONFLICT (programme, board, cycle, member) DO UPDATE SET grouping = excluded.grouping
"""
DEALT = """
UPDATE board_cycle SET dealt_at = $4 WHERE programme = $1 AND board = $2 AND starts_on = $3
"""


async def move(
    board: Board, starts_on: date, places: Sequence[Row], *, at: datetime, tx: Tx
) -> None:
    """Promote and demote by what was kept of a window, in order of groups and places."""
    assert board.league is not None, "only a league moves"
    ranks = await ranks_of(board, None, tx=tx)
    made: list[leagues.Move] = []
    for name, rows in groupby(places, key=itemgetter("grouping")):
        cohort = [(row["member"], row["score"]) for row in rows]
        division = leagues.division_of(name)
        made += leagues.moves(board.league, cohort, division=division, ranks=ranks)
    await _keep(board, made, tx)
    for one in made:
        if one.before != one.after:
            told = DivisionChanged(
                programme=board.programme, subject=one.member, object=board.id, at=at,
                starts_on=starts_on, before=one.before, after=one.after,
            )  # fmt: skip
            emit(told, tx=tx)


async def deal_all(at: datetime, tx: Tx) -> int:
    """The job: deal the cohorts of each league's window that can be dealt, and seat newcomers."""
    for row in await tx.rows(LEAGUES):
        board = await get(row["id"], programme=row["programme"], tx=tx)
        await deal(board, at=at, tx=tx)
    return 0


async def deal(board: Board, *, at: datetime, tx: Tx) -> None:
    """Deal the cohorts of the league's running window, or seat who scored since they were.

    Nothing happens while the window before is still open.
    """
    starts_on = first_day(board, day_in(board.zone, at))
    before = previous(board, starts_on)
    if before is not None and await tx.value(IS_OPEN, board.programme, board.id, before):
        return
    await open_windows([(board, starts_on)], recounted=None, at=at, tx=tx)
    row = await tx.row(HOLD, board.programme, board.id, starts_on)
    if row is None or row["closed_at"] is not None:
        return
    scored = await tx.rows(SCORED, board.programme, board.id, starts_on, SEATED_MAX)
    newcomers = [row["member"] for row in scored]
    if row["dealt_at"] is None:
        await _deal(board, starts_on, newcomers, tx)
        await tx.run(DEALT, board.programme, board.id, starts_on, at)
    elif newcomers:
        await _seat(board, starts_on, newcomers, tx)


async def ranks_of(board: Board, ids: Sequence[UUID] | None, *, tx: Tx) -> Mapping[UUID, Rank]:
    """Where these members, or all when none is said, are in the league; newcomers are nowhere."""
    assert board.league is not None, "only a league has divisions"
    names = board.league.divisions
    rows = await tx.rows(RANKS, board.programme, board.id, ids)
    return {
        row["member"]: Rank(row["division"], names[row["division"] - 1], row["idle"], row["plays"])
        for row in rows
    }


async def _deal(board: Board, starts_on: date, scored: Sequence[UUID], tx: Tx) -> None:
    ranks = await ranks_of(board, None, tx=tx)
    players = {member for member, rank in ranks.items() if rank.plays} | set(scored)
    divisions: defaultdict[int, list[UUID]] = defaultdict(list)
    for member in players:
        divisions[ranks[member].division if member in ranks else 1].append(member)
    seated = {
        member: leagues.grouping(division, number)
        for division, some in divisions.items()
        for number, cohort in enumerate(
            leagues.deal(some, seed=f"{board.id}:{starts_on}:{division}"), start=1
        )
        for member in cohort
    }
    await _settle(board, starts_on, seated, ranks, tx)


async def _seat(board: Board, starts_on: date, newcomers: Sequence[UUID], tx: Tx) -> None:
    ranks = await ranks_of(board, newcomers, tx=tx)
    sizes: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for row in await tx.rows(SIZES, board.programme, board.id, starts_on):
        name = row["grouping"]
        sizes[leagues.division_of(name)][leagues.number_of(name)] = row["size"]
    by_division: defaultdict[int, list[UUID]] = defaultdict(list)
    for member in newcomers:
        by_division[ranks[member].division if member in ranks else 1].append(member)
    seated = {
        member: leagues.grouping(division, number)
        for division, some in by_division.items()
        for member, number in leagues.seats(some, sizes[division]).items()
    }
    await _settle(board, starts_on, seated, ranks, tx)


async def _settle(
    board: Board,
    starts_on: date,
    seated: Mapping[UUID, str],
    ranks: Mapping[UUID, Rank],
    tx: Tx,
) -> None:
    """Write who is where; who comes in, or comes back, plays from now on."""
    key = (board.programme, board.id, starts_on)
    await tx.run(SEAT, *key, list(seated), list(seated.values()), EPOCH)
    fresh = [member for member in seated if member not in ranks or not ranks[member].plays]
    moves = []
    for member in fresh:
        division = ranks[member].division if member in ranks else 1
        moves.append(leagues.Move(member, division, division, 0, True))
    await _keep(board, moves, tx)


async def _keep(board: Board, moves: Sequence[leagues.Move], tx: Tx) -> None:
    if moves:
        await tx.run(
            KEEP_RANKS,
            board.programme,
            board.id,
            [one.member for one in moves],
            [one.after for one in moves],
            [one.idle for one in moves],
            [one.plays for one in moves],
        )
