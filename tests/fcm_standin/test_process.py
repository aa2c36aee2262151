"""The stand-in as a process: what it writes, says and leaves behind."""

import asyncio
import signal
import sys
from pathlib import Path

import httpx
import orjson
import pytest

from fcm_standin import StandIn, certifying
from tests.support import waiting

COMMAND = (sys.executable, "-m", "fcm_standin")
ROOT = Path(__file__).parents[2]


def read(path: str) -> bytes:
    return Path(path).read_bytes()


async def started(folder: Path, *options: str) -> tuple[asyncio.subprocess.Process, dict]:
    """A process that can be used, and what its ready.json says."""
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND, "--folder", str(folder), *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    ready = folder / "ready.json"

    async def is_ready() -> bool:
        assert process.returncode is None
        return ready.exists()

    await waiting.until(is_ready)
    return process, orjson.loads(ready.read_bytes())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_given_a_folder_when_started_and_ended_then_it_says_where_and_leaves_clean(
    tmp_path: Path, number: signal.Signals
) -> None:
    process, ready = await started(tmp_path, "--project", "demo-laurel", "--adopt")
    try:
        async with httpx.AsyncClient(trust_env=False) as http:
            health = await http.get(f"{ready['control_url']}/health")
            # A stream that is open does not hold the end up.
            async with http.stream("GET", f"{ready['control_url']}/deliveries/stream"):
                process.send_signal(number)
                said, failed = await asyncio.wait_for(process.communicate(), 10)
    finally:
        if process.returncode is None:
            process.kill()

    account = orjson.loads(read(ready["credentials"]))
    assert (health.status_code, process.returncode, failed) == (200, 0, b"")
    assert ready["url"] in said.decode()
    assert (account["project_id"], account["token_uri"]) == (
        "demo-laurel",
        f"{ready['control_url']}/token",
    )
    assert not (tmp_path / "ready.json").exists()
    private = ("server.pem", "service-account.json", "service-account-key.pem")
    assert {(tmp_path / name).stat().st_mode & 0o777 for name in private} == {0o600}


async def test_given_one_that_runs_when_another_wants_its_port_then_it_ends_and_says_why(
    tmp_path: Path,
) -> None:
    first, ready = await started(tmp_path / "first")
    second = await asyncio.create_subprocess_exec(
        *(*COMMAND, "--folder", str(tmp_path / "second"), "--port", str(ready["port"])),
        cwd=ROOT,
        stderr=asyncio.subprocess.PIPE,
    )

    _, failed = await asyncio.wait_for(second.communicate(), 20)

    first.terminate()
    await first.communicate()
    assert second.returncode == 1
    assert failed.decode().startswith("fcm_standin: ")
    assert "address already in use" in failed.decode().lower()


def test_given_a_restart_when_its_files_are_read_then_clients_believe_it_as_before(
    tmp_path: Path,
) -> None:
    kept = []
    for _ in range(2):
        standin = StandIn(tmp_path)
        certifying.server_context(tmp_path)
        kept.append((certifying.authority_file(tmp_path).read_bytes(), standin.account.pem()))

    assert kept[0] == kept[1]


async def test_given_the_question_what_it_does_when_asked_then_every_option_is_told() -> None:
    process = await asyncio.create_subprocess_exec(
        *(*COMMAND, "--help"), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )

    said, _ = await process.communicate()

    options = (
        "--folder",
        "--host",
        "--port",
        "--control-port",
        "--project",
        "--seed",
        "--keep",
        "--adopt",
    )
    assert all(option in said.decode() for option in options)
