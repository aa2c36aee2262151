"""Supervising: child processes that are started again when they die, and ended in order."""

import asyncio
import os
import pwd
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import psutil

PAUSE_SECONDS = 0.5
PAUSE_SECONDS_MAX = 30.0
# A child that ran this long was well: the next pause is the shortest again.
WELL_SECONDS = 30.0
ENDING_SECONDS = 20.0
KILLING_SECONDS = 5.0
LEFT_OVER_SECONDS = 30.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Child:
    """What to run and how to end it; its output goes to <logs>/<name>.log."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    user: str | None = None


@dataclass(slots=True)
class Supervisor:
    """Keeps children running; writes down who they are, for a start after a kill -9.

    ending_seconds -- how long a child may take to end before it is killed.
    """

    logs: Path
    register: Path
    say: Say
    ending_seconds: float = ENDING_SECONDS
    _pids: dict[str, tuple[int, float, int]] = field(default_factory=dict)

    @asynccontextmanager
    async def keeping(self, *children: Child) -> AsyncIterator[None]:
        """Run the children for the length of the block; all have ended after it."""
        stop, failed = asyncio.Event(), None
        async with asyncio.TaskGroup() as group:
            for child in children:
                group.create_task(self._keep(child, stop))
            try:
                yield
            except Exception as error:
                # Raised below, so that it does not become a group of one.
                failed = error
            finally:
                stop.set()
        if failed is not None:
            raise failed

    async def _keep(self, child: Child, stop: asyncio.Event) -> None:
        pause = PAUSE_SECONDS
        while not stop.is_set():
            started = time.monotonic()
            process = await self._start(child)
            try:
                await _first(process.wait(), stop)
            finally:
                if process.returncode is None:
                    await _end(process, child.stop_signal, self.ending_seconds)
                self._note(child, None)
            if stop.is_set():
                return
            pause = PAUSE_SECONDS if time.monotonic() - started > WELL_SECONDS else pause
            self.say(
                f"{child.name} ended with {process.returncode} and starts again in {pause:g} s; "
                f"see {self.logs / child.name}.log"
            )
            await _first(asyncio.sleep(pause), stop)
            pause = min(pause * 2, PAUSE_SECONDS_MAX)

    async def _start(self, child: Child) -> asyncio.subprocess.Process:
        # Its own session: Ctrl-C in the terminal is for us, and we end the children in order.
        with (self.logs / f"{child.name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *child.command,
                cwd=child.folder,
                env=dict(child.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_as_user(child.user),
            )
        self._note(child, process.pid)
        return process

    def _note(self, child: Child, pid: int | None) -> None:
        self._pids.pop(child.name, None)
        if pid is not None:
            with suppress(psutil.NoSuchProcess):
                born = psutil.Process(pid).create_time()
                self._pids[child.name] = (pid, born, child.stop_signal)
        draft = self.register.with_suffix(".draft")
        draft.write_bytes(orjson.dumps(self._pids))
        draft.replace(self.register)


def end_left_over(register: Path, say: Say) -> None:
    """End what a killed supervisor left running, the doors before the servers."""
    with suppress(FileNotFoundError, orjson.JSONDecodeError):
        known = orjson.loads(register.read_bytes())
        for name, (pid, born, number) in reversed(known.items()):
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(pid)
                # A number is used again; a number and a birthday are not.
                if process.create_time() != born:
                    continue
                say(f"Ending {name}, left running by an earlier start (process {pid})")
                _end_left_over(process, number)
    register.unlink(missing_ok=True)


def _end_left_over(process: psutil.Process, number: int) -> None:
    process.send_signal(number)
    try:
        process.wait(LEFT_OVER_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(KILLING_SECONDS)


def _as_user(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


async def _first(what: Coroutine[Any, Any, Any], stop: asyncio.Event) -> None:
    """Wait for `what` or for `stop`, whichever is first."""
    tasks: set[asyncio.Task[Any]] = {asyncio.ensure_future(what)}
    tasks.add(asyncio.ensure_future(stop.wait()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _end(process: asyncio.subprocess.Process, number: signal.Signals, seconds: float) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        # The whole session, so that nothing the child started outlives it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
