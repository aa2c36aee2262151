"""What clubs keep about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.clubs.vacating import vacate
from infra.db import Tx

TABLES = frozenset({"club_member", "club_invitation", "club_gift", "club_payout", "club"})

MEMBERSHIPS = """
SELECT m.club, c.name, c.owner = m.member AS owner, m.treasurer, m.joined_at
FROM club_member AS m JOIN club AS c ON c.programme = m.programme AND c.id = m.club
WHERE m.programme = $1 AND m.member = $2 ORDER BY m.joined_at, m.club
"""
INVITATIONS = """
SELECT club, inviter, at FROM club_invitation
WHERE programme = $1 AND (member = $2 OR inviter = $2) ORDER BY at, club
"""
GIFTS = """
SELECT id, club, points, unspent, at FROM club_gift
WHERE programme = $1 AND member = $2 ORDER BY at, id
"""
PAYOUTS = """
SELECT id, club, payer, receiver, points, memo, at FROM club_payout
WHERE programme = $1 AND (payer = $2 OR receiver = $2) ORDER BY at, id
"""
FORGET = """
WITH asked AS (
    DELETE FROM club_invitation WHERE programme = $1 AND (member = $2 OR inviter = $2)
)
UPDATE club_payout SET memo = NULL
WHERE programme = $1 AND (payer = $2 OR receiver = $2) AND memo IS NOT NULL
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that clubs keep of the member, by table; of others no more than ids."""
    wanted = {
        "club_member": MEMBERSHIPS,
        "club_invitation": INVITATIONS,
        "club_gift": GIFTS,
        "club_payout": PAYOUTS,
    }
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in wanted.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """The member out of every club; a club of theirs goes to its next officer, or is closed.

    Gifts and payouts stay, without the words that were written.
    """
    await vacate(member, programme=programme, at=at, tx=tx)
    await tx.run(FORGET, programme, member)
