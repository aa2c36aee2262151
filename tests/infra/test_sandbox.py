"""A child that misbehaves is killed, only its task fails, and the loop never waits."""

import asyncio
import os
import time

import pytest

from infra import sandbox
from tests.support.loops import longest_pause

HERE = "tests.support.sandboxed"
MIB = 1 << 20
SHORT = sandbox.Limits(wall_seconds=1.0, cpu_seconds=30, memory_bytes=256 * MIB)


async def test_given_a_task_when_run_then_its_answer_comes_back_from_another_process() -> None:
    async with sandbox.pool(1) as pool:
        echoed = await pool.run(f"{HERE}:echo", b"x" * (3 * MIB))
        pid = int(await pool.run(f"{HERE}:pid", b""))

    assert echoed == b"x" * (3 * MIB)
    assert pid != os.getpid()


async def test_given_a_good_task_when_another_follows_then_the_child_is_kept() -> None:
    async with sandbox.pool(1) as pool:
        first = await pool.run(f"{HERE}:pid", b"")
        again = await pool.run(f"{HERE}:pid", b"")

    assert again == first


@pytest.mark.parametrize(
    ("name", "limits", "failure"),
    [
        ("sleep_for_ever", SHORT, sandbox.TimedOut),
        ("spin_for_ever", SHORT, sandbox.TimedOut),
        (
            "spin_for_ever",
            sandbox.Limits(wall_seconds=30, cpu_seconds=1, memory_bytes=256 * MIB),
            sandbox.TimedOut,
        ),
        (
            "allocate_for_ever",
            sandbox.Limits(wall_seconds=30, cpu_seconds=30, memory_bytes=256 * MIB),
            sandbox.OutOfMemory,
        ),
        ("die", SHORT, sandbox.Crashed),
        ("segfault", SHORT, sandbox.Crashed),
        ("raise_an_error", SHORT, sandbox.Crashed),
        ("write_a_file", SHORT, sandbox.Crashed),
        ("answer_too_long", SHORT, sandbox.Crashed),
    ],
)
async def test_given_a_bad_task_when_run_then_it_fails_typed_and_the_next_one_works(
    name, limits, failure
) -> None:
    async with sandbox.pool(1, limits) as pool:
        with pytest.raises(failure):
            await pool.run(f"{HERE}:{name}", b"")
        after = await pool.run(f"{HERE}:echo", b"still here")

    assert after == b"still here"


async def test_given_a_runaway_when_another_task_runs_then_neither_it_nor_the_loop_waits() -> None:
    async with sandbox.pool(2, sandbox.Limits(wall_seconds=3.0)) as pool:
        await asyncio.gather(*(pool.run(f"{HERE}:nap", b"") for _ in range(2)))

        async with longest_pause() as pause:
            runaway = asyncio.ensure_future(pool.run(f"{HERE}:spin_for_ever", b""))
            started = time.monotonic()
            answer = await pool.run(f"{HERE}:echo", b"quick")
            waited = time.monotonic() - started
            with pytest.raises(sandbox.TimedOut):
                await runaway

    assert answer == b"quick"
    assert waited < 1.0
    assert pause.busy_seconds < 0.02


async def test_given_more_tasks_than_children_when_run_at_once_then_each_gets_its_own_answer() -> (
    None
):
    async with sandbox.pool(2) as pool:
        answers = await asyncio.gather(
            *(pool.run(f"{HERE}:echo", str(n).encode()) for n in range(20))
        )

    assert [int(answer) for answer in answers] == list(range(20))


async def test_given_a_running_task_when_cancelled_then_the_next_one_gets_its_own_answer() -> None:
    async with sandbox.pool(1) as pool:
        running = asyncio.ensure_future(pool.run(f"{HERE}:sleep_for_ever", b""))
        await asyncio.sleep(0.5)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

        assert await pool.run(f"{HERE}:echo", b"mine") == b"mine"


async def test_given_a_pool_when_it_closes_then_no_child_is_left() -> None:
    async with sandbox.pool(2) as pool:
        pids = await asyncio.gather(*(pool.run(f"{HERE}:nap", b"") for _ in range(2)))

    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


async def test_given_secrets_and_sockets_of_ours_when_a_child_looks_then_it_finds_neither() -> None:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    try:
        async with sandbox.pool(1) as pool:
            seen = (await pool.run(f"{HERE}:environment_and_sockets", b"")).decode()
    finally:
        server.close()
        await server.wait_closed()

    assert seen == "sockets=0 names=LC_ALL,PYTHONPATH"
