"""Who is in a club: invite, accept, leave, remove, appoint, hand over."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import friends
from domain.clubs.closing import wind_up
from domain.clubs.errors import (
    AlreadyInClub,
    ClubFull,
    NoSuchClub,
    NoSuchInvitation,
    NotClubFriends,
    NotInClub,
    OwnerStays,
    RoleNeeded,
    TooManyClubs,
)
from domain.clubs.events import Appointed, Departed, Entered, Invited
from domain.clubs.holding import counted, hold, locked
from domain.clubs.policies import policy
from domain.clubs.records import Invitation, Membership, Policy, Role
from domain.members import Member
from infra.db import Tx
from infra.outbox import emit

CLUBS = "SELECT count(*) FROM club_member WHERE programme = $1 AND member = $2"
INVITED = """
SELECT inviter, at FROM club_invitation WHERE programme = $1 AND club = $2 AND member = $3
"""
INVITE = """
INSERT INTO club_invitation (programme, club, member, inviter, at) VALUES ($1, $2, $3, $4, $5)
"""
WITHDRAW = "DELETE FROM club_invitation WHERE programme = $1 AND club = $2 AND member = $3"
ENTER = """
WITH answered AS (
    DELETE FROM club_invitation WHERE programme = $1 AND club = $2 AND member = $3
)
INSERT INTO club_member (programme, club, member, joined_at) VALUES ($1, $2, $3, $4)
"""
JOINED_AT = """
SELECT joined_at FROM club_member WHERE programme = $1 AND club = $2 AND member = $3
"""
DEPART = "DELETE FROM club_member WHERE programme = $1 AND club = $2 AND member = $3"
APPOINT = """
UPDATE club_member SET treasurer = $4 WHERE programme = $1 AND club = $2 AND member = $3
"""
# The one who hands over stays, as a treasurer.
HAND_OVER = """
WITH stays AS (
    UPDATE club_member SET treasurer = (member <> $4)
    WHERE programme = $1 AND club = $2 AND member IN ($3, $4)
)
UPDATE club SET owner = $4 WHERE programme = $1 AND id = $2
"""


async def invite(club: UUID, *, inviter: Member, friend: UUID, at: datetime, tx: Tx) -> Invitation:
    """Ask a friend into the club. Asking again answers with the first invitation.

    Only friends are asked: whoever has blocked the inviter is no friend, and nothing else tells
    the two apart.
    Refuses, in this order: members.NoSuchMember, NoSuchClub, RoleNeeded, AlreadyInClub,
    NotClubFriends, ClubFull.
    """
    await locked(inviter, friend, tx=tx)
    held = await hold(club, inviter.id, friend, programme=inviter.programme, tx=tx)
    held.require(inviter.id, Role.OWNER, Role.TREASURER)
    if friend in held.roles:
        raise AlreadyInClub("this member is in the club already")
    if not await friends.are_friends(inviter.id, friend, programme=inviter.programme, tx=tx):
        raise NotClubFriends("only friends are asked into a club")
    first = await tx.row(INVITED, inviter.programme, club, friend)
    if first is not None:
        return Invitation(held.club, friend, first["inviter"], first["at"])
    allowed = await policy(inviter.programme, tx=tx)
    if sum(await counted(held.club, tx=tx)) >= allowed.members_max:
        raise ClubFull(limit=allowed.members_max)
    await tx.run(INVITE, inviter.programme, club, friend, inviter.id, at)
    invited = Invited(
        programme=inviter.programme, subject=friend, object=club, at=at, other=inviter.id
    )
    emit(invited, tx=tx)
    return Invitation(held.club, friend, inviter.id, at)


async def withdraw(club: UUID, *, officer: Member, member: UUID, tx: Tx) -> None:
    """Take an invitation back; nothing happens when there is none.

    Refuses, in this order: NoSuchClub, RoleNeeded.
    """
    held = await hold(club, officer.id, programme=officer.programme, tx=tx)
    held.require(officer.id, Role.OWNER, Role.TREASURER)
    await tx.run(WITHDRAW, officer.programme, club, member)


async def accept(club: UUID, *, member: Member, at: datetime, tx: Tx) -> Membership:
    """Come into a club one was asked into. Accepting again answers the same.

    Refuses, in this order: members.NoSuchMember, NoSuchInvitation, TooManyClubs, ClubFull.
    """
    await locked(member, tx=tx)
    try:
        held = await hold(club, member.id, programme=member.programme, tx=tx)
    except NoSuchClub as refused:
        raise NoSuchInvitation("there is no such invitation") from refused
    if member.id in held.roles:
        since = await tx.value(JOINED_AT, member.programme, club, member.id)
        return Membership(held.club, member.id, held.roles[member.id], since)
    if await tx.row(INVITED, member.programme, club, member.id) is None:
        raise NoSuchInvitation("there is no such invitation")
    allowed = await policy(member.programme, tx=tx)
    await check_room(member, allowed, tx=tx)
    if (await counted(held.club, tx=tx))[0] >= allowed.members_max:
        raise ClubFull(limit=allowed.members_max)
    await tx.run(ENTER, member.programme, club, member.id, at)
    emit(Entered(programme=member.programme, subject=member.id, object=club, at=at), tx=tx)
    return Membership(held.club, member.id, Role.MEMBER, at)


async def decline(club: UUID, *, member: Member, tx: Tx) -> None:
    """Say no to an invitation; nothing happens when there is none."""
    await tx.run(WITHDRAW, member.programme, club, member.id)


async def leave(club: UUID, *, member: Member, at: datetime, tx: Tx) -> None:
    """Go. What one has given stays in the pool; an owner who is alone closes the club by it.

    Refuses, in this order: NoSuchClub, OwnerStays.
    """
    held = await hold(club, member.id, programme=member.programme, tx=tx)
    if held.require(member.id, *Role) is not Role.OWNER:
        await _depart(club, member.id, member.programme, at, tx)
        return
    if (await counted(held.club, tx=tx))[0] > 1:
        raise OwnerStays("hand the club over before you leave, or close it")
    await wind_up(held.club, at=at, tx=tx)


async def remove(club: UUID, *, officer: Member, member: UUID, at: datetime, tx: Tx) -> None:
    """Send a member out of the club: the owner anybody, a treasurer those without a role.

    Refuses, in this order: NoSuchClub, RoleNeeded, NotInClub, OwnerStays.
    """
    held = await hold(club, officer.id, member, programme=officer.programme, tx=tx)
    role = held.require(officer.id, Role.OWNER, Role.TREASURER)
    theirs = held.of(member)
    if member == officer.id and role is Role.OWNER:
        raise OwnerStays("hand the club over before you leave, or close it")
    if role is Role.TREASURER and theirs is not Role.MEMBER:
        raise RoleNeeded("only the owner removes an officer")
    await _depart(club, member, officer.programme, at, tx)


async def appoint(
    club: UUID, *, owner: Member, member: UUID, treasurer: bool, at: datetime, tx: Tx
) -> Membership:
    """Make a member a treasurer, or a treasurer a member again. Doing it again is fine.

    Refuses, in this order: NoSuchClub, RoleNeeded, NotInClub, OwnerStays (for oneself).
    """
    held = await hold(club, owner.id, member, programme=owner.programme, tx=tx)
    held.require(owner.id, Role.OWNER)
    before = held.of(member)
    if before is Role.OWNER:
        raise OwnerStays("the owner has no other role beside")
    role = Role.TREASURER if treasurer else Role.MEMBER
    if role is not before:
        await tx.run(APPOINT, owner.programme, club, member, treasurer)
        _tell_role(club, member, role, owner.programme, at, tx)
    since = await tx.value(JOINED_AT, owner.programme, club, member)
    return Membership(held.club, member, role, since)


async def hand_over(club: UUID, *, owner: Member, heir: UUID, at: datetime, tx: Tx) -> Membership:
    """Give the club to another of its members; one stays as a treasurer.

    Refuses, in this order: NoSuchClub, RoleNeeded, NotInClub. To oneself it changes nothing.
    """
    held = await hold(club, owner.id, heir, programme=owner.programme, tx=tx)
    held.require(owner.id, Role.OWNER)
    if held.of(heir) is not Role.OWNER:
        await tx.run(HAND_OVER, owner.programme, club, owner.id, heir)
        _tell_role(club, heir, Role.OWNER, owner.programme, at, tx)
        _tell_role(club, owner.id, Role.TREASURER, owner.programme, at, tx)
    since = await tx.value(JOINED_AT, owner.programme, club, heir)
    return Membership(replace(held.club, owner=heir), heir, Role.OWNER, since)


async def check_room(member: Member, allowed: Policy, *, tx: Tx) -> None:
    """Raises TooManyClubs when the member, who is locked, is in as many as one may be."""
    if await tx.value(CLUBS, member.programme, member.id) >= allowed.clubs_max:
        raise TooManyClubs(limit=allowed.clubs_max)


async def _depart(club: UUID, member: UUID, programme: int, at: datetime, tx: Tx) -> None:
    if not await tx.run(DEPART, programme, club, member):
        raise NotInClub("this member is not in the club")
    emit(Departed(programme=programme, subject=member, object=club, at=at), tx=tx)


def _tell_role(club: UUID, member: UUID, role: Role, programme: int, at: datetime, tx: Tx) -> None:
    told = Appointed(programme=programme, subject=member, object=club, at=at, role=role)
    emit(told, tx=tx)
