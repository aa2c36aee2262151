"""Topping: what is read for many at once is what each would have read for themselves."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from domain import friends, leaderboards
from domain.leaderboards import Board, Part, Scope, following
from domain.members import Member
from infra import ranking, signals
from infra.db import Tx
from infra.ranking import Mark
from tests.domain.leaderboards.boards import a_board, happen
from tests.support import given
from tests.support.facts import fact, new
from tests.support.given import NOON

SCOPES = [Scope.PROGRAMME, Scope.CITY, Scope.FRIENDS]


async def a_race(tx: Tx, scope: Scope) -> tuple[Board, list[Member]]:
    """Six who ran, of whom some are shown, some have blocks, and some came from a town; and one
    who only looks on."""
    club = await given.a_programme(tx=tx)
    board = await a_board(club, tx, scope=scope)
    people = [await given.a_member(club, tx=tx) for _ in range(7)]
    for number, one in enumerate(people[:6]):
        await happen(new(fact(one, distance_m=100 - number // 2)), tx=tx)
    for one in people[1:5]:
        await leaderboards.show(one, pseudonym=f"p{one.handle}", at=NOON, tx=tx)
    await given.friendship(people[0], people[2], tx=tx)
    await friends.block(people[1], friend=people[6].id, at=NOON, tx=tx)
    await friends.block(people[5], friend=people[2].id, at=NOON, tx=tx)
    return board, people


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("count", [1, 3, 10])
async def test_given_many_when_read_at_once_then_each_sees_what_they_would_see_alone(
    tx: Tx, scope: Scope, count: int
) -> None:
    board, people = await a_race(tx, scope)

    together = await leaderboards.tops(board, people, count=count, at=NOON, tx=tx)

    for one in people:
        alone = await leaderboards.view(board, Part.TOP, asker=one, count=count, at=NOON, tx=tx)
        assert together[one.id] == replace(alone, lines=tuple(alone.lines))


async def test_given_an_order_on_valkey_when_read_at_once_then_it_says_the_same_places(
    tx: Tx, valkey_url: str
) -> None:
    board, people = await a_race(tx, Scope.PROGRAMME)
    by_rows = await leaderboards.tops(board, people, count=3, at=NOON, tx=tx)
    window = by_rows[people[0].id].window
    assert window is not None
    place = (board.programme, board.id, window.starts_on, "")
    rows = await tx.rows(following.WHOLE, *place, following.NOBODY, 100)

    async def pages() -> AsyncIterator[Sequence[Mark]]:
        yield [Mark(r["member"], r["score"], r["reached_at"], r["version"]) for r in rows]

    async with signals.connection(valkey_url):
        built = await ranking.build(following.set_name(place), pages())
        found = await ranking.places(following.set_name(place), [one.id for one in people])
        by_valkey = await leaderboards.tops(board, people, count=3, at=NOON, tx=tx)

    assert built
    assert found == {one: view.place for one, view in by_rows.items() if view.place}
    assert by_valkey == by_rows


async def test_given_lines_that_are_the_same_when_read_at_once_then_they_are_one_tuple(
    tx: Tx,
) -> None:
    board, people = await a_race(tx, Scope.PROGRAMME)

    views = await leaderboards.tops(board, people, count=2, at=NOON, tx=tx)

    assert len({id(views[one.id].lines) for one in people[2:6]}) == 1
    assert views[people[0].id].lines != views[people[3].id].lines
    assert views[people[6].id].lines[1].name is None


async def test_given_a_season_that_is_not_running_when_read_then_there_is_nothing(tx: Tx) -> None:
    club = await given.a_programme(tx=tx)
    past = NOON.date().replace(year=2020)
    board = await a_board(club, tx, span=leaderboards.Span.SEASON, first_day=past, last_day=past)
    ada = await given.a_member(club, tx=tx)

    views = await leaderboards.tops(board, [ada], count=2, at=NOON, tx=tx)

    assert views[ada.id].window is None
    assert await leaderboards.tops(board, [], count=2, at=NOON, tx=tx) == {}
