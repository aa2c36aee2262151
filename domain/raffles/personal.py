"""What raffles keep about a member: told on request, and forgotten.

A ticket of somebody who is erased is given back where it still may be; one of a closed raffle
stays in its list, which names nobody, and its prize is forfeit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"raffle_ticket"})

TICKETS = """
SELECT t.id, t.reward, t.number, t.redemption, t.entered_at, t.back, w.place, w.kind, w.points,
       w.prize, w.payout
FROM raffle_ticket AS t
LEFT JOIN raffle_winner AS w
     ON w.programme = t.programme AND w.reward = t.reward AND w.number = t.number
WHERE t.programme = $1 AND t.member = $2 ORDER BY t.entered_at, t.reward, t.number
"""
# In the order of their ids, as everybody locks several; what is closed stays so.
GIVE_BACK = """
WITH open AS (
    SELECT r.reward FROM raffle AS r
    WHERE r.programme = $1 AND r.state = 'OPEN' AND r.reward IN (
        SELECT t.reward FROM raffle_ticket AS t WHERE t.programme = $1 AND t.member = $2)
    ORDER BY r.reward FOR NO KEY UPDATE
)
UPDATE raffle_ticket AS t SET back = true FROM open AS o
WHERE t.programme = $1 AND t.reward = o.reward AND t.member = $2 AND NOT t.back
"""
FORGET = """
UPDATE raffle_ticket SET entered_at = date_trunc('day', entered_at)
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that raffles keep of the member."""
    rows = await tx.rows(TICKETS, programme, member)
    return {"raffle_ticket": [dict(row) for row in rows]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """The member takes part in no raffle any more; numbers and sums stay."""
    await tx.run(GIVE_BACK, programme, member)
    await tx.run(FORGET, programme, member)
