"""Read referrals: as the referrer sees them, and as an operator does."""

from collections.abc import Sequence
from uuid import UUID

from domain.members import Member
from domain.referrals.errors import NoSuchReferral
from domain.referrals.records import Cursor, Doubt, Referral, State
from infra.db import Row, Tx

LISTED = """
SELECT id, programme, referrer, newcomer, state, doubts, joined_at, lapses_at, cleared, activity,
       referrer_points, newcomer_points, referrer_posting, newcomer_posting, acted_at, pays_at,
       resolved_at
FROM referral
WHERE programme = $1 AND referrer = $2
  AND ($3::timestamptz IS NULL OR (joined_at, id) < ($3, $4::uuid))
ORDER BY joined_at DESC, id DESC LIMIT $5
"""
HELD = """
SELECT id, programme, referrer, newcomer, state, doubts, joined_at, lapses_at, cleared, activity,
       referrer_points, newcomer_points, referrer_posting, newcomer_posting, acted_at, pays_at,
       resolved_at
FROM referral
WHERE programme = $1 AND state = 'HELD'
  AND ($2::timestamptz IS NULL OR (joined_at, id) > ($2, $3::uuid))
ORDER BY joined_at, id LIMIT $4
"""
ONE = """
SELECT id, programme, referrer, newcomer, state, doubts, joined_at, lapses_at, cleared, activity,
       referrer_points, newcomer_points, referrer_posting, newcomer_posting, acted_at, pays_at,
       resolved_at
FROM referral WHERE programme = $1 AND id = $2
"""


async def listed(member: Member, *, after: Cursor | None, limit: int, tx: Tx) -> Sequence[Referral]:
    """Whom the member has referred, newest first, from the one after `after` on."""
    joined_at, id = after or (None, None)
    rows = await tx.rows(LISTED, member.programme, member.id, joined_at, id, limit)
    return [referral_of(row) for row in rows]


async def held(programme: int, *, after: Cursor | None, limit: int, tx: Tx) -> Sequence[Referral]:
    """The referrals that wait for an operator, oldest first, from the one after `after` on."""
    joined_at, id = after or (None, None)
    return [referral_of(row) for row in await tx.rows(HELD, programme, joined_at, id, limit)]


async def get(id: UUID, *, programme: int, tx: Tx) -> Referral:
    """The referral with that id, whosever it is. Raises NoSuchReferral."""
    row = await tx.row(ONE, programme, id)
    if row is None:
        raise NoSuchReferral("there is no such referral")
    return referral_of(row)


def referral_of(row: Row) -> Referral:
    """One row of the table as a value."""
    doubts = tuple(Doubt(doubt) for doubt in row["doubts"])
    return Referral(**{**row, "state": State(row["state"]), "doubts": doubts})
