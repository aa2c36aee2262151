"""Find a member's hours by their id."""

from uuid import UUID

from domain.members import Member
from domain.volunteering.records import Hours, State
from infra.db import Tx

ONE = """
SELECT id, programme, shift, member, state, claimed_minutes, starts_at, ends_at, activity,
       claimed_at
FROM volunteer_hours WHERE programme = $1 AND member = $2 AND id = $3
"""


async def find(member: Member, *, id: UUID, tx: Tx) -> Hours | None:
    """The member's hours of that id, or None."""
    row = await tx.row(ONE, member.programme, member.id, id)
    return None if row is None else Hours(**{**row, "state": State(row["state"])})
