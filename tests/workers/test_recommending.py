"""The recommender as a process: it answers, dies, comes back, and is never waited for."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from infra import recommending
from infra.framing import FRAME_BYTES_MAX
from infra.recommending import Answer, Question
from tests.support import databases
from tests.support.servers import Postgres
from tests.workers import recommenders
from tests.workers.recommenders import question

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def a_process(
    url: str, valkey: str, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = os.environ | {
        "DATABASE_URL": url,
        "REDIS_URL": valkey,
        "LAUREL_RECOMMENDER_URL": address(folder),
        "LAUREL_RECOMMENDER_METRICS_PORT": "0",
        "LAUREL_MODELS": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workers.recommending", cwd=ROOT, env=environment
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def address(folder: Path) -> str:
    return f"unix://{folder / 'ask.sock'}"


async def answer(asked: Question, folder: Path) -> Answer:
    """The first answer of a process that is starting."""
    async with asyncio.timeout(60):
        while True:
            async with recommending.connection(address(folder)):
                found = await recommending.ask(asked, timeout_s=5)
            if found is not None:
                return found
            await asyncio.sleep(0.05)


async def test_given_a_process_when_it_is_killed_and_comes_back_then_it_answers_as_before(
    postgres: Postgres, valkey_url: str, tmp_path: Path
) -> None:
    async with databases.own(postgres) as url:
        scene = await recommenders.a_scene()
        trained = await recommenders.train(scene.programme, tmp_path)
        asked = await question(scene.members[0])
        async with a_process(url, valkey_url, tmp_path) as process:
            first = await answer(asked, tmp_path)
            await _talk_nonsense(tmp_path)
            still = await answer(asked, tmp_path)
            async with recommending.connection(address(tmp_path)):
                process.send_signal(signal.SIGKILL)
                await process.wait()
                dead = await recommending.ask(asked, timeout_s=5)
        async with a_process(url, valkey_url, tmp_path) as process:
            again = await answer(asked, tmp_path)
            process.terminate()
            code = await process.wait()

        assert dead is None
        assert code == 0
        assert first.model == str(trained.id)
        assert (
            [one.item for one in first.scored]
            == [one.item for one in still.scored]
            == [one.item for one in again.scored]
            == [f"offer:{scene.tea.id}", f"offer:{scene.shoes.id}"]
        )
        assert first.warm
        assert {len(one.features) for one in first.scored} == {20}


async def _talk_nonsense(folder: Path) -> None:
    """What does not keep to the frames is cut off; what is no question is refused."""
    path = folder / "ask.sock"
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write((FRAME_BYTES_MAX + 1).to_bytes(4, "big"))
    assert await reader.read() == b""
    writer.close()
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write((3).to_bytes(4, "big") + b"{x}")
    length = int.from_bytes(await reader.readexactly(4), "big")
    assert b"BAD_QUESTION" in await reader.readexactly(length)
    writer.close()
    await writer.wait_closed()
