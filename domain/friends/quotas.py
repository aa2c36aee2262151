"""Quotas: how much a member may look around in a day, so that nobody can try all of the world."""

from datetime import datetime, timedelta

from domain.friends.errors import OverLookupLimit
from domain.members import Member
from infra.db import Tx

CONTACTS_DAY_MAX = 2_000
OPENINGS_DAY_MAX = 50
KEPT = timedelta(days=2)
PURGE_BATCH = 1_000

# Nothing comes back when it would be too much.
USE = """
INSERT INTO friend_quota AS q (programme, member, kind, day, used) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (programme, member, kind, day) DO UPDATE SET used = q.used + excluded.used
WHERE q.used + excluded.used <= $6
RETURNING used
"""
PURGE = """
DELETE FROM friend_quota WHERE (programme, member, kind, day) IN (
    SELECT programme, member, kind, day FROM friend_quota WHERE day < $1::date LIMIT $2
)
"""


async def use_contacts(member: Member, *, count: int, at: datetime, tx: Tx) -> None:
    """Note that the member looks for so many contacts. Raises OverLookupLimit."""
    await _use(member, "CONTACT", count, CONTACTS_DAY_MAX, at, tx)


async def use_opening(member: Member, *, at: datetime, tx: Tx) -> None:
    """Note that the member tries to open a link. Raises OverLookupLimit.

    In a transaction of its own, before the link is opened: a refusal undoes what its transaction
    did, and it is the refused ones that must be counted.
    """
    await _use(member, "LINK", 1, OPENINGS_DAY_MAX, at, tx)


async def purge(at: datetime, tx: Tx) -> int:
    """Forget a bounded number of quotas of days that are over; how many."""
    return await tx.run(PURGE, (at - KEPT).date(), PURGE_BATCH)


async def _use(member: Member, kind: str, count: int, most: int, at: datetime, tx: Tx) -> None:
    used = await tx.value(USE, member.programme, member.id, kind, at.date(), count, most)
    if used is None:
        raise OverLookupLimit(limit=most)
