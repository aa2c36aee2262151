"""Holding: a club, locked, and the roles of those whom an act is about.

Every verb that changes a club or its pool holds it first. The order of locks is always members,
then the club, then the ledger's accounts, so nobody waits in a circle.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from uuid import UUID

from domain import members
from domain.clubs.errors import NoSuchClub, NotInClub, RoleNeeded
from domain.clubs.records import Club, Role
from domain.members import Member
from infra.db import Row, Tx

LOCK = """
SELECT id, programme, name, book, account, owner, keep_months, founded_at
FROM club WHERE programme = $1 AND id = $2 AND closed_at IS NULL FOR NO KEY UPDATE
"""
# After the lock, so that it sees what whoever held the club before has done.
ROLES = """
SELECT member, treasurer FROM club_member
WHERE programme = $1 AND club = $2 AND member = ANY($3::uuid[])
"""
COUNT = """
SELECT (SELECT count(*) FROM club_member WHERE programme = $1 AND club = $2) AS members,
       (SELECT count(*) FROM club_invitation WHERE programme = $1 AND club = $2) AS invited
"""
COLUMNS = tuple(field.name for field in fields(Club))


@dataclass(frozen=True, slots=True)
class Held:
    """A club nobody else can change before `tx` ends; `roles` of those asked for who are in it."""

    club: Club
    roles: Mapping[UUID, Role]

    def require(self, member: UUID, *allowed: Role) -> Role:
        """The member's role. Raises NoSuchClub for one outside, RoleNeeded for another role."""
        role = self.roles.get(member)
        if role is None:
            raise NoSuchClub("you are in no such club")
        if role not in allowed:
            raise RoleNeeded(f"this is for {' and '.join(allowed)} of the club")
        return role

    def of(self, member: UUID) -> Role:
        """The role of whom the act is about. Raises NotInClub."""
        if member not in self.roles:
            raise NotInClub("this member is not in the club")
        return self.roles[member]


async def hold(club: UUID, *who: UUID, programme: int, tx: Tx) -> Held:
    """The club, locked, and the roles of `who`. Raises NoSuchClub."""
    row = await tx.row(LOCK, programme, club)
    if row is None:
        raise NoSuchClub("you are in no such club")
    held = club_of(row)
    rows = await tx.rows(ROLES, programme, club, list(who))
    return Held(held, {row["member"]: role_of(held, row) for row in rows})


async def counted(club: Club, *, tx: Tx) -> tuple[int, int]:
    """How many members the club has, and how many open invitations."""
    row = await tx.row(COUNT, club.programme, club.id)
    assert row is not None, "a count is always one row"
    return row["members"], row["invited"]


async def locked(member: Member, *others: UUID, tx: Tx) -> Mapping[UUID, Member]:
    """The members, locked before any club is. Raises members.NoSuchMember for the first."""
    found = await members.lock([member.id, *others], programme=member.programme, tx=tx)
    if member.id not in found:
        raise members.NoSuchMember("there is no such member")
    return found


def club_of(row: Row) -> Club:
    """The club in a row that has its columns, among others."""
    return Club(**{name: row[name] for name in COLUMNS})


def role_of(club: Club, row: Row) -> Role:
    """The role in a row of club_member: who owns the club is said by the club alone."""
    if row["member"] == club.owner:
        return Role.OWNER
    return Role.TREASURER if row["treasurer"] else Role.MEMBER
