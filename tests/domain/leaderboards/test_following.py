"""Following: Valkey's order is that of the rows, whatever it or a process goes through."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from domain import leaderboards, members, privacy
from domain.leaderboards import Part, Span, heal
from domain.leaderboards.following import set_name
from domain.leaderboards.windows import BEGINNING
from infra import db, ranking, signals
from tests.domain.leaderboards import differing
from tests.domain.leaderboards.boards import a_board, happen, seen, shown
from tests.support import databases, given
from tests.support.facts import fact, new
from tests.support.given import NOON
from tests.support.servers import Postgres

LAGS = "SELECT count(*) FROM board_lag"


async def test_given_scores_that_move_and_valkey_that_is_flushed_when_compared_then_rank_agrees(
    postgres: Postgres, valkey_url: str
) -> None:
    async with databases.own(postgres) as url, signals.connection(valkey_url):
        world = await differing.founded(url, members=120, seed=27)

        tally = await differing.run(world, operations=5_000)

        assert tally.differences == []
        assert tally.flushes > 1
        assert tally.untold > 1
        async with db.reading() as tx:
            assert await tx.value(LAGS) == 0


async def test_given_valkey_that_is_flushed_all_the_time_when_scores_move_then_none_is_lost(
    postgres: Postgres, valkey_url: str
) -> None:
    async with databases.own(postgres), signals.connection(valkey_url):
        async with db.transaction() as tx:
            club = await given.a_programme(tx=tx)
            people = [await given.a_member(club, tx=tx) for _ in range(6)]
            board = await a_board(club, tx, span=Span.ALL_TIME)

        async def flushing() -> None:
            for _ in range(12):
                await differing.flush()
                await asyncio.sleep(0.01)

        async def running(number: int) -> None:
            for _ in range(10):
                async with db.transaction() as tx:
                    await happen(new(fact(people[number], distance_m=number + 1)), tx=tx)

        await asyncio.gather(flushing(), *(running(number) for number in range(6)))
        await differing.caught_up()

        async with db.reading() as tx:
            view = await seen(board, people[0], tx)
        assert [(place, score) for place, score, _ in shown(view)] == [
            (place, 10 * (7 - place)) for place in range(1, 7)
        ]


async def test_given_a_member_who_is_erased_when_valkey_has_followed_then_nothing_there_is_theirs(
    postgres: Postgres, valkey_url: str
) -> None:
    async with databases.own(postgres), signals.connection(valkey_url):
        async with db.transaction() as tx:
            club = await given.a_programme(tx=tx)
            ada, bob = [await given.a_member(club, tx=tx) for _ in range(2)]
            board = await a_board(club, tx, span=Span.ALL_TIME)
            await leaderboards.show(ada, pseudonym="Lightning", at=NOON, tx=tx)
            await happen(new(fact(ada)), new(fact(bob)), tx=tx)
        await differing.caught_up()
        place = (club.id, board.id, BEGINNING, "")
        before = await ranking.stretch(set_name(place), around=bob.id, count=5)

        async with db.transaction() as tx:
            await privacy.erase(ada.id, programme=club.id, at=NOON, tx=tx)
        await differing.caught_up()

        after = await ranking.stretch(set_name(place), around=bob.id, count=5)
        assert before is not None
        assert after is not None
        assert {seat.id for seat in before.seats} == {ada.id, bob.id}
        assert [seat.id for seat in after.seats] == [bob.id]
        async with db.transaction() as tx:
            # Whoever comes next may be called so.
            await leaderboards.show(bob, pseudonym="lightning", at=NOON, tx=tx)


async def test_given_a_wrong_order_in_valkey_when_the_game_is_rebuilt_then_it_is_right(
    postgres: Postgres, valkey_url: str
) -> None:
    async with databases.own(postgres), signals.connection(valkey_url):
        async with db.transaction() as tx:
            club = await given.a_programme(tx=tx)
            ada, bob = [await given.a_member(club, tx=tx) for _ in range(2)]
            board = await a_board(club, tx, span=Span.ALL_TIME)
            await happen(new(fact(ada, distance_m=9)), new(fact(bob, distance_m=8)), tx=tx)
        await differing.caught_up()
        name = set_name((club.id, board.id, BEGINNING, ""))
        assert await ranking.put(name, [ranking.Mark(bob.id, 99, NOON, 50)])
        wrong = await ranking.leading(name, count=5, asker=ada.id)

        async with db.transaction() as tx:
            await leaderboards.rebuild(programme=club.id, tx=tx)

        right = await ranking.leading(name, count=5, asker=ada.id)
        assert wrong is not None
        assert right is not None
        assert [seat.id for seat in wrong.seats] == [bob.id, ada.id]
        assert [(seat.id, seat.score) for seat in right.seats] == [(ada.id, 9), (bob.id, 8)]


async def test_given_a_valkey_that_is_away_when_somebody_scores_then_a_small_board_has_its_order(
    database: None,
) -> None:
    async with db.transaction() as tx:
        club = await given.a_programme(tx=tx)
        ada, bob = [await given.a_member(club, tx=tx) for _ in range(2)]
        board = await a_board(club, tx, span=Span.ALL_TIME)
        await happen(new(fact(bob)), new(fact(ada, distance_m=1)), tx=tx)

    async with signals.connection("redis://127.0.0.1:1"), db.reading() as tx:
        view = await seen(board, ada, tx, part=Part.AROUND)

    assert (view.ready, view.place, view.everybody) == (True, 2, 2)


async def test_given_a_large_board_that_valkey_has_lost_when_read_then_it_says_so_until_it_is_whole(
    postgres: Postgres, valkey_url: str
) -> None:
    async with databases.own(postgres) as url, signals.connection(valkey_url):
        world = await differing.founded(url, members=5_100, seed=1)
        await differing.everybody_scores(world)
        await differing.flush()
        async with db.transaction() as tx:
            asker = await members.get(world.members[0], programme=world.board.programme, tx=tx)
            before = await seen(world.board, asker, tx)
            await heal(programme=world.board.programme, tx=tx)

        async with db.reading() as tx:
            after = await seen(world.board, asker, tx)

        assert (before.ready, before.place, before.lines) == (False, None, ())
        assert (after.ready, after.everybody, len(after.lines)) == (True, 5_100, 10)


async def test_given_a_set_of_which_half_was_evicted_when_read_then_it_is_not_whole(
    valkey_url: str,
) -> None:
    async with signals.connection(valkey_url):
        mark = ranking.Mark(UUID(int=1), 5, NOON, 1)

        async def all_of_it() -> AsyncIterator[list[ranking.Mark]]:
            yield [mark]

        name = "a test of halves"
        assert await ranking.build(name, all_of_it())
        assert await ranking.whole(name)
        async with signals.present() as client:
            assert client is not None
            await client.delete(f"laurel:rank:{{{name}}}")

        assert not await ranking.whole(name)
        assert not await ranking.put(name, [mark])


async def test_given_an_older_version_that_comes_later_when_put_then_the_newer_one_stays(
    valkey_url: str,
) -> None:
    async with signals.connection(valkey_url):
        ada, name = UUID(int=1), "a test of versions"

        async def nobody() -> AsyncIterator[list[ranking.Mark]]:
            yield []

        assert await ranking.build(name, nobody())
        for version, score in ((2, 7), (1, 9), (4, 0), (3, 8)):
            assert await ranking.put(name, [ranking.Mark(ada, score, NOON, version)])

        found = await ranking.stretch(name, around=ada, count=3)

        assert found == ranking.Stretch(None, 0, [])


async def test_given_two_who_build_one_set_when_the_second_begins_then_the_first_gives_up(
    valkey_url: str,
) -> None:
    async with signals.connection(valkey_url):
        name = "a test of builders"
        mark = ranking.Mark(UUID(int=1), 5, NOON, 1)
        newer = ranking.Mark(UUID(int=1), 6, NOON, 2)

        async def second() -> AsyncIterator[list[ranking.Mark]]:
            yield [newer]

        async def first() -> AsyncIterator[list[ranking.Mark]]:
            yield [mark]
            assert await ranking.build(name, second())

        assert not await ranking.build(name, first())

        found = await ranking.stretch(name, around=UUID(int=1), count=1)
        assert found is not None
        assert [seat.score for seat in found.seats] == [6]
