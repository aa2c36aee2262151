"""Reading: a part of a board, as one member may see it.

The order comes from Valkey where the group is large and it has it, and from the rows where the
group is small. A large group that Valkey has lost has no order until it is made anew; the member's
own score is always told, from the rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain import friends
from domain.leaderboards import following
from domain.leaderboards.closed import kept
from domain.leaderboards.facing import faces
from domain.leaderboards.grouping import groupings
from domain.leaderboards.records import COUNT_MAX, Board, Line, Scope, View
from domain.leaderboards.windows import window_of, window_on
from domain.members import Member
from infra import ranking
from infra.db import Row, Tx
from infra.ranking import Seat, Stretch, place_key

# As many rows as are ordered at once when Valkey has not.
SMALL = 5_000

OWN = """
SELECT grouping, score, reached_at FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND member = $4
"""
GROUP = """
SELECT member, score, reached_at FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND grouping = $4 AND (score > 0 OR $5)
LIMIT $6
"""
OF_MEMBERS = """
SELECT member, score, reached_at FROM board_score
WHERE programme = $1 AND board = $2 AND cycle = $3 AND member = ANY($4::uuid[]) AND score > 0
"""


class Part(StrEnum):
    """Which part of a board."""

    AROUND = "AROUND"  # the member's own place, and those next to it
    TOP = "TOP"
    FRIENDS = "FRIENDS"  # the member and those of their friends who are shown


@dataclass(frozen=True, slots=True)
class _Own:
    """The asker's own row, or what there is without one."""

    grouping: str
    score: int
    reached_at: datetime | None


async def view(
    board: Board,
    part: Part,
    *,
    asker: Member,
    count: int,
    starts_on: date | None = None,
    at: datetime,
    tx: Tx,
) -> View:
    """A part of the board, `count` lines of 1 to COUNT_MAX, in the window with that first day.

    starts_on -- None: the window that is running.
    Others are shown under a pseudonym when they have asked to be, else without a name; among
    friends only who is shown is, and places are counted among them.
    """
    assert 1 <= count <= COUNT_MAX, "the door keeps the limit"
    window = window_of(board, at) if starts_on is None else window_on(board, starts_on)
    if window is None:
        return View(None, "", True, None, 0, None, 0, ())
    own = await _own(board, window.starts_on, asker, tx)
    alone = View(window, own.grouping, True, None, own.score, own.reached_at, 0, ())
    if part is Part.FRIENDS or board.scope is Scope.FRIENDS:
        return await _friends(board, alone, part, asker=asker, count=count, tx=tx)
    if not own.grouping and board.scope in (Scope.CITY, Scope.TEAM, Scope.COHORT):
        return alone
    place = (board.programme, board.id, window.starts_on, own.grouping)
    found = None
    if window.closes_at is not None and at >= window.closes_at:
        found = await kept(place, part is Part.TOP, asker=asker.id, count=count, tx=tx)
    if found is None:
        found = await _stretch(board, place, part, asker=asker.id, count=count, tx=tx)
    if found is None:
        return replace(alone, ready=False)
    lines = await _lines(found.seats, asker, tx)
    return replace(alone, place=found.place, everybody=found.all, lines=lines)


def ordered(rows: Sequence[Row]) -> Sequence[Seat]:
    """The rows of a group in their order: the largest first, and of equal ones the earliest."""
    best = sorted(
        rows, key=lambda row: (-row["score"], place_key(row["reached_at"], row["member"]))
    )
    return [
        Seat(number, row["member"], row["score"], row["reached_at"])
        for number, row in enumerate(best, start=1)
    ]


def cut(seats: Sequence[Seat], *, asker: UUID, top: bool, count: int) -> Stretch:
    """The first seats, or those around the asker, moved so that it is full where it can be."""
    mine = next((seat.place for seat in seats if seat.id == asker), None)
    if top or mine is None:
        shown = seats[:count] if top else []
    else:
        start = max(0, min(mine - 1 - count // 2, len(seats) - count))
        shown = seats[start : start + count]
    return Stretch(mine, len(seats), shown)


def _key(row: Row) -> tuple[int, bytes]:
    return -row["score"], place_key(row["reached_at"], row["member"])


async def _own(board: Board, starts_on: date, asker: Member, tx: Tx) -> _Own:
    row = await tx.row(OWN, board.programme, board.id, starts_on, asker.id)
    if row is not None:
        reached_at = row["reached_at"] if row["score"] else None
        return _Own(row["grouping"], row["score"], reached_at)
    groups = await groupings([(board, asker.id)], programme=board.programme, tx=tx)
    return _Own(groups.get((board.id, asker.id), ""), 0, None)


async def _stretch(
    board: Board, place: following.Place, part: Part, *, asker: UUID, count: int, tx: Tx
) -> Stretch | None:
    top = part is Part.TOP
    if following.is_ordered(board, place[3]):
        name = following.set_name(place)
        found = (
            await ranking.leading(name, count=count, asker=asker)
            if top
            else await ranking.stretch(name, around=asker, count=count)
        )
        if found is not None:
            return found
    rows = await tx.rows(GROUP, *place, board.scope is Scope.COHORT, SMALL + 1)
    if len(rows) > SMALL:
        return None
    return cut(ordered(rows), asker=asker, top=top, count=count)


async def _friends(
    board: Board, alone: View, part: Part, *, asker: Member, count: int, tx: Tx
) -> View:
    ties = await friends.listed(asker, after=None, limit=friends.FRIENDS_MAX, tx=tx)
    names = {tie.friend.id: tie.friend.name for tie in ties if tie.friend.is_active}
    shown = await faces(names, programme=asker.programme, tx=tx)
    who = [*shown, asker.id]
    assert alone.window is not None, "a part is of a window"
    place = (board.programme, board.id, alone.window.starts_on)
    seats = ordered(await tx.rows(OF_MEMBERS, *place, who))
    top = part is Part.TOP or (part is Part.FRIENDS and board.scope is not Scope.FRIENDS)
    found = cut(seats, asker=asker.id, top=top, count=count)
    names[asker.id] = asker.name
    lines = [
        Line(seat.place, seat.score, seat.reached_at, seat.id, names[seat.id], seat.id == asker.id)
        for seat in found.seats
    ]
    return replace(alone, place=found.place, everybody=found.all, lines=lines)


async def _lines(seats: Sequence[Seat], asker: Member, tx: Tx) -> Sequence[Line]:
    others = {seat.id for seat in seats} - {asker.id}
    known = dict(await faces({*others, asker.id}, programme=asker.programme, tx=tx))
    for hidden in await friends.apart(asker, others & set(known), tx=tx):
        del known[hidden]
    lines = []
    for seat in seats:
        own, face = seat.id == asker.id, known.get(seat.id)
        name = face.pseudonym if face else asker.name if own else None
        reached_at = None if name is None else seat.reached_at
        key = seat.id if own else None
        lines.append(Line(seat.place, seat.score, reached_at, key, name, own))
    return lines
