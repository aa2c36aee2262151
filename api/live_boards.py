"""Boards, as the hub follows them: the best, and each follower's own place.

A board has no history to go on from: what counts is how it looks now. So a follower's place is a
mark of what they were shown, and what looks the same is not told again. However many score, a
board is read and told once a second at most, for all who follow it here at once.
"""

import asyncio
from collections.abc import AsyncGenerator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from uuid import UUID

from api.faults import Fault, FaultCode
from api.live_sharing import Encodings, Sharing
from api.live_tails import gone, parted
from domain import leaderboards
from domain.leaderboards import Board, Scope, View
from domain.members import Member
from infra import clock, db

CHANNELS = "laurel:board:*"
LINES = 10
MARK_BYTES = 8
PACE_SECONDS = 1.0
# A board among friends is read for each follower by itself.
PACE_OF_FRIENDS_SECONDS = 5.0
OPEN_SECONDS = 5.0
# What of an event is each follower's own, by its name in the schema.
OWN: Mapping[str, str] = {
    "place": "place",
    "score": "score",
    "reachedAt": "reached_at",
    "cursor": "cursor",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A board as one member sees it; `mark` is of what they would notice."""

    view: View
    mark: bytes
    sharing: Sharing


@dataclass(slots=True, eq=False)
class Viewer:
    """A member who follows a board here, by so many streams.

    over -- why they see it no more.
    """

    member: Member
    streams: int = 0
    seen: Seen | None = None
    over: Fault | None = None


@dataclass(slots=True, eq=False)
class BoardTail:
    """The tail of one board.

    whole -- it is to be read for everybody.
    fresh -- those who have just come, for whom alone it is read at once.
    """

    id: UUID
    programme: int
    whole: bool = False
    read_at: float = 0.0
    pace_s: float = PACE_SECONDS
    over: Fault | None = None
    viewers: dict[UUID, Viewer] = field(default_factory=dict)
    fresh: set[UUID] = field(default_factory=set)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    kept: Encodings = field(default_factory=Encodings)

    @property
    def channel(self) -> str:
        """Where its hints come."""
        return leaderboards.channel(self.id, programme=self.programme)

    def members(self) -> Sequence[Member]:
        """Who follows it here."""
        return [one.member for one in self.viewers.values()]

    def hinted(self) -> float | None:
        """As soon as the last reading is long enough ago."""
        if self.whole:
            return None
        self.whole = True
        return max(0.0, self.read_at + self.pace_s - asyncio.get_running_loop().time())

    def know(self, found: Mapping[UUID, Member | None]) -> None:
        """End for those who are members no more."""
        for id, viewer in self.viewers.items():
            now = found.get(id, viewer.member)
            if now is not None:
                viewer.member = now
            elif viewer.over is None:
                viewer.over = parted()
                self._wake()

    def come(self, member: Member) -> Viewer:
        """One more stream of that member."""
        viewer = self.viewers.setdefault(member.id, Viewer(member))
        viewer.streams += 1
        if viewer.seen is None:
            self.fresh.add(member.id)
        return viewer

    def go(self, viewer: Viewer) -> None:
        """One stream less."""
        viewer.streams -= 1
        if not viewer.streams:
            del self.viewers[viewer.member.id]
            self.fresh.discard(viewer.member.id)

    async def sights(self, viewer: Viewer, *, mark: bytes | None) -> AsyncGenerator[Seen, None]:
        """How the board looks, whenever it looks otherwise than by `mark`. Raises Fault."""
        while True:
            changed = self.changed
            over = self.over or viewer.over
            if over is not None:
                raise over
            if viewer.seen is not None and viewer.seen.mark != mark:
                mark = viewer.seen.mark
                yield viewer.seen
            elif viewer.seen is None:
                await _soon(changed)
            else:
                await changed.wait()

    async def advance(self) -> None:
        """Read the board for all who follow it, or for those who have just come."""
        now = asyncio.get_running_loop().time()
        everybody = self.whole and now >= self.read_at + self.pace_s - 0.01
        if everybody:
            self.whole, self.read_at = False, now
        who = list(self.viewers if everybody else self.fresh)
        people = [self.viewers[id].member for id in who if id in self.viewers]
        if not people:
            return
        async with db.reading() as tx:
            found = await leaderboards.several([self.id], programme=self.programme, tx=tx)
            board = found.get(self.id)
            if board is None or board.retired_at is not None:
                self.over = gone("There is no such board any more.")
                self._wake()
                return
            views = await leaderboards.tops(board, people, count=LINES, at=clock.now(), tx=tx)
        if board.scope is Scope.FRIENDS:
            self.pace_s = PACE_OF_FRIENDS_SECONDS
        self._show(board, views)

    def _show(self, board: Board, views: Mapping[UUID, View]) -> None:
        """Note what each sees now, and wake them all when anybody sees something else."""
        digests: dict[int, bytes] = {}
        woken = False
        for member, view in views.items():
            viewer = self.viewers.get(member)
            self.fresh.discard(member)
            if viewer is None:
                continue
            lines = digests.get(id(view.lines))
            if lines is None:
                # One tuple for all who see the same: told apart by what it is, once.
                lines = digests[id(view.lines)] = _digest(view.lines)
            own = view.place, view.score, view.reached_at
            window = None if view.window is None else view.window.starts_on
            mark = _digest(lines, own, window, view.grouping, view.ready)
            if viewer.seen is None or viewer.seen.mark != mark:
                key = (
                    lines,
                    window,
                    view.grouping,
                    view.ready,
                    view.everybody,
                    _eyes(view, member),
                )
                viewer.seen = Seen(view, mark, Sharing(self.kept, key, OWN))
                woken = True
        if woken:
            self._wake()

    def _wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


def _eyes(view: View, viewer: UUID) -> Hashable:
    """Who must see it with their own eyes: lines that say who somebody is are theirs alone."""
    return viewer if any(line.member is not None for line in view.lines) else None


def _digest(*parts: object) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=MARK_BYTES).digest()


async def _soon(changed: asyncio.Event) -> None:
    """Wait for the first look. Raises Fault: it cannot be had now."""
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            await changed.wait()
    except TimeoutError as error:
        said = "The board cannot be read for a moment; try again."
        raise Fault(FaultCode.UNAVAILABLE, said, status=503) from error
