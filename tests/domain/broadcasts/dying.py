"""python -m tests.domain.broadcasts.dying URL: a worker that has told one page of members, and
dies between telling the next and the commit."""

import asyncio
import sys
from datetime import timedelta

from domain import broadcasts, push
from infra import db
from tests.support import apart
from tests.support.given import NOON

# So far apart that the pace allows a page at each.
TURN = timedelta(seconds=5)


async def main(url: str) -> None:
    """Tell two pages, say how many members the second has, and wait to be killed."""
    async with apart.database(url, pool=2):
        with push.switched(True):
            async with db.transaction() as tx:
                await broadcasts.spread(at=NOON + TURN, tx=tx)
            async with db.transaction() as tx:
                told = await broadcasts.spread(at=NOON + 2 * TURN, tx=tx)
                print(told, flush=True)  # noqa: T201
                await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
