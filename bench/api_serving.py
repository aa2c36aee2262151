"""Serving: child processes, and what they cost.

python -m bench.api_serving    the REST twin, as the API is served: same uvicorn, same parts
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import uvicorn

from bench import rest_twin
from infra import observing
from infra.settings import Settings

START_SECONDS = 60.0
STOP_SECONDS = 20.0
MIB = 2**20


class Child:
    """A process of ours, its processor time and its memory; `log` has what it printed."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=dict(environment), stdout=output, stderr=output
            )
        self._seen = psutil.Process(self.process.pid)

    def processor_seconds(self) -> float:
        """User and system time since it started, as /proc has it, its children's left out."""
        times = self._seen.cpu_times()
        return times.user + times.system

    def resident_mib(self) -> float:
        """Resident memory of the process."""
        return self._seen.memory_info().rss / MIB

    def family_mib(self) -> float:
        """Proportional memory of the process and everything it started."""
        found = 0
        for process in (self._seen, *self._seen.children(recursive=True)):
            try:
                found += process.memory_full_info().pss
            except psutil.NoSuchProcess:
                continue
        return found / MIB

    def check(self) -> None:
        """Fail, with what it printed, when it is no longer there."""
        assert self.process.poll() is None, self.log.read_text(errors="replace")[-4000:]

    def answers(self, port: int) -> None:
        """Wait until somebody listens on the port."""
        patience = time.monotonic() + START_SECONDS
        while not _listens(port):
            self.check()
            assert time.monotonic() < patience, f"{self.process.args!r} does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        """A polite end, and after some patience a rude one."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def child(
    arguments: Sequence[str], environment: Mapping[str, str], *, log: Path
) -> Iterator[Child]:
    """A Python of ours with these arguments, gone after the block."""
    process = Child([sys.executable, *arguments], environment, log)
    try:
        yield process
    finally:
        process.stop()


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def main() -> None:
    """Serve the twin until told to stop; the settings are those of `api.__main__`."""
    settings = Settings()
    observing.logs(settings.log_level)
    config = uvicorn.Config(
        rest_twin.create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
