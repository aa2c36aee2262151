"""Purchases: what members paid for their streaks."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.streaks.records import Bought, Purchase
from infra.db import Row, Tx

ADD = """
INSERT INTO streak_purchase (programme, id, streak, member, kind, periods, points, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
ONE = """
SELECT id, programme, streak, member, kind, periods, points, at
FROM streak_purchase WHERE programme = $1 AND id = $2
"""
OF = """
SELECT id, programme, streak, member, kind, periods, points, at
FROM streak_purchase WHERE programme = $1 AND member = ANY($2::uuid[]) AND streak = $3
ORDER BY member, at, id
"""


async def add(purchase: Purchase, *, tx: Tx) -> None:
    """Keep what was paid for."""
    what = (purchase.streak, purchase.member, purchase.kind, list(purchase.periods))
    await tx.run(ADD, purchase.programme, purchase.id, *what, purchase.points, purchase.at)


async def find(id: UUID, *, programme: int, tx: Tx) -> Purchase | None:
    """The purchase with that id; None when there is none."""
    row = await tx.row(ONE, programme, id)
    return None if row is None else _purchase(row)


async def purchases_of(
    members: Collection[UUID], *, streak: UUID, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Purchase]]:
    """What these members bought for a streak, the oldest first; who bought nothing is left out."""
    found: defaultdict[UUID, list[Purchase]] = defaultdict(list)
    for row in await tx.rows(OF, programme, list(members), streak) if members else []:
        found[row["member"]].append(_purchase(row))
    return found


def _purchase(row: Row) -> Purchase:
    return Purchase(**{**row, "kind": Bought(row["kind"]), "periods": tuple(row["periods"])})
