"""Loops: at once while there is work, asleep without, slower while the database is away."""

import asyncio
import time

import pytest

from infra import db
from workers.turning import Bell, keep_doing


class Work:
    """Does `left` pieces, then fails or finds nothing."""

    def __init__(self, left: int = 0, *, error: Exception | None = None) -> None:
        self.left, self.error, self.calls = left, error, []

    async def do(self) -> int:
        self.calls.append(time.monotonic())
        if self.error:
            raise self.error
        self.left -= 1
        return int(self.left >= 0)


async def turned(work: Work, bell: Bell, *, seconds: float, poll: float = 0.05) -> None:
    loop = asyncio.create_task(keep_doing("tests", work.do, bell, poll_seconds=poll))
    await asyncio.sleep(seconds)
    bell.close()
    await asyncio.wait_for(loop, 1)


async def test_given_much_to_do_then_it_is_done_without_a_pause() -> None:
    work = Work(200)

    await turned(work, Bell(), seconds=0.2, poll=10)

    assert len(work.calls) == 201


async def test_given_nothing_to_do_then_it_looks_again_after_a_while_only() -> None:
    work = Work()

    await turned(work, Bell(), seconds=0.3, poll=0.1)

    assert 2 <= len(work.calls) <= 4


async def test_given_a_hint_when_asleep_then_it_looks_at_once() -> None:
    work, bell = Work(), Bell()
    loop = asyncio.create_task(keep_doing("tests", work.do, bell, poll_seconds=60))
    await asyncio.sleep(0.05)

    bell.ring()
    await asyncio.sleep(0.05)
    bell.close()
    await asyncio.wait_for(loop, 1)

    assert len(work.calls) == 2


async def test_given_a_database_that_is_away_then_each_pause_is_longer() -> None:
    work = Work(error=ConnectionRefusedError("away"))

    await turned(work, Bell(), seconds=0.5, poll=0.05)

    first, *later = [b - a for a, b in zip(work.calls, work.calls[1:], strict=False)]
    assert first >= 0.09
    assert all(pause > first for pause in later)


async def test_given_a_deadlock_then_the_loop_tries_again_as_before() -> None:
    work = Work(error=db.Contended[0]("deadlock detected"))

    await turned(work, Bell(), seconds=0.3)

    assert len(work.calls) >= 3


async def test_given_a_mistake_of_ours_then_the_loop_ends_with_it() -> None:
    work = Work(error=AssertionError("ours"))

    with pytest.raises(AssertionError, match="ours"):
        await keep_doing("tests", work.do, Bell())
