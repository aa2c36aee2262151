"""Crashes: processes that die in the middle of a load, and what must be true afterwards.

Nothing that was acknowledged is lost, nothing is posted twice, and what was not answered may be
sent again in any order. Every scene raises AssertionError when that does not hold.
"""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from domain.ledger import Item, Outcome, Result
from tests.faults.worlds import (
    BOOK,
    Answers,
    Errand,
    World,
    coalescer,
    errands,
    founded,
    run,
    unanswered,
)
from tests.support import apart, ledger_checks
from tests.support.own_server import OwnServer

WALLETS = 12
ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 60.0


async def app_killed(
    url: str, *, seed: int, at: datetime, senders: int = 2, count: int = 2500, acks: int = 400
) -> None:
    """SIGKILL to app processes once `acks` answers have come from each."""
    async with apart.database(url), apart.owner(url) as owner:
        world = await founded(wallets=WALLETS, at=at, points=20_000)
        answers = Answers()
        seeds = [seed * 100 + number for number in range(senders)]
        await asyncio.gather(
            *(_sent_until_killed(url, answers, n, count=count, at=at, acks=acks) for n in seeds)
        )
        await ledger_checks.answers_kept(owner, answers.outcomes, book=BOOK)
        await ledger_checks.whole(owner, book=BOOK)
        tasks = [task for n in seeds for task in errands(world, seed=n, count=count)]
        assert unanswered(tasks, answers), "the kill came too late to cut anything off"
        await _sent_again(world, tasks, answers, seed=seed)
        await ledger_checks.answers_kept(owner, answers.outcomes, book=BOOK)
        await ledger_checks.whole(owner, book=BOOK)


async def power_cut(
    server: OwnServer,
    url: str,
    *,
    seed: int,
    at: datetime,
    cuts: int = 2,
    count: int = 1500,
    prepare: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """SIGKILL to all of PostgreSQL, `cuts` times in one load, with the app left running."""
    async with apart.database(url):
        world = await founded(wallets=WALLETS, at=at, points=20_000)
    if prepare is not None:
        await prepare()
    answers, tasks = Answers(), errands(world, seed=seed, count=count)
    async with apart.database(url), coalescer() as poster:

        async def send(item: Item) -> Result:
            return await poster.post(item, book=BOOK)

        load = asyncio.create_task(run(tasks, send, answers))
        try:
            for cut in range(1, cuts + 1):
                await _answered(answers, len(tasks) * cut // (cuts + 1), load)
                known = dict(answers.outcomes)
                server.kill()
                server.start()
                await _stood(url, known)
            async with asyncio.timeout(PATIENCE_SECONDS):
                await load
        finally:
            load.cancel()
            await asyncio.gather(load, return_exceptions=True)
        await _sent_again(world, tasks, answers, seed=seed)
    async with apart.owner(url) as owner:
        await ledger_checks.answers_kept(owner, answers.outcomes, book=BOOK)
        await ledger_checks.whole(owner, book=BOOK)


async def _stood(url: str, known: dict[UUID, Outcome]) -> None:
    async with apart.owner(url) as owner:
        await ledger_checks.answers_kept(owner, known, book=BOOK)


async def _answered(answers: Answers, count: int, load: asyncio.Task[None]) -> None:
    """Wait until the load has had `count` answers."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(answers.outcomes) < count:
            assert not load.done(), f"the load ended after {len(answers.outcomes)} answers"
            await asyncio.sleep(0.002)


async def _sent_until_killed(
    url: str, answers: Answers, seed: int, *, count: int, at: datetime, acks: int
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "ignore", "-m", "tests.faults.sender"),
        *(url, str(seed), str(count), at.isoformat()),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    got = 0
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in process.stdout:
                id, _, outcome = line.decode().partition(" ")
                answers.add(UUID(id), Outcome(int(outcome)))
                got += 1
                if got == acks:
                    process.kill()
    finally:
        # A second kill would look whether it has ended, and take that news from the loop.
        if got < acks and process.returncode is None:
            process.kill()
        await process.wait()
    assert got >= acks, f"a sender ended by itself after {got} answers"


async def _sent_again(
    world: World, tasks: Sequence[Errand], answers: Answers, *, seed: int
) -> None:
    """What was not answered, shuffled; then everything once more, shuffled."""
    chance = random.Random(seed)
    async with coalescer() as poster:

        async def send(item: Item) -> Result:
            return await poster.post(item, book=BOOK)

        for some in (unanswered(tasks, answers), list(tasks)):
            chance.shuffle(some)
            await run(some, send, answers)
    assert not answers.contradictions, answers.contradictions[:3]
