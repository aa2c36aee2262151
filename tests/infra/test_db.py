"""Db: a connection that dies, or a caller that gives up, costs one unit of work and no more."""

import asyncio

import asyncpg
import pytest

from infra import db
from tests.support.servers import Postgres

POOL = 16
CUT = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = $1 AND pid <> pg_backend_pid()
"""


def name_of(url: str) -> str:
    return url.rpartition("?")[0].rpartition("/")[2]


async def cut(url: str) -> None:
    """End every connection to that database, the way a restart would."""
    connection = await asyncpg.connect(url, database="postgres")
    await connection.fetchval(CUT, name_of(url))
    await connection.close()
    await asyncio.sleep(0.05)


async def one() -> int:
    async with db.transaction() as tx:
        return int(await tx.value("SELECT 1"))


async def test_given_cut_connections_when_one_task_goes_on_then_it_soon_has_the_database_again(
    own_url: str, postgres: Postgres
) -> None:
    for _ in range(POOL + 4):
        assert await one() == 1
        await cut(own_url)
        failures = 0
        while True:
            try:
                assert await one() == 1
                break
            except db.Unavailable:
                failures += 1
                assert failures <= POOL

    assert await asyncio.gather(*(one() for _ in range(POOL))) == [1] * POOL


@pytest.mark.parametrize("steps", range(1, 8))
async def test_given_a_caller_that_gives_up_at_any_step_then_the_task_and_the_pool_are_whole(
    own_url: str, steps: int
) -> None:
    for _ in range(POOL + 4):
        task = asyncio.current_task()
        assert task is not None
        giving_up = asyncio.create_task(_after(steps, task))
        try:
            await one()
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            task.uncancel()
        await giving_up
        assert await one() == 1

    async with asyncio.timeout(5):
        assert await asyncio.gather(*(one() for _ in range(POOL))) == [1] * POOL


async def _after(steps: int, task: "asyncio.Task[object]") -> None:
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
