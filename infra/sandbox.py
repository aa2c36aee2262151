"""Sandbox: run code that reads what strangers sent, where it can hurt nobody.

A small pool of child processes, each a fresh interpreter with none of this process's sockets
or secrets. A task is a function of ours by its dotted name and bytes; its answer is bytes, and
nothing that a child says is ever unpickled. A child that runs, computes or allocates too much
is killed and replaced, and only its own task fails. The caller's event loop never waits for it.

It does not stop a child from opening a socket of its own: where that matters, run the workers
in a network that leads nowhere.
"""

import asyncio
import importlib
import os
import resource
import signal
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parents[1]
SIZE = struct.Struct(">I")
CHUNK = 1 << 18
ANSWER_BYTES_MAX = 1 << 24
DONE, FAILED, NO_MEMORY = b"D", b"F", b"M"
# A child ends itself this long after its parent should have: the parent may be dead.
GRACE_SECONDS = 5
# Then a child is replaced, so that what one task leaves behind cannot add up for ever.
TASKS_MAX = 500


class Failed(Exception):
    """The task came to no answer."""


class TimedOut(Failed):
    """It took more time, on the clock or of a processor, than the limits allow."""


class OutOfMemory(Failed):
    """It wanted more memory than the limits allow."""


class Crashed(Failed):
    """Its process died, or it raised an error; the message says which."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use: seconds on the clock, seconds of a processor, bytes of addresses."""

    wall_seconds: float = 60.0
    cpu_seconds: int = 60
    memory_bytes: int = 1 << 30


class Pool:
    """Children that each do one task at a time. Use `pool()` to open one."""

    def __init__(self, size: int, limits: Limits) -> None:
        self.size, self.limits = size, limits
        self._places: asyncio.LifoQueue[_Child | None] = asyncio.LifoQueue()
        self._ending: set[asyncio.Task[None]] = set()
        for _ in range(size):
            self._places.put_nowait(None)

    async def run(self, function: str, content: bytes) -> bytes:
        """What `function`, such as "package.module:name", answers to `content`.

        Waits for a free child first; the limits count from there. Raises TimedOut, OutOfMemory
        or Crashed, and then the child has been replaced.
        """
        child = await self._places.get()
        whole = False
        try:
            async with asyncio.timeout(self.limits.wall_seconds):
                if child is None or child.ended:
                    child = await _Child.start(self.limits)
                status, answer = await child.ask(function, content)
            whole = status in (DONE, FAILED) and child.tasks < TASKS_MAX
        except TimeoutError:
            raise TimedOut(f"more than {self.limits.wall_seconds:g} s") from None
        except (EOFError, ConnectionError):
            assert child is not None, "only a started child has a pipe to lose"
            raise await child.epitaph() from None
        finally:
            if child is not None and not whole:
                self._bury(child)
            self._places.put_nowait(child if whole else None)
        return _answered(status, answer, self.limits)

    async def close(self) -> None:
        """Kill every child and wait until each is gone."""
        while not self._places.empty():
            if (child := self._places.get_nowait()) is not None:
                self._bury(child)
        if self._ending:
            await asyncio.wait(self._ending)

    def _bury(self, child: "_Child") -> None:
        child.kill()
        task = asyncio.ensure_future(child.gone())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)


@asynccontextmanager
async def pool(size: int = 2, limits: Limits | None = None) -> AsyncIterator[Pool]:
    """Keep `size` children, each started when first needed; all are gone after the block."""
    opened = Pool(size, limits or Limits())
    try:
        yield opened
    finally:
        await opened.close()


class _Child:
    """One process and the pipe to it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._in, self._out = process, process.stdin, process.stdout
        self.tasks = 0

    @classmethod
    async def start(cls, limits: Limits) -> "_Child":
        # Its own session, so that Ctrl-C is for us alone; no environment, so no secrets.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-B", "-P", "-m", "infra.sandbox"),
            *(str(limits.memory_bytes), str(limits.cpu_seconds), str(limits.wall_seconds)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        return cls(process)

    @property
    def ended(self) -> bool:
        return self._process.returncode is not None

    async def ask(self, function: str, content: bytes) -> tuple[bytes, bytes]:
        self.tasks += 1
        name = function.encode()
        self._in.write(SIZE.pack(len(name)) + name + SIZE.pack(len(content)))
        for start in range(0, len(content), CHUNK):
            self._in.write(content[start : start + CHUNK])
            await self._in.drain()
        status = await self._out.readexactly(1)
        (size,) = SIZE.unpack(await self._out.readexactly(SIZE.size))
        if size > ANSWER_BYTES_MAX:
            raise Crashed(f"its answer has {size} bytes")
        return status, await self._out.readexactly(size)

    async def epitaph(self) -> Failed:
        """Why the pipe broke, as the error to raise."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), GRACE_SECONDS)
        code = self._process.returncode
        if code in (-signal.SIGXCPU, -signal.SIGALRM):
            return TimedOut("more processor time than allowed")
        return Crashed(f"its process ended with {code}")

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    async def gone(self) -> None:
        self._in.close()
        # asyncio says that a process has ended only when its pipes have been read to the end.
        while await self._out.read(CHUNK):
            pass
        await self._process.wait()


def _answered(status: bytes, answer: bytes, limits: Limits) -> bytes:
    if status == DONE:
        return answer
    if status == NO_MEMORY:
        raise OutOfMemory(f"more than {limits.memory_bytes} bytes")
    raise Crashed(answer.decode(errors="replace"))


def main(memory_bytes: int, cpu_seconds: int, wall_seconds: float) -> None:
    """The child's life: read a task, do it, answer, until the pipe closes."""
    requests, answers = _private_pipe()
    _confine(memory_bytes)
    while name := _receive(requests):
        content = _receive(requests)
        _start_clock(cpu_seconds, wall_seconds)
        status, answer = _attempt(name.decode(), content)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(status + SIZE.pack(len(answer)) + answer)
        answers.flush()


def _private_pipe() -> tuple[BinaryIO, BinaryIO]:
    # What a library prints must not end up among the answers.
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return requests, answers


def _confine(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # macOS does not know a limit on addresses
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory_bytes if hard < 0 else min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _start_clock(cpu_seconds: int, wall_seconds: float) -> None:
    # The limit counts from the start of the process, a task from now.
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime) + 1 + cpu_seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))
    signal.setitimer(signal.ITIMER_REAL, wall_seconds + GRACE_SECONDS)


def _attempt(function: str, content: bytes) -> tuple[bytes, bytes]:
    try:
        module, _, name = function.partition(":")
        return DONE, getattr(importlib.import_module(module), name)(content)
    except MemoryError:
        return NO_MEMORY, b""
    except Exception as error:
        return FAILED, f"{type(error).__name__}: {error}"[:500].encode(errors="replace")


def _receive(pipe: BinaryIO) -> bytes:
    head = pipe.read(SIZE.size)
    return pipe.read(SIZE.unpack(head)[0]) if len(head) == SIZE.size else b""


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
