"""Settling: once its challenge is settled, a contest ends, and the stakes find their owners."""

from datetime import datetime
from uuid import UUID

from domain import challenges
from domain.contests.holding import hold_whole
from domain.contests.paying import pay
from domain.contests.records import Contest, Part, State
from domain.contests.scoring import scores
from infra.db import Tx

LOOK_AT = 100

# Not locked: members are locked before contests are, always.
DUE = """
SELECT programme, id, challenge FROM contest WHERE state = 'RUNNING' AND pays_at <= $1
ORDER BY pays_at, programme, id LIMIT $2
"""


async def settle(contest: UUID, *, programme: int, at: datetime, tx: Tx) -> Contest:
    """End a contest whose challenge is over, by what that says; as it stands then.

    It ends once: one that is over already, or not yet, stays as it is. Raises NoSuchContest.
    """
    held = await hold_whole(contest, programme=programme, tx=tx)
    if held.contest.state is not State.RUNNING or held.contest.challenge is None:
        return held.contest
    challenge = await challenges.get(held.contest.challenge, programme=programme, tx=tx)
    if challenge.state is not challenges.State.SETTLED:
        return held.contest
    counted = await scores(held.contest, held.of(Part.PLAYING), tx=tx)
    return await pay(held, counted, at=at, tx=tx)


async def settle_due(at: datetime, tx: Tx) -> int:
    """End one contest whose challenge is settled; 0 when there is none.

    One in each transaction: to lock another's members after the accounts of this one would be to
    wait in a circle. That is also why no reaction does it, which would get many at once.
    """
    due = await tx.rows(DUE, at, LOOK_AT)
    for programme in sorted({row["programme"] for row in due}):
        contests = {row["challenge"]: row["id"] for row in due if row["programme"] == programme}
        known = await challenges.several(list(contests), programme=programme, tx=tx)
        over = [one.id for one in known.values() if one.state is challenges.State.SETTLED]
        if over:
            await settle(contests[min(over)], programme=programme, at=at, tx=tx)
            return 1
    return 0
