"""Personal: what tiers keep about one member, to be told and to be forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"tier_member", "tier_month", "tier_credit"})

ROW = """
SELECT version, xp, level, tier, since::text AS since, until::text AS until, due::text AS due
FROM tier_member WHERE programme = $1 AND member = $2
"""
MONTHS = """
SELECT month::text AS month, points, xp FROM tier_month WHERE programme = $1 AND member = $2
ORDER BY month
"""
CREDITS = """
SELECT id::text AS id, kind, points, month::text AS month, reason, at::text AS at,
       undone_at::text AS undone_at
FROM tier_credit WHERE programme = $1 AND member = $2 ORDER BY at, id
"""
# A tier of nobody does not end, and nobody writes to a member about it.
FORGET_ROW = "DELETE FROM tier_member WHERE programme = $1 AND member = $2"
FORGET_REASONS = """
UPDATE tier_credit SET reason = 'erased' WHERE programme = $1 AND (member = $2 OR getter = $2)
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Where the member is on the ladder and what led there, by table."""
    asked = (("tier_member", ROW), ("tier_month", MONTHS), ("tier_credit", CREDITS))
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)] for table, sql in asked
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Their place and their months go, and why they got credit; how much that was stays."""
    await tx.run(FORGET_ROW, programme, member)
    await tx.run(FORGET_REASONS, programme, member)
