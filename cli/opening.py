"""Opening: the database as the app's own role, for commands that use the domain."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import domain
from infra import db, migrating, outbox, signals
from infra.migrating import Progress
from infra.settings import Settings
from workers import gathering


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[None]:
    """The database and Valkey, open for the length of the block."""
    database = db.database(
        settings.database_url.get_secret_value(),
        domain.modules("models"),
        role=settings.database_role,
        pool=4,
        name="laurel cli",
    )
    async with database, signals.connection(settings.redis_url.get_secret_value()):
        yield


async def migrate(settings: Settings, *, progress: Progress | None = None) -> list[str]:
    """Bring the database to the code's schema and its subscriptions to the code's reactions.

    The subscriptions are part of it because an event that is written before its reactions are
    known is never queued for them. Returns the names of the migrations applied.
    """
    url = settings.migration_database_url or settings.database_url
    applied = await migrating.migrate(url.get_secret_value(), progress=progress)
    async with opened(settings), db.transaction() as tx:
        await outbox.register(gathering.reactions(), only=True, tx=tx)
    return list(applied)
