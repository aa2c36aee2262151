"""What redemptions keep about a member: told on request, and forgotten.

The rows of what was redeemed stay with their sums, under an id that names nobody; what waits is
let go of first, so that nothing is held when the wallet is closed. Who is merged has let go of it
before: what they had redeemed stays under their own id.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import rewards
from domain.redemptions import cancelling, storing
from domain.redemptions.records import State
from infra.db import Tx

TABLES = frozenset({"redemption", "redemption_owed"})

REDEMPTIONS = """
SELECT id, reward, kind, price, discount, cash_minor, currency, quantity, state, outlet,
       reserved_at, expires_at, fulfilled_at, handed_at, released_at, refunded_at, number
FROM redemption WHERE programme = $1 AND member = $2 ORDER BY reserved_at, id
"""
OWED = """
SELECT id, unit, reward, owed_since, why FROM redemption_owed
WHERE programme = $1 AND member = $2 ORDER BY owed_since, id
"""
# Held at once: a till that has the next one waits for the wallet, as soon as the first is free.
OPEN = """
SELECT id FROM redemption WHERE programme = $1 AND member = $2 AND state = 'RESERVED'
ORDER BY reward, id FOR NO KEY UPDATE
"""
# Where and when to the minute somebody was is theirs; the day stays, for the sums.
FORGET = """
WITH owed AS (
    DELETE FROM redemption_owed WHERE programme = $1 AND member = $2
)
UPDATE redemption SET secret = NULL, outlet = NULL, handed_at = NULL
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that redemptions keep of the member, by table; codes are not."""
    wanted = {"redemption": REDEMPTIONS, "redemption_owed": OWED}
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in wanted.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """What waits is let go of, and where the member fetched what is gone."""
    open = [row["id"] for row in await tx.rows(OPEN, programme, member)]
    # All units before all points: what is returned already is not returned again.
    for id in open:
        await rewards.return_unit(id, programme=programme, tx=tx)
    for id in open:
        kept = await storing.locked(id, programme=programme, tx=tx)
        await cancelling.let_go(kept, state=State.CANCELLED, at=at, tx=tx)
    await tx.run(FORGET, programme, member)
