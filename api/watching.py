"""Watching: the subscriptions, each of them to what is the viewer's own, or theirs to see.

Each event says a place to go on from. What is missed while nobody listens comes first when
somebody goes on from there, and nothing comes twice.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated, TypeVar
from uuid import UUID

import strawberry

from api import cursors, globalids, live_boards
from api.challenge_progress import ChallengeParticipation
from api.challenges import Challenge
from api.context import Context, Info
from api.faults import Fault, FaultCode
from api.fields import argument, asked, output, said, subscription
from api.globalids import Kind
from api.inbox import InboxItem, shown
from api.leaderboards import BoardLine
from api.live_boards import Seen
from api.live_logs import CHALLENGES, INBOX, POINTS, Log
from api.live_sharing import Sharing
from api.live_tails import Change
from api.members import PointsSummary
from api.scalars import Cursor, Day, Moment, Quantity
from api.statement import StatementEntry
from domain import leaderboards
from domain.challenges import Move
from domain.inbox import Item
from domain.ledger import Entry
from domain.members import Member as Asker
from domain.points import Points

BOARD = "boardMoved"
PLACE = "Your place: send it as `after` to go on from here."

T = TypeVar("T")
S = TypeVar("S")

After = Annotated[
    Cursor | None,
    argument(
        "The last `cursor` you had: what you missed comes first, nothing twice. Over text/event-"
        "stream the header Last-Event-ID says it, too, and goes before."
    ),
]


@output
class PointsChanged:
    """Something happened to your points."""

    points: PointsSummary = said("What you have now.")
    entry: StatementEntry | None = said(
        "What happened; null where nothing is in the statement: the first event, which says what"
        " you have, and points that are promised."
    )
    cursor: Cursor = said(PLACE)
    sharing: strawberry.Private[Sharing]

    @classmethod
    def of(cls, change: Change[Entry, Points], asker: Asker, cursor: Cursor) -> "PointsChanged":
        """A change, as its member sees it."""
        entry = None if change.item is None else StatementEntry.of(change.item, asker)
        points = PointsSummary.of(change.state)
        return cls(points=points, entry=entry, cursor=cursor, sharing=change.sharing)


@output
class InboxItemAdded:
    """You were told something, or what you have not read is another number."""

    unread: int = said("How many items you have not read now.")
    cursor: Cursor = said(PLACE)
    told: strawberry.Private[Item | None]
    sharing: strawberry.Private[Sharing]

    @asked
    async def item(self, info: Info) -> InboxItem | None:
        """What you were told; null: the first event, which says how much is unread, and when
        you have read something."""
        if self.told is None:
            return None
        asker = await info.context.asker()
        assert asker is not None, "only a member has an inbox"
        async with info.context.reading() as tx:
            return (await shown([self.told], asker, tx))[0]

    @classmethod
    def of(cls, change: Change[Item, int], cursor: Cursor) -> "InboxItemAdded":
        """A change, as its member sees it."""
        return cls(unread=change.state, cursor=cursor, told=change.item, sharing=change.sharing)


@output
class ChallengeProgressed:
    """Something moved for you in a challenge."""

    challenge: Challenge | None = said("In which; null: the first event, which says your place.")
    participation: ChallengeParticipation | None = said("Where you are in it now; null as well.")
    cursor: Cursor = said(PLACE)
    sharing: strawberry.Private[Sharing]

    @classmethod
    def of(cls, change: Change[Move, None], asker: Asker, cursor: Cursor) -> "ChallengeProgressed":
        """A move, as its member sees it."""
        move = change.item
        return cls(
            challenge=None if move is None else Challenge.of(move.challenge),
            participation=None
            if move is None
            else ChallengeParticipation.of(move.participation, move.challenge),
            cursor=cursor,
            sharing=change.sharing,
        )


# What is not plain here must not depend on who follows: it is told to many at once.
@output
class BoardMoved:
    """A board looks otherwise to you than before: its best, or your own place."""

    starts_on: Day | None = said("The first day of the window; null: none is running.")
    group: str = said("Among whom, as `BoardView.group`.")
    ready: bool = said("False while the order of a large board is made anew.")
    everybody: int = said("How many have a place. That this changes is not told by itself.")
    place: int | None = said("Your own place; null: you have none, or the order is not ready.")
    score: Quantity = said("Your own score.")
    reached_at: Moment | None = said("When you reached it; null: you have none.")
    cursor: Cursor = said(PLACE)
    view: strawberry.Private[leaderboards.View]
    sharing: strawberry.Private[Sharing]

    @asked
    async def lines(self) -> list[BoardLine]:
        """The first ten lines, best first."""
        return [BoardLine.of(line) for line in self.view.lines]

    @classmethod
    def of(cls, seen: Seen, cursor: Cursor) -> "BoardMoved":
        """A board, as one member sees it."""
        view, window = seen.view, seen.view.window
        return cls(
            starts_on=None if window is None else Day(window.starts_on),
            group=view.grouping,
            ready=view.ready,
            everybody=view.everybody,
            place=view.place,
            score=Quantity(view.score),
            reached_at=None if view.reached_at is None else Moment(view.reached_at),
            cursor=cursor,
            view=view,
            sharing=seen.sharing,
        )


@output
class Subscription:
    """What a member can watch, over graphql-transport-ws or as text/event-stream. A stream ends
    with an error when the member is signed out, is a member no more, or may not see it any more.
    """

    @subscription
    async def points_changed(
        self, info: Info, after: After = None
    ) -> AsyncGenerator[PointsChanged, None]:
        """Each thing that happens to your points, in order. The first event comes at once."""
        asker = await _asker(info)
        async with aclosing(_followed(POINTS, asker, info.context, after)) as changes:
            async for change, cursor in changes:
                yield PointsChanged.of(change, asker, cursor)

    @subscription
    async def inbox_item_added(
        self, info: Info, after: After = None
    ) -> AsyncGenerator[InboxItemAdded, None]:
        """Each thing that you are told, in order, but for what is in your archive by then; and how
        much is unread, whenever that changes. The first event comes at once."""
        asker = await _asker(info)
        async with aclosing(_followed(INBOX, asker, info.context, after)) as changes:
            async for change, cursor in changes:
                yield InboxItemAdded.of(change, cursor)

    @subscription
    async def challenge_progressed(
        self, info: Info, after: After = None
    ) -> AsyncGenerator[ChallengeProgressed, None]:
        """Each challenge in which something moves for you, as it is then: of what moved more than
        once before it could be told, the last alone. The first event comes at once. What others
        do in a challenge that all do together comes with your own next step, and when all have
        completed it."""
        asker = await _asker(info)
        async with aclosing(_followed(CHALLENGES, asker, info.context, after)) as changes:
            async for change, cursor in changes:
                yield ChallengeProgressed.of(change, asker, cursor)

    @subscription
    async def board_moved(
        self,
        info: Info,
        board_id: Annotated[strawberry.ID, argument("Which board of your programme.")],
        after: After = None,
    ) -> AsyncGenerator[BoardMoved, None]:
        """The best of a board and your own place, whenever one of them changes, once a second at
        most; among friends, every five seconds. The first event comes at once, unless `after` is
        of the same."""
        asker, context = await _asker(info), info.context
        board = await _board(board_id, asker, context)
        of, place = f"{BOARD} {board}", _place(context, after)
        mark = None if place is None else context.cursors.read(place, of=of, owner=asker.id)
        if mark is not None and len(mark) != live_boards.MARK_BYTES:
            raise cursors.bad_cursor()
        async with aclosing(context.hub.look(board, asker, mark=mark)) as sights:
            async for seen in sights:
                cursor = context.cursors.make(seen.mark, of=of, owner=asker.id)
                yield BoardMoved.of(seen, Cursor(cursor))


async def _followed(
    log: Log[T, S], asker: Asker, context: Context, after: Cursor | None
) -> AsyncGenerator[tuple[Change[T, S], Cursor], None]:
    """The member's log from that place on, each change with its own. Raises Fault."""
    made, place = context.cursors, _place(context, after)
    number = None
    if place is not None:
        number = cursors.to_number(made.read(place, of=log.name, owner=asker.id))
    async with aclosing(context.hub.follow(log, asker, after=number)) as changes:
        async for change in changes:
            position = cursors.from_number(change.number)
            yield change, Cursor(made.make(position, of=log.name, owner=asker.id))


def _place(context: Context, after: Cursor | None) -> str | None:
    """Where to go on. What the browser says by itself is newer than what it asked for first."""
    return context.last_event_id or after


async def _asker(info: Info) -> Asker:
    """Whose topics they are; their connection is given back while they wait."""
    asker = await info.context.asker()
    await info.context.rest()
    if asker is None:
        raise Fault(FaultCode.BAD_REQUEST, "Join the programme first.")
    return asker


async def _board(id: str, asker: Asker, context: Context) -> UUID:
    """The board of the asker's programme with that id, if it goes on. Raises Fault."""
    named = globalids.uuid_of(id, Kind.BOARD)
    wanted = [] if named is None else [named]
    async with context.reading() as tx:
        found = await leaderboards.several(wanted, programme=asker.programme, tx=tx)
    await context.rest()
    if not any(one.retired_at is None for one in found.values()):
        raise Fault(FaultCode.BAD_ARGUMENT, "There is no such board.")
    return wanted[0]
