"""Rarity: which share of a programme's members have each level of each badge."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from domain import members
from domain.badges.records import Rarity
from infra.db import Tx

AGE = timedelta(hours=1)

DUE = """
SELECT programme FROM badge_catalogue
WHERE rarity_at IS NULL OR rarity_at <= $1 ORDER BY programme LIMIT 1
"""
# Whoever has a level has those below it.
RECKON = """
WITH held AS (
    SELECT badge, member, max(level) AS level FROM badge_grant
    WHERE programme = $1 AND ended_at IS NULL GROUP BY badge, member
)
INSERT INTO badge_rarity (programme, badge, level, holders, members, at)
SELECT b.programme, b.id, l.level, count(h.member), $2, $3
FROM badge AS b
CROSS JOIN LATERAL generate_series(1, cardinality(b.levels)) AS l (level)
LEFT JOIN held AS h ON h.badge = b.id AND h.level >= l.level
WHERE b.programme = $1 GROUP BY b.programme, b.id, l.level
ON CONFLICT (programme, badge, level) DO UPDATE
SET holders = excluded.holders, members = excluded.members, at = excluded.at
"""
RECKONED = "UPDATE badge_catalogue SET rarity_at = $2 WHERE programme = $1"
RARITIES = """
SELECT badge, level, holders, members, at FROM badge_rarity
WHERE programme = $1 AND badge = ANY($2::uuid[])
"""


async def reckon_rarity(at: datetime, tx: Tx) -> int:
    """Count anew who has what in one programme that has waited an hour; 0: none has. For the
    schedule."""
    programme = await tx.value(DUE, at - AGE)
    if programme is None:
        return 0
    everybody = members.Kind()
    drawn = await members.draw(0, kind=everybody, lot=0, programme=programme, at=at, tx=tx)
    await tx.run(RECKON, programme, drawn.count, at)
    await tx.run(RECKONED, programme, at)
    return 1


async def rarities(
    badges: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[tuple[UUID, int], Rarity]:
    """How rare each level of these badges was when it was last counted, by badge and level."""
    rows = await tx.rows(RARITIES, programme, list(badges)) if badges else []
    return {
        (row["badge"], row["level"]): Rarity(row["holders"], row["members"], row["at"])
        for row in rows
    }
