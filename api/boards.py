"""What members see of boards: which there are, as whom they are shown, what they won."""

from uuid import UUID

import strawberry

from api.context import Info
from api.fields import asked, output, said
from api.leaderboards import Board
from api.nodes import FIRST_DEFAULT, After, Connection, First, Page
from api.ranking import BoardPrizeState
from api.scalars import Day, Moment, Points
from domain import leaderboards


@output
class BoardFace:
    """As whom you are shown on boards."""

    pseudonym: str = said("The name that others see.")


@output
class BoardWin:
    """A prize that you won."""

    starts_on: Day = said("The first day of the window.")
    place: int = said("Your place.")
    points: Points = said("How many points; 0: none.")
    badge: str | None = said("The key of a badge; null: none.")
    state: BoardPrizeState = said("What became of it.")
    won_at: Moment = said("When the window was closed.")
    board_key: strawberry.Private[UUID]

    @asked
    async def board(self, info: Info) -> Board:
        """On which board."""
        asker = await info.context.asker()
        assert asker is not None, "only a member wins"
        async with info.context.reading() as tx:
            found = await leaderboards.get(self.board_key, programme=asker.programme, tx=tx)
        return Board.of(found)

    @classmethod
    def of(cls, won: leaderboards.Won) -> "BoardWin":
        """A prize, as its winner sees it."""
        return cls(
            starts_on=Day(won.starts_on),
            place=won.place,
            points=Points(won.points),
            badge=won.badge,
            state=BoardPrizeState[won.state.name],
            won_at=Moment(won.at),
            board_key=won.board,
        )


@output
class BoardQueries:
    """What members see of boards."""

    @asked
    async def boards(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[Board] | None:
        """Your programme's boards, newest first; null when you are no member."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[leaderboards.Board]("boards", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await leaderboards.listed(
                programme=asker.programme, before=_place(page.position), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=Board.of, place=lambda one: one.id.bytes)

    @asked
    async def board_face(self, info: Info) -> BoardFace | None:
        """As whom others see you on boards; null: they see you nowhere."""
        asker = await info.context.asker()
        if asker is None:
            return None
        async with info.context.reading() as tx:
            face = await leaderboards.face(asker, tx=tx)
        return None if face is None else BoardFace(pseudonym=face.pseudonym)

    @asked
    async def board_wins(
        self, info: Info, first: First = FIRST_DEFAULT, after: After = None
    ) -> Connection[BoardWin] | None:
        """The prizes that you won, newest first; null when you are no member. Nobody else sees
        this list."""
        context = info.context
        asker = await context.asker()
        if asker is None:
            return None
        page = Page[leaderboards.Won]("boardWins", asker, context, first=first, after=after)
        async with context.reading() as tx:
            found = await leaderboards.prizes(
                asker, before=_place(page.position), limit=page.limit, tx=tx
            )
        return page.shaped(found, node=BoardWin.of, place=lambda one: one.id.bytes)


def _place(position: bytes | None) -> UUID | None:
    return None if position is None else UUID(bytes=position)
