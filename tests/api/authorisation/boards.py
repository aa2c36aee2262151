"""Boards: everybody of the programme sees them, and of others who wants to be seen."""

from domain import leaderboards
from domain.leaderboards import Board, Earning, League, Measure, Prize, Scope, Span
from domain.leaderboards.windows import window_of
from domain.operators import Permission
from infra import clock, ids
from infra.db import Tx
from tests.api.authorisation.cast import Cast
from tests.api.authorisation.who import MEMBERS, PROGRAMME, WITH_PARENT, each
from tests.support.client import Door

RESULT = "startsOn closedAt places hash"
PRIZE = "firstPlace lastPlace points badge level"
LEAGUE = "divisions promoted demoted idleMax"
MEMBER = {
    **each("Query", "boards boardFace boardWins", MEMBERS),
    **each(
        "Board",
        "id name measure counted span scope expiring cutoffHours prizes league retiredAt top"
        " aroundMe friends myDivision results",
        PROGRAMME,
    ),
    **each(
        "BoardView",
        "startsOn endsAt closesAt group ready place score reachedAt everybody lines",
        WITH_PARENT,
    ),
    **each("BoardLine", "place score reachedAt name own member", WITH_PARENT),
    **each("BoardPrize", PRIZE, WITH_PARENT),
    **each("BoardLeague", LEAGUE, WITH_PARENT),
    **each("BoardResult", RESULT, WITH_PARENT),
    **each("LeagueRank", "division name idle plays", WITH_PARENT),
    **each("BoardFace", "pseudonym", WITH_PARENT),
    **each("BoardWin", "startsOn place points badge state wonAt board", WITH_PARENT),
    "Mutation.setBoardFace": MEMBERS,
}
OPS = {
    "Query.boards": Permission.BOARDS_READ,
    **each(
        "Board",
        "id name measure counted span firstDay lastDay zone scope challengeId expiring"
        " cutoffHours prizes league createdAt retiredAt",
        WITH_PARENT,
    ),
    "Board.results": Permission.BOARDS_READ,
    **each("BoardPrize", PRIZE, WITH_PARENT),
    **each("BoardLeague", LEAGUE, WITH_PARENT),
    **each("BoardResult", RESULT, WITH_PARENT),
    "Mutation.createBoard": Permission.BOARDS_WRITE,
    "Mutation.retireBoard": Permission.BOARDS_WRITE,
}


async def scene(door: Door, cast: Cast) -> None:
    """Ada has won on a board that is closed, plays in a league, and is shown on both."""
    ada, at = cast.ada.me, clock.now()
    home = await door.programme()
    words = {"zone": home.zone, "created_at": at, "programme": home.id}

    async def build(tx: Tx) -> None:
        day = clock.now().date()
        board = Board(
            ids.new(at), home.id, "Season", Measure.POINTS, Span.SEASON, Scope.PROGRAMME,
            home.zone, at, first_day=day, last_day=day, cutoff_hours=0,
            prizes=(Prize(1, 1, points=5),),
        )  # fmt: skip
        league = Board(
            id=ids.new(at), name="League", measure=Measure.POINTS, span=Span.WEEK,
            scope=Scope.COHORT, league=League(("Low", "High")), **words,
        )  # fmt: skip
        for one in (board, league):
            await leaderboards.create(one, at=at, tx=tx)
            await tx.run("UPDATE board_cycle SET recounted = NULL WHERE programme = $1", home.id)
        earned = Earning(ids.new(at), ada.id, 10, at)
        await leaderboards.earn([earned], programme=home.id, tx=tx)
        await leaderboards.show(ada, pseudonym="The Countess", at=at, tx=tx)
        await leaderboards.deal(league, at=at, tx=tx)
        ended = window_of(board, at)
        assert ended is not None
        assert ended.closes_at is not None
        closed = ended.closes_at
        await leaderboards.close(board.id, day, programme=home.id, at=closed, tx=tx)

    await door.given(build)


async def _a_board(door: Door, cast: Cast) -> str:
    asked = await door.ask(cast.ada, "{ boards { nodes { id } } }")
    id: str = asked["boards"]["nodes"][0]["id"]
    return id


THINGS = {"Board": _a_board}
