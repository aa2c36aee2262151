"""Personal: what points keeps about one member, to be told and to be forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"award", "award_revision", "claim"})

AWARDS = """
SELECT activity, rule, version, revision, day::text AS day, measured, wanted, given, day_took,
       week_took, month_took, multipliers, matures_at::text AS matures_at, posting, text,
       at::text AS at, undone_at::text AS undone_at, returned
FROM award WHERE programme = $1 AND member = $2 ORDER BY at, activity, revision
"""
REVISIONS = """
SELECT activity, revision FROM award_revision WHERE programme = $1 AND member = $2
ORDER BY activity
"""
CLAIMS = """
SELECT id, activity, rule, revision, points, settled, state, at::text AS at,
       closed_at::text AS closed_at
FROM claim WHERE programme = $1 AND member = $2 ORDER BY id
"""
WRITE_OFF = """
UPDATE claim SET state = 'WRITTEN_OFF', closed_at = $3
WHERE programme = $1 AND member = $2 AND state = 'OPEN'
"""
# Their promises are withdrawn with their wallet: nothing of theirs is due any more.
NEVER_DUE = """
UPDATE award SET matured_at = $3
WHERE programme = $1 AND member = $2 AND matures_at IS NOT NULL AND matured_at IS NULL
  AND undone_at IS NULL
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What the member's activities earned, and what is claimed back, by table."""
    asked = (("award", AWARDS), ("award_revision", REVISIONS), ("claim", CLAIMS))
    return {
        table: [_plain(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in asked
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nothing here names anybody: numbers, types and ids stay, as sums need them.

    What is claimed from nobody is given up, and what is promised to nobody is not waited for.
    """
    await tx.run(NEVER_DUE, programme, member, at)
    await tx.run(WRITE_OFF, programme, member, at)


def _plain(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: str(value) if isinstance(value, UUID) else value for name, value in row.items()}
