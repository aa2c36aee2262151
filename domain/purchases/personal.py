"""What purchases keeps about a member, for them to have and to have forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"purchase"})

TOLD = """
SELECT p.source, p.order_ref, p.payment, p.currency, p.ordered_at, p.counted_minor,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('product', l.product, 'quantity', l.quantity,
                                               'net_minor', l.net_minor) ORDER BY l.line)
           FROM purchase_line AS l
           WHERE l.programme = p.programme AND l.source = p.source AND l.order_ref = p.order_ref
       ), '[]')::text AS lines
FROM purchase AS p WHERE p.programme = $1 AND p.member = $2 ORDER BY p.source, p.order_ref
"""
# What was bought says a lot about a person; what it was worth is a sum, and stays.
FORGET = """
UPDATE purchase_line AS l SET product = ''
FROM purchase AS p
WHERE p.programme = $1 AND p.member = $2
  AND l.programme = p.programme AND l.source = p.source AND l.order_ref = p.order_ref
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The member's orders with their lines, by table."""
    return {"purchase": [dict(row) for row in await tx.rows(TOLD, programme, member)]}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """What was bought is forgotten; the orders' sums stay. Names and addresses went before."""
    await tx.run(FORGET, programme, member)
