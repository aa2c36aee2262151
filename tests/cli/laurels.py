"""Laurels: the command line as processes, with its answers; and the tour's requests, sent."""

import asyncio
import json
import shlex
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from infra import embedded, settings

ROOT = Path(__file__).parents[2]
UP_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it said."""

    code: int
    answer: str
    people: str

    @property
    def json(self) -> Any:
        """The answer of a command with --json."""
        return json.loads(self.answer)


async def laurel(*words: str, **variables: str) -> Said:
    """Run one command to its end."""
    process = await start(*words, variables=variables)
    answer, people = await asyncio.wait_for(process.communicate(), UP_SECONDS)
    return Said(process.returncode or 0, answer.decode(), people.decode())


async def start(*words: str, variables: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start one command."""
    clean = {k: v for k, v in settings.inherited().items() if not k.startswith("LAUREL_")}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "cli", *words),
        cwd=ROOT,
        env=clean | {"COLUMNS": "200"} | variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def an_up(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[str]]]:
    """`laurel up` on ports of its own; the process and its lines to people up to the tour."""
    ports = [str(embedded.free_port()) for _ in range(4)]
    names = ("METRICS", "WORKER_METRICS", "RECOMMENDER_METRICS")
    variables = {f"LAUREL_{name}_PORT": port for name, port in zip(names, ports[1:], strict=True)}
    process = await start("up", "--data", str(folder), "--port", ports[0], variables=variables)
    assert process.stderr is not None
    lines: list[str] = []
    try:
        async with asyncio.timeout(UP_SECONDS):
            while line := (await process.stderr.readline()).decode():
                lines.append(line.strip())
                if line.startswith("# Five points"):
                    break
        yield process, lines
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.communicate(), 30)


async def sent(command: str) -> Any:
    """What curl would answer to that line of the tour."""
    words = iter(shlex.split(command))
    assert (next(words), next(words)) == ("curl", "-s")
    url, headers, form, content = next(words), {}, {}, None
    for word in words:
        value = next(words)
        if word == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
        elif word == "--json":
            content = value
            headers |= {"content-type": "application/json", "accept": "application/json"}
        else:
            assert word == "-F", word
            name, _, text = value.partition("=")
            form[name] = text
    files = {name: _file(value) for name, value in form.items() if value[:1] == "@"}
    fields = {name: value for name, value in form.items() if name not in files}
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            url, headers=headers, content=content, data=fields or None, files=files or None
        )
    return answer.json()["data"]


def _file(value: str) -> tuple[str, bytes]:
    path = Path(value.removeprefix("@"))
    return path.name, path.read_bytes()
