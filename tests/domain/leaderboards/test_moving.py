"""Moving: a league from week to week."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from domain import leaderboards, programmes
from domain.leaderboards import Board, Part, Scope
from domain.leaderboards.windows import window_of
from domain.members import Member
from infra.db import Tx
from tests.domain.leaderboards.boards import DAY, a_board, happen, seen, shown
from tests.support import given
from tests.support.facts import fact, new
from tests.support.given import NOON

WEEK = 7 * DAY
# A Monday, so that some days after it are of the same week.
FIRST = NOON - (13 + NOON.isoweekday()) * DAY
GROUPS = """
SELECT member, grouping FROM board_score WHERE programme = $1 AND board = $2 AND cycle = $3
"""


async def a_played_league(tx: Tx, *, players: int) -> tuple[Board, list[Member]]:
    """A league in whose first week everybody has run, the first the furthest."""
    club = await given.a_programme(tx=tx)
    board = await a_board(club, tx, at=FIRST, scope=Scope.COHORT, cutoff_hours=12)
    people = [await given.a_member(club, tx=tx) for _ in range(players)]
    await run(people, FIRST, tx)
    await leaderboards.deal(board, at=FIRST, tx=tx)
    return board, people


async def run(people: list[Member], at: datetime, tx: Tx) -> None:
    far = len(people) * 100
    runs = [
        new(fact(member, started_at=at, distance_m=far - number))
        for number, member in enumerate(people)
    ]
    await happen(*runs, tx=tx)


async def close(board: Board, at: datetime, tx: Tx) -> None:
    """The window of `at` is closed at its cut-off."""
    window = window_of(board, at)
    assert window is not None
    assert window.closes_at is not None
    day, when = window.starts_on, window.closes_at
    assert await leaderboards.close(board.id, day, programme=board.programme, at=when, tx=tx)


async def groups(board: Board, at: datetime, tx: Tx) -> dict[UUID, str]:
    window = window_of(board, at)
    assert window is not None
    rows = await tx.rows(GROUPS, board.programme, board.id, window.starts_on)
    return {row["member"]: row["grouping"] for row in rows}


async def divisions(board: Board, people: list[Member], tx: Tx) -> list[int]:
    ranks = await leaderboards.ranks_of(board, [one.id for one in people], tx=tx)
    return [ranks[one.id].division for one in people]


async def test_given_a_league_when_weeks_go_by_then_members_climb_and_fall(tx: Tx) -> None:
    board, people = await a_played_league(tx, players=6)
    await close(board, FIRST, tx)
    first = await divisions(board, people, tx)
    second_week = FIRST + WEEK
    await leaderboards.deal(board, at=second_week, tx=tx)
    apart = set((await groups(board, second_week, tx)).values())
    await run(people[:1], second_week, tx)

    await close(board, second_week, tx)

    # The first two went up; in the second week only one of them ran, alone with an idle one.
    assert first == [2, 2, 1, 1, 1, 1]
    assert apart == {"1/1", "2/1"}
    assert await divisions(board, people, tx) == [2, 1, 1, 1, 1, 1]


async def test_given_fifty_three_when_dealt_again_and_joined_later_then_each_has_one_fair_cohort(
    tx: Tx,
) -> None:
    board, _ = await a_played_league(tx, players=53)
    dealt = await groups(board, FIRST, tx)
    await leaderboards.deal(board, at=FIRST, tx=tx)
    again = await groups(board, FIRST, tx)
    club = await programmes.by_id(board.programme, tx=tx)
    late = await given.a_member(club, tx=tx)

    await run([late], FIRST + DAY, tx)
    unseated = (await groups(board, FIRST, tx))[late.id]
    await leaderboards.deal(board, at=FIRST + DAY, tx=tx)

    assert Counter(dealt.values()) == {"1/1": 27, "1/2": 26}
    assert again == dealt
    assert unseated == ""
    assert (await groups(board, FIRST, tx))[late.id] == "1/2"


async def test_given_a_week_that_is_not_closed_when_the_next_one_runs_then_nobody_is_dealt_yet(
    tx: Tx,
) -> None:
    board, people = await a_played_league(tx, players=3)
    await run(people, FIRST + WEEK, tx)

    await leaderboards.deal(board, at=FIRST + WEEK, tx=tx)

    assert set((await groups(board, FIRST + WEEK, tx)).values()) == {""}
    view = await seen(board, people[0], tx, part=Part.AROUND, at=FIRST + WEEK)
    assert (view.grouping, view.place, view.score, view.ready) == ("", None, 300, True)


async def test_given_a_cohort_when_seen_then_who_did_nothing_is_last(tx: Tx) -> None:
    board, people = await a_played_league(tx, players=3)
    await close(board, FIRST, tx)
    await leaderboards.deal(board, at=FIRST + WEEK, tx=tx)
    await run(people[1:2], FIRST + WEEK, tx)
    ranks = await leaderboards.ranks_of(board, None, tx=tx)

    view = await seen(board, people[1], tx, at=FIRST + WEEK)

    division = ranks[people[1].id].division
    mates = [one for one in people if ranks[one.id].division == division]
    assert view.place == 1
    assert len(shown(view)) == len(mates)
