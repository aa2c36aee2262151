"""Telling: what was bought, for those who know the activity only."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from infra.db import Tx

# By the member, whose orders have an index; what was of no name is nothing.
PRODUCTS = """
SELECT p.activity, l.product, sum(l.quantity)::int AS quantity
FROM unnest($2::uuid[], $3::uuid[]) AS w (activity, member)
JOIN purchase AS p ON p.programme = $1 AND p.member = w.member AND p.activity = w.activity
JOIN purchase_line AS l
  ON l.programme = p.programme AND l.source = p.source AND l.order_ref = p.order_ref
WHERE l.product <> '' AND l.quantity > 0
GROUP BY p.activity, l.product ORDER BY p.activity, l.product
"""


async def products(
    whose: Mapping[UUID, UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[tuple[str, int]]]:
    """What was bought in each of these activities, and how much of it, by activity.

    whose -- the member of each activity. What the shop has no name for is left out.
    """
    found: dict[UUID, list[tuple[str, int]]] = {}
    for row in await tx.rows(PRODUCTS, programme, list(whose), list(whose.values())):
        found.setdefault(row["activity"], []).append((row["product"], row["quantity"]))
    return found
