"""Read friends and requests, a page at a time, newest first."""

from collections.abc import Collection, Sequence
from uuid import UUID

from domain import members
from domain.friends.records import Cursor, State, Tie
from domain.members import Member
from infra.db import Row, Tx

ARE_FRIENDS = """
SELECT EXISTS (SELECT FROM friendship WHERE programme = $1 AND member = $2 AND friend = $3)
"""
AMONG = """
SELECT friend FROM friendship WHERE programme = $1 AND member = $2 AND friend = ANY($3::uuid[])
"""
FRIENDS = """
SELECT friend, since FROM friendship
WHERE programme = $1 AND member = $2
  AND ($3::timestamptz IS NULL OR (since, friend) < ($3, $4::uuid))
ORDER BY since DESC, friend DESC LIMIT $5
"""
SENT = """
SELECT receiver AS friend, at AS since FROM friend_request
WHERE programme = $1 AND sender = $2
  AND ($3::timestamptz IS NULL OR (at, receiver) < ($3, $4::uuid))
ORDER BY at DESC, receiver DESC LIMIT $5
"""
RECEIVED = """
SELECT sender AS friend, at AS since FROM friend_request
WHERE programme = $1 AND receiver = $2 AND NOT hidden
  AND ($3::timestamptz IS NULL OR (at, sender) < ($3, $4::uuid))
ORDER BY at DESC, sender DESC LIMIT $5
"""
FRIENDSHIP = """
SELECT friend, since FROM friendship WHERE programme = $1 AND member = $2 AND friend = $3
"""
SENT_TO = """
SELECT receiver AS friend, at AS since FROM friend_request
WHERE programme = $1 AND sender = $2 AND receiver = $3
"""
RECEIVED_FROM = """
SELECT sender AS friend, at AS since FROM friend_request
WHERE programme = $1 AND receiver = $2 AND sender = $3 AND NOT hidden
"""


async def are_friends(a: UUID, b: UUID, *, programme: int, tx: Tx) -> bool:
    """True when the two are friends in that programme."""
    return bool(await tx.value(ARE_FRIENDS, programme, a, b))


async def among(
    member: UUID, *, others: Collection[UUID], programme: int, tx: Tx
) -> frozenset[UUID]:
    """Those of `others` who are the member's friends."""
    rows = await tx.rows(AMONG, programme, member, list(others))
    return frozenset(row["friend"] for row in rows)


async def listed(member: Member, *, after: Cursor | None, limit: int, tx: Tx) -> Sequence[Tie]:
    """The member's friends, newest first, from the one after `after` on."""
    since, friend = after or (None, None)
    rows = await tx.rows(FRIENDS, member.programme, member.id, since, friend, limit)
    return await _ties(member, rows, State.FRIENDS, tx)


async def requests(
    member: Member, *, received: bool, after: Cursor | None, limit: int, tx: Tx
) -> Sequence[Tie]:
    """Open requests, newest first, from the one after `after` on.

    received -- True: those that wait for the member's answer; False: those the member made.
    """
    since, friend = after or (None, None)
    wanted = RECEIVED if received else SENT
    rows = await tx.rows(wanted, member.programme, member.id, since, friend, limit)
    return await _ties(member, rows, State.REQUESTED, tx)


async def friendship(member: Member, *, friend: UUID, tx: Tx) -> Tie | None:
    """The member's friendship with that one; None when they are not friends."""
    rows = await tx.rows(FRIENDSHIP, member.programme, member.id, friend)
    return next(iter(await _ties(member, rows, State.FRIENDS, tx)), None)


async def open_request(member: Member, *, friend: UUID, received: bool, tx: Tx) -> Tie | None:
    """The open request between the two that the member may see; None when there is none.

    received -- True: the friend's request to the member; False: the member's own.
    """
    wanted = RECEIVED_FROM if received else SENT_TO
    rows = await tx.rows(wanted, member.programme, member.id, friend)
    return next(iter(await _ties(member, rows, State.REQUESTED, tx)), None)


async def _ties(member: Member, rows: Sequence[Row], state: State, tx: Tx) -> Sequence[Tie]:
    friends = [row["friend"] for row in rows]
    found = await members.several(friends, programme=member.programme, tx=tx)
    return [Tie(found[row["friend"]], state, row["since"]) for row in rows]
