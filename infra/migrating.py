"""Migrating: bring a database to the code's schema; ten processes may start at once."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder

import migrations
from infra import db
from infra.db import Tx

# One migration at a time for a whole database; any constant will do, this one is "laurel".
LOCK = 0x6C617572656C
APP = "laurel"
Progress = Callable[[str], None]

CREATE = 'CREATE DATABASE "{name}"'
EXISTS = "SELECT to_regclass('tortoise_migrations') IS NOT NULL"
APPLIED = "SELECT name FROM tortoise_migrations WHERE app = $1"
RECORD = """
INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ($1, $2, now())
ON CONFLICT DO NOTHING
"""


class Recorder(MigrationRecorder):
    """The tool's record, which the migrations of ours have written by themselves already."""

    connection: BaseDBAsyncClient

    async def record_applied(self, app: str, name: str) -> None:
        """Note that `name` was applied; noting it twice changes nothing."""
        await self.connection.execute_query(RECORD, [app, name])


async def migrate(url: str, *, progress: Progress | None = None) -> Sequence[str]:
    """Apply what is missing, in order, under an advisory lock; the names applied.

    url -- of a role that may create schemas, roles and functions.
    """
    guard = await asyncpg.connect(url)
    try:
        await guard.execute("SELECT pg_advisory_lock($1)", LOCK)
        async with _tool(url) as tool:
            before = await _missing(tool)
            if before:
                await tool.migrate(
                    direction="forward",
                    progress=lambda stage, _, name: _tell(progress, stage, name),
                )
        return before
    finally:
        await guard.close()


async def create(url: str) -> bool:
    """Create the database that `url` names; False when it is there already.

    Raises what the server, or its absence, says.
    """
    name = urlsplit(url).path.lstrip("/")
    admin = await asyncpg.connect(url, database="postgres")
    try:
        await admin.execute(CREATE.format(name=name.replace('"', '""')))
    except asyncpg.DuplicateDatabaseError:
        return False
    finally:
        await admin.close()
    return True


async def missing(*, tx: Tx) -> Sequence[str]:
    """The names of the migrations that this database has not had, in order."""
    applied: set[str] = set()
    if await tx.value(EXISTS):
        applied = {row["name"] for row in await tx.rows(APPLIED, APP)}
    return [name for name in names() if name not in applied]


def names() -> Sequence[str]:
    """The names of all migrations of the code, in order."""
    return sorted(module.name for module in iter_modules(migrations.__path__))


@asynccontextmanager
async def _tool(url: str) -> AsyncIterator[MigrationExecutor]:
    configuration: dict[str, Any] = db.configuration(
        url, {APP: ["infra.models"]}, pool=1, name="laurel migrate", migrations={APP: "migrations"}
    )
    async with TortoiseContext() as context:
        await context.init(config=configuration)
        tool = MigrationExecutor(get_connection("default"), configuration["apps"])
        tool.recorder = Recorder(tool.connection)
        yield tool


async def _missing(tool: MigrationExecutor) -> Sequence[str]:
    return [step.migration.name for step in await tool.plan()]


def _tell(progress: Progress | None, stage: str, name: str) -> None:
    if progress is not None and stage == "apply_done":
        progress(name)
