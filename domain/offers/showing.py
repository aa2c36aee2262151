"""Showing: how often members were shown offers, for as long as a limit may ask."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from domain.offers.checking import MEMBER_DAYS_MAX
from infra.db import Tx

KEPT = timedelta(days=MEMBER_DAYS_MAX + 1)
CHUNK = 5_000

# In one order, so that two devices of one member never wait for each other.
COUNT = """
INSERT INTO offer_exposure AS e (programme, member, offer, day, times)
SELECT o.programme, $2, o.id, ($4::timestamptz AT TIME ZONE 'UTC')::date, 1 FROM offer AS o
WHERE o.programme = $1 AND o.id = ANY($3::uuid[]) ORDER BY o.id
ON CONFLICT (programme, member, offer, day) DO UPDATE SET times = e.times + 1
"""
FORGET = """
DELETE FROM offer_exposure WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM offer_exposure WHERE day < $1 ORDER BY day LIMIT $2 FOR UPDATE SKIP LOCKED))
"""


async def shown(
    offers: Collection[UUID], *, member: UUID, programme: int, at: datetime, tx: Tx
) -> None:
    """Count that the member was shown each of these once more. Whoever calls knows that it is not
    the same showing told again."""
    await tx.run(COUNT, programme, member, list(offers), at)


async def forget_due(at: datetime, tx: Tx) -> int:
    """Forget what no limit asks any more; how many rows."""
    return await tx.run(FORGET, (at - KEPT).date(), CHUNK)
