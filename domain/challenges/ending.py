"""Ending: what the clock does to challenges; one of them in each transaction."""

from datetime import datetime

from domain.challenges import announcing, deciding, finding, funding, storing
from domain.challenges.announcing import tell
from domain.challenges.records import State
from domain.challenges.settling import settle
from infra.db import Tx

# One that somebody holds comes at the next call.
OPENING = """
SELECT programme, id FROM challenge WHERE state = 'APPROVED' AND opens_at <= $1
ORDER BY opens_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
# What an operator has halted waits for an operator, since its end would pay.
CLOSING = """
SELECT programme, id FROM challenge
WHERE state IN ('LIVE', 'PAUSED') AND closes_at <= $1 AND NOT halted
ORDER BY closes_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
# Not held: members are locked before challenges are, always, and settling locks both.
SETTLING = """
SELECT programme, id FROM challenge WHERE state = 'ENDED' AND cutoff_at <= $1
ORDER BY cutoff_at, id LIMIT 1
"""
LEFTOVER = """
SELECT programme, id FROM challenge
WHERE state IN ('SETTLED', 'CANCELLED') AND funded > spent + returned
ORDER BY programme, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""


async def open_due(at: datetime, tx: Tx) -> int:
    """Let one challenge begin whose first day has begun somewhere; 0 when there is none."""
    row = await tx.row(OPENING, at)
    if row is None:
        return 0
    found = await finding.locked(row["id"], programme=row["programme"], tx=tx)
    await deciding.open_now(found, at=at, tx=tx)
    return 1


async def end_due(at: datetime, tx: Tx) -> int:
    """Let one challenge end whose last day has ended everywhere; 0 when there is none."""
    row = await tx.row(CLOSING, at)
    if row is None:
        return 0
    found = await finding.locked(row["id"], programme=row["programme"], tx=tx)
    ended = await storing.keep(found, state=State.ENDED, ended_at=at, tx=tx)
    tell(announcing.Ended, ended, at=at, tx=tx)
    return 1


async def settle_due(at: datetime, tx: Tx) -> int:
    """Settle one challenge at its cut-off, or a part of it; 0 when none is due."""
    row = await tx.row(SETTLING, at)
    if row is None:
        return 0
    id, programme = row["id"], row["programme"]
    found = await finding.get(id, programme=programme, tx=tx)
    if await settle(found, at=at, tx=tx):
        held = await finding.locked(id, programme=programme, tx=tx)
        emptied = await funding.give_back(held, at=at, tx=tx)
        settled = await storing.keep(emptied, state=State.SETTLED, settled_at=at, tx=tx)
        tell(announcing.Settled, settled, at=at, tx=tx, returned=settled.returned)
    return 1


async def return_leftover(at: datetime, tx: Tx) -> int:
    """Give back what came into the escrow of one challenge after it was over, such as the reward
    of a completion that was undone; 0 when there is none."""
    row = await tx.row(LEFTOVER)
    if row is None:
        return 0
    found = await finding.locked(row["id"], programme=row["programme"], tx=tx)
    await funding.give_back(found, at=at, tx=tx)
    return 1
