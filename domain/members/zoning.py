"""Zoning: remember where a member's days begin and end, since when."""

from datetime import datetime

from domain.members.records import Member
from infra.db import Tx

# Nothing when the zone is already the newest. Two changes at one moment: the later one holds.
NOTE_ZONE = """
INSERT INTO member_zone (programme, member, valid_from, zone)
SELECT $1, $2, $3, $4
WHERE $4 IS DISTINCT FROM (
    SELECT zone FROM member_zone WHERE programme = $1 AND member = $2
    ORDER BY valid_from DESC LIMIT 1
)
ON CONFLICT (programme, member, valid_from) DO UPDATE SET zone = excluded.zone
"""


async def note_zone(member: Member, *, at: datetime, tx: Tx) -> None:
    """The member lives in their zone from `at` on: days that were, stay."""
    await tx.run(NOTE_ZONE, member.programme, member.id, at, member.zone)
