"""Mutations about boards: create, and retire."""

from typing import Annotated, Any, TypeAlias

import strawberry

from api import counting, globalids
from api.counting import ActivityFilterInput
from api.fields import argument, input, mutation, output, said
from api.globalids import Kind
from api.ops.acting import OpsAct, OpsVerb
from api.ops.context import OpsContext, OpsInfo
from api.ops.leaderboards import Board
from api.ops.operators import NOBODY
from api.ranking import BoardMeasure, BoardScope, BoardSpan, board_id
from api.refusals import RequestRefused, result
from api.scalars import Day, Points
from domain import leaderboards
from domain.leaderboards import League, Measure, Prize, Scope, Span
from domain.metrics import ANY
from domain.operators import Permission

REASON = "Why, for the audit log: 1 to 300 characters, no names."


@input
class BoardPrizeInput:
    """What places win when a window is closed."""

    first_place: int = said("From this place, counted from 1,")
    last_place: int = said("to this one, at most the thousandth, of each group.")
    points: Points = said("New points, at most a million; 0: none.", default=0)
    badge: str | None = said("The key of a badge; null: none.", default=None)
    level: int | None = said("Which level of it; null: its lowest.", default=None)


@input
class BoardLeagueInput:
    """Divisions that members climb from window to window."""

    divisions: list[str] = said("Their names, the lowest first: 1 to 12.")
    promoted: int = said("So many of a cohort go up, 0 to 25.", default=7)
    demoted: int = said("So many go down, 0 to 25.", default=7)
    idle_max: int = said("Windows in a row without a score, 1 to 52.", default=4)


@input
class CreateBoardInput:
    """What the board is."""

    name: str = said("What it is called, 1 to 80 characters.")
    measure: BoardMeasure = said("What it counts.")
    counted: ActivityFilterInput | None = said("Of which activities; null: of all.", default=None)
    span: BoardSpan = said("How long a window is.")
    first_day: Day | None = said("The first day of a season; else null.", default=None)
    last_day: Day | None = said("The last day of a season; else null.", default=None)
    scope: BoardScope = said("Among whom a member has a place.")
    challenge_id: strawberry.ID | None = said(
        "The id of a `Challenge`, for its progress, its people or its teams; else null.",
        default=None,
    )
    expiring: bool = said("True: points leave it when their time is over.", default=False)
    cutoff_hours: int = said(
        "How long after a window's end what comes late still counts, 0 to 168 hours; 24 at most"
        " for a league, whose next cohorts wait for it.",
        default=24,
    )
    prizes: list[BoardPrizeInput] | None = said(
        "What places win, from the first on, without overlaps; null: nothing.", default=None
    )
    league: BoardLeagueInput | None = said("For the scope COHORT; else null.", default=None)
    reason: str = said(REASON)


@input
class RetireBoardInput:
    """Which board to retire."""

    board_id: strawberry.ID = said("The id of a `Board`.")
    reason: str = said(REASON)


@output
class BoardChanged:
    """The board, as it is now."""

    board: Board = said("The board, as it is now.")


@output
class CreateBoardSuccess(BoardChanged):
    """It counts from now on; what was done before in its running window is being counted."""


@output
class RetireBoardSuccess(BoardChanged):
    """It counts nothing more."""


CreateBoardResult: TypeAlias = Annotated[
    CreateBoardSuccess | RequestRefused, result("CreateBoardResult")
]
RetireBoardResult: TypeAlias = Annotated[
    RetireBoardSuccess | RequestRefused, result("RetireBoardResult")
]


async def _create(asked: CreateBoardInput, act: OpsAct) -> leaderboards.Board:
    league, challenge = asked.league, None
    if asked.challenge_id is not None:
        challenge = globalids.uuid_of(asked.challenge_id, Kind.CHALLENGE) or NOBODY
    board = leaderboards.Board(
        id=act.id,
        programme=act.programme.id,
        name=asked.name,
        measure=Measure[asked.measure.name],
        span=Span[asked.span.name],
        scope=Scope[asked.scope.name],
        zone=act.programme.zone,
        created_at=act.at,
        filter=asked.counted.read("counted") if asked.counted else ANY,
        first_day=asked.first_day,
        last_day=asked.last_day,
        challenge=challenge,
        expiring=asked.expiring,
        cutoff_hours=asked.cutoff_hours,
        prizes=tuple(_prize(prize) for prize in asked.prizes or ()),
        league=None
        if league is None
        else League(tuple(league.divisions), league.promoted, league.demoted, league.idle_max),
    )
    return await leaderboards.create(board, at=act.at, tx=act.tx)


def _prize(said: BoardPrizeInput) -> Prize:
    return Prize(said.first_place, said.last_place, said.points, said.badge, said.level)


async def _retire(asked: RetireBoardInput, act: OpsAct) -> leaderboards.Board:
    id = globalids.uuid_of(asked.board_id, Kind.BOARD) or NOBODY
    return await leaderboards.retire(id, programme=act.programme.id, at=act.at, tx=act.tx)


def _shaped(kind: type[BoardChanged]) -> Any:
    async def shape(board: leaderboards.Board, context: OpsContext) -> BoardChanged:
        return kind(board=Board.of(board))

    return shape


CREATE: OpsVerb[leaderboards.Board, CreateBoardResult] = OpsVerb(
    leaderboards.Board,
    _create,
    _shaped(CreateBoardSuccess),
    permission=Permission.BOARDS_WRITE,
    made=board_id,
    paths={**counting.PATHS, "filter": "counted", "challenge": "challenge_id"},
)
RETIRE: OpsVerb[leaderboards.Board, RetireBoardResult] = OpsVerb(
    leaderboards.Board,
    _retire,
    _shaped(RetireBoardSuccess),
    permission=Permission.BOARDS_WRITE,
)


@output
class BoardMutations:
    """Mutations about boards."""

    @mutation
    async def create_board(
        self, info: OpsInfo, input: Annotated[CreateBoardInput, argument("What it is.")]
    ) -> CreateBoardResult | None:
        """Open a board; what it counts never changes. Needs BOARDS_WRITE. Refuses BAD_FILTER,
        BAD_BOARD, TOO_MANY_BOARDS."""
        return await CREATE.perform(info, input)

    @mutation
    async def retire_board(
        self, info: OpsInfo, input: Annotated[RetireBoardInput, argument("Which board.")]
    ) -> RetireBoardResult | None:
        """Count no more for a board: what it shows stays, and windows that have ended are closed
        and paid. Needs BOARDS_WRITE. Refuses NO_SUCH_BOARD."""
        return await RETIRE.perform(info, input)
