"""Ask to be friends, answer, and part again."""

from datetime import datetime
from uuid import UUID

from domain.friends.errors import (
    AlreadyFriends,
    MemberBlocked,
    NoSuchRequest,
    TooManyFriends,
    TooManyRequests,
)
from domain.friends.events import Befriended, Requested
from domain.friends.pairing import Pair, hold
from domain.friends.records import FRIENDS_MAX, REQUESTS_MAX, State, Tie
from domain.members import Member
from infra.db import Tx
from infra.outbox import emit

ASK = """
INSERT INTO friend_request (programme, sender, receiver, hidden, at) VALUES ($1, $2, $3, $4, $5)
"""
BEFRIEND = """
WITH answered AS (
    DELETE FROM friend_request
    WHERE programme = $1 AND (sender, receiver) IN (($2, $3), ($3, $2))
)
INSERT INTO friendship (programme, member, friend, since)
VALUES ($1, $2, $3, $4), ($1, $3, $2, $4)
"""
HIDE = (
    "UPDATE friend_request SET hidden = true WHERE programme = $1 AND sender = $2 AND receiver = $3"
)
TAKE_BACK = "DELETE FROM friend_request WHERE programme = $1 AND sender = $2 AND receiver = $3"
PART = """
DELETE FROM friendship WHERE programme = $1 AND (member, friend) IN (($2, $3), ($3, $2))
"""


async def request(member: Member, *, friend: UUID, at: datetime, tx: Tx) -> Tie:
    """Ask `friend`; when they have asked too, the two are friends at once.

    Asking again changes nothing. Whom the other one has blocked is answered just like anybody
    else: the request is open, and is never seen.
    Refuses, in this order: SelfFriend, members.NoSuchMember, MemberBlocked, AlreadyFriends,
    TooManyFriends, TooManyRequests.
    """
    pair = await hold(member, friend, tx=tx)
    if pair.blocks:
        raise MemberBlocked("you have blocked this member")
    if pair.friends_since is not None:
        raise AlreadyFriends("you are friends already")
    if pair.asked_at is not None:
        return Tie(pair.friend, State.REQUESTED, pair.asked_at)
    if pair.asked_hidden is not None:
        return await befriend(member, pair, at=at, tx=tx)
    if pair.friends >= FRIENDS_MAX:
        raise TooManyFriends(limit=FRIENDS_MAX, yours=True)
    if pair.requests >= REQUESTS_MAX:
        raise TooManyRequests(limit=REQUESTS_MAX)
    await tx.run(ASK, member.programme, member.id, friend, pair.is_blocked, at)
    if not pair.is_blocked:
        emit(Requested(programme=member.programme, subject=friend, object=member.id, at=at), tx=tx)
    return Tie(pair.friend, State.REQUESTED, at)


async def accept(member: Member, *, friend: UUID, at: datetime, tx: Tx) -> Tie:
    """Say yes to the request of `friend`. Accepting again answers the same.

    Refuses, in this order: SelfFriend, members.NoSuchMember, NoSuchRequest, TooManyFriends.
    """
    pair = await hold(member, friend, tx=tx)
    if pair.friends_since is not None:
        return Tie(pair.friend, State.FRIENDS, pair.friends_since)
    if pair.asked_hidden is not False:
        raise NoSuchRequest("this member has no open request to you")
    return await befriend(member, pair, at=at, tx=tx)


async def decline(member: Member, *, friend: UUID, tx: Tx) -> None:
    """Say no, quietly: `friend` goes on seeing an open request. Declining again is fine.

    The one who declined may still ask later; the two are then friends at once.
    Refuses, in this order: SelfFriend, members.NoSuchMember, NoSuchRequest.
    """
    pair = await hold(member, friend, tx=tx)
    if pair.asked_hidden is None:
        raise NoSuchRequest("this member has no open request to you")
    await tx.run(HIDE, member.programme, friend, member.id)


async def withdraw(member: Member, *, friend: UUID, tx: Tx) -> None:
    """Take back an own request; nothing happens when there is none.

    Refuses, in this order: SelfFriend, members.NoSuchMember.
    """
    await hold(member, friend, tx=tx)
    await tx.run(TAKE_BACK, member.programme, member.id, friend)


async def remove(member: Member, *, friend: UUID, tx: Tx) -> None:
    """End a friendship, for both; nothing happens when there is none.

    Refuses, in this order: SelfFriend, members.NoSuchMember.
    """
    await hold(member, friend, tx=tx)
    await tx.run(PART, member.programme, member.id, friend)


async def befriend(member: Member, pair: Pair, *, at: datetime, tx: Tx) -> Tie:
    """Make the two, who are held and have both agreed, friends. Raises TooManyFriends."""
    if pair.friends >= FRIENDS_MAX:
        raise TooManyFriends(limit=FRIENDS_MAX, yours=True)
    if pair.their_friends >= FRIENDS_MAX:
        raise TooManyFriends(limit=FRIENDS_MAX, yours=False)
    programme, friend = member.programme, pair.friend.id
    await tx.run(BEFRIEND, programme, member.id, friend, at)
    emit(Befriended(programme=programme, subject=member.id, object=friend, at=at), tx=tx)
    emit(Befriended(programme=programme, subject=friend, object=member.id, at=at), tx=tx)
    return Tie(pair.friend, State.FRIENDS, at)
