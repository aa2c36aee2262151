"""Boards, as operators see them."""

from typing import Annotated

import strawberry

from api import cursors, globalids
from api.counting import ActivityFilter
from api.fields import argument, output, said
from api.globalids import Kind
from api.leaderboards import date_at
from api.nodes import FIRST_DEFAULT, After, Connection, First, Node, Page
from api.ops.context import OpsInfo, permitted
from api.ops.operators import place_of
from api.ranking import (
    BoardLeague,
    BoardMeasure,
    BoardPrize,
    BoardResult,
    BoardScope,
    BoardSpan,
    board_id,
)
from api.scalars import Day, Moment
from domain import leaderboards
from domain.operators import Permission


@output
class Board(Node):
    """Who did most of something, in a window of time."""

    name: str = said("What it is called.")
    measure: BoardMeasure = said("What it counts.")
    counted: ActivityFilter = said("Of which activities.")
    span: BoardSpan = said("How long a window is.")
    first_day: Day | None = said("The first day of a season; null: it is none.")
    last_day: Day | None = said("The last day of a season; null: it is none.")
    zone: str = said("The time zone by which its windows begin and end; it never changes.")
    scope: BoardScope = said("Among whom a member has a place.")
    challenge_id: strawberry.ID | None = said("The id of the `Challenge` it is of; null: of none.")
    expiring: bool = said("True: points leave it when their time to live is over.")
    cutoff_hours: int = said("How long after a window's end what comes late still counts.")
    prizes: list[BoardPrize] = said("What places win when a window is closed: twenty at most.")
    league: BoardLeague | None = said("Its divisions; null: it is no league.")
    created_at: Moment = said("When it was made.")
    retired_at: Moment | None = said("Since when it counts nothing more; null: it goes on.")
    record: strawberry.Private[leaderboards.Board]

    @permitted(Permission.BOARDS_READ)
    async def results(
        self, info: OpsInfo, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[BoardResult] | None:
        """Its windows that are closed, newest first."""
        context, one = info.context, self.record
        asker = await context.allowed(Permission.BOARDS_READ)
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

    @classmethod
    def of(cls, board: leaderboards.Board) -> "Board":
        """A board, as operators see it."""
        challenge, retired_at = board.challenge, board.retired_at
        return cls(
            id=board_id(board),
            name=board.name,
            measure=BoardMeasure[board.measure.name],
            counted=ActivityFilter.of(board.filter),
            span=BoardSpan[board.span.name],
            first_day=None if board.first_day is None else Day(board.first_day),
            last_day=None if board.last_day is None else Day(board.last_day),
            zone=board.zone,
            scope=BoardScope[board.scope.name],
            challenge_id=None if challenge is None else globalids.of(Kind.CHALLENGE, challenge),
            expiring=board.expiring,
            cutoff_hours=board.cutoff_hours,
            prizes=[BoardPrize.of(prize) for prize in board.prizes],
            league=None if board.league is None else BoardLeague.of(board.league),
            created_at=Moment(board.created_at),
            retired_at=None if retired_at is None else Moment(retired_at),
            record=board,
        )


@output
class BoardQueries:
    """What operators see of boards."""

    @permitted(Permission.BOARDS_READ)
    async def boards(
        self,
        info: OpsInfo,
        retired: Annotated[bool, argument("True: those that were retired, too.")] = False,
        first: First = FIRST_DEFAULT,
        after: After = None,
    ) -> Connection[Board] | None:
        """The programme's boards, newest first."""
        context = info.context
        asker = await context.allowed(Permission.BOARDS_READ)
        name = f"boards {retired}"
        page = Page[leaderboards.Board](name, asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await leaderboards.listed(
                programme=asker.programme,
                before=place_of(page),
                limit=page.limit,
                retired=retired,
                tx=tx,
            )
        return page.shaped(found, node=Board.of, place=lambda one: one.id.bytes)
