"""Nightly: starts the training of each programme in its own night, in a process of its own.

The maths is never loaded here. Any number of workers may be up: one of them has the lease, and
whoever trains holds a lock as well, so that a lease that has run out trains nothing twice.
"""

import asyncio
import sys
from pathlib import Path

import structlog

from domain import programmes, trainings
from infra import clock, db, settings

ROOT = Path(__file__).parents[1]
LOOK_SECONDS = 60.0

_log = structlog.get_logger(__name__)


async def train_due() -> int:
    """Train one programme whose night has come, and wait for it; 0 when it is nobody's night."""
    at = clock.now()
    async with db.transaction() as tx:
        await trainings.expect(await programmes.every(tx=tx), at=at, tx=tx)
        number = await trainings.take_due(at=at, tx=tx)
        if number is None:
            return 0
        programme = await programmes.by_id(number, tx=tx)
    # With the environment of this process, and so with its settings.
    command = (sys.executable, "-m", "cli", "train", "--programme", programme.slug)
    code = await _run(command)
    _log.info("training.ended", programme=programme.slug, code=code)
    async with db.transaction() as tx:
        await trainings.ended(programme, at=clock.now(), tx=tx)
    return 1


async def _run(command: tuple[str, ...]) -> int:
    """Run it to its end; when this process is told to stop, so is it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=settings.inherited() | {"PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
