"""A worker may die at any moment: what it had not committed is delivered again."""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4

from tests.infra.happenings import Noting, drained, emitted, happened, registered
from tests.support import waiting

ROOT = Path(__file__).parents[2]


async def test_given_a_worker_killed_before_its_commit_when_another_comes_then_it_is_done_once(
    own_url: str,
) -> None:
    noting, ada = Noting(), uuid4()
    await registered(noting.reaction)
    await emitted(happened(ada, "first"), happened(ada, "second"))

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "tests.workers.dying", own_url),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"worked\n"
    assert await drained(noting.reaction) == 0
    process.kill()
    await process.wait()
    await waiting.until(lambda: _delivered(noting))

    assert await noting.noted() == ["first", "second"]


async def _delivered(noting: Noting) -> bool:
    # PostgreSQL needs a moment to see that the dead worker's connection is gone.
    return await drained(noting.reaction) > 0
