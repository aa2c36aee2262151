"""What the tests of the outside world share."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.infra.happenings import NOTES
from tests.support import databases
from tests.support.servers import Postgres


@pytest.fixture
async def own_url(postgres: Postgres) -> AsyncIterator[str]:
    """A database of the test's own, with the tests' table of notes; its URL."""
    async with databases.own(postgres) as url:
        connection = await asyncpg.connect(url)
        await connection.execute(NOTES)
        await connection.close()
        yield url
