"""Recounting: reckon rows anew from all that is known, a few at once or all of a board.

A new board, and one of which points have expired, is recounted by a job: member by member in the
order of their ids, a page a transaction. Whoever scores meanwhile is reckoned anew, too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from domain import challenges, members, metrics
from domain.leaderboards import scoring
from domain.leaderboards.finding import get, running
from domain.leaderboards.following import heal
from domain.leaderboards.grouping import groupings
from domain.leaderboards.opening import Cycle, expired_before, hold
from domain.leaderboards.reckoning import NOTHING, reckon, takes_earnings
from domain.leaderboards.records import Board, Earning, Measure, Scope, Score
from domain.leaderboards.scoring import Wanted
from domain.leaderboards.windows import BEGINNING
from domain.metrics import Fact
from infra.db import Tx
from infra.ids import EPOCH

PAGE = 500
NOBODY = UUID(int=0)
# No two zones are further apart than 26 hours, so no local date is further from a window's.
AROUND = timedelta(days=2)
LAST = date(9999, 12, 29)
FAR = datetime(9999, 12, 31, tzinfo=UTC)

EARNINGS = """
SELECT id, member, points, at FROM board_earning
WHERE programme = $1 AND member = ANY($2::uuid[]) AND at >= $3 AND at < $4
"""
OPEN_OF = """
SELECT DISTINCT s.board, s.cycle FROM board_score AS s
JOIN board_cycle AS c ON c.programme = s.programme AND c.board = s.board AND c.starts_on = s.cycle
WHERE s.programme = $1 AND s.member = ANY($2::uuid[]) AND c.closed_at IS NULL
"""
RUNNING_NOW = """
SELECT board, starts_on FROM board_cycle
WHERE programme = $1 AND closed_at IS NULL AND (ends_at IS NULL OR ends_at > $2)
"""
# The board and the page of it that come next.
NEXT = """
SELECT programme, board, starts_on, recounted FROM board_cycle
WHERE recounted IS NOT NULL AND closed_at IS NULL ORDER BY programme, board, starts_on LIMIT 1
"""
RECOUNTED = """
UPDATE board_cycle SET recounted = $4 WHERE programme = $1 AND board = $2 AND starts_on = $3
"""
MARK = """
UPDATE board_cycle SET recounted = $2
WHERE programme = $1 AND closed_at IS NULL AND board = ANY($3::uuid[])
"""
AGE = """
UPDATE board_cycle AS c SET counts_from = f.floor, recounted = $2
FROM unnest($3::uuid[], $4::timestamptz[]) AS f (board, floor)
WHERE c.programme = $1 AND c.board = f.board AND c.closed_at IS NULL
  AND c.counts_from IS DISTINCT FROM f.floor
"""


async def reckon_anew(wanted: Mapping[Cycle, Collection[UUID]], *, programme: int, tx: Tx) -> None:
    """Set the rows of these members in these windows to what all that is known comes to.

    The windows are held and the members locked by the caller; what is closed stays as it is.
    """
    live = {cycle: members for cycle, members in wanted.items() if members and not cycle.closed}
    if not live:
        return
    who = {member for members in live.values() for member in members}
    facts = await _facts(live, who, programme, tx)
    earnings = await _earnings(live, who, programme, tx)
    sides = await _sides(live, who, programme, tx)
    places = [(cycle.board, member) for cycle, some in live.items() for member in some]
    groups = await groupings(places, programme=programme, tx=tx)
    rows = []
    for cycle, some in live.items():
        board, day = cycle.board, cycle.window.starts_on
        for member in some:
            side = sides.get((board.challenge, member)) if board.challenge else None
            score = _score(cycle, facts.get(member, ()), earnings.get(member, ()), side)
            team = str(side.team) if side and side.team and board.scope is Scope.TEAM else ""
            group = groups.get((board.id, member), team)
            rows.append(Wanted(board.id, day, member, score.score, score.reached_at, group))
    boards = {cycle.board.id: cycle.board for cycle in live}
    await scoring.put(rows, boards=boards, programme=programme, tx=tx)


async def recount(ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx) -> None:
    """Reckon these members anew in every window that is open: after a merge, or when somebody
    came back. Locked by the caller; who has left or became part of another has nothing left."""
    found = await running(programme=programme, tx=tx)
    rows = await tx.rows(OPEN_OF, programme, list(ids))
    now = await tx.rows(RUNNING_NOW, programme, at)
    keys = {(row["board"], row["cycle"]) for row in rows}
    keys |= {(row["board"], row["starts_on"]) for row in now}
    keys = {key for key in keys if key[0] in found.boards}
    cycles = await hold(keys, boards=found.boards, programme=programme, at=at, tx=tx)
    known = await members.several(ids, programme=programme, tx=tx)
    here = {id for id, member in known.items() if member.is_active}
    await reckon_anew({cycle: here for cycle in cycles.values()}, programme=programme, tx=tx)
    await _clear(set(known) - here, cycles.values(), programme, tx)


async def leave(ids: Collection[UUID], *, programme: int, at: datetime, tx: Tx) -> None:
    """Take members who went off every window that is open. Locked by the caller."""
    found = await running(programme=programme, tx=tx)
    rows = await tx.rows(OPEN_OF, programme, list(ids))
    keys = {(row["board"], row["cycle"]) for row in rows if row["board"] in found.boards}
    cycles = await hold(keys, boards=found.boards, programme=programme, at=at, tx=tx)
    await _clear(ids, cycles.values(), programme, tx)


async def rebuild(*, programme: int, tx: Tx) -> None:
    """Have every open window recounted from all that is known, by the job; and once `tx` has
    committed, Valkey's order made anew from the rows, whatever it has."""
    found = await running(programme=programme, tx=tx)
    await tx.run(MARK, programme, NOBODY, list(found.boards))
    await heal(programme=programme, tx=tx)


async def recount_next(at: datetime, tx: Tx) -> int:
    """The job: recount one page of one window; how many members that were, at least 1."""
    row = await tx.row(NEXT)
    if row is None:
        return 0
    programme, key = row["programme"], (row["board"], row["starts_on"])
    page = await members.listed(programme=programme, after=row["recounted"], limit=PAGE, tx=tx)
    ids = [member.id for member in page]
    locked = await members.lock(ids, programme=programme, tx=tx)
    board = await get(row["board"], programme=programme, tx=tx)
    boards = {board.id: board}
    held = await hold([key], boards=boards, programme=programme, at=at, tx=tx)
    here = {id for id, member in locked.items() if member.is_active}
    await reckon_anew({held[key]: here}, programme=programme, tx=tx)
    last = ids[-1] if len(ids) == PAGE else None
    await tx.run(RECOUNTED, programme, *key, last)
    return max(len(ids), 1)


async def age(board: Board, *, at: datetime, tx: Tx) -> None:
    """Let points leave a board that have expired since: it is recounted where any have."""
    floors = await expired_before([board], at=at, tx=tx)
    if floors:
        await tx.run(AGE, board.programme, NOBODY, list(floors), list(floors.values()))


async def _clear(ids: Collection[UUID], cycles: Collection[Cycle], programme: int, tx: Tx) -> None:
    nothing = [
        Wanted(cycle.board.id, cycle.window.starts_on, member, NOTHING.score, NOTHING.reached_at)
        for cycle in cycles
        if not cycle.closed
        for member in ids
    ]
    boards = {cycle.board.id: cycle.board for cycle in cycles}
    await scoring.put(nothing, boards=boards, programme=programme, tx=tx)


def _score(
    cycle: Cycle,
    facts: Iterable[Fact],
    earnings: Iterable[Earning],
    side: challenges.Reached | None,
) -> Score:
    board = cycle.board
    if board.challenge is not None and side is None:
        return NOTHING
    if board.measure is Measure.PROGRESS:
        assert side is not None, "whoever takes part has come so far"
        return Score(side.reached, side.reached_at) if side.reached else NOTHING
    return reckon(board, cycle.window, facts, earnings, since=cycle.counts_from)


async def _facts(
    live: Collection[Cycle], who: Collection[UUID], programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Fact]]:
    windows = [cycle.window for cycle in live if cycle.board.measure is not Measure.PROGRESS]
    if not windows:
        return {}
    since = min(window.starts_on for window in windows)
    ends = [window.ends_at for window in windows]
    known = [end for end in ends if end is not None]
    until = max(known).date() if len(known) == len(ends) else LAST
    since = BEGINNING if since <= BEGINNING else since - AROUND
    return await metrics.facts_of(
        who, programme=programme, since=since, until=until + AROUND, tx=tx
    )


async def _earnings(
    live: Collection[Cycle], who: Collection[UUID], programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Earning]]:
    windows = [cycle.window for cycle in live if takes_earnings(cycle.board)]
    found: defaultdict[UUID, list[Earning]] = defaultdict(list)
    if windows:
        starts = [window.starts_at or EPOCH for window in windows]
        ends = [window.ends_at or FAR for window in windows]
        for row in await tx.rows(EARNINGS, programme, list(who), min(starts), max(ends)):
            found[row["member"]].append(Earning(**row))
    return found


async def _sides(
    live: Collection[Cycle], who: Collection[UUID], programme: int, tx: Tx
) -> Mapping[tuple[UUID, UUID], challenges.Reached]:
    wanted = {cycle.board.challenge for cycle in live if cycle.board.challenge is not None}
    if not wanted:
        return {}
    found = await challenges.reached(wanted, members=who, programme=programme, tx=tx)
    return {(side.challenge, side.member): side for side in found}
