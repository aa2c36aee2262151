"""Places of the push bench: a stand-in of Firebase, servers that say yes, and senders, each a
process of its own."""

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra.settings import Settings, inherited

START_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Place:
    """The stand-in: where it is, and what its files are."""

    folder: Path
    url: str
    control: httpx.AsyncClient

    def settings(self, url: str | None = None, **said: Any) -> Settings:
        """What our settings say of it, or of a server that has its certificate."""
        told: dict[str, Any] = {
            "fcm_url": url or self.url,
            "fcm_credentials": self.folder / "service-account.json",
            "fcm_ca": self.folder / "ca.pem",
        }
        return Settings(**(told | said))

    async def put(self, what: str, said: Mapping[str, Any]) -> None:
        """Change how it behaves."""
        (await self.control.put(f"/{what}", json=dict(said))).raise_for_status()

    async def stats(self) -> dict[str, Any]:
        """What has happened there so far."""
        found: dict[str, Any] = (await self.control.get("/stats")).json()
        return found


class Sender:
    """A sender that sends when it is told to."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def send(self, count: int) -> dict[str, float]:
        """Have so many sent; what it says about it. All must have been taken."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{count}\n".encode())
        line = await self._process.stdout.readline()
        said: dict[str, float] = json.loads(line)
        assert said["sent"] == count, f"{said['sent']} of {count} were taken"
        return said


@asynccontextmanager
async def child(*arguments: str, **options: Any) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python of ours for the length of the block."""
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, **options)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()


@asynccontextmanager
async def standin(folder: Path) -> AsyncIterator[Place]:
    """The stand-in, which takes every well-formed installation and limits no device."""
    async with child("-m", "fcm_standin", "--folder", str(folder), "--adopt"):
        async with asyncio.timeout(START_SECONDS):
            said = await _ready(folder / "ready.json")
        async with httpx.AsyncClient(
            base_url=said["control_url"],
            trust_env=False,
            timeout=START_SECONDS,
            # It closes what is idle, and this is idle most of the time.
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as control:
            place = Place(folder, said["url"], control)
            await place.put("limits", {"device_per_minute": None})
            yield place


@asynccontextmanager
async def server(folder: Path, *, least_ms: int, most_ms: int) -> AsyncIterator[str]:
    """A server that says yes after so long; its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    told = (str(folder), str(port), str(least_ms), str(most_ms))
    async with child("-m", "bench.push_server", *told):
        async with asyncio.timeout(START_SECONDS):
            await _listening(port)
        yield f"https://127.0.0.1:{port}"


@asynccontextmanager
async def sender(how: str, place: Place, url: str) -> AsyncIterator[Sender]:
    """A contestant that sends to `url`; it has sent some already."""
    ca = str(place.folder / "ca.pem")
    told = (how, url, str(place.folder / "service-account.json"), ca)
    pipe = asyncio.subprocess.PIPE
    # How the library is told whom to believe.
    environment = inherited() | {"SSL_CERT_FILE": ca, "REQUESTS_CA_BUNDLE": ca}
    async with child(
        "-m", "bench.push_client", *told, stdin=pipe, stdout=pipe, env=environment
    ) as process:
        made = Sender(process)
        await made.send(50)
        yield made


async def _ready(file: Path) -> dict[str, Any]:
    while True:
        try:
            said: dict[str, Any] = json.loads(await asyncio.to_thread(file.read_bytes))
        except FileNotFoundError:
            await asyncio.sleep(0.05)
        else:
            return said


async def _listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
