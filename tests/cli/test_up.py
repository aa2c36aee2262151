"""`laurel up`: from an empty folder to points that move, and back up after anything."""

import asyncio
import signal
import time
from pathlib import Path

import orjson
import psutil
import pytest

from tests.cli.laurels import an_up, laurel, sent
from tests.support import demos, waiting

QUICK_SECONDS = 10


async def test_given_an_empty_folder_when_up_then_the_tour_works_and_a_second_up_is_refused(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "a folder"

    async with an_up(folder) as (process, lines):
        assert process.stdout is not None
        commands = [await _command(process) for _ in range(3)]
        who, uploaded, gave = [await sent(command) for command in commands]
        await waiting.until(lambda: _earned(commands[0], who), seconds=60)
        second = await laurel("up", "--data", str(folder))
        token = await laurel("member", "token", "ada", "--json", "--data", str(folder))
        books = await laurel("verify", "--json", "--data", str(folder))
        children = orjson.loads((folder / "children.json").read_bytes())
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), 30)

    assert any(line.startswith("Laurel is up after") for line in lines)
    assert who["viewer"]["friends"]["nodes"]
    assert uploaded["uploadActivity"]["activity"]["state"] == "PROCESSING"
    assert gave["sendPoints"]["__typename"] == "SendPointsSuccess"
    assert (second.code, f"process {process.pid}" in second.people) == (3, True)
    assert token.json["token"].count(".") == 2
    assert [book["sound"] for book in books.json] == [True, True]
    assert (process.returncode, time.monotonic() - started < QUICK_SECONDS) == (0, True)
    assert set(children) == {"postgres", "valkey", "fcm", "api", "workers", "recommender"}
    assert not any(psutil.pid_exists(pid) for pid, _, _ in children.values())


async def test_given_an_up_that_was_killed_when_up_again_then_its_children_end_and_data_stays(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = demos.copied(tmp_path_factory, tmp_path / "data")
    async with an_up(folder) as (process, _):
        before = (await laurel("programme", "list", "--json", "--data", str(folder))).json
        process.kill()
        await process.communicate()
    left = orjson.loads((folder / "children.json").read_bytes())

    async with an_up(folder) as (_, lines):
        after = (await laurel("programme", "list", "--json", "--data", str(folder))).json

    ended = [line.split(",")[0] for line in lines if line.startswith("Ending")]
    doors = ["Ending recommender", "Ending workers", "Ending api"]
    assert ended == [*doors, "Ending fcm", "Ending valkey", "Ending postgres"]
    assert not any(psutil.pid_exists(pid) for pid, _, _ in left.values())
    assert [programme["slug"] for programme in before] == ["verde", "aurora"]
    assert after == before


async def test_given_a_taken_port_when_up_then_it_says_how_to_mend_it(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = str(server.sockets[0].getsockname()[1])

    said = await laurel("up", "--data", str(tmp_path), "--port", port)
    server.close()

    assert said.code == 3
    assert f"port {port}" in said.people
    assert "--port" in said.people
    assert not (tmp_path / "postgres").exists()


async def test_given_a_file_for_a_folder_when_up_then_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    said = await laurel("up", "--data", str(tmp_path / "file"))

    assert (said.code, "cannot be used" in said.people) == (3, True)
    assert "Traceback" not in said.people


async def _command(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(10):
        while not (line := (await process.stdout.readline()).decode()).startswith("curl"):
            pass
    return line


async def _earned(command: str, before) -> bool:
    now = (await sent(command))["viewer"]["points"]["available"]
    # The game may have given something as well.
    return bool(now >= before["viewer"]["points"]["available"] + 50 - 5)
