"""python -m tests.workers.sending: a worker's sender alone, in processes that may be killed.

One process loads what is needed, and forks a sender for each line on its standard input; so five
of them can die within a few seconds.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from domain import push
from fcm_standin import Served
from infra import signals
from infra.push.transporting import transport
from infra.settings import Settings
from tests.support import apart
from workers.pushing import Sender
from workers.turning import Bell

ROOT = Path(__file__).parents[2]
# Longer than a busy machine takes to send anything, so that only the dead are overtaken.
LEASE_SECONDS = 4.0
LOOK_SECONDS = 0.02


def settings_of(served: Served) -> Settings:
    """The settings that lead to the stand-in."""
    return Settings(fcm_credentials=served.credentials, fcm_url=served.url, fcm_ca=served.authority)


@asynccontextmanager
async def sending(
    settings: Settings, *, lease_seconds: float = LEASE_SECONDS
) -> AsyncIterator[Bell]:
    """A sender at work for the length of the block, and its bell; what is under way then is
    finished."""
    async with transport(settings) as way:
        assert way is not None, "the stand-in has credentials"
        bell = Bell()
        async with asyncio.TaskGroup() as group:
            sender = Sender(way, group, bell, lease_seconds=lease_seconds)
            loops = [group.create_task(each) for each in sender.loops()]
            with signals.near((push.CHANNEL,), lambda _, words: bell.ring(*words)):
                yield bell
            bell.close()
            await asyncio.wait(loops, timeout=10)


class Nursery:
    """Where senders come from, one at a time, and how they end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._running: int | None = None

    async def start(self) -> None:
        """One more sender."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"go\n")
        self._running = int(await self._process.stdout.readline())

    def kill(self) -> None:
        """SIGKILL to the sender, if there is one."""
        if self._running is not None:
            os.kill(self._running, signal.SIGKILL)
        self._running = None


@asynccontextmanager
async def nursery(url: str, served: Served) -> AsyncIterator[Nursery]:
    """Senders on that database and stand-in, all gone after the block."""
    said = (url, served.url, str(served.authority), str(served.credentials))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "tests.workers.sending", *said),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    found = Nursery(process)
    try:
        yield found
    finally:
        found.kill()
        process.kill()
        await process.communicate()


async def main(url: str, fcm_url: str, authority: str, credentials: str) -> None:
    """Send until killed."""
    settings = Settings(fcm_url=fcm_url, fcm_ca=Path(authority), fcm_credentials=Path(credentials))
    async with apart.database(url, pool=4), sending(settings) as bell:
        while True:
            # Nobody hints at what another process has ordered.
            bell.ring(*push.ABOUT.values())
            await asyncio.sleep(LOOK_SECONDS)


def fork(said: list[str]) -> None:
    """A sender for each line; nothing has been started yet that a fork could break."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(main(*said))
        print(child, flush=True)  # noqa: T201


if __name__ == "__main__":
    fork(sys.argv[1:])
