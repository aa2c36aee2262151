"""Claiming: a person finds the member that is theirs already, and takes it up again."""

from collections.abc import Sequence
from datetime import datetime

from domain.members.errors import HandleTaken
from domain.members.finding import lock
from domain.members.records import ContactKind, Member, member_of
from domain.members.zoning import note_zone
from infra import db
from infra.db import Tx

# Two of them: enough to see that it is not clear whose it is.
UNCLAIMED = """
SELECT DISTINCT m.id FROM unnest($2::text[], $3::text[]) AS r (kind, value)
JOIN member_contact AS c ON c.programme = $1 AND c.kind = r.kind AND c.value = r.value
JOIN member AS m ON m.programme = $1 AND m.id = c.member AND m.state = 'ACTIVE'
WHERE NOT EXISTS (SELECT FROM member_identity AS i WHERE i.programme = $1 AND i.member = m.id)
LIMIT 2
"""
# The member is locked by now, so whoever came first is seen.
CLAIM = """
INSERT INTO member_identity (programme, issuer, subject, member, since)
SELECT $1, $3, $4, $2, $5
WHERE NOT EXISTS (SELECT FROM member_identity WHERE programme = $1 AND member = $2)
ON CONFLICT DO NOTHING
"""
RESUME = """
UPDATE member SET handle = $3, name = $4, locale = $5, zone = $6, state = 'ACTIVE'
WHERE programme = $1 AND id = $2
RETURNING id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
          external_ref, state, merged_into
"""


async def unclaimed(
    programme: int,
    *,
    reached: Sequence[tuple[ContactKind, str]],
    who: tuple[str, str],
    at: datetime,
    tx: Tx,
) -> Member | None:
    """The one member nobody has claimed whom that reaches, now claimed; None when there is none,
    when there are several, and when somebody else was quicker.

    reached -- what the issuer has proved, in its one spelling.
    who     -- the issuer, and what it calls the person.
    """
    if not reached:
        return None
    kinds, values = [kind for kind, _ in reached], [value for _, value in reached]
    found = [row["id"] for row in await tx.rows(UNCLAIMED, programme, kinds, values)]
    if len(found) != 1:
        return None
    member = (await lock(found, programme=programme, tx=tx))[found[0]]
    claimed = member.is_active and await tx.run(CLAIM, programme, member.id, *who, at)
    return member if claimed else None


async def resumed(
    member: Member, *, handle: str, name: str, locale: str, zone: str, at: datetime, tx: Tx
) -> Member:
    """The member, active, called and living as the person says now. Refuses: HandleTaken."""
    words = (handle, name, locale, zone)
    try:
        async with tx.savepoint():
            row = await tx.row(RESUME, member.programme, member.id, *words)
    except db.UniqueViolation as error:
        raise HandleTaken(f"the handle {handle} belongs to another member") from error
    assert row is not None, "the member is locked"
    again = member_of(row)
    await note_zone(again, at=at, tx=tx)
    return again
