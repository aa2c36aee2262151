"""A whole worker process: it registers, delivers, runs jobs, is measured, and stops."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import psutil

from infra import embedded, settings
from tests.support import waiting
from tests.support.servers import Postgres

ROOT = Path(__file__).parents[2]
MEBIBYTE = 1 << 20
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@asynccontextmanager
async def a_worker(
    database: str, valkey: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    port = embedded.free_port()
    environment = settings.inherited() | {
        "DATABASE_URL": database,
        "REDIS_URL": valkey,
        "LAUREL_WORKER_METRICS_PORT": f"{port}",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "cli", "work"),
        cwd=ROOT,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process, port
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_given_a_worker_when_it_runs_then_jobs_run_and_metrics_tell_and_it_stops_cleanly(
    postgres: Postgres, valkey_url: str
) -> None:
    url = await postgres.copy()
    connection = await asyncpg.connect(url)

    async with a_worker(url, valkey_url) as (process, port):
        await waiting.until(lambda: _ran(connection))
        async with httpx.AsyncClient() as client:
            metrics = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
        memory = psutil.Process(process.pid).memory_info().rss
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)

    subscribed = await connection.fetchval("SELECT count(*) FROM event_subscription")
    await connection.close()
    await postgres.drop(url)
    assert process.returncode == 0
    assert b"workers.stopped" in errors
    assert subscribed >= 1
    assert 'laurel_events_waiting{reaction="points.award"} 0.0' in metrics
    assert memory < 250 * MEBIBYTE


async def test_given_no_valkey_when_a_worker_starts_then_it_works_all_the_same(
    postgres: Postgres,
) -> None:
    url = await postgres.copy()
    connection = await asyncpg.connect(url)

    async with a_worker(url, f"redis://127.0.0.1:{embedded.free_port()}") as (process, _):
        await waiting.until(lambda: _ran(connection))
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 10)

    await connection.close()
    await postgres.drop(url)
    assert process.returncode == 0
    assert b"does not answer" in errors


async def test_given_no_database_when_a_worker_starts_then_it_says_so_and_ends() -> None:
    async with a_worker("postgresql://me@/x?host=/nowhere", "redis://127.0.0.1:1") as (process, _):
        _, errors = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 3
    assert b"does not answer" in errors
    assert b"Traceback" not in errors


async def _ran(connection: asyncpg.Connection) -> bool:
    return bool(await connection.fetchval("SELECT count(*) >= 5 FROM job WHERE ran_at IS NOT NULL"))


async def test_given_cut_connections_when_a_worker_goes_on_then_its_loops_recover(
    postgres: Postgres, valkey_url: str
) -> None:
    url = await postgres.copy()
    connection = await asyncpg.connect(url)

    async with a_worker(url, valkey_url) as (process, _):
        await waiting.until(lambda: _ran(connection))
        for _ in range(12):
            await connection.execute(CUT)
            await asyncio.sleep(0.1)
        await connection.execute("UPDATE job SET due_at = '-infinity', ran_at = NULL")
        await waiting.until(lambda: _ran(connection), seconds=40)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)

    await connection.close()
    await postgres.drop(url)
    assert process.returncode == 0
