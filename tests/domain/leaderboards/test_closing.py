"""Closing and paying: what a window came to is kept once, and paid once, whatever happens."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain import badges, leaderboards, ledger, members
from domain.leaderboards import Board, Measure, Part, Prize, PrizeState, Scope
from domain.leaderboards.closing import close_next
from domain.leaderboards.windows import window_of
from domain.members import Member
from domain.programmes import Programme
from infra import db
from infra.db import Tx
from tests.domain.badges.shelves import a_badge
from tests.domain.leaderboards.boards import DAY, HOUR, a_board, happen, scores, seen, shown
from tests.support import cutting, databases, given
from tests.support.facts import changed, fact, new
from tests.support.given import NOON
from tests.support.servers import Postgres

LAST_WEEK = NOON - 7 * DAY
PRIZES = (Prize(1, 1, points=100), Prize(2, 3, points=10))
FORGE = "UPDATE board_cycle SET hash = $2 WHERE programme = $1 AND closed_at IS NOT NULL"
PAY_AGAIN = "UPDATE board_prize SET state = 'WAITING', resolved_at = NULL WHERE programme = $1"
STATES = "SELECT state, count(*) FROM board_prize WHERE programme = $1 GROUP BY state"


async def a_week(
    tx: Tx, *, runners: int = 4, **words: Any
) -> tuple[Programme, Board, Sequence[Member], date, datetime]:
    """Runners of last week, the first the furthest; its first day, and when it is closed."""
    club = await given.a_programme(tx=tx)
    board = await a_board(club, tx, at=LAST_WEEK, **{"prizes": PRIZES, **words})
    people = [await given.a_member(club, tx=tx) for _ in range(runners)]
    for number, member in enumerate(people):
        run = fact(member, started_at=LAST_WEEK, distance_m=9_000 - number)
        await happen(new(run), tx=tx)
    window = window_of(board, LAST_WEEK)
    assert window is not None
    assert window.closes_at is not None
    return club, board, people, window.starts_on, window.closes_at


async def close(board: Board, day: date, at: datetime, tx: Tx) -> bool:
    return await leaderboards.close(board.id, day, programme=board.programme, at=at, tx=tx)


async def has(people: Sequence[Member], at: datetime, tx: Tx) -> list[int]:
    book = people[0].book
    found = await ledger.balances([one.account for one in people], book=book, at=at, tx=tx)
    return [found[one.account].available for one in people]


async def test_given_a_week_when_its_cut_off_comes_then_it_is_kept_hashed_and_paid(
    tx: Tx,
) -> None:
    club, board, people, day, at = await a_week(tx)

    early = await close(board, day, at - timedelta(seconds=1), tx)
    closed = await close(board, day, at, tx)
    paid = await leaderboards.pay(programme=club.id, at=at, tx=tx)

    assert (early, closed, paid) == (False, True, 3)
    assert await has(people, at, tx) == [100, 10, 10, 0]
    kept = await leaderboards.places(board.id, day, programme=club.id, tx=tx)
    assert [(row["place"], row["member"], row["score"]) for row in kept] == [
        (place, member.id, 9_001 - place) for place, member in enumerate(people, start=1)
    ]
    (told,) = await leaderboards.closed(board.id, programme=club.id, before=None, limit=5, tx=tx)
    hashed = hashlib.sha256(leaderboards.canonical(board.id, day, kept)).digest()
    assert (told.places, told.hash, told.closed_at) == (4, hashed, at)
    (won,) = await leaderboards.prizes(people[1], before=None, limit=5, tx=tx)
    assert (won.place, won.points, won.state) == (2, 10, PrizeState.PAID)


def test_the_canonical_form_is_these_bytes() -> None:
    row = {
        "grouping": "wien",
        "place": 1,
        "member": "00000000-0000-7000-8000-000000000001",
        "score": 5,
        "reached_at": datetime.fromisoformat("2026-11-22T12:00:00.000001+00:00"),
    }

    said = leaderboards.canonical("b", date(2026, 11, 16), [row])  # type: ignore[arg-type]

    assert said == (
        b"laurel board 1\tb\t2026-11-16\n"
        b"wien\t1\t00000000-0000-7000-8000-000000000001\t5\t1795348800000001\n"
    )


async def test_given_a_closed_week_when_something_comes_late_then_nothing_of_it_changes(
    tx: Tx,
) -> None:
    _, board, people, day, at = await a_week(tx)
    await close(board, day, at, tx)
    before = await scores(board, tx, starts_on=day)
    late = fact(people[3], started_at=LAST_WEEK + HOUR, distance_m=90_000)

    await happen(new(late, at=at - HOUR), changed(late, at=at - HOUR, distance_m=1), tx=tx)
    await leaderboards.recount([people[3].id], programme=board.programme, at=at, tx=tx)

    assert await scores(board, tx, starts_on=day) == before
    view = await seen(board, people[3], tx, part=Part.AROUND, starts_on=day, at=at)
    assert (view.place, view.everybody) == (4, 4)
    assert [(place, score) for place, score, _ in shown(view)] == [
        (1, 9_000), (2, 8_999), (3, 8_998), (4, 8_997)
    ]  # fmt: skip


@pytest.mark.parametrize("sql", [FORGE, PAY_AGAIN])
async def test_given_a_closed_week_when_somebody_would_write_it_anew_then_the_database_refuses(
    sql: str, tx: Tx
) -> None:
    club, board, _, day, at = await a_week(tx)
    await close(board, day, at, tx)
    await leaderboards.pay(programme=club.id, at=at, tx=tx)

    args = [b"\0" * 32] if "$2" in sql else []
    with pytest.raises(db.PostgresError, match="closes once"):
        await tx.run(sql, club.id, *args)


async def test_given_a_closed_week_when_closed_and_paid_again_then_nothing_happens(
    tx: Tx,
) -> None:
    club, board, people, day, at = await a_week(tx)

    closed = [await close(board, day, at, tx) for _ in range(3)]
    paid = [await leaderboards.pay(programme=club.id, at=at + HOUR, tx=tx) for _ in range(3)]

    assert (closed, paid) == ([True, False, False], [3, 0, 0])
    assert await has(people, at + HOUR, tx) == [100, 10, 10, 0]


async def test_given_a_prize_that_waited_for_weeks_when_paid_then_the_ledger_takes_it_once(
    tx: Tx,
) -> None:
    club, board, people, day, at = await a_week(tx)
    await close(board, day, at, tx)

    later = at + 45 * DAY
    paid = [await leaderboards.pay(programme=club.id, at=later, tx=tx) for _ in range(2)]

    assert paid == [3, 0]
    assert await has(people, later, tx) == [100, 10, 10, 0]


async def test_given_a_badge_as_a_prize_when_paid_then_the_winner_has_it_once(tx: Tx) -> None:
    club, board, people, day, at = await a_week(tx)
    cup = await a_badge(club.id, "cup", rule=None, tx=tx)
    words = {"name": "Cups", "prizes": (Prize(1, 1, points=5, badge="cup", level=2),)}
    cups = await a_board(club, tx, at=LAST_WEEK, **words)
    await leaderboards.recount([one.id for one in people], programme=club.id, at=LAST_WEEK, tx=tx)

    for one in (board, cups):
        await close(one, day, at, tx)
    for _ in range(2):
        await leaderboards.pay(programme=club.id, at=at, tx=tx)

    ids = [one.id for one in people]
    assert await badges.held(ids, programme=club.id, tx=tx) == {people[0].id: {cup.key: 2}}
    assert (await has(people, at, tx))[0] == 105
    won = await leaderboards.prizes(people[0], before=None, limit=5, tx=tx)
    assert {(one.badge, one.state) for one in won} == {
        ("cup", PrizeState.PAID),
        (None, PrizeState.PAID),
    }


async def test_given_a_winner_who_was_merged_or_left_when_paid_then_who_has_everything_gets_it(
    tx: Tx,
) -> None:
    club, board, people, day, at = await a_week(tx)
    await close(board, day, at, tx)
    ada, bob, eve = people[:3]
    await members.absorb(eve, duplicate=bob, at=at, tx=tx)
    await members.leave(ada, at=at, tx=tx)

    await leaderboards.pay(programme=club.id, at=at, tx=tx)

    assert await has(people, at, tx) == [100, 0, 20, 0]


async def test_given_a_board_of_towns_when_closed_then_the_first_of_each_town_wins(
    tx: Tx,
) -> None:
    club = await given.a_programme(tx=tx)
    await members.define(members.STANDARD[2], programme=club.id, at=NOON, tx=tx)
    board = await a_board(club, tx, at=LAST_WEEK, scope=Scope.CITY, prizes=PRIZES[:1])
    towns = ("Wien", "  wien ", "Graz", None)
    people = [await given.a_member(club, tx=tx) for _ in towns]
    for number, (member, town) in enumerate(zip(people, towns, strict=True)):
        if town:
            await members.fill(member, {"residence": town}, at=NOON, tx=tx)
        run = fact(member, started_at=LAST_WEEK, distance_m=10 - number)
        await happen(new(run), tx=tx)
    window = window_of(board, LAST_WEEK)
    assert window is not None
    assert window.closes_at is not None

    await close(board, window.starts_on, window.closes_at, tx)
    await leaderboards.pay(programme=club.id, at=window.closes_at, tx=tx)

    assert await has(people, window.closes_at, tx) == [100, 0, 100, 0]


async def test_given_a_week_that_ends_when_many_close_count_and_pay_at_once_then_each_is_paid_once(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club, board, people, day, at = await a_week(tx, measure=Measure.COUNT)

    async def run(number: int) -> None:
        async with db.transaction() as tx:
            await members.lock([people[3].id], programme=club.id, tx=tx)
            await happen(new(fact(people[3], started_at=LAST_WEEK), at=at - HOUR), tx=tx)

    async def end(number: int) -> None:
        async with db.transaction() as tx:
            await close(board, day, at, tx)
        async with db.transaction() as tx:
            await leaderboards.pay(programme=club.id, at=at, tx=tx)

    await asyncio.gather(*(job(number) for number in range(8) for job in (run, end)))

    async with db.transaction() as tx:
        kept = await leaderboards.places(board.id, day, programme=club.id, tx=tx)
        stood = await scores(board, tx, starts_on=day)
        # What came after it was closed did not change the rows that it was closed over.
        assert {row["member"]: (row["score"], row["reached_at"]) for row in kept} == stood
        assert sorted(await has(people, at, tx)) == [0, 10, 10, 100]


async def test_given_a_process_that_dies_when_closing_or_paying_then_each_prize_is_paid_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres) as url:
        async with db.transaction() as tx:
            club, board, people, day, at = await a_week(tx)

        await cutting.before_commit(url, lambda tx: close_next(at, tx))
        async with db.transaction() as tx:
            assert await close_next(at, tx) == 1
        await cutting.before_commit(
            url, lambda tx: leaderboards.pay(programme=club.id, at=at, tx=tx)
        )
        async with db.transaction() as tx:
            before = await has(people, at, tx)
            await leaderboards.pay(programme=club.id, at=at, tx=tx)
            assert await close_next(at, tx) == 0

        async with db.transaction() as tx:
            assert before == [0, 0, 0, 0]
            assert await has(people, at, tx) == [100, 10, 10, 0]
            assert [(row["state"], row["count"]) for row in await tx.rows(STATES, club.id)] == [
                ("PAID", 3)
            ]
            assert day == (await leaderboards.closed(
                board.id, programme=club.id, before=None, limit=1, tx=tx
            ))[0].starts_on  # fmt: skip
