"""What offers keeps about a member: told on request, and forgotten.

What a merged member has accepted stays theirs and is paid to whoever they were merged into; the
survivor's own limits do not count it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"offer_acceptance", "offer_payment", "offer_exposure"})

ACCEPTANCES = """
SELECT id, offer, name, kind, decision, state, accepted_at, promised, paid, until, redemption
FROM offer_acceptance WHERE programme = $1 AND member = $2 ORDER BY accepted_at, id
"""
PAYMENTS = """
SELECT acceptance, activity, state, points, returned, at
FROM offer_payment WHERE programme = $1 AND member = $2 ORDER BY at, acceptance, activity
"""
EXPOSURES = """
SELECT offer, day, times FROM offer_exposure WHERE programme = $1 AND member = $2
ORDER BY day, offer
"""
# What waits for points that will never come is let go of by the job at once; sums stay.
FORGET = """
WITH exposures AS (
    DELETE FROM offer_exposure WHERE programme = $1 AND member = $2
), payments AS (
    UPDATE offer_payment
    SET at = date_trunc('day', at),
        returned = CASE state WHEN 'CLAIMED' THEN points ELSE returned END,
        state = CASE state WHEN 'CLAIMED' THEN 'TAKEN_BACK' ELSE state END
    WHERE programme = $1 AND member = $2
)
UPDATE offer_acceptance
SET accepted_at = date_trunc('day', accepted_at),
    until = CASE WHEN until IS NOT NULL
        THEN date_trunc('day', accepted_at) + interval '1 second' END,
    lapses_at = CASE WHEN until IS NOT NULL
        THEN date_trunc('day', accepted_at) + interval '1 second' END
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that offers keeps of the member, by table."""
    wanted = {
        "offer_acceptance": ACCEPTANCES,
        "offer_payment": PAYMENTS,
        "offer_exposure": EXPOSURES,
    }
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in wanted.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """When the member took what is gone; sums of offers stay."""
    await tx.run(FORGET, programme, member)
