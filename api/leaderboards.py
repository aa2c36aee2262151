"""Boards, as members see them."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry

from api import cursors
from api.context import Info
from api.counting import ActivityFilter
from api.faults import Fault, FaultCode
from api.fields import argument, asked, output, said
from api.globalids import Name
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.people import PublicMember, other
from api.ranking import (
    BoardLeague,
    BoardMeasure,
    BoardPrize,
    BoardResult,
    BoardScope,
    BoardSpan,
    board_id,
)
from api.scalars import Day, Moment, Quantity
from domain import leaderboards
from domain.leaderboards import COUNT_MAX, Part
from domain.members import Member as Asker
from infra.db import Tx

LINES_DEFAULT = 10

Lines = Annotated[int, argument(f"How many lines at most, 1 to {COUNT_MAX}.")]
StartsOn = Annotated[
    Day | None, argument("The first day of a window; null: the one that is running.")
]


@output
class BoardLine:
    """One line of a board. Whoever has not asked to be shown on boards has a place and no name,
    and so has somebody with whom there is a block."""

    place: int = said(
        "Counted from 1. Of equal scores the one that was reached first ranks higher; where that"
        " is the same moment, too, the ids decide."
    )
    score: Quantity = said("What was reached, in the unit of the board's measure.")
    reached_at: Moment | None = said(
        "When the last of what counts came to be: when an activity ended, or points were given;"
        " null: somebody who is not shown to you."
    )
    name: str | None = said(
        "A pseudonym; your own name where you have none; a friend's name among friends; null:"
        " somebody who is not shown to you."
    )
    own: bool = said("True for your own line.")
    key: strawberry.Private[UUID | None]

    @asked
    async def member(self, info: Info) -> PublicMember | None:
        """You, or among friends the friend; else null."""
        return None if self.key is None else await other(self.key, info)

    @classmethod
    def of(cls, line: leaderboards.Line) -> "BoardLine":
        """A line, as one member sees it."""
        return cls(
            place=line.place,
            score=Quantity(line.score),
            reached_at=None if line.reached_at is None else Moment(line.reached_at),
            name=line.name,
            own=line.own,
            key=line.member,
        )


@output
class BoardView:
    """A part of a board, and where you are on it."""

    starts_on: Day | None = said("The first day of the window; null: none is running.")
    ends_at: Moment | None = said("When the window ends; null: never.")
    closes_at: Moment | None = said(
        "When the window is closed: what came late until then still counts, later it does not."
    )
    group: str = said(
        "Among whom: a town, a team, or division and number of a cohort, such as `2/14`; empty:"
        " all, or that you have no group yet."
    )
    ready: bool = said(
        "False while the order of a large board is made anew: ask again soon. Your score is right."
    )
    place: int | None = said("Your own place; null: you have none, or the order is not ready.")
    score: Quantity = said("Your own score.")
    reached_at: Moment | None = said("When you reached it; null: you have none.")
    everybody: int = said("How many have a place.")
    lines: list[BoardLine] = said("The lines asked for, a hundred at most, best first.")

    @classmethod
    def of(cls, view: leaderboards.View) -> "BoardView":
        """A part of a board, as one member sees it."""
        window = view.window
        ends_at = window.ends_at if window else None
        closes_at = window.closes_at if window else None
        return cls(
            starts_on=None if window is None else Day(window.starts_on),
            ends_at=None if ends_at is None else Moment(ends_at),
            closes_at=None if closes_at is None else Moment(closes_at),
            group=view.grouping,
            ready=view.ready,
            place=view.place,
            score=Quantity(view.score),
            reached_at=None if view.reached_at is None else Moment(view.reached_at),
            everybody=view.everybody,
            lines=[BoardLine.of(line) for line in view.lines],
        )


@output
class LeagueRank:
    """Where you are in a league."""

    division: int = said("Counted from 1, the lowest.")
    name: str = said("What it is called.")
    idle: int = said("For how many windows in a row you have scored nothing.")
    plays: bool = said("False: in no cohort until you score again.")


@output
class Board(Node):
    """Who did most of something, in a window of time."""

    name: str = said("What it is called.")
    measure: BoardMeasure = said("What it counts.")
    counted: ActivityFilter = said("Of which activities.")
    span: BoardSpan = said("How long a window is.")
    scope: BoardScope = said("Among whom you have a place.")
    expiring: bool = said(
        "True: points leave it at the end of the month up to which the programme lets them live,"
        " also where they were spent before."
    )
    cutoff_hours: int = said("How long after a window's end what comes late still counts.")
    prizes: list[BoardPrize] = said("What places win when a window is closed: twenty at most.")
    league: BoardLeague | None = said("Its divisions; null: it is no league.")
    retired_at: Moment | None = said("Since when it counts nothing more; null: it goes on.")
    record: strawberry.Private[leaderboards.Board]

    @asked
    async def top(
        self, info: Info, count: Lines = LINES_DEFAULT, starts_on: StartsOn = None
    ) -> BoardView:
        """The best."""
        return await self._view(Part.TOP, info, count, starts_on)

    @asked
    async def around_me(
        self, info: Info, count: Lines = LINES_DEFAULT, starts_on: StartsOn = None
    ) -> BoardView:
        """Your place and those next to it; no lines without one."""
        return await self._view(Part.AROUND, info, count, starts_on)

    @asked
    async def friends(
        self, info: Info, count: Lines = LINES_DEFAULT, starts_on: StartsOn = None
    ) -> BoardView:
        """The best among you and those of your friends who have asked to be shown on boards.
        Places are counted among them."""
        return await self._view(Part.FRIENDS, info, count, starts_on)

    @asked
    async def my_division(self, info: Info) -> LeagueRank | None:
        """Where you are in the league; null: it is none, or you have not played yet."""
        asker = await info.context.asker()
        if asker is None or self.record.league is None:
            return None
        async with info.context.reading() as tx:
            ranks = await leaderboards.ranks_of(self.record, [asker.id], tx=tx)
        rank = ranks.get(asker.id)
        if rank is None:
            return None
        return LeagueRank(division=rank.division, name=rank.name, idle=rank.idle, plays=rank.plays)

    @asked
    async def results(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[BoardResult]:
        """Its windows that are closed, newest first."""
        context, asker, one = info.context, await info.context.asker(), self.record
        assert asker is not None, "only a member sees a board"
        name = f"board results {one.id}"
        page = Page[leaderboards.Closed](name, asker, context, first=first, after=after)
        before = None if page.position is None else date_at(page.position)
        async with context.reading() as tx:
            found = await leaderboards.closed(
                one.id, programme=one.programme, before=before, limit=page.limit, tx=tx
            )
        return page.shaped(
            found,
            node=BoardResult.of,
            place=lambda closed: cursors.from_number(closed.starts_on.toordinal()),
        )

    async def _view(self, part: Part, info: Info, count: int, starts_on: date | None) -> BoardView:
        if not 1 <= count <= COUNT_MAX:
            raise Fault(FaultCode.BAD_ARGUMENT, f"`count` must be between 1 and {COUNT_MAX}.")
        context = info.context
        asker = await context.asker()
        assert asker is not None, "only a member sees a board"
        async with context.reading() as tx:
            found = await leaderboards.view(
                self.record,
                part,
                asker=asker,
                count=count,
                starts_on=starts_on,
                at=context.at,
                tx=tx,
            )
        return BoardView.of(found)

    @classmethod
    def of(cls, board: leaderboards.Board) -> "Board":
        """A board, as members see it."""
        return cls(
            id=board_id(board),
            name=board.name,
            measure=BoardMeasure[board.measure.name],
            counted=ActivityFilter.of(board.filter),
            span=BoardSpan[board.span.name],
            scope=BoardScope[board.scope.name],
            expiring=board.expiring,
            cutoff_hours=board.cutoff_hours,
            prizes=[BoardPrize.of(prize) for prize in board.prizes],
            league=None if board.league is None else BoardLeague.of(board.league),
            retired_at=None if board.retired_at is None else Moment(board.retired_at),
            record=board,
        )


async def find(name: Name, asker: Asker, tx: Tx) -> Board | None:
    """The board of the asker's programme with that id; None when there is none."""
    if name.uuid is None:
        return None
    found = await leaderboards.several([name.uuid], programme=asker.programme, tx=tx)
    return Board.of(found[name.uuid]) if name.uuid in found else None


def date_at(position: bytes) -> date:
    """The date that a cursor stands for. Raises Fault with BAD_CURSOR."""
    number = cursors.to_number(position)
    if not 1 <= number <= date.max.toordinal():
        raise cursors.bad_cursor()
    return date.fromordinal(number)
