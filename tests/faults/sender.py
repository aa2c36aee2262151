"""Sender: an app process that posts seeded errands and says what was acknowledged.

Started by `crashes.app_killed`, which kills it: python -m tests.faults.sender URL SEED COUNT AT
Prints one line an answer, `id outcome`, after the answer has come.
"""

import asyncio
import os
import sys
from datetime import datetime

from domain import ledger
from domain.ledger import Item, Result
from tests.faults.worlds import BOOK, Answers, World, errands, run
from tests.support import apart

WALLETS = "SELECT array_agg(id ORDER BY id) FROM ledger.account WHERE book = $1"


async def main(url: str, *, seed: int, count: int, at: datetime) -> None:
    """Send the errands of `seed` until all are answered or somebody kills us."""
    async with apart.owner(url) as owner:
        world = World(BOOK, tuple(await owner.fetchval(WALLETS, BOOK)), at)
    async with apart.database(url), ledger.coalescer() as poster:

        async def send(item: Item) -> Result:
            result = await poster.post(item, book=BOOK)
            os.write(1, f"{result.id} {result.outcome:d}\n".encode())
            return result

        await run(errands(world, seed=seed, count=count), send, Answers())


if __name__ == "__main__":
    url, seed, count, at = sys.argv[1:]
    asyncio.run(main(url, seed=int(seed), count=int(count), at=datetime.fromisoformat(at)))
