"""Hearing: how many of those who were told by one broadcast have seen it."""

from dataclasses import dataclass
from uuid import UUID

from infra.db import Tx

HEARD = """
SELECT count(*) FILTER (WHERE r.kind = 'DELIVERED') AS delivered,
       count(*) FILTER (WHERE r.kind = 'OPENED') AS opened
FROM inbox_item AS i
JOIN inbox_receipt AS r
  ON r.programme = i.programme AND r.member = i.member AND r.number = i.number
WHERE i.programme = $1 AND i.refs ? 'broadcast' AND i.refs ->> 'broadcast' = $2::uuid::text
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """How many members' devices said that they showed it, and that it was opened."""

    delivered: int
    opened: int


async def heard(broadcast: UUID, *, programme: int, tx: Tx) -> Heard:
    """What members' apps have said of the items with the reference `broadcast`."""
    row = await tx.row(HEARD, programme, broadcast)
    assert row is not None, "an aggregate is always one row"
    return Heard(**row)
