"""Close: fix the tickets and tell the seed.

From then on everything that the draw depends on can be seen, but for the public value.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain.raffles import drawing, storing
from domain.raffles.records import Raffle, State
from infra.db import Tx

DUE = """
SELECT programme, reward FROM raffle WHERE state = 'OPEN' AND closes_at <= $1
ORDER BY closes_at LIMIT 1
"""
ENTRIES = """
SELECT number, id FROM raffle_ticket WHERE programme = $1 AND reward = $2 AND NOT back
ORDER BY number
"""
CLOSE = """
UPDATE raffle AS r
SET state = 'CLOSED', seed = s.seed, entries = $3, digest = $4, closed_at = $5
FROM raffle_seed AS s
WHERE r.programme = $1 AND r.reward = $2 AND s.programme = r.programme AND s.reward = r.reward
RETURNING r.seed
"""
FETCHED = 5_000


async def close_due(at: datetime, tx: Tx) -> int:
    """Close one raffle whose time has come; 0 when there is none."""
    row = await tx.row(DUE, at)
    if row is None:
        return 0
    raffle = await storing.locked(row["reward"], programme=row["programme"], tx=tx)
    # Somebody else may have closed it while we waited.
    if raffle.state is State.OPEN:
        await close(raffle, at=at, tx=tx)
    return 1


async def close(raffle: Raffle, *, at: datetime, tx: Tx) -> Raffle:
    """Fix the tickets of a raffle that is open and locked, and tell its seed."""
    entries, digest = await listed(raffle.reward, programme=raffle.programme, tx=tx)
    where = raffle.programme, raffle.reward
    seed = await tx.value(CLOSE, *where, entries, digest, at)
    assert seed is not None, "a raffle has a seed from its opening on"
    return replace(
        raffle, state=State.CLOSED, seed=seed, entries=entries, digest=digest, closed_at=at
    )


async def listed(reward: UUID, *, programme: int, tx: Tx) -> tuple[int, bytes]:
    """How many tickets take part, and the digest of their list."""
    numbers = {
        row["number"]: row["id"]
        async for row in tx.stream(ENTRIES, programme, reward, prefetch=FETCHED)
    }
    return len(numbers), drawing.digest(numbers.items())
