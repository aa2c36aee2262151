"""What badges keep about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.badges.granting import take_back
from domain.badges.records import Ended
from infra.db import Tx

TABLES = frozenset({"badge_grant", "badge_tally", "badge_part", "badge_credential"})

GRANTS = """
SELECT b.key, g.id, g.level, g.origin, g.given_at, g.evidence::text AS evidence, g.reason,
       g.ended_at, g.ended_why
FROM badge_grant AS g JOIN badge AS b ON b.programme = g.programme AND b.id = g.badge
WHERE g.programme = $1 AND g.member = $2 ORDER BY g.given_at, g.id
"""
TALLIES = """
SELECT b.key, t.bucket, t.amount
FROM badge_tally AS t JOIN badge AS b ON b.programme = t.programme AND b.id = t.badge
WHERE t.programme = $1 AND t.member = $2 ORDER BY b.key, t.bucket
"""
PARTS = """
SELECT b.key, p.bucket, p.part, p.activities
FROM badge_part AS p JOIN badge AS b ON b.programme = p.programme AND b.id = p.badge
WHERE p.programme = $1 AND p.member = $2 ORDER BY b.key, p.bucket, p.part
"""
CREDENTIALS = """
SELECT b.key, c.id, c.level, c.named, c.shared_at, c.revoked_at, c.revoked_why, c.token
FROM badge_credential AS c JOIN badge AS b ON b.programme = c.programme AND b.id = c.badge
WHERE c.programme = $1 AND c.member = $2 ORDER BY c.shared_at, c.id
"""
LIVING = """
SELECT id FROM badge_grant WHERE programme = $1 AND member = $2 AND ended_at IS NULL
"""
# Also those shared of badges that were only kept; then nothing says whose a credential was.
FORGET = """
WITH grants AS (
    DELETE FROM badge_grant WHERE programme = $1 AND member = $2
), tallies AS (
    DELETE FROM badge_tally WHERE programme = $1 AND member = $2
), parts AS (
    DELETE FROM badge_part WHERE programme = $1 AND member = $2
)
UPDATE badge_credential
SET member = NULL, token = NULL, revoked_at = coalesce(revoked_at, $3),
    revoked_why = coalesce(revoked_why, 'ERASURE')
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that badges keep of the member, by table."""
    wanted = {
        "badge_grant": GRANTS,
        "badge_tally": TALLIES,
        "badge_part": PARTS,
        "badge_credential": CREDENTIALS,
    }
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in wanted.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Every badge taken back and every credential revoked; that somebody had them is gone."""
    ids = [row["id"] for row in await tx.rows(LIVING, programme, member)]
    await take_back(ids, programme=programme, why=Ended.ERASURE, at=at, tx=tx)
    await tx.run(FORGET, programme, member, at)
