"""Absorbing: two merged members' badges as one's, and just those back when they are two again.

What was given goes along, and so does what is kept for ever. What rules gave is counted anew by
whoever calls: once all that was done is the survivor's, the rules give it to them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.badges.granting import lose_shares
from domain.members import Member
from infra.db import Tx

TAKE = """
UPDATE badge_grant SET member = $3
WHERE programme = $1 AND member = $2 AND ended_at IS NULL RETURNING id, badge
"""
# Of two credentials that say the same, the survivor's own holds.
TAKE_SHARES = """
WITH same AS (
    SELECT c.id, EXISTS (
        SELECT FROM badge_credential AS s
        WHERE s.programme = $1 AND s.member = $3 AND s.badge = c.badge AND s.level = c.level
          AND s.revoked_at IS NULL
    ) AS twice
    FROM badge_credential AS c
    WHERE c.programme = $1 AND c.member = $2 AND c.revoked_at IS NULL
), ended AS (
    UPDATE badge_credential AS c SET revoked_at = $4, revoked_why = 'UNSHARED', token = NULL
    FROM same WHERE c.programme = $1 AND c.id = same.id AND same.twice
)
UPDATE badge_credential AS c SET member = $3
FROM same WHERE c.programme = $1 AND c.id = same.id AND NOT same.twice RETURNING c.id
"""
GIVE = """
UPDATE badge_grant SET member = $4
WHERE programme = $1 AND id = ANY($2::uuid[]) AND member = $3 RETURNING badge
"""
GIVE_SHARES = """
UPDATE badge_credential SET member = $4
WHERE programme = $1 AND id = ANY($2::uuid[]) AND member = $3 AND revoked_at IS NULL
"""


async def absorb(
    survivor: Member, *, duplicate: Member, at: datetime, tx: Tx
) -> Mapping[str, Sequence[str]]:
    """The duplicate's badges, and what it shared of them, are the survivor's; what that changed,
    as plain JSON. Both are locked by then."""
    ends = (survivor.programme, duplicate.id, survivor.id)
    grants = await tx.rows(TAKE, *ends)
    shares = await tx.rows(TAKE_SHARES, *ends, at)
    return {
        "grants": [str(row["id"]) for row in grants],
        "shares": [str(row["id"]) for row in shares],
    }


async def give_back(
    moved: Mapping[str, Any], *, survivor: Member, duplicate: Member, at: datetime, tx: Tx
) -> None:
    """Just that goes back, as far as it still holds. What the survivor has shared since of what
    goes is revoked."""
    grants, shares = [[UUID(id) for id in moved.get(key, ())] for key in ("grants", "shares")]
    ends = (survivor.id, duplicate.id)
    rows = await tx.rows(GIVE, survivor.programme, grants, *ends)
    await tx.run(GIVE_SHARES, survivor.programme, shares, *ends)
    pairs = {(survivor.id, row["badge"]) for row in rows}
    await lose_shares(pairs, programme=survivor.programme, why="LOST", at=at, tx=tx)
