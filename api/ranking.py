"""Ranking: what the schemas of members and operators share about boards."""

from enum import Enum

import strawberry

from api import globalids
from api.fields import output, said
from api.globalids import Kind
from api.scalars import Day, Moment, Points
from domain import leaderboards

V = strawberry.enum_value


@strawberry.enum(description="What a board counts.")
class BoardMeasure(Enum):
    """What a board counts."""

    COUNT = V("COUNT", description="Activities.")
    DISTANCE = V("DISTANCE", description="Metres.")
    DURATION = V("DURATION", description="Seconds without pauses.")
    ELEVATION = V("ELEVATION", description="Metres climbed.")
    ENERGY = V("ENERGY", description="Watt-hours saved.")
    STEPS = V("STEPS", description="Steps.")
    POINTS = V(
        "POINTS",
        description="Points earned: by activities and, where the board counts activities of all"
        " kinds, by challenges and streaks too. What is taken back leaves the board. Prizes of"
        " boards do not count.",
    )
    DAYS = V("DAYS", description="Different local days of the member.")
    PARTNERS = V("PARTNERS", description="Different partners who told of activities.")
    PROGRESS = V("PROGRESS", description="Progress in a challenge, in what that counts.")


@strawberry.enum(
    description="How long a window of a board is; then it begins anew. An activity belongs to the"
    " window in which it started, by the programme's time zone as it was when the board was made."
)
class BoardSpan(Enum):
    """How long a window of a board is."""

    DAY = V("DAY", description="From midnight to midnight.")
    WEEK = V("WEEK", description="From Monday to Sunday.")
    MONTH = V("MONTH", description="A calendar month.")
    SEASON = V("SEASON", description="Once, between two dates.")
    ALL_TIME = V("ALL_TIME", description="For ever.")


@strawberry.enum(description="Among whom a member has a place.")
class BoardScope(Enum):
    """Among whom a member has a place."""

    PROGRAMME = V("PROGRAMME", description="All members of the programme.")
    FRIENDS = V("FRIENDS", description="The member and their friends.")
    CHALLENGE = V("CHALLENGE", description="Who takes part in a challenge.")
    TEAM = V("TEAM", description="The member's team in a challenge.")
    CITY = V(
        "CITY",
        description="Those who live in the same town, as their profiles said when they first"
        " scored in the window. Who has said no town has no place.",
    )
    COHORT = V(
        "COHORT",
        description="25 to 50 members of one division of a league, drawn for each window; fewer"
        " where a division has fewer.",
    )


@strawberry.enum(description="What became of a prize.")
class BoardPrizeState(Enum):
    """What became of a prize."""

    WAITING = V("WAITING", description="It is about to be paid.")
    PAID = V("PAID", description="It was paid.")
    LAPSED = V("LAPSED", description="Whoever had won it was erased.")


@output
class BoardPrize:
    """What a place wins when a window is closed."""

    first_place: int = said("From this place, counted from 1,")
    last_place: int = said("to this one, of each group.")
    points: Points = said("New points.")
    badge: str | None = said("The key of a badge; null: none.")
    level: int | None = said("Which level of it; null: its lowest.")

    @classmethod
    def of(cls, prize: leaderboards.Prize) -> "BoardPrize":
        """A prize, as the schemas show it."""
        return cls(
            first_place=prize.first,
            last_place=prize.last,
            points=Points(prize.points),
            badge=prize.badge,
            level=prize.level,
        )


@output
class BoardLeague:
    """Divisions that members climb from window to window."""

    divisions: list[str] = said("Their names, the lowest first: twelve at most.")
    promoted: int = said("So many of a cohort go up, a third of it at most.")
    demoted: int = said("So many go down, a third at most; and whoever scored nothing.")
    idle_max: int = said(
        "Whoever has scored nothing for so many windows in a row is in no cohort until they score"
        " again."
    )

    @classmethod
    def of(cls, league: leaderboards.League) -> "BoardLeague":
        """A league, as the schemas show it."""
        return cls(
            divisions=list(league.divisions),
            promoted=league.promoted,
            demoted=league.demoted,
            idle_max=league.idle_max,
        )


@output
class BoardResult:
    """What a window came to that is closed: nothing changes it any more."""

    starts_on: Day = said("The first day of the window, which names it.")
    closed_at: Moment = said("When it was closed.")
    places: int = said("How many places were kept: the first thousand of each group.")
    hash: str = said(
        "SHA-256, as hexadecimal text, of the places in the form that the documentation of boards"
        " tells: it shows that nothing was changed since."
    )

    @classmethod
    def of(cls, closed: leaderboards.Closed) -> "BoardResult":
        """A closed window, as the schemas show it."""
        return cls(
            starts_on=Day(closed.starts_on),
            closed_at=Moment(closed.closed_at),
            places=closed.places,
            hash=closed.hash.hex(),
        )


def board_id(board: leaderboards.Board) -> strawberry.ID:
    """The global id of a board."""
    return globalids.of(Kind.BOARD, board.id)
