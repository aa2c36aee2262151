"""Health: what a balancer is told, and how a process leaves without losing a request."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from infra import embedded, settings
from tests.support import waiting
from tests.support.servers import Postgres

ROOT = Path(__file__).parents[2]
DRAIN_SECONDS = 1.0


@pytest.fixture
async def url(postgres: Postgres) -> AsyncIterator[str]:
    """A migrated database of the test's own."""
    found = await postgres.copy()
    yield found
    await postgres.drop(found)


@asynccontextmanager
async def serving(
    database: str, valkey: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    port = embedded.free_port()
    variables = {
        "DATABASE_URL": database,
        "REDIS_URL": valkey,
        "LAUREL_PORT": f"{port}",
        "LAUREL_METRICS_PORT": f"{embedded.free_port()}",
        "LAUREL_DRAIN_SECONDS": f"{DRAIN_SECONDS}",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "cli", "serve"),
        cwd=ROOT,
        env=settings.inherited() | variables,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            await waiting.until(lambda: _status(client, "/health/ready", 200))
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_given_a_process_when_told_to_stop_then_it_drains_and_then_ends(
    url: str, valkey_url: str
) -> None:
    async with serving(url, valkey_url) as (process, client):
        process.send_signal(signal.SIGTERM)
        await waiting.until(lambda: _status(client, "/health/ready", 503))
        draining = (await client.get("/health/ready")).json()
        live = await client.get("/health/live")
        _, errors = await asyncio.wait_for(process.communicate(), DRAIN_SECONDS + 10)

    assert draining == {"status": "draining"}
    assert live.status_code == 200
    assert process.returncode in (0, -signal.SIGTERM)
    assert b"Traceback" not in errors


async def test_given_a_database_that_goes_away_then_it_lives_and_is_not_ready_until_it_is_back(
    url: str, valkey_url: str
) -> None:
    connection = await asyncpg.connect(url, database="postgres")

    async with serving(url, valkey_url) as (_, client):
        await connection.execute(f"ALTER DATABASE {_name(url)} ALLOW_CONNECTIONS false")
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
            _name(url),
        )
        await waiting.until(lambda: _status(client, "/health/ready", 503))
        live = await client.get("/health/live")
        await connection.execute(f"ALTER DATABASE {_name(url)} ALLOW_CONNECTIONS true")
        await waiting.until(lambda: _status(client, "/health/ready", 200))

    await connection.close()
    assert live.status_code == 200


async def test_a_request_gets_an_id_and_a_sound_one_is_kept(url: str, valkey_url: str) -> None:
    async with serving(url, valkey_url) as (_, client):
        fresh = await client.get("/health/live")
        kept = await client.get("/health/live", headers={"x-request-id": "from-a-proxy_1"})
        forged = await client.get("/health/live", headers={"x-request-id": 'a"} {"b'})

    assert len(fresh.headers["x-request-id"]) == 32
    assert kept.headers["x-request-id"] == "from-a-proxy_1"
    assert len(forged.headers["x-request-id"]) == 32


async def _status(client: httpx.AsyncClient, path: str, expected: int) -> bool:
    try:
        return (await client.get(path)).status_code == expected
    except httpx.TransportError:
        return False


def _name(url: str) -> str:
    return url.rpartition("?")[0].rpartition("/")[2]
