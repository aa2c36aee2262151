"""Parting: who has left the programme is nobody's friend any more, until they ask anew."""

from collections.abc import Sequence
from uuid import UUID

from domain import members
from domain.members import Left, State
from infra.db import Tx
from infra.outbox import Delivery

# A friendship is two rows, and both go.
PART = """
WITH parted AS (
    DELETE FROM friendship
    WHERE programme = $1 AND (member = ANY($2::uuid[]) OR friend = ANY($2::uuid[]))
), afar AS (
    DELETE FROM across_friend WHERE programme = $1 AND member = ANY($2::uuid[])
), wishes AS (
    DELETE FROM across_request WHERE programme = $1 AND member = ANY($2::uuid[])
)
DELETE FROM friend_request
WHERE programme = $1 AND (sender = ANY($2::uuid[]) OR receiver = ANY($2::uuid[]))
"""


async def part(deliveries: Sequence[Delivery[Left]], tx: Tx) -> None:
    """End the friendships and requests of those who left and have not come back since."""
    for programme in sorted({delivery.event.programme for delivery in deliveries}):
        left = {d.event.subject for d in deliveries if d.event.programme == programme}
        known = await members.lock(left, programme=programme, tx=tx)
        gone: list[UUID] = [one.id for one in known.values() if one.state is State.LEFT]
        await tx.run(PART, programme, gone)
