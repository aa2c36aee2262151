"""Demos: the data folder of a `laurel up` that has made its demo, made once for a whole run.

Making the demo takes longer than most tests; whoever needs one and changes it takes a copy.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from infra import embedded

ROOT = Path(__file__).parents[2]
READY_SECONDS = 180.0
END_SECONDS = 30.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Up:
    """A running `laurel up`: its folder, port, and the environment it was started with."""

    folder: Path
    port: int
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def made(base: pytest.TempPathFactory) -> Path:
    """The folder, which nobody changes; the first of all test processes to ask makes it."""
    place = base.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent
    place /= "laurel-demo"
    with (place.with_suffix(".lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            draft = place.with_suffix(".draft")
            with up(draft):
                pass
            draft.rename(place)
    return place


def copied(base: pytest.TempPathFactory, to: Path) -> Path:
    """A copy in `to`, which is not there yet; its files belong to whom they belonged."""
    subprocess.run(["cp", "-a", made(base), to], check=True)
    return to


@contextmanager
def up(folder: Path) -> Iterator[Up]:
    """`laurel up` in that folder, ready, for the length of the block; it ends well or fails."""
    ports = [embedded.free_port() for _ in range(4)]
    clean = {name: word for name, word in os.environ.items() if not name.startswith("LAUREL_")}
    environment = clean | {
        "PYTHONPATH": str(ROOT),
        "LAUREL_METRICS_PORT": str(ports[1]),
        "LAUREL_WORKER_METRICS_PORT": str(ports[2]),
        "LAUREL_RECOMMENDER_METRICS_PORT": str(ports[3]),
    }
    command = [sys.executable, "-W", "ignore", "-m", "cli", "up"]
    command += ["--data", str(folder), "--port", str(ports[0])]
    log = folder.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    started = Up(folder, ports[0], environment)
    try:
        _until_ready(started, process, log)
        yield started
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(END_SECONDS)
    assert code == 0, log.read_text()


def _until_ready(started: Up, process: subprocess.Popen[bytes], log: Path) -> None:
    last = time.monotonic() + READY_SECONDS
    with httpx.Client(trust_env=False) as http:
        while time.monotonic() < last:
            assert process.poll() is None, log.read_text()
            with suppress(httpx.TransportError):
                if http.get(f"{started.url}/health/ready").status_code == httpx.codes.OK:
                    return
            time.sleep(LOOK_SECONDS)
    raise AssertionError(log.read_text())
