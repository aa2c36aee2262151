"""One PostgreSQL and one migrated template database per run; every test in a transaction
that is rolled back, or in a database of its own copied from the template."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

import domain
from infra import db
from tests.support import apart, servers

# A short look on every run, a long one by `--hypothesis-profile=soak`. A database needs time.
settings.register_profile("short", max_examples=40, deadline=None)
# The ledger's model is compared in three ways: 10,000 sequences together.
settings.register_profile("soak", max_examples=3_334, deadline=None)
settings.load_profile("short")

# Few tests, long ones: begun first, so that no process is left with one of them at the end.
LONG = ("tests/cli/", "tests/journeys/", "tests/workers/", "tests/faults/", "tests/simulator/")

# The few tests that commit to the shared database found programmes; the low numbers of books are
# for those that open one by its number.
NUMBERS = "ALTER TABLE programme ALTER COLUMN id RESTART WITH 1001"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files with long tests first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def postgres() -> Iterator[servers.Postgres]:
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    with servers.valkey() as url:
        yield url


@pytest.fixture(scope="session")
async def database_url(postgres: servers.Postgres) -> str:
    url = await postgres.copy("shared")
    async with apart.owner(url) as owner:
        await owner.execute(NUMBERS)
    return url


@pytest.fixture(scope="session")
async def database(database_url: str) -> AsyncIterator[None]:
    """The app's pool, for the whole process: opened in a context of its own, since the test that
    happens to come first may work with another database, which only it and its tasks see."""
    ready, over = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with db.database(database_url, domain.modules("models"), role="laurel_app", pool=16):
            ready.set()
            await over.wait()

    holding = asyncio.create_task(hold(), context=contextvars.Context())
    opening = asyncio.create_task(ready.wait())
    await asyncio.wait({holding, opening}, return_when=asyncio.FIRST_COMPLETED)
    yield
    over.set()
    opening.cancel()
    await holding


class Undo(Exception):
    """Leaves the transaction block the way an error would."""


@pytest.fixture
async def tx(database: None) -> AsyncIterator[db.Tx]:
    try:
        async with db.transaction() as tx:
            yield tx
            raise Undo
    except Undo:
        pass
