"""python -m tests.workers.dying URL: a worker that dies between its work and the commit."""

import asyncio
import sys

from infra import outbox
from infra.outbox import Reaction
from tests.infra.happenings import NOON, Happened, Noting
from tests.support import apart


async def main(url: str) -> None:
    """Do the work, say so, and wait to be killed."""
    noting = Noting()

    async def body(deliveries, tx) -> None:
        await noting.note(deliveries, tx)
        print("worked", flush=True)  # noqa: T201
        await asyncio.sleep(60)

    async with apart.database(url):
        await outbox.deliver(Reaction(noting.reaction.name, (Happened,), body), at=NOON)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
