"""Counting: what a batch of changes adds to boards.

What is simply more is added to a row; whatever else changes is reckoned anew from all that is known
of the member in that window. Both come to the same, in whatever order things arrive.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from domain import challenges
from domain.leaderboards import scoring
from domain.leaderboards.finding import Running, running
from domain.leaderboards.grouping import groupings
from domain.leaderboards.opening import Cycle, Key, hold
from domain.leaderboards.reckoning import added
from domain.leaderboards.records import Board, Earning, Measure, Scope
from domain.leaderboards.recounting import reckon_anew
from domain.leaderboards.scoring import Wanted
from domain.leaderboards.windows import Windows
from domain.metrics import DISTINCT, Change, Fact
from infra.db import Row, Tx

Spot: TypeAlias = tuple[UUID, date, UUID]

# Who of a challenge is in which team is looked up with each row.
OF_CHALLENGES = frozenset({Scope.CHALLENGE, Scope.TEAM})

# The first word on when it was stays: no closed window gets it, or loses it, later.
EARN = """
INSERT INTO board_earning AS e (programme, id, member, points, at)
SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::timestamptz[])
ON CONFLICT (programme, id) DO UPDATE SET points = excluded.points, member = excluded.member
WHERE (e.points, e.member) <> (excluded.points, excluded.member)
RETURNING member, at
"""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one activity is to one board.

    which -- for a board that counts what is different: what it is.
    """

    starts_on: date
    member: UUID
    points: int
    ended_at: datetime
    which: tuple[date, str | None] | None


@dataclass(slots=True)
class _Work:
    """What is to be added to rows, and the rows that are to be reckoned anew."""

    sums: dict[Spot, tuple[int, datetime]] = field(default_factory=dict)
    anew: set[Spot] = field(default_factory=set)
    windows: Windows = field(default_factory=Windows)

    def add(self, spot: Spot, points: int, reached_at: datetime) -> None:
        known, latest = self.sums.get(spot, (0, reached_at))
        self.sums[spot] = (known + points, max(latest, reached_at))

    @property
    def keys(self) -> set[Key]:
        """The windows that are touched."""
        return {(board, day) for board, day, _ in (*self.sums, *self.anew)}


async def count(changes: Sequence[Change], *, programme: int, tx: Tx) -> None:
    """Bring the boards up to these changes; their members are locked by the caller.

    What was judged after the cut-off of a window, or comes when it is closed, does not change it.
    """
    found = await running(programme=programme, tx=tx)
    if not found.boards or not changes:
        return
    sides = await _sides({change.member for change in changes}, found, programme, tx)
    work = _Work()
    for change in changes:
        for board in _concerned(found, change):
            _sort(board, change, work)
        for board in sides.get(change.member, ()):
            if board.measure is Measure.PROGRESS:
                _again(board, change.member, when=change.at, work=work)
            else:
                _sort(board, change, work)
    await _apply(work, found, programme, max(change.at for change in changes), tx)


async def earn(earnings: Sequence[Earning], *, programme: int, tx: Tx) -> None:
    """Keep what else gave members points, for the boards that count all of them.

    Their members are locked by the caller. An id told again with other points replaces what it
    said; 0 takes it back.
    """
    last = {one.id: one for one in earnings}
    rows = await _keep(sorted(last.values(), key=lambda one: one.id), programme, tx)
    found = await running(programme=programme, tx=tx)
    if not found.earning or not rows:
        return
    work = _Work()
    for row in rows:
        for board in found.earning:
            _again(board, row["member"], when=row["at"], work=work)
    await _apply(work, found, programme, max(row["at"] for row in rows), tx)


async def enrol(
    places: Collection[tuple[UUID, UUID]], *, programme: int, at: datetime, tx: Tx
) -> None:
    """Bring the boards of challenges up to who came in or went, each as challenge and member.

    The members are locked by the caller. What somebody had done before they came in has its place
    from then on; whoever went has none.
    """
    found = await running(programme=programme, tx=tx)
    work = _Work()
    for challenge, member in places:
        for board in found.boards.values():
            if board.challenge == challenge:
                _again(board, member, when=at, work=work)
    if work.anew:
        await _apply(work, found, programme, at, tx)


def _concerned(found: Running, change: Change) -> Sequence[Board]:
    boards = found.counting[change.after.type]
    if change.before is None or change.before.type is change.after.type:
        return boards
    return [*boards, *(b for b in found.counting[change.before.type] if b not in boards)]


async def _sides(
    members: Collection[UUID], found: Running, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Board]]:
    """By member, the boards of challenges that they are in."""
    if not found.sides:
        return {}
    inside = await challenges.inside(found.sides, members=members, programme=programme, tx=tx)
    return {
        member: [board for id in several for board in found.sides[id]]
        for member, several in inside.items()
    }


def _sort(board: Board, change: Change, work: _Work) -> None:
    was, now = added(board, change.before), added(board, change.after)
    if not was and not now:
        return
    before = _part(board, change.before, was, change.at, work)
    after = _part(board, change.after, now, change.at, work)
    if before == after:
        return
    plain = board.measure.metric not in DISTINCT and board.scope not in OF_CHALLENGES
    if plain and after is not None and (before is None or _only_more(before, after)):
        more = after.points - (before.points if before else 0)
        work.add((board.id, after.starts_on, after.member), more, after.ended_at)
        return
    for part in (before, after):
        if part is not None:
            work.anew.add((board.id, part.starts_on, part.member))


def _part(board: Board, fact: Fact | None, points: int, at: datetime, work: _Work) -> _Part | None:
    if fact is None or not points:
        return None
    window = work.windows.of(board, fact.started_at)
    if window is None or (window.closes_at is not None and at >= window.closes_at):
        return None
    which = (fact.day, fact.partner) if board.measure.metric in DISTINCT else None
    return _Part(window.starts_on, fact.member, points, fact.ended_at, which)


def _only_more(before: _Part, after: _Part) -> bool:
    same = (before.starts_on, before.member, before.ended_at)
    return same == (after.starts_on, after.member, after.ended_at) and after.points > before.points


def _again(board: Board, member: UUID, *, when: datetime, work: _Work) -> None:
    window = work.windows.of(board, when)
    if window is not None:
        work.anew.add((board.id, window.starts_on, member))


async def _keep(earnings: Sequence[Earning], programme: int, tx: Tx) -> Sequence[Row]:
    if not earnings:
        return []
    return await tx.rows(
        EARN,
        programme,
        [one.id for one in earnings],
        [one.member for one in earnings],
        [one.points for one in earnings],
        [one.at for one in earnings],
    )


async def _apply(work: _Work, found: Running, programme: int, at: datetime, tx: Tx) -> None:
    cycles = await hold(work.keys, boards=found.boards, programme=programme, at=at, tx=tx)
    anew: defaultdict[Key, set[UUID]] = defaultdict(set)
    for board, day, member in work.anew:
        anew[board, day].add(member)
    sums: dict[Spot, tuple[int, datetime]] = {}
    for spot, more in work.sums.items():
        key = spot[:2]
        if not cycles[key].settled or cycles[key].counts_from is not None:
            anew[key].add(spot[2])
        elif spot[2] not in anew.get(key, ()):
            sums[spot] = more
    await _add(sums, cycles, found, programme, tx)
    wanted = {cycles[key]: members for key, members in anew.items()}
    await reckon_anew(wanted, programme=programme, tx=tx)


async def _add(
    sums: Mapping[Spot, tuple[int, datetime]],
    cycles: Mapping[Key, Cycle],
    found: Running,
    programme: int,
    tx: Tx,
) -> None:
    live = {spot: more for spot, more in sums.items() if not cycles[spot[:2]].closed}
    places = [(found.boards[board], member) for board, _, member in live]
    groups = await groupings(places, programme=programme, tx=tx)
    wanted = [
        Wanted(board, day, member, *more, groups.get((board, member), ""))
        for (board, day, member), more in live.items()
    ]
    await scoring.add(wanted, boards=found.boards, programme=programme, tx=tx)
