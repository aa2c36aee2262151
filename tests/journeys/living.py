"""Living: what `laurel up` starts in a folder of its own, for journeys through it all."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.architecture import ROOT

READY_SECONDS = 120


@dataclass
class Laurel:
    """What `laurel up` started, in a folder of its own."""

    folder: Path
    port: int
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def run(self, *words: str) -> Any:
        """The JSON answer of one `laurel` command."""
        command = [sys.executable, "-m", "cli", *words, "--data", str(self.folder), "--json"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def token(self, handle: str, programme: str = "verde") -> str:
        return str(self.run("member", "token", handle, "--programme", programme)["token"])


def free_ports(count: int) -> Sequence[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def until_ready(laurel: Laurel, up: subprocess.Popen[bytes], log: Path) -> None:
    last = time.monotonic() + READY_SECONDS
    with httpx.Client(trust_env=False) as http:
        while time.monotonic() < last:
            assert up.poll() is None, log.read_text()
            with suppress(httpx.TransportError):
                ready = http.get(laurel.url.replace("/graphql", "/health/ready"))
                if ready.status_code == httpx.codes.OK:
                    return
            time.sleep(0.2)
    raise AssertionError(log.read_text())
