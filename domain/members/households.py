"""Households: who lives together, told by themselves and seen by themselves only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.members.errors import (
    AlreadyHoused,
    BadHouseholdRole,
    NoSuchInvitation,
    NoSuchMember,
    NotInHousehold,
    NotTheHead,
    TooMany,
)
from domain.members.finding import lock
from domain.members.records import Member, member_of
from infra import ids
from infra.db import Tx

INHABITANTS_MAX = 12

# Invitations of others are seen by whoever is invited and by the household.
MINE = """
SELECT h.household, h.role, h.state, h.at, m.id, m.programme, m.book, m.account, m.handle, m.name,
       m.locale, m.zone, m.auto_accept, m.joined_at, m.external_ref, m.state AS member_state,
       m.merged_into
FROM household_member AS mine
JOIN household_member AS h ON h.programme = $1 AND h.household = mine.household
JOIN member AS m ON m.programme = $1 AND m.id = h.member
WHERE mine.programme = $1 AND mine.member = $2 AND mine.state = 'JOINED'
ORDER BY h.role <> 'HEAD', h.at, m.id
"""
INVITATIONS = """
SELECT household, role, invited_by, at FROM household_member
WHERE programme = $1 AND member = $2 AND state = 'INVITED' ORDER BY at, household LIMIT $3
"""
FOUND = """
WITH founded AS (
    INSERT INTO household (programme, id, founded_at) VALUES ($1, $3, $4)
)
INSERT INTO household_member (programme, household, member, role, state, at)
VALUES ($1, $3, $2, 'HEAD', 'JOINED', $4)
"""
INVITE = """
INSERT INTO household_member (programme, household, member, role, state, invited_by, at)
VALUES ($1, $2, $3, $4, 'INVITED', $5, $6)
ON CONFLICT (programme, household, member) DO NOTHING
"""
LIVES = """
SELECT household, role FROM household_member
WHERE programme = $1 AND member = $2 AND state = 'JOINED'
"""
ACCEPT = """
UPDATE household_member SET state = 'JOINED', at = $4
WHERE programme = $1 AND household = $2 AND member = $3 AND state = 'INVITED'
"""
DECLINE = """
DELETE FROM household_member
WHERE programme = $1 AND household = $2 AND member = $3 AND state = 'INVITED'
"""
LEAVE = "DELETE FROM household_member WHERE programme = $1 AND household = $2 AND member = $3"
EMPTY = "DELETE FROM household_member WHERE programme = $1 AND household = $2"
DISSOLVE = "DELETE FROM household WHERE programme = $1 AND id = $2"


class Role(StrEnum):
    """What somebody is in a household. HEAD: who founded it, and invites."""

    HEAD = "HEAD"
    ADULT = "ADULT"
    CHILD = "CHILD"


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """One who lives in a household, or is invited to.

    joined -- False: they have not answered.
    since  -- when they joined, or were invited.
    """

    household: UUID
    member: Member
    role: Role
    joined: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class HouseholdInvitation:
    """A household that would like a member to join."""

    household: UUID
    role: Role
    inviter: UUID
    at: datetime


async def household(member: Member, *, tx: Tx) -> Sequence[Inhabitant]:
    """Who lives with the member, themselves too, the longest first; empty: nobody said so."""
    rows = await tx.rows(MINE, member.programme, member.id)
    found = []
    for row in rows:
        known = dict(row)
        house, role, state, at = (known.pop(n) for n in ("household", "role", "state", "at"))
        known["state"] = known.pop("member_state")
        one = member_of(known)
        found.append(Inhabitant(house, one, Role(role), state == "JOINED", at))
    return found


async def household_invitations(member: Member, *, tx: Tx) -> Sequence[HouseholdInvitation]:
    """The households that wait for the member's answer, the oldest first."""
    rows = await tx.rows(INVITATIONS, member.programme, member.id, INHABITANTS_MAX)
    return [
        HouseholdInvitation(row["household"], Role(row["role"]), row["invited_by"], row["at"])
        for row in rows
    ]


async def invite_home(
    member: Member, *, other: UUID, role: Role, at: datetime, tx: Tx
) -> Sequence[Inhabitant]:
    """Ask `other` to say that they live with the member; founds the household if need be.

    role -- ADULT or CHILD. Asking again changes nothing.
    Refuses, in this order: BadHouseholdRole, NoSuchMember, NotTheHead, TooMany.
    """
    if role is Role.HEAD:
        raise BadHouseholdRole("a household has one head")
    both = await lock([member.id, other], programme=member.programme, tx=tx)
    if member.id == other or sum(one.is_active for one in both.values()) < 2:
        raise NoSuchMember("there is no such member")
    lives = await tx.row(LIVES, member.programme, member.id)
    if lives is None:
        house = ids.new(at)
        await tx.run(FOUND, member.programme, member.id, house, at)
    elif lives["role"] != Role.HEAD:
        raise NotTheHead("the head of the household invites")
    else:
        house = lives["household"]
    await tx.run(INVITE, member.programme, house, other, role, member.id, at)
    inhabitants = await household(member, tx=tx)
    if len(inhabitants) > INHABITANTS_MAX:
        raise TooMany(limit=INHABITANTS_MAX)
    return inhabitants


async def join_home(member: Member, *, house: UUID, at: datetime, tx: Tx) -> Sequence[Inhabitant]:
    """Say that one lives there. Joining again is fine.

    Refuses, in this order: AlreadyHoused, NoSuchInvitation.
    """
    await lock([member.id], programme=member.programme, tx=tx)
    lives = await tx.row(LIVES, member.programme, member.id)
    if lives is not None and lives["household"] != house:
        raise AlreadyHoused("leave the other household first")
    if lives is None and not await tx.run(ACCEPT, member.programme, house, member.id, at):
        raise NoSuchInvitation("there is no such invitation")
    return await household(member, tx=tx)


async def decline_home(member: Member, *, house: UUID, tx: Tx) -> None:
    """Say no; what nobody asked is fine."""
    await tx.run(DECLINE, member.programme, house, member.id)


async def leave_home(member: Member, *, house: UUID, tx: Tx) -> None:
    """Live there no longer; without its head a household is none. Refuses: NotInHousehold."""
    await lock([member.id], programme=member.programme, tx=tx)
    lives = await tx.row(LIVES, member.programme, member.id)
    if lives is None or lives["household"] != house:
        raise NotInHousehold("you are in no such household")
    if lives["role"] == Role.HEAD:
        await tx.run(EMPTY, member.programme, lives["household"])
        await tx.run(DISSOLVE, member.programme, lives["household"])
    else:
        await tx.run(LEAVE, member.programme, lives["household"], member.id)
