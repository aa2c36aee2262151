"""Filling: the past of a badge is counted while members go on, and nobody falls between the two."""

import asyncio

from domain import badges
from infra import db, ids
from infra.db import Tx
from tests.domain.badges.shelves import a_badge, a_rule, fill, level, tallies
from tests.support import databases, facts, given, waiting
from tests.support.given import NOON
from tests.support.servers import Postgres

WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"


async def test_given_an_activity_being_counted_when_the_past_is_filled_then_it_is_counted_once(
    postgres: Postgres,
) -> None:
    async with databases.own(postgres):
        async with db.transaction() as tx:
            programme = await given.a_programme(tx=tx)
            ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
            draft = badges.Draft(
                key="far", name="Far", description="Far.", levels=("One",), rule=a_rule(700)
            )
            id = ids.new(NOON)
            await badges.define(draft, programme=programme.id, id=id, at=NOON, tx=tx)
        counted, held = asyncio.Event(), asyncio.Event()

        async def go_on() -> None:
            async with db.transaction() as tx:
                await facts.judged(ada, distance_m=700, tx=tx)
                counted.set()
                await held.wait()

        async def catch_up() -> None:
            async with db.transaction() as tx:
                await fill(tx=tx)

        async with asyncio.TaskGroup() as group:
            group.create_task(go_on())
            await counted.wait()
            group.create_task(catch_up())
            await waiting.until(_somebody_waits, seconds=60)
            held.set()
        async with db.transaction() as tx:
            await facts.judged(bob, distance_m=70, tx=tx)
            found = {row[0]: row[3] for row in await tallies(programme.id, tx=tx)}
            had = await level(ada, tx=tx)

    assert (found, had) == ({ada.id: 700, bob.id: 70}, 1)


async def _somebody_waits() -> bool:
    async with db.transaction() as tx:
        return bool(await tx.value(WAITING))


async def test_given_more_members_than_one_chunk_when_filled_then_all_are_counted(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    people = [await given.a_member(programme, tx=tx) for _ in range(badges.CHUNK + 1)]
    people.sort(key=lambda member: member.id)
    for who in (people[0], people[-1]):
        await facts.judged(who, distance_m=10_000, tx=tx)

    await a_badge(programme.id, tx=tx)

    assert [await level(who, tx=tx) for who in (people[0], people[1], people[-1])] == [1, 0, 1]
