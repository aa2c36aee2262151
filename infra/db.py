"""Db: open the database, hand out transactions, run statements.

Everything above this module says what it wants in SQL or with a model; only this module
knows that Tortoise and asyncpg are the ones who do it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.connection import get_connection, get_connections
from tortoise.context import get_current_context
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

Row: TypeAlias = Mapping[str, Any]
Hook: TypeAlias = Callable[[], Awaitable[None]]
Flush: TypeAlias = Callable[["Tx"], Awaitable[None]]

# What a caller sees when the database is away or cut the connection; a retry may work.
Unavailable = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    # What the driver says of a connection that the server ended while it was idle.
    asyncpg.InternalClientError,
    OSError,  # refused, timed out, or no socket file while the server restarts
)
# What a transaction is told that stood in another one's way: it was undone, and may be done again.
Contended = (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError)
PostgresError = asyncpg.PostgresError
UniqueViolation = asyncpg.UniqueViolationError

# All three end with the transaction, however it ends.
WALL_IN = """
SELECT set_config('laurel.programme', $1::int::text, true),
       set_config('laurel.book', $2::int::text, true),
       set_config('role', 'laurel_walled', true)
"""


@dataclass(frozen=True, slots=True)
class Wall:
    """What a walled transaction may touch: the rows of one programme and of its ledger book.

    The database holds it (row-level security, migration 0011), whatever a statement forgets.
    """

    programme: int
    book: int


class Connection(asyncpg.Connection):
    """A pooled connection without the RESET on release: session state is only SET LOCAL."""

    def get_reset_query(self) -> str:
        """Nothing to reset; saves a round trip on each release."""
        return ""


class Tx:
    """An open unit of work. Whoever opened it commits it; everyone else only writes in it."""

    def __init__(
        self, client: BaseDBAsyncClient, connection: Any, *, wall: Wall | None = None
    ) -> None:
        self._client, self._connection = client, connection
        self.wall = wall
        self.staged: list[Any] = []
        self._first: list[Hook] = []
        self._committed: list[Hook] = []

    @property
    def client(self) -> BaseDBAsyncClient:
        """The Tortoise client, for `using_db=` on a model call."""
        return self._client

    async def rows(self, sql: str, *args: object) -> Sequence[Row]:
        """Run `sql` with $1, $2 ... taken from `args`; every row it returns."""
        return cast(Sequence[Row], await self._connection.fetch(sql, *args))

    async def row(self, sql: str, *args: object) -> Row | None:
        """Run `sql`; its only row, or None. Raises AssertionError on two rows or more."""
        found = await self.rows(sql, *args)
        assert len(found) <= 1, f"expected one row at most, got {len(found)}"
        return found[0] if found else None

    async def value(self, sql: str, *args: object) -> Any:
        """Run `sql`; the first column of its first row, or None."""
        return await self._connection.fetchval(sql, *args)

    async def run(self, sql: str, *args: object) -> int:
        """Run `sql` for its effect; how many rows it touched."""
        status = str(await self._connection.execute(sql, *args))
        count = status.rsplit(" ", 1)[-1]
        return int(count) if count.isdigit() else 0

    async def stream(self, sql: str, *args: object, prefetch: int = 1000) -> AsyncIterator[Row]:
        """Run `sql` and yield its rows without holding them all; needs a transaction."""
        async for row in self._connection.cursor(sql, *args, prefetch=prefetch):
            yield cast(Row, row)

    async def copy(self, table: str, *, schema: str, columns: Sequence[str], rows: Any) -> None:
        """Write many rows at once by COPY; the caller's role must be allowed to INSERT."""
        await self._connection.copy_records_to_table(
            table, schema_name=schema, columns=list(columns), records=rows
        )

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that may be undone alone: rolled back when the block raises."""
        kept, first, hooks = len(self.staged), len(self._first), len(self._committed)
        try:
            async with self._connection.transaction():
                yield
        except BaseException:
            del self.staged[kept:]
            del self._first[first:]
            del self._committed[hooks:]
            raise

    def after_commit(self, hook: Hook, *, first: bool = False) -> None:
        """Run `hook` once the transaction has committed; its failure is the hook's to handle.

        first -- before the others, which may wait for Valkey.
        """
        if first:
            self._first.append(hook)
        else:
            self._committed.append(hook)

    async def _finish(self) -> None:
        for hook in (*self._first, *self._committed):
            await hook()


# Set by infra.outbox: writes what was staged as the last act before the commit.
_flush: list[Flush] = []


def before_commit(flush: Flush) -> None:
    """Register the one writer of staged events."""
    _flush[:] = [flush]


@asynccontextmanager
async def database(
    url: str,
    models: Sequence[str],
    *,
    role: str | None = None,
    pool: int = 8,
    name: str = "laurel",
    statement_timeout_ms: int | None = None,
) -> AsyncIterator[None]:
    """Keep the connection pool open for the length of the block.

    role -- the role every session works as, so that privileges hold even for an owner's URL.
    pool -- most connections this process may hold.
    statement_timeout_ms -- for every statement, where a transaction says nothing else.
    The first one serves the whole process; one opened inside a TortoiseContext only that.
    """
    await Tortoise.init(
        config=configuration(
            url,
            {"laurel": ["infra.models", *models]},
            role=role,
            pool=pool,
            name=name,
            statement_timeout_ms=statement_timeout_ms,
        ),
        _enable_global_fallback=get_current_context() is None,
    )
    try:
        yield
    finally:
        await Tortoise.close_connections()


def configuration(
    url: str,
    apps: Mapping[str, Sequence[str]],
    *,
    role: str | None = None,
    pool: int = 8,
    name: str = "laurel",
    statement_timeout_ms: int | None = None,
    migrations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The Tortoise configuration for one database; `migrations` maps an app to its package."""
    settings = {"application_name": name, "jit": "off"} | ({"role": role} if role else {})
    if statement_timeout_ms is not None:
        settings["statement_timeout"] = str(statement_timeout_ms)
    credentials = _credentials(url) | {
        "minsize": 1,
        "maxsize": pool,
        "connection_class": Connection,
        "server_settings": settings,
    }
    return {
        "connections": {
            "default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}
        },
        "apps": {
            app: {"models": list(models)}
            | ({"migrations": migrations[app]} if migrations and app in migrations else {})
            for app, models in apps.items()
        },
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def transaction(
    wall: Wall | None = None, *, statement_timeout_ms: int | None = None
) -> AsyncIterator[Tx]:
    """One unit of work: commits when the block ends, rolls back when it raises.

    wall -- work as partners and operators do, within one programme; one round trip more.
    """
    async with _begun() as client:
        tx = Tx(client, client._connection, wall=wall)
        if wall is not None:
            await tx.row(WALL_IN, wall.programme, wall.book)
        if statement_timeout_ms is not None:
            await tx.run(f"SET LOCAL statement_timeout = {int(statement_timeout_ms)}")
        yield tx
        if tx.staged and _flush:
            await _flush[0](tx)
    await tx._finish()


@asynccontextmanager
async def reading(wall: Wall | None = None) -> AsyncIterator[Tx]:
    """One connection without a transaction, for reads: each statement sees its own moment.

    wall -- read within one programme, and only read: then it is a read-only transaction, for
    the wall stands as long as one. Its statements still see each their own moment.
    """
    client = get_connection("default")
    async with client.acquire_connection() as connection:
        if wall is None:
            yield Tx(client, connection)
            return
        async with connection.transaction(readonly=True):
            tx = Tx(client, connection, wall=wall)
            await tx.row(WALL_IN, wall.programme, wall.book)
            yield tx


@asynccontextmanager
async def _begun() -> AsyncIterator[TransactionalDBClient]:
    """Tortoise's transaction, which leaves nothing behind however it fails or is given up.

    By itself, when BEGIN fails, it keeps the connection out of the pool, and then, as when it
    is cancelled at its end, leaves the task believing that it is in a transaction for ever: a
    loop would never recover from a restarted database.
    """
    opening: Any = in_transaction("default")
    try:
        try:
            client = await opening.__aenter__()
        except BaseException:
            if getattr(opening, "token", None) is not None:
                # Nobody knows how far BEGIN came.
                opening.client._connection.terminate()
                # With this error it does not roll back, but gives the connection back.
                await opening.__aexit__(TransactionManagementError, None, None)
            raise
        try:
            yield client
        except BaseException as error:
            await opening.__aexit__(type(error), error, error.__traceback__)
            raise
        await opening.__aexit__(None, None, None)
    finally:
        if hasattr(opening, "token") and get_connection("default") is opening.client:
            get_connections().reset(opening.token)


def _credentials(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    found: dict[str, Any] = {
        "host": parts.hostname or query.get("host", "localhost"),
        "port": parts.port or int(query.get("port", 5432)),
        "user": unquote(parts.username or query.get("user", "postgres")),
        "password": unquote(parts.password or "") or query.get("password"),
        "database": parts.path.lstrip("/") or "postgres",
    }
    return found | ({"ssl": query["sslmode"]} if "sslmode" in query else {})
