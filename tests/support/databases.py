"""Databases: one of a test's own, for what must commit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support import apart
from tests.support.servers import Postgres


@asynccontextmanager
async def own(postgres: Postgres) -> AsyncIterator[str]:
    """A migrated database that db.transaction() uses within the block; its URL."""
    url = await postgres.copy()
    try:
        async with apart.database(url):
            yield url
    finally:
        await postgres.drop(url)
