"""A million random operations on a board, compared with SQL's rank(); fails when one differs."""

import argparse
import asyncio
import json
import time

from infra import signals
from tests.domain.leaderboards import differing
from tests.support import apart, servers

OPERATIONS = 1_000_000
MEMBERS = 2_000


async def main(*, operations: int, seed: int) -> dict[str, int | float]:
    """Run them on servers of their own; what was done."""
    began = time.perf_counter()
    with servers.postgres() as postgres, servers.valkey() as valkey:
        url = await postgres.copy("differing")
        async with apart.database(url), signals.connection(valkey):
            world = await differing.founded(url, members=MEMBERS, seed=seed)
            tally = await differing.run(world, operations=operations)
    assert not tally.differences, tally.differences
    return {
        "operations": tally.operations,
        "compared": tally.checks,
        "flushes": tally.flushes,
        "untold": tally.untold,
        "differences": 0,
        "seconds": round(time.perf_counter() - began, 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=OPERATIONS)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    print(json.dumps(asyncio.run(main(operations=said.operations, seed=said.seed))))
