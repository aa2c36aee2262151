"""Topping: the best of a board as each of many members may see them, read once for all.

Of those who look on, nearly all see the very same lines: who is among the best sees their own as
theirs, and who has a block with one of the best sees no name there. Only the own place differs.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain import friends
from domain.leaderboards import following
from domain.leaderboards.facing import faces
from domain.leaderboards.following import Place
from domain.leaderboards.grouping import groupings
from domain.leaderboards.reading import GROUP, SMALL, Part, ordered, view
from domain.leaderboards.records import Board, Line, Scope, View, Window
from domain.leaderboards.windows import window_of
from domain.members import Member
from infra import ranking
from infra.db import Row, Tx
from infra.ranking import Seat

APART_FROM_ALL = frozenset({Scope.CITY, Scope.TEAM, Scope.COHORT})

OWN = """
SELECT member, grouping, score, reached_at FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND member = ANY($4::uuid[])
"""


@dataclass(frozen=True, slots=True)
class _Group:
    """The best of one group, how many are in it, and the places of those who asked."""

    seats: Sequence[Seat]
    everybody: int
    places: Mapping[UUID, int]


async def tops(
    board: Board, askers: Collection[Member], *, count: int, at: datetime, tx: Tx
) -> Mapping[UUID, View]:
    """What `view` shows each of these members of the top of the window that is running, by member.

    Lines that are the same for several are one tuple. A board among friends is each member's own,
    and read for each: let it be asked for seldom.
    """
    if board.scope is Scope.FRIENDS:
        own = [await view(board, Part.TOP, asker=one, count=count, at=at, tx=tx) for one in askers]
        return {
            one.id: replace(seen, lines=tuple(seen.lines))
            for one, seen in zip(askers, own, strict=True)
        }
    window = window_of(board, at)
    if window is None:
        return {one.id: View(None, "", True, None, 0, None, 0, ()) for one in askers}
    alone = await _alone(board, window, askers, tx)
    grouped: defaultdict[str, list[Member]] = defaultdict(list)
    for one in askers:
        grouped[alone[one.id].grouping].append(one)
    views = dict(alone)
    for grouping, some in grouped.items():
        if not grouping and board.scope in APART_FROM_ALL:
            continue
        place = (board.programme, board.id, window.starts_on, grouping)
        group = await _group(board, place, some, count=count, tx=tx)
        if group is None:
            views |= {one.id: replace(alone[one.id], ready=False) for one in some}
        else:
            views |= await _views(group, some, alone, tx)
    return views


async def _alone(
    board: Board, window: Window, askers: Collection[Member], tx: Tx
) -> Mapping[UUID, View]:
    """What each has reached, and among whom, without anybody else."""
    ids = [one.id for one in askers]
    rows = await tx.rows(OWN, board.programme, board.id, window.starts_on, ids)
    known: dict[UUID, Row] = {row["member"]: row for row in rows}
    missing = [(board, id) for id in ids if id not in known]
    groups = await groupings(missing, programme=board.programme, tx=tx)
    found = {}
    for id in ids:
        row = known.get(id)
        grouping = row["grouping"] if row else groups.get((board.id, id), "")
        score = row["score"] if row else 0
        reached_at = row["reached_at"] if row and score else None
        found[id] = View(window, grouping, True, None, score, reached_at, 0, ())
    return found


async def _group(
    board: Board, place: Place, askers: Sequence[Member], *, count: int, tx: Tx
) -> _Group | None:
    """None while the order of a large group is made anew."""
    if following.is_ordered(board, place[3]):
        name = following.set_name(place)
        best = await ranking.stretch(name, around=None, count=count)
        found = await ranking.places(name, [one.id for one in askers]) if best else None
        if best is not None and found is not None:
            return _Group(best.seats, best.all, found)
    rows = await tx.rows(GROUP, *place, board.scope is Scope.COHORT, SMALL + 1)
    if len(rows) > SMALL:
        return None
    seats = ordered(rows)
    return _Group(seats[:count], len(seats), {seat.id: seat.place for seat in seats})


async def _views(
    group: _Group, askers: Sequence[Member], alone: Mapping[UUID, View], tx: Tx
) -> Mapping[UUID, View]:
    programme, best = askers[0].programme, {seat.id for seat in group.seats}
    shown = await faces(best, programme=programme, tx=tx)
    names = {id: face.pseudonym for id, face in shown.items()}
    ids = [one.id for one in askers]
    apart = await friends.apart_each(ids, names, programme=programme, tx=tx)
    common = _lines(group.seats, names, None)
    found = {}
    for one in askers:
        hidden, lines = apart.get(one.id), common
        if hidden or one.id in best:
            seen = {id: name for id, name in names.items() if not hidden or id not in hidden}
            lines = _lines(group.seats, seen, one)
        found[one.id] = replace(
            alone[one.id], place=group.places.get(one.id), everybody=group.everybody, lines=lines
        )
    return found


def _lines(
    seats: Sequence[Seat], names: Mapping[UUID, str], asker: Member | None
) -> tuple[Line, ...]:
    lines = []
    for seat in seats:
        own = asker is not None and seat.id == asker.id
        name = names.get(seat.id) or (asker.name if own and asker else None)
        reached_at = None if name is None else seat.reached_at
        key = seat.id if own else None
        lines.append(Line(seat.place, seat.score, reached_at, key, name, own))
    return tuple(lines)
