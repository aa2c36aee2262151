"""Running: `laurel up`, from an empty folder to a programme that is alive, and its clean end."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import httpx

from cli import choosing, opening, pushing, seeding, touring
from cli.locking import only_one
from cli.supervising import Child, Supervisor, end_left_over
from cli.telling import Stop, people, stop_at
from infra import checks, db, embedded, migrating
from infra import settings as all_settings
from infra.embedded import Server
from infra.settings import Environment, Settings

ROOT = Path(__file__).parents[1]
SERVER_SECONDS = 120.0
DOOR_SECONDS = 60.0
LEARNING_SECONDS = 60.0
LOOK_SECONDS = 0.05
LOG_TAIL = 2_000
SOCKET = "ask.sock"

Say = Callable[[str], None]


def up(settings: Settings, folder: Path) -> None:
    """Bring everything up, stay until told to stop, end everything in order. Raises Stop."""
    folder = folder.expanduser().resolve()
    try:
        (folder / "logs").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Stop(f"The folder {folder} cannot be used: {error.strerror}.") from error
    with only_one(folder):
        register = folder / "children.json"
        end_left_over(register, _say)
        settings = _for_folder(settings, folder)
        stop_at(checks.unsafe(settings))
        stop_at(_ports(settings))
        # Everything else goes on without the maths.
        stop_at(replace(one, fatal=False) for one in checks.openmp())
        supervisor = Supervisor(folder / "logs", register, _say)
        asyncio.run(_run(settings, folder, supervisor))


async def _run(settings: Settings, folder: Path, supervisor: Supervisor) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None

    def told() -> None:
        # Before everything is up there is nothing to finish; after that the block below ends.
        if not stop.is_set():
            people.print("\nStopping ...")
        task.cancel() if not ready else stop.set()

    ready = False
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told)
    started = time.monotonic()
    try:
        async with _servers(settings, folder, supervisor) as settings:
            choosing.remember(settings, folder)
            await _prepare(settings)
            async with (
                _pushes(settings, folder, supervisor) as settings,
                supervisor.keeping(*_doors(settings)),
            ):
                await _until_ready(settings, supervisor.logs / "api.log")
                await touring.show(settings, folder, seconds=time.monotonic() - started)
                ready = True
                await stop.wait()
    except asyncio.CancelledError:
        if ready:
            raise
    people.print(f"Stopped. The data stays in {folder}.", soft_wrap=True)


@asynccontextmanager
async def _servers(
    settings: Settings, folder: Path, supervisor: Supervisor
) -> AsyncIterator[Settings]:
    """PostgreSQL and Valkey for the length of the block, where the settings name none."""
    servers: dict[str, Server] = {}
    try:
        if "database_url" not in settings.model_fields_set:
            servers["database_url"] = embedded.postgres(folder / "postgres")
        if "redis_url" not in settings.model_fields_set:
            servers["redis_url"] = embedded.valkey(folder / "valkey")
    except (embedded.CannotPrepare, OSError) as error:
        raise Stop(f"The servers cannot be prepared in {folder}: {error}") from error
    urls = {name: server.url for name, server in servers.items()}
    settings = choosing.changed(settings, **urls)
    async with supervisor.keeping(*(_server(each) for each in servers.values())):
        if "database_url" in servers:
            await _until_created(urls["database_url"], supervisor.logs / "postgres.log")
        stop_at(await checks.valkey(settings))
        yield settings


@asynccontextmanager
async def _pushes(
    settings: Settings, folder: Path, supervisor: Supervisor
) -> AsyncIterator[Settings]:
    """Firebase's stand-in for the length of the block, where it is wanted."""
    if not pushing.wanted(settings):
        yield settings
        return
    place = folder / "fcm"
    async with supervisor.keeping(pushing.standin(place, root=ROOT)):
        try:
            settings = await pushing.told(settings, place)
        except TimeoutError as error:
            log = _tail(supervisor.logs / "fcm.log")
            raise Stop(f"The stand-in of Firebase did not start. Its log says:\n{log}") from error
        yield settings


async def _prepare(settings: Settings) -> None:
    applied = await opening.migrate(settings)
    if applied:
        _say(f"Migrated: {len(applied)} steps")
    if settings.environment is not Environment.DEVELOPMENT:
        return
    if await seeding.seed(settings, only_when_empty=True) and not checks.openmp():
        await _learn(settings)


async def _learn(settings: Settings) -> None:
    """Train the first models of the demo. It is up without them, too, so nothing waits for long."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "train"),
        cwd=ROOT,
        env=choosing.environment(settings) | {"PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(LEARNING_SECONDS):
                await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _for_folder(settings: Settings, folder: Path) -> Settings:
    """The settings, with what they do not say put into the folder."""
    said = settings.model_fields_set
    chosen: dict[str, object] = {
        "seal_file": folder / "seals.jsonl",
        "drain_seconds": 0.0,
        "models": folder / "models",
        "recommender_url": _socket(folder),
    }
    if settings.environment is Environment.DEVELOPMENT:
        chosen["development_key"] = folder / "development-key.pem"
    return choosing.changed(settings, **{name: chosen[name] for name in chosen if name not in said})


def _socket(folder: Path) -> str:
    """Where the recommender is asked. Raises Stop."""
    try:
        return f"unix://{quote(str(embedded.socket_folder(folder) / SOCKET))}"
    except (embedded.CannotPrepare, OSError) as error:
        raise Stop(f"No socket can be kept for {folder}: {error}") from error


def _ports(settings: Settings) -> list[checks.Trouble]:
    host = settings.host
    return [
        *checks.port(host, settings.port, variable="LAUREL_PORT, or give --port"),
        *checks.port(host, settings.metrics_port, variable="LAUREL_METRICS_PORT"),
        *checks.port(host, settings.worker_metrics_port, variable="LAUREL_WORKER_METRICS_PORT"),
        *checks.port(
            host, settings.recommender_metrics_port, variable="LAUREL_RECOMMENDER_METRICS_PORT"
        ),
    ]


def _server(server: Server) -> Child:
    environment = all_settings.inherited()
    return Child(
        server.name, server.command, server.folder, environment, server.stop_signal, server.user
    )


def _doors(settings: Settings) -> tuple[Child, ...]:
    environment = choosing.environment(settings) | {"PYTHONPATH": str(ROOT)}
    command = (sys.executable, "-m", "cli")
    doing = {"api": "serve", "workers": "work", "recommender": "recommend"}
    if checks.openmp():
        del doing["recommender"]
    return tuple(Child(name, (*command, verb), ROOT, environment) for name, verb in doing.items())


async def _until_created(url: str, log: Path) -> None:
    """Wait until PostgreSQL takes connections, which after a crash may take a while."""
    try:
        async with asyncio.timeout(SERVER_SECONDS):
            while True:
                try:
                    await migrating.create(url)
                    return
                except db.Unavailable:
                    await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError as error:
        raise Stop(f"PostgreSQL did not start. Its log says:\n{_tail(log)}") from error


async def _until_ready(settings: Settings, log: Path) -> None:
    try:
        async with asyncio.timeout(DOOR_SECONDS), httpx.AsyncClient() as client:
            while True:
                if await _ready(client, f"{touring.address(settings)}/health/ready"):
                    return
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError as error:
        raise Stop(f"The API did not become ready. Its log says:\n{_tail(log)}") from error


async def _ready(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-LOG_TAIL:].strip()


def _say(text: str) -> None:
    people.print(text, markup=False, soft_wrap=True)
