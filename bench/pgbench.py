"""The real pgbench: its TPC-B-like and simple-update scripts, latencies from its log."""

import asyncio
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.support.own_server import BIN

SCALE = 10
TPS = re.compile(r"tps = ([0-9.]+) \(without initial")


async def prepare(url: str) -> None:
    """Make pgbench's own tables: `SCALE` branches, so a million accounts."""
    await _run(url, "--initialize", f"--scale={SCALE}", "--quiet")


async def run(url: str, builtin: str, *, clients: int, seconds: float) -> tuple[list[float], float]:
    """Latencies in seconds and the seconds taken of one built-in script."""
    folder = Path(tempfile.mkdtemp(prefix="laurel-pgbench-"))
    try:
        output = await _run(
            url,
            f"--builtin={builtin}",
            "--protocol=prepared",
            "--no-vacuum",
            f"--client={clients}",
            "--jobs=1",
            f"--time={max(1, round(seconds))}",
            "--log",
            f"--log-prefix={folder / 'log'}",
        )
        latencies = _latencies(folder)
        return latencies, len(latencies) / float(TPS.search(output)[1])
    finally:
        shutil.rmtree(folder)


def _latencies(folder: Path) -> list[float]:
    lines = (line for file in folder.iterdir() for line in file.read_text().splitlines())
    return [int(line.split()[2]) / 1e6 for line in lines]


async def _run(url: str, *arguments: str) -> str:
    parts = urlsplit(url)
    host = dict(parse_qsl(parts.query))["host"]
    process = await asyncio.create_subprocess_exec(
        BIN / "pgbench",
        "--host",
        host,
        "--username",
        parts.username or "postgres",
        *arguments,
        parts.path.lstrip("/"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=host,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode(errors="replace")
    return output.decode()
