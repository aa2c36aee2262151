"""Migrating: many may start at once, and a death in the middle is mended by the next one."""

import asyncio
import sys
from pathlib import Path

import asyncpg

from infra import db, migrating
from tests.support import apart
from tests.support.servers import Postgres

ROOT = Path(__file__).parents[2]
CODE = (
    "import asyncio, sys; from infra import migrating; asyncio.run(migrating.migrate(sys.argv[1]))"
)


async def test_given_ten_processes_when_all_migrate_then_each_step_is_applied_once(
    postgres: Postgres,
) -> None:
    await postgres.run("CREATE DATABASE crowded")
    url = postgres.url("crowded")

    codes = await asyncio.gather(*(_migrate_elsewhere(url) for _ in range(10)))

    connection = await asyncpg.connect(url)
    names = await connection.fetch("SELECT name FROM tortoise_migrations ORDER BY id")
    await connection.close()
    await postgres.drop(url)
    assert codes == [0] * 10
    assert [row["name"] for row in names] == list(migrating.names())


async def test_given_a_step_whose_record_was_its_own_when_migrated_again_then_nothing_is_run(
    postgres: Postgres,
) -> None:
    url = await postgres.copy()

    applied = await migrating.migrate(url)

    await postgres.drop(url)
    assert applied == []


async def test_given_missing_steps_when_asked_then_they_are_named_in_order(
    postgres: Postgres,
) -> None:
    url = await postgres.copy()
    connection = await asyncpg.connect(url)
    last = migrating.names()[-2:]
    await connection.execute("DELETE FROM tortoise_migrations WHERE name = ANY($1)", list(last))
    await connection.close()

    async with apart.database(url), db.reading() as tx:
        missing = await migrating.missing(tx=tx)

    await postgres.drop(url)
    assert list(missing) == list(last)


async def test_given_an_empty_database_when_asked_then_every_step_is_missing(
    postgres: Postgres,
) -> None:
    url = postgres.url("bare")

    assert await migrating.create(url) is True
    assert await migrating.create(url) is False
    connection = await asyncpg.connect(url)
    exists = await connection.fetchval(migrating.EXISTS)
    await connection.close()

    await postgres.drop(url)
    assert exists is False


async def _migrate_elsewhere(url: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-c", CODE, url), cwd=ROOT
    )
    return await process.wait()
