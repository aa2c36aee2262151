"""Days: which local date a moment belongs to, for a member.

A day is fixed by the zone the member lived in at that moment. Whoever moves later does not
move what happened before, and so cannot open a day's limit again.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.members.records import Member
from infra.db import Tx

ZONE_AT = """
SELECT zone FROM member_zone WHERE programme = $1 AND member = $2 AND valid_from <= $3
ORDER BY valid_from DESC LIMIT 1
"""


async def local_day(member: Member, *, at: datetime, tx: Tx) -> date:
    """The member's local date at `at`, by the zone that held then."""
    zone = await tx.value(ZONE_AT, member.programme, member.id, at)
    return day_in(zone or member.zone, at)


def day_in(zone: str, at: datetime) -> date:
    """The date in `zone` at `at`."""
    return at.astimezone(ZoneInfo(zone)).date()
