"""Children: started again when they die, ended in order, found again after a kill -9."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import orjson
import psutil
import pytest

from cli.supervising import Child, Supervisor, end_left_over
from infra import db, embedded, migrating, settings
from tests.support import waiting

MEEK = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(15, signal.SIG_IGN); {MEEK}"


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    (tmp_path / "logs").mkdir()
    said: list[str] = []
    return Supervisor(tmp_path / "logs", tmp_path / "children.json", said.append)


def a_child(code: str, folder: Path, name: str = "child") -> Child:
    return Child(name, (sys.executable, "-c", code), folder, settings.inherited())


def pid_of(supervisor: Supervisor, name: str = "child") -> int | None:
    known = orjson.loads(supervisor.register.read_bytes()) if supervisor.register.exists() else {}
    return known[name][0] if name in known else None


async def said_up(supervisor: Supervisor, times: int) -> bool:
    log = supervisor.logs / "child.log"
    return log.exists() and log.read_text().count("up") >= times


async def test_given_a_child_that_is_killed_then_another_takes_its_place(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    async with supervisor.keeping(a_child(MEEK, tmp_path)):
        await waiting.until(lambda: said_up(supervisor, 1))
        first = pid_of(supervisor)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await waiting.until(lambda: said_up(supervisor, 2))
        second = pid_of(supervisor)

    assert second not in (None, first)
    assert not psutil.pid_exists(second or 0)
    assert orjson.loads(supervisor.register.read_bytes()) == {}


async def test_given_a_child_that_always_dies_then_each_pause_is_longer(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    async with supervisor.keeping(a_child("print('up')", tmp_path)):
        await asyncio.sleep(2.5)
        starts = (supervisor.logs / "child.log").read_text().count("up")

    assert 2 <= starts <= 4


async def test_given_a_child_that_will_not_end_then_it_is_killed_in_time(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    supervisor.ending_seconds = 0.3

    async with supervisor.keeping(a_child(STUBBORN, tmp_path)):
        await waiting.until(lambda: said_up(supervisor, 1))
        pid, started = pid_of(supervisor), time.monotonic()

    assert time.monotonic() - started < 3
    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_given_a_fault_inside_then_it_comes_out_as_itself_and_the_children_have_ended(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    pids: list[int | None] = []

    async def fail() -> None:
        async with supervisor.keeping(a_child(MEEK, tmp_path)):
            await waiting.until(lambda: said_up(supervisor, 1))
            pids.append(pid_of(supervisor))
            raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        await fail()

    assert not psutil.pid_exists(pids[0] or 0)


async def test_given_a_killed_database_server_then_it_comes_back_with_its_rows(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    server = embedded.postgres(tmp_path / "postgres")
    child = Child(
        *(server.name, server.command, server.folder, settings.inherited()),
        *(server.stop_signal, server.user),
    )

    async with supervisor.keeping(child):
        await waiting.until(lambda: _answers(server.url))
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE TABLE kept AS SELECT 5 AS five")
        connection.terminate()
        os.kill(pid_of(supervisor, "postgres") or 0, signal.SIGKILL)
        await asyncio.sleep(0.2)
        await waiting.until(lambda: _answers(server.url))
        connection = await asyncpg.connect(server.url)
        kept = await connection.fetchval("SELECT five FROM kept")
        await connection.close()

    assert kept == 5


def test_what_was_left_running_is_ended_and_nothing_else(tmp_path: Path) -> None:
    command, register = (sys.executable, "-c", MEEK), tmp_path / "children.json"
    with subprocess.Popen(command) as left, subprocess.Popen(command) as other:
        born = {each.pid: psutil.Process(each.pid).create_time() for each in (left, other)}
        known = {
            "left": (left.pid, born[left.pid], signal.SIGTERM),
            "reused": (other.pid, born[other.pid] - 100, signal.SIGTERM),
            "gone": (2**22 - 1, 1.0, signal.SIGTERM),
        }
        register.write_bytes(orjson.dumps(known))
        said: list[str] = []

        end_left_over(register, said.append)

        assert other.poll() is None
        other.kill()
    assert left.returncode in (0, -signal.SIGTERM)
    assert [line.split(",")[0] for line in said] == ["Ending left"]
    assert not register.exists()


@pytest.mark.parametrize("content", [None, b"", b"{not json"])
def test_a_missing_or_broken_register_is_no_obstacle(tmp_path: Path, content) -> None:
    register = tmp_path / "children.json"
    if content is not None:
        register.write_bytes(content)

    end_left_over(register, print)

    assert not register.exists()


async def _answers(url: str) -> bool:
    try:
        await migrating.create(url)
    except (*db.Unavailable, db.PostgresError):
        return False
    return True
