"""python -m tests.workers.training_that_dies URL SLUG FOLDER: trains, and waits to be killed when
the files are there and the row is not."""

import asyncio
import sys
from pathlib import Path

from domain import programmes
from infra import db
from tests.support import apart
from tests.workers import recommenders
from workers import training


async def main(url: str, slug: str, folder: Path) -> None:
    """Train until the files are whole, say so, and go no further."""

    def told(what: str, share: float) -> None:
        if what == "weighing":
            print("stored", flush=True)  # noqa: T201
            sys.stdin.read()

    async with apart.database(url):
        async with db.reading() as tx:
            programme = await programmes.by_slug(slug, tx=tx)
        await training.train(programme, folder=folder, settings=recommenders.QUICK, told=told)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
