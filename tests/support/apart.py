"""Apart: a database of a test's own, beside the shared one, and copies of it that are broken.

The app's pool of a run is one for the whole process; a test that kills, breaks or outlives a
database needs a pool that only its own task and the tasks it starts can see.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from tortoise.context import TortoiseContext

import domain
from infra import db

SOURCE = "SELECT oid::regprocedure::text AS name, pg_get_functiondef(oid) AS source FROM pg_proc"
IN_LEDGER = " WHERE pronamespace = 'ledger'::regnamespace AND proname = $1"


@asynccontextmanager
async def database(url: str, *, pool: int = 16, name: str = "apart") -> AsyncIterator[None]:
    """The app's pool on `url`, as the app's role, for this task and those it starts."""
    configuration = db.configuration(
        url,
        {"laurel": ["infra.models", *domain.modules("models")]},
        role="laurel_app",
        pool=pool,
        name=name,
    )
    async with TortoiseContext() as context:
        await context.init(config=configuration)
        yield


@asynccontextmanager
async def owner(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may do everything and has patience, for looking and for breaking."""
    patient = {"statement_timeout": "0", "lock_timeout": "0"}
    connection = await asyncpg.connect(url, server_settings=patient)
    try:
        yield connection
    finally:
        await connection.close()


async def mutate(url: str, function: str, *changes: tuple[str, str]) -> None:
    """Replace text in a function of the ledger; every text must be there, or the test is void."""
    async with owner(url) as connection:
        found = await connection.fetch(SOURCE + IN_LEDGER, function)
        assert len(found) == 1, f"expected one ledger.{function}, found {len(found)}"
        source = found[0]["source"]
        for old, new in changes:
            assert old in source, f"ledger.{function} has no {old!r} to replace"
            source = source.replace(old, new)
        await connection.execute(source)
