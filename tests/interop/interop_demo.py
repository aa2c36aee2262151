"""The demonstration page in Chromium, against everything that `make run` starts.

The pictures are kept in tests/interop/pictures, for eyes to look at.
"""

import asyncio
from pathlib import Path

import pytest

from tests.support import demos

HERE = Path(__file__).parent
NODE = HERE.parents[1] / ".venv" / "bin" / "node"
PICTURES = HERE / "pictures"
SECONDS = 240


def test_given_a_newcomer_when_they_try_the_page_then_phone_and_watch_show_what_came_of_it(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    folder = demos.copied(tmp_path_factory, tmp_path / "data")
    PICTURES.mkdir(exist_ok=True)

    with demos.up(folder) as started:
        told = asyncio.run(_browsed(f"{started.url}/demo"))

    assert '"seconds"' in told
    assert {file.name for file in PICTURES.glob("*.png")} == {
        "demo.png",
        "demo-code.png",
        "demo-dark.png",
        "demo-small.png",
    }


async def _browsed(address: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(str(NODE), "browsing.mjs", address, str(PICTURES)),
        cwd=HERE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    answer, trouble = await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0, trouble.decode()
    return answer.decode()
