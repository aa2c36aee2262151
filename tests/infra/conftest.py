"""What the tests of the outside world share."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from infra import identity
from tests.infra.happenings import NOTES
from tests.support import databases
from tests.support import issuer as issuers
from tests.support.issuer import Gate
from tests.support.servers import Postgres


@pytest.fixture
async def own_url(postgres: Postgres) -> AsyncIterator[str]:
    """A database of the test's own, with the tests' table of notes; its URL."""
    async with databases.own(postgres) as url:
        connection = await asyncpg.connect(url)
        await connection.execute(NOTES)
        await connection.close()
        yield url


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    """An issuer, and whoever believes it."""
    async with (
        issuers.running() as issuer,
        identity.verifier([issuer.settings(programme="north")]) as verifier,
    ):
        yield Gate(issuer, verifier)
