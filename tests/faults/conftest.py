"""A database of its own for each fault, and servers that may be killed."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import asyncpg
import pytest

from infra import clock, migrating
from tests.support import servers
from tests.support.own_server import OwnServer, own_server


@pytest.fixture
async def url(postgres: servers.Postgres) -> AsyncIterator[str]:
    copy = await postgres.copy()
    yield copy
    await postgres.drop(copy)


@pytest.fixture
def at() -> datetime:
    return clock.now()


@pytest.fixture(scope="package")
def mortal() -> Iterator[OwnServer]:
    """A server that tests kill and start again."""
    with own_server(
        {"shared_buffers": "32MB", "max_connections": "60", "autovacuum": "off"}
    ) as server:
        yield server


@pytest.fixture
async def mortal_url(mortal: OwnServer) -> str:
    """A migrated database on the server that may be killed."""
    owner = await asyncpg.connect(mortal.url())
    await owner.execute("DROP DATABASE IF EXISTS mortal WITH (FORCE)")
    await owner.execute("CREATE DATABASE mortal")
    await owner.close()
    await migrating.migrate(mortal.url("mortal"))
    return mortal.url("mortal")
