"""Walls: a walled transaction works for one programme and no longer than it lasts."""

import asyncio

import pytest

from domain import ledger, members
from domain.members import Member
from infra import db, ids
from tests.support import given
from tests.support.given import NOON

WHO = "SELECT current_user::text"
SETTINGS = """
SELECT coalesce(current_setting('laurel.programme', true), '')
       || coalesce(current_setting('laurel.book', true), '')
"""
NAMES = "SELECT name FROM member WHERE id = ANY($1::uuid[])"
RENAME = "UPDATE member SET name = 'Eve' WHERE id = ANY($1::uuid[])"
HELD = "SELECT account FROM ledger.hold WHERE account = ANY($1::bigint[])"


async def of_two_programmes() -> tuple[Member, Member]:
    """A member of each of two programmes, each with 100 points; both have committed."""
    async with db.transaction() as tx:
        ada, bob = [
            await given.a_member(await given.a_programme(tx=tx), holding=100, tx=tx)
            for _ in range(2)
        ]
    return ada, bob


def wall_of(member: Member) -> db.Wall:
    return db.Wall(member.programme, member.book)


async def test_given_two_programmes_when_a_query_forgets_the_programme_then_the_wall_remembers(
    own_url: str,
) -> None:
    ada, bob = await of_two_programmes()
    both = [ada.id, bob.id]

    async with db.reading(wall_of(ada)) as tx:
        seen = [row["name"] for row in await tx.rows(NAMES, both)]
    async with db.transaction(wall_of(ada)) as tx:
        renamed = await tx.run(RENAME, both)

    async with db.reading() as tx:
        assert seen == [ada.name]
        assert renamed == 1
        assert {row["name"] for row in await tx.rows(NAMES, both)} == {"Eve", bob.name}


async def test_given_a_wall_when_its_transaction_is_open_then_it_says_so_and_ends_with_it(
    own_url: str,
) -> None:
    wall = db.Wall(7, 8)
    whole = ("laurel_app", "")

    async def seen(tx: db.Tx) -> tuple[str, str]:
        return await tx.value(WHO), await tx.value(SETTINGS)

    async with db.transaction(wall) as tx:
        assert (tx.wall, await seen(tx)) == (wall, ("laurel_walled", "78"))
        async with tx.savepoint():
            assert await seen(tx) == ("laurel_walled", "78")
    async with db.reading(wall) as tx:
        assert (tx.wall, await seen(tx)) == (wall, ("laurel_walled", "78"))
    with pytest.raises(RuntimeError):
        async with db.transaction(wall):
            raise RuntimeError
    with pytest.raises(db.PostgresError):
        async with db.reading(wall) as tx:
            await tx.value("SELECT 1 / 0")
    for opened in (db.transaction, db.reading):
        async with opened() as tx:
            assert (tx.wall, await seen(tx)) == (None, whole)


async def test_given_a_walled_reading_when_it_writes_then_it_is_refused(own_url: str) -> None:
    ada, _ = await of_two_programmes()

    with pytest.raises(db.PostgresError, match="read-only transaction"):
        async with db.reading(wall_of(ada)) as tx:
            await tx.run(RENAME, [ada.id])


@pytest.mark.parametrize("steps", range(1, 12))
@pytest.mark.parametrize("opened", [db.transaction, db.reading])
async def test_given_a_caller_that_gives_up_at_any_step_then_nobody_stays_behind_the_wall(
    own_url: str, opened: type[db.transaction], steps: int
) -> None:
    async def work() -> None:
        async with opened(db.Wall(7, 8)) as tx:
            await tx.value("SELECT pg_sleep(0.001)")

    for _ in range(8):
        task = asyncio.create_task(work())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def who() -> str:
        async with db.reading() as tx:
            return str(await tx.value(WHO))

    assert set(await asyncio.gather(*(who() for _ in range(16)))) == {"laurel_app"}


async def test_given_a_wall_when_points_move_then_only_those_of_its_own_book(own_url: str) -> None:
    ada, bob = await of_two_programmes()
    own = ledger.spend(30, account=ada.account, id=ids.new(NOON))
    foreign = ledger.spend(30, account=bob.account, id=ids.new(NOON))

    async with db.transaction(wall_of(ada)) as tx:
        done = await ledger.post_one(own, book=ada.book, at=NOON, tx=tx)
    moves = {
        "post": lambda tx: ledger.post([foreign], book=bob.book, at=NOON, tx=tx),
        "post_one": lambda tx: ledger.post_one(foreign, book=bob.book, at=NOON, tx=tx),
        "preview": lambda tx: ledger.preview([foreign], book=bob.book, at=NOON, tx=tx),
        "mature": lambda tx: ledger.mature([foreign.id], book=bob.book, at=NOON, tx=tx),
        "cancel": lambda tx: ledger.cancel([foreign.id], book=bob.book, at=NOON, tx=tx),
    }
    for move in moves.values():
        with pytest.raises(db.PostgresError, match="behind the wall"):
            async with db.transaction(wall_of(ada)) as tx:
                await move(tx)

    async with db.reading() as tx:
        assert done.outcome is ledger.Outcome.DONE
        left = [await ledger.balance(m.account, book=m.book, at=NOON, tx=tx) for m in (ada, bob)]
        assert [found.balance for found in left] == [70, 100]


async def test_given_a_wall_when_somebody_joins_then_in_its_own_programme_only(
    own_url: str,
) -> None:
    async with db.transaction() as tx:
        home = await given.a_programme(tx=tx)
        abroad = await given.a_programme(tx=tx)
    wall = db.Wall(home.id, home.book)

    async with db.transaction(wall) as tx:
        joined = await given.a_member(home, tx=tx)
    with pytest.raises(db.PostgresError, match="behind the wall"):
        async with db.transaction(wall) as tx:
            await given.a_member(abroad, tx=tx)

    async with db.reading() as tx:
        assert (await members.get(joined.id, programme=home.id, tx=tx)) == joined
