"""Days: which local date a moment belongs to, for a member.

A day is fixed by the zone the member lived in at that moment. Whoever moves later does not
move what happened before, and so cannot open a day's limit again.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.members.records import Member
from infra.db import Tx

# No two zones are further apart than 26 hours.
SETTLED_AFTER = timedelta(days=2)

ZONE_AT = """
SELECT zone FROM member_zone WHERE programme = $1 AND member = $2 AND valid_from <= $3
ORDER BY valid_from DESC LIMIT 1
"""

# The zones that held at any time after $3: those begun since, and the one that held then.
ZONES_SINCE = """
SELECT zone FROM member_zone
WHERE programme = $1 AND member = $2 AND valid_from >= coalesce((
    SELECT max(valid_from) FROM member_zone
    WHERE programme = $1 AND member = $2 AND valid_from <= $3
), '-infinity')
"""
# Newest first; the oldest has held for ever. Ordered by the column: what is called so in the answer
# is NULL for the oldest, and would put it first.
ZONES_OF = """
SELECT z.member, nullif(z.valid_from, '-infinity') AS valid_from, z.zone FROM member_zone AS z
WHERE z.programme = $1 AND z.member = ANY($2::uuid[]) ORDER BY z.member, z.valid_from DESC
"""


async def local_day(member: Member, *, at: datetime, tx: Tx) -> date:
    """The member's local date at `at`, by the zone that held then."""
    zone = await tx.value(ZONE_AT, member.programme, member.id, at)
    return day_in(zone or member.zone, at)


async def local_days(moments: Sequence[tuple[Member, datetime]], *, tx: Tx) -> Sequence[date]:
    """The local date of each moment, by its member's zone then. All of one programme."""
    return [local.date() for local in await local_times(moments, tx=tx)]


async def local_times(moments: Sequence[tuple[Member, datetime]], *, tx: Tx) -> Sequence[datetime]:
    """Each moment in its member's zone then. All of one programme."""
    if not moments:
        return []
    members = {member.id: member for member, _ in moments}
    programme = moments[0][0].programme
    zones: defaultdict[UUID, list[tuple[datetime | None, str]]] = defaultdict(list)
    for row in await tx.rows(ZONES_OF, programme, list(members)):
        zones[row["member"]].append((row["valid_from"], row["zone"]))
    return [
        at.astimezone(ZoneInfo(_zone(zones[member.id], at) or member.zone))
        for member, at in moments
    ]


async def zones_of(
    members: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[tuple[datetime | None, str]]]:
    """The zones that each member lived in, the oldest first, each with since when; None: ever."""
    found: defaultdict[UUID, list[tuple[datetime | None, str]]] = defaultdict(list)
    rows = await tx.rows(ZONES_OF, programme, list(members)) if members else []
    for row in reversed(rows):
        found[row["member"]].append((row["valid_from"], row["zone"]))
    return dict(found)


async def settled_zone(member: Member, *, at: datetime, tx: Tx) -> str:
    """Of the zones of the member's last two days, the one whose date at `at` is the earliest.

    Whoever counts a limit by its days cannot be hurried into tomorrow by a move to the east.
    """
    rows = await tx.rows(ZONES_SINCE, member.programme, member.id, at - SETTLED_AFTER)
    zones: list[str] = [row["zone"] for row in rows] or [member.zone]
    return min(zones, key=lambda zone: day_in(zone, at))


def day_in(zone: str, at: datetime) -> date:
    """The date in `zone` at `at`."""
    return at.astimezone(ZoneInfo(zone)).date()


def _zone(zones: Sequence[tuple[datetime | None, str]], at: datetime) -> str | None:
    return next((zone for since, zone in zones if since is None or since <= at), None)
