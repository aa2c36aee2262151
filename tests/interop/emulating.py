"""Emulating: Firebase's own emulator of its sign-in, on free ports, without an account."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

HERE = Path(__file__).parent
PROGRAM = HERE / "node_modules" / ".bin" / "firebase"
# Firebase promises that a project of such a name reaches nothing outside.
PROJECT = "demo-laurel"
START_SECONDS = 60.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Emulator:
    """A running emulator of Firebase Authentication; `host` is what its variable is set to."""

    host: str
    http: httpx.AsyncClient

    async def sign_up(self, email: str) -> dict[str, Any]:
        """A new person; what Firebase's client libraries get, `idToken` among it."""
        said = {"email": email, "password": "correct horse", "returnSecureToken": True}
        return await self._call("identitytoolkit.googleapis.com/v1/accounts:signUp", said)

    async def sign_in(self, email: str) -> dict[str, Any]:
        """The same person on another device."""
        said = {"email": email, "password": "correct horse", "returnSecureToken": True}
        place = "identitytoolkit.googleapis.com/v1/accounts:signInWithPassword"
        return await self._call(place, said)

    async def refreshed(self, token: str) -> str:
        """A new ID token of the same sign-in."""
        said = {"grant_type": "refresh_token", "refresh_token": token}
        return str((await self._call("securetoken.googleapis.com/v1/token", said))["id_token"])

    async def _call(self, place: str, said: dict[str, Any]) -> dict[str, Any]:
        answer = await self.http.post(f"http://{self.host}/{place}?key=any", json=said)
        answer.raise_for_status()
        return answer.json()


@asynccontextmanager
async def emulator(folder: Path) -> AsyncIterator[Emulator]:
    """The emulator, for the length of the block; it writes only into `folder`."""
    port, hub, log = _free_ports(3)
    place = {"host": "127.0.0.1"}
    told = {"auth": place | {"port": port}, "hub": place | {"port": hub}}
    told |= {"logging": place | {"port": log}, "ui": {"enabled": False}}
    (folder / "firebase.json").write_bytes(orjson.dumps({"emulators": told}))
    output = (folder / "output.txt").open("wb")
    process = await asyncio.create_subprocess_exec(
        *(str(PROGRAM), "emulators:start", "--only", "auth", "--project", PROJECT),
        cwd=folder,
        env={"PATH": str(Path(sys.executable).parent), "HOME": str(folder), "CI": "true"},
        stdout=output,
        stderr=output,
        start_new_session=True,
    )
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            await _ready(f"http://127.0.0.1:{port}/", process, http)
            yield Emulator(f"127.0.0.1:{port}", http)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            try:
                await asyncio.wait_for(process.wait(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        output.close()


async def _ready(url: str, process: asyncio.subprocess.Process, http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(START_SECONDS):
        while process.returncode is None:
            try:
                await http.get(url)
                return
            except httpx.TransportError:
                await asyncio.sleep(0.2)
    raise AssertionError(f"the emulator ended with {process.returncode}")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
