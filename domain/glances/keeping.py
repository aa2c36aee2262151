"""Keeping: what a member's watch was last told; a version is another one only when it differs."""

from datetime import datetime

from domain.members import Member
from infra.db import Tx

# Nothing is written while nothing has changed, however often a watch asks.
KEEP = """
WITH put AS (
    INSERT INTO glance AS g (programme, member, version, content, changed_at)
    SELECT $1, $2, 1, $3, $4
    WHERE NOT EXISTS (
        SELECT FROM glance WHERE programme = $1 AND member = $2 AND content = $3)
    ON CONFLICT (programme, member) DO UPDATE
        SET version = g.version + 1, content = excluded.content, changed_at = excluded.changed_at
    RETURNING version
)
SELECT version FROM put UNION ALL
SELECT version FROM glance WHERE programme = $1 AND member = $2 AND content = $3
LIMIT 1
"""


async def keep(member: Member, content: str, *, at: datetime, tx: Tx) -> int:
    """The version of what the member's watch is told: the same as long as it is told the same.

    content -- as it is written, without the version; 256 bytes at most.
    """
    version = await tx.value(KEEP, member.programme, member.id, content, at)
    assert isinstance(version, int), "one of the two has it"
    return version
