"""Read clubs, as one of their members sees them; a page at a time, newest first."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import ledger
from domain.clubs.errors import NoSuchClub
from domain.clubs.holding import club_of, role_of
from domain.clubs.records import Club, Cursor, Invitation, Membership
from domain.ledger import Entry
from domain.members import Member
from infra.db import Row, Tx

CLUBS = """
SELECT c.id, c.programme, c.name, c.book, c.account, c.owner, c.keep_months, c.founded_at,
       m.member, m.treasurer, m.joined_at
FROM club_member AS m JOIN club AS c ON c.programme = m.programme AND c.id = m.club
WHERE m.programme = $1 AND m.member = $2
  AND ($3::timestamptz IS NULL OR (m.joined_at, m.club) < ($3, $4::uuid))
ORDER BY m.joined_at DESC, m.club DESC LIMIT $5
"""
ONE = """
SELECT c.id, c.programme, c.name, c.book, c.account, c.owner, c.keep_months, c.founded_at,
       m.member, m.treasurer, m.joined_at
FROM club_member AS m JOIN club AS c ON c.programme = m.programme AND c.id = m.club
WHERE m.programme = $1 AND m.member = $2 AND m.club = $3
"""
MEMBERS = """
SELECT m.member, m.treasurer, m.joined_at FROM club_member AS m
WHERE m.programme = $1 AND m.club = $2
  AND ($3::timestamptz IS NULL OR (m.joined_at, m.member) < ($3, $4::uuid))
ORDER BY m.joined_at DESC, m.member DESC LIMIT $5
"""
INVITATIONS = """
SELECT c.id, c.programme, c.name, c.book, c.account, c.owner, c.keep_months, c.founded_at,
       i.member, i.inviter, i.at
FROM club_invitation AS i JOIN club AS c ON c.programme = i.programme AND c.id = i.club
WHERE i.programme = $1 AND i.member = $2
  AND ($3::timestamptz IS NULL OR (i.at, i.club) < ($3, $4::uuid))
ORDER BY i.at DESC, i.club DESC LIMIT $5
"""
INVITATION = """
SELECT c.id, c.programme, c.name, c.book, c.account, c.owner, c.keep_months, c.founded_at,
       i.member, i.inviter, i.at
FROM club_invitation AS i JOIN club AS c ON c.programme = i.programme AND c.id = i.club
WHERE i.programme = $1 AND i.member = $2 AND i.club = $3
"""
NAMES = "SELECT id, name FROM club WHERE programme = $1 AND id = ANY($2::uuid[])"


async def listed(
    member: Member, *, after: Cursor | None, limit: int, tx: Tx
) -> Sequence[Membership]:
    """The clubs that the member is in, from the one after `after` on."""
    at, club = after or (None, None)
    rows = await tx.rows(CLUBS, member.programme, member.id, at, club, limit)
    return [_membership(club_of(row), row) for row in rows]


async def get(club: UUID, *, member: Member, tx: Tx) -> Membership:
    """The member's membership in that club. Raises NoSuchClub."""
    row = await tx.row(ONE, member.programme, member.id, club)
    if row is None:
        raise NoSuchClub("you are in no such club")
    return _membership(club_of(row), row)


async def names(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, str]:
    """What these clubs are called; those that never were are left out."""
    rows = await tx.rows(NAMES, programme, list(ids)) if ids else []
    return {row["id"]: row["name"] for row in rows}


async def roster(club: Club, *, after: Cursor | None, limit: int, tx: Tx) -> Sequence[Membership]:
    """Who is in the club, the last who came first, from the one after `after` on."""
    at, member = after or (None, None)
    rows = await tx.rows(MEMBERS, club.programme, club.id, at, member, limit)
    return [_membership(club, row) for row in rows]


async def invitations(
    member: Member, *, after: Cursor | None, limit: int, tx: Tx
) -> Sequence[Invitation]:
    """The open invitations of the member, from the one after `after` on."""
    at, club = after or (None, None)
    rows = await tx.rows(INVITATIONS, member.programme, member.id, at, club, limit)
    return [_invitation(row) for row in rows]


async def invitation(club: UUID, *, member: Member, tx: Tx) -> Invitation | None:
    """The member's open invitation into that club; None when there is none."""
    row = await tx.row(INVITATION, member.programme, member.id, club)
    return None if row is None else _invitation(row)


async def pooled(club: Club, *, at: datetime, tx: Tx) -> int:
    """The points in the pool that can be spent."""
    return (await ledger.balance(club.account, book=club.book, at=at, tx=tx)).available


async def statement(club: Club, *, before: int | None, limit: int, tx: Tx) -> Sequence[Entry]:
    """What happened to the pool, newest first, from the entry before number `before` on."""
    return await ledger.statement(
        club.account, book=club.book, before_seq=before, limit=limit, tx=tx
    )


def _membership(club: Club, row: Row) -> Membership:
    return Membership(club, row["member"], role_of(club, row), row["joined_at"])


def _invitation(row: Row) -> Invitation:
    return Invitation(club_of(row), row["member"], row["inviter"], row["at"])
