"""Jobs: what the clock starts, one process at a time, again after a failure."""

import asyncio
from datetime import datetime, timedelta

import pytest

from infra import db, jobs
from infra.db import Tx
from infra.jobs import Job
from tests.infra.happenings import NOON

pytestmark = pytest.mark.usefixtures("own_url")
MINUTE = timedelta(minutes=1)


class Chunks:
    """A job that does `left` things, one a call, and fails while it is told to."""

    def __init__(self, left: int = 0, *, broken: bool = False) -> None:
        self.left, self.broken, self.calls = left, broken, 0
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.go.set()
        self.job = Job("tests.chunks", MINUTE, self.body)

    async def body(self, at, tx) -> int:
        self.calls += 1
        if self.broken:
            raise ValueError("broken")
        await tx.run("INSERT INTO note (word) VALUES ('done')")
        self.begun.set()
        await self.go.wait()
        self.left -= 1
        return int(self.left >= 0)


async def due_at():
    async with db.reading() as tx:
        return await tx.value("SELECT due_at FROM job WHERE name = 'tests.chunks'")


async def test_given_work_in_chunks_when_due_then_all_is_done_and_the_next_run_is_later() -> None:
    chunks = Chunks(3)

    assert await jobs.run_due(chunks.job, at=NOON) == 3
    assert await jobs.run_due(chunks.job, at=NOON + MINUTE / 2) == 0

    assert chunks.calls == 4
    assert await due_at() == NOON + MINUTE


async def test_given_two_workers_when_a_job_is_due_then_one_at_a_time_is_at_it() -> None:
    one, other = Chunks(2), Chunks(2)
    one.go.clear()

    first = asyncio.create_task(jobs.run_due(one.job, at=NOON))
    await one.begun.wait()
    await jobs.run_due(other.job, at=NOON)
    one.go.set()
    await first

    assert (one.calls, other.calls) == (3, 0)


async def test_given_a_failing_job_when_run_then_each_pause_is_longer_until_it_works() -> None:
    chunks, at, pauses = Chunks(broken=True), NOON, []

    for _ in range(4):
        assert await jobs.run_due(chunks.job, at=at) == 0
        due = await due_at()
        pauses.append((due - at).total_seconds())
        at = due
    async with db.reading() as tx:
        failed = await jobs.failures(tx=tx)
    chunks.broken = False
    await jobs.run_due(chunks.job, at=at)

    assert pauses == [2, 4, 8, 16]
    assert failed == {"tests.chunks": 4}
    async with db.reading() as tx:
        assert await jobs.failures(tx=tx) == {"tests.chunks": 0}


async def test_given_a_row_the_database_refuses_when_its_job_fails_then_the_row_is_not_kept() -> (
    None
):
    async def body(at: datetime, tx: Tx) -> int:
        return await tx.run("INSERT INTO job (name, due_at) VALUES ('ada@example.com', NULL)")

    job = Job("tests.refused", MINUTE, body)

    await jobs.run_due(job, at=NOON)

    async with db.reading() as tx:
        kept = await tx.value("SELECT error FROM job WHERE name = $1", job.name)
    assert "NotNullViolation" in kept
    assert "ada@example.com" not in kept


async def test_given_a_job_that_failed_a_thousand_times_then_its_pause_has_a_limit() -> None:
    chunks = Chunks(broken=True)
    await jobs.run_due(chunks.job, at=NOON)
    async with db.transaction() as tx:
        await tx.run("UPDATE job SET failures = 1000, due_at = $1", NOON)

    await jobs.run_due(chunks.job, at=NOON)

    assert await due_at() == NOON + timedelta(seconds=jobs.BACK_OFF_SECONDS_MAX)


async def test_given_some_jobs_when_asked_then_the_due_ones_come_in_the_order_given() -> None:
    late, new = Job("tests.late", MINUTE, Chunks().body), Job("tests.new", MINUTE, Chunks().body)
    ran = Chunks()
    await jobs.run_due(ran.job, at=NOON)

    async with db.reading() as tx:
        now = await jobs.due([new, ran.job, late], at=NOON, tx=tx)
        later = await jobs.due([ran.job], at=NOON + MINUTE, tx=tx)

    assert [job.name for job in now] == ["tests.new", "tests.late"]
    assert later == [ran.job]


async def test_given_a_held_job_when_it_is_due_then_nobody_runs_it_until_it_is_let_go() -> None:
    chunks = Chunks(2)

    async with jobs.held([chunks.job]):
        async with db.transaction() as tx:  # The block's own work is not part of the holding.
            await tx.run("INSERT INTO note (word) VALUES ('meanwhile')")
        kept = await jobs.run_due(chunks.job, at=NOON)
    free = await jobs.run_due(chunks.job, at=NOON)

    assert (kept, free) == (0, 2)


async def test_given_a_held_job_when_the_block_fails_then_its_error_comes_out_and_it_is_free() -> (
    None
):
    chunks = Chunks(1)

    with pytest.raises(ValueError, match="broken"):
        async with jobs.held([chunks.job]):
            raise ValueError("broken")

    assert await jobs.run_due(chunks.job, at=NOON) == 1
