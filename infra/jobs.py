"""Jobs: work that the clock starts; one process at a time runs one job.

A job's row is locked while it runs, so many workers may be up; a job must be safe to repeat,
because a process may die between its work and the note that it ran.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from infra import db, observing
from infra.db import Tx

Body: TypeAlias = Callable[[datetime, Tx], Awaitable[int]]

BACK_OFF_SECONDS = 2.0
BACK_OFF_SECONDS_MAX = 600.0
ERROR_LENGTH_MAX = 500

_log = structlog.get_logger(__name__)

DUE = """
SELECT n.name FROM unnest($1::text[]) WITH ORDINALITY AS n (name, place)
LEFT JOIN job AS j ON j.name = n.name
WHERE j.due_at IS NULL OR j.due_at <= $2
ORDER BY n.place
"""
FAILURES = "SELECT name, failures FROM job"
ADD = "INSERT INTO job (name) VALUES ($1) ON CONFLICT DO NOTHING"
TAKE = "SELECT name FROM job WHERE name = $1 AND due_at <= $2 FOR UPDATE SKIP LOCKED"
HOLD = "SELECT name FROM job WHERE name = ANY($1::text[]) ORDER BY name FOR UPDATE"
RAN = """
UPDATE job SET due_at = $2, ran_at = $3, failures = 0, error = NULL WHERE name = $1
"""
FAILED = """
UPDATE job SET failures = failures + 1, error = $3,
    due_at = $2::timestamptz
        + make_interval(secs => least($4::float8 * 2.0::float8 ^ least(failures, 30), $5::float8))
WHERE name = $1
"""


@dataclass(frozen=True, slots=True)
class Job:
    """`body` does one bounded chunk in the transaction it is given and returns how much it did.

    It is called again at once, each time in a new transaction, until it returns 0.
    """

    name: str
    every: timedelta
    body: Body


async def due(jobs: Sequence[Job], *, at: datetime, tx: Tx) -> Sequence[Job]:
    """Those of `jobs` whose time has come, in the order given."""
    known = {job.name: job for job in jobs}
    return [known[row["name"]] for row in await tx.rows(DUE, list(known), at)]


async def failures(*, tx: Tx) -> dict[str, int]:
    """How often each job has failed in a row."""
    return {row["name"]: row["failures"] for row in await tx.rows(FAILURES)}


async def run_due(job: Job, *, at: datetime) -> int:
    """Run `job` if it is due and nobody else is at it; how many things it did.

    A failure is noted and puts the job off, each time longer; what was done before it stays.
    Raises what the database raises when it is away.
    """
    # On its own, so that a body that fails does not take the job's row with it.
    async with db.transaction() as tx:
        await tx.run(ADD, job.name)
    done = 0
    while True:
        held = False
        try:
            async with db.transaction() as tx:
                held = await tx.row(TAKE, job.name, at) is not None
                count = await job.body(at, tx) if held else 0
                if held and not count:
                    await tx.run(RAN, job.name, at + job.every, at)
        except Exception as error:
            if not held:
                raise
            await _note(job, error, at=at)
            return done
        if not count:
            return done
        done += count


@asynccontextmanager
async def held(jobs: Sequence[Job]) -> AsyncIterator[None]:
    """Nobody runs these jobs for the length of the block: what the clock says is ours to decide.

    Waits for those that are running. For work that tells of the past, as a demo does.
    """
    begun, ended, failed = asyncio.Event(), asyncio.Event(), None

    # In a task of its own, for a transaction opened in the block must not be a part of this one.
    async def hold() -> None:
        for job in jobs:
            async with db.transaction() as tx:
                await tx.run(ADD, job.name)
        async with db.transaction() as tx:
            await tx.run(HOLD, [job.name for job in jobs])
            begun.set()
            await ended.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(hold())
        await begun.wait()
        try:
            yield
        except Exception as error:
            # Raised below, so that it does not become a group of one.
            failed = error
        finally:
            ended.set()
    if failed is not None:
        raise failed


async def _note(job: Job, error: Exception, *, at: datetime) -> None:
    text = observing.without_rows(f"{type(error).__name__}: {error}")[:ERROR_LENGTH_MAX]
    async with db.transaction() as tx:
        await tx.run(FAILED, job.name, at, text, BACK_OFF_SECONDS, BACK_OFF_SECONDS_MAX)
    _log.error("job.failed", job=job.name, exc_info=error)
