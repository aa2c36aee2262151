"""Following: Valkey's order follows the rows, and is made anew when it is lost.

With each batch of rows it is written which of them Valkey may not know; once it knows them that
goes. So neither a process that dies after its commit, nor a Valkey that was away or has lost
everything, leaves a wrong order for longer than until the next turn of the job.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID

from domain.leaderboards.hinting import hint
from domain.leaderboards.records import ORDERED, Board, Scope
from infra import db, ranking
from infra.db import Row, Tx
from infra.ranking import Mark

LAGS_MAX = 1_000
PAGE = 5_000
NOBODY = UUID(int=0)

Place: TypeAlias = tuple[int, UUID, date, str]

LAG = """
INSERT INTO board_lag (programme, board, cycle, grouping, members)
SELECT $1, l.board, l.cycle, l.grouping, l.members::uuid[]
FROM unnest($2::uuid[], $3::date[], $4::text[], $5::text[])
     AS l (board, cycle, grouping, members)
RETURNING id, board, cycle, grouping
"""
# In the order in which they were written, so that the oldest does not wait for ever.
LAGS = """
SELECT programme, id, board, cycle, grouping, members FROM board_lag ORDER BY id LIMIT $1
"""
KNOWN = """
DELETE FROM board_lag AS l USING unnest($1::int[], $2::bigint[]) AS k (programme, id)
WHERE l.programme = k.programme AND l.id = k.id
"""
CURRENT = """
SELECT member, score, reached_at, version FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND grouping = $4 AND member = ANY($5::uuid[])
"""
WHOLE = """
SELECT member, score, reached_at, version FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND grouping = $4 AND member > $5
ORDER BY member LIMIT $6
"""
# The sets that ought to be there. Those of towns are too many to ask for: they are made anew when
# somebody scores there, or reads them.
OPEN = """
SELECT c.programme, c.board, c.starts_on FROM board_cycle AS c
JOIN board AS b ON b.programme = c.programme AND b.id = c.board
WHERE c.closed_at IS NULL AND b.scope IN ('PROGRAMME', 'CHALLENGE')
  AND (c.ends_at IS NULL OR c.ends_at > $1)
ORDER BY c.programme, c.board, c.starts_on
"""
GROUPS = """
SELECT DISTINCT s.board, s.cycle, s.grouping FROM board_cycle AS c
JOIN board AS b ON b.programme = c.programme AND b.id = c.board
JOIN board_score AS s ON s.programme = c.programme AND s.board = c.board AND s.cycle = c.starts_on
WHERE c.programme = $1 AND c.closed_at IS NULL
  AND (b.scope IN ('PROGRAMME', 'CHALLENGE') OR b.scope = 'CITY' AND s.grouping <> '')
"""


def set_name(place: Place) -> str:
    """What a group's set is called on Valkey."""
    programme, board, cycle, grouping = place
    return f"{programme}:{board}:{cycle}:{grouping}"


def is_ordered(board: Board, grouping: str) -> bool:
    """True when Valkey keeps the order of this group."""
    return board.scope in ORDERED and (board.scope is not Scope.CITY or grouping != "")


async def announce(
    rows: Sequence[Row], *, boards: Mapping[UUID, Board], programme: int, tx: Tx
) -> None:
    """Note which rows Valkey may not know, and tell it of them once `tx` has committed."""
    groups: defaultdict[tuple[UUID, date, str], list[Row]] = defaultdict(list)
    for row in rows:
        if is_ordered(boards[row["board"]], row["grouping"]):
            groups[row["board"], row["cycle"], row["grouping"]].append(row)
    if groups:
        await _note(groups, programme, tx)
    # After Valkey was told, so that whoever is told to look finds it there.
    hint({row["board"] for row in rows}, programme=programme, tx=tx)


async def _note(
    groups: Mapping[tuple[UUID, date, str], Sequence[Row]], programme: int, tx: Tx
) -> None:
    members = ["{" + ",".join(str(row["member"]) for row in g) + "}" for g in groups.values()]
    places = [key[0] for key in groups], [key[1] for key in groups], [key[2] for key in groups]
    lags = await tx.rows(LAG, programme, *places, members)
    tx.after_commit(partial(_tell, programme, lags, groups))


async def follow(at: datetime, tx: Tx) -> int:
    """The job: tell Valkey what it was not told, and make anew the sets that it has lost.

    It talks to Valkey once its transaction is over, as nobody does within one.
    """
    lags = await tx.rows(LAGS, LAGS_MAX)
    open_ = await tx.rows(OPEN, at)
    wanted = [(row["programme"], row["board"], row["starts_on"], "") for row in open_]
    tx.after_commit(partial(_catch_up, lags, wanted))
    return 0


async def heal(*, programme: int, tx: Tx) -> int:
    """Make every set of the programme's open windows anew from the rows, once `tx` has
    committed; how many there are."""
    rows = await tx.rows(GROUPS, programme)
    for row in rows:
        place = (programme, row["board"], row["cycle"], row["grouping"])
        tx.after_commit(partial(_rebuild, place))
    return len(rows)


async def rebuild(place: Place) -> bool:
    """Make the set anew from the rows; False when Valkey was away, or lost it meanwhile."""
    return await ranking.build(set_name(place), _pages(place))


async def _rebuild(place: Place) -> None:
    await rebuild(place)


async def _tell(
    programme: int,
    lags: Sequence[Row],
    groups: Mapping[tuple[UUID, date, str], Sequence[Row]],
) -> None:
    known = []
    for lag in lags:
        key = (lag["board"], lag["cycle"], lag["grouping"])
        if await ranking.put(set_name((programme, *key)), [_mark(row) for row in groups[key]]):
            known.append(lag["id"])
    if known:
        async with db.transaction() as tx:
            await tx.run(KNOWN, [programme] * len(known), known)


async def _catch_up(lags: Sequence[Row], wanted: Sequence[Place]) -> None:
    behind: defaultdict[Place, set[UUID]] = defaultdict(set)
    for lag in lags:
        behind[_place(lag)].update(lag["members"])
    # What was lost is read whole, and so with what it lags behind.
    lost = {place for place in wanted if not await ranking.whole(set_name(place))}
    lost |= {
        place
        for place, members in behind.items()
        if place not in lost and not await _tell_of(place, list(members))
    }
    missing = {place for place in sorted(lost) if not await rebuild(place)}
    known = [lag for lag in lags if _place(lag) not in missing]
    if known:
        ids = [lag["programme"] for lag in known], [lag["id"] for lag in known]
        async with db.transaction() as tx:
            await tx.run(KNOWN, *ids)


async def _tell_of(place: Place, members: Sequence[UUID]) -> bool:
    for start in range(0, len(members), PAGE):
        async with db.reading() as tx:
            rows = await tx.rows(CURRENT, *place, members[start : start + PAGE])
        if not await ranking.put(set_name(place), [_mark(row) for row in rows]):
            return False
    return True


async def _pages(place: Place) -> AsyncIterator[Sequence[Mark]]:
    after = NOBODY
    while True:
        async with db.reading() as tx:
            rows = await tx.rows(WHOLE, *place, after, PAGE)
        if not rows:
            return
        yield [_mark(row) for row in rows]
        after = rows[-1]["member"]


def _place(lag: Row) -> Place:
    return lag["programme"], lag["board"], lag["cycle"], lag["grouping"]


def _mark(row: Row) -> Mark:
    return Mark(row["member"], row["score"], row["reached_at"], row["version"])
