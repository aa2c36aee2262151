"""Block a member, and let them be seen again."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import members
from domain.friends.pairing import hold
from domain.friends.records import Cursor, State, Tie
from domain.members import Member
from infra.db import Tx

# Parts the two, takes back the blocker's own request and hides the other's, in one statement:
# the friendship's two rows must go together.
BLOCK = """
WITH parted AS (
    DELETE FROM friendship WHERE programme = $1 AND (member, friend) IN (($2, $3), ($3, $2))
), taken_back AS (
    DELETE FROM friend_request WHERE programme = $1 AND sender = $2 AND receiver = $3
), hidden AS (
    UPDATE friend_request SET hidden = true
    WHERE programme = $1 AND sender = $3 AND receiver = $2
)
INSERT INTO block (programme, blocker, blocked, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
UNBLOCK = "DELETE FROM block WHERE programme = $1 AND blocker = $2 AND blocked = $3"
BLOCKED = """
SELECT blocked AS friend, at AS since FROM block
WHERE programme = $1 AND blocker = $2
  AND ($3::timestamptz IS NULL OR (at, blocked) < ($3, $4::uuid))
ORDER BY at DESC, blocked DESC LIMIT $5
"""

APART = """
SELECT o.id FROM unnest($3::uuid[]) AS o (id) WHERE EXISTS (
    SELECT FROM block AS b WHERE b.programme = $1
      AND (b.blocker, b.blocked) IN ((o.id, $2), ($2, o.id))
)
"""
PARTED = """
SELECT DISTINCT p.a, p.b FROM unnest($2::uuid[], $3::uuid[]) AS p (a, b) WHERE EXISTS (
    SELECT FROM block AS k WHERE k.programme = $1
      AND (k.blocker, k.blocked) IN ((p.a, p.b), (p.b, p.a))
)
"""

# By the key of each side: those who are looked at are few, those who look many.
APART_EACH = """
SELECT b.blocker AS member, b.blocked AS other FROM block AS b
WHERE b.programme = $1 AND b.blocked = ANY($3::uuid[]) AND b.blocker = ANY($2::uuid[])
UNION
SELECT b.blocked, b.blocker FROM block AS b
WHERE b.programme = $1 AND b.blocker = ANY($3::uuid[]) AND b.blocked = ANY($2::uuid[])
"""


async def block(member: Member, *, friend: UUID, at: datetime, tx: Tx) -> None:
    """Hide `member` from `friend`: they part, and no request arrives. Blocking again is fine.

    Refuses, in this order: SelfFriend, members.NoSuchMember.
    """
    await hold(member, friend, tx=tx)
    await tx.run(BLOCK, member.programme, member.id, friend, at)


async def unblock(member: Member, *, friend: UUID, tx: Tx) -> None:
    """Let `friend` ask again; brings back neither the friendship nor a request made meanwhile.

    Refuses, in this order: SelfFriend, members.NoSuchMember.
    """
    await hold(member, friend, tx=tx)
    await tx.run(UNBLOCK, member.programme, member.id, friend)


async def blocked(member: Member, *, after: Cursor | None, limit: int, tx: Tx) -> Sequence[Tie]:
    """Whom the member has blocked, newest first, from the one after `after` on."""
    since, friend = after or (None, None)
    rows = await tx.rows(BLOCKED, member.programme, member.id, since, friend, limit)
    found = await members.several(
        [row["friend"] for row in rows], programme=member.programme, tx=tx
    )
    return [Tie(found[row["friend"]], State.BLOCKED, row["since"]) for row in rows]


async def apart(member: Member, others: Collection[UUID], *, tx: Tx) -> frozenset[UUID]:
    """Those of `others` whom the member has blocked, or who have blocked the member."""
    rows = await tx.rows(APART, member.programme, member.id, list(others)) if others else []
    return frozenset(row["id"] for row in rows)


async def parted(
    pairs: Collection[tuple[UUID, UUID]], *, programme: int, tx: Tx
) -> frozenset[tuple[UUID, UUID]]:
    """Those of `pairs` of members of whom one has blocked the other."""
    if not pairs:
        return frozenset()
    ends = [a for a, _ in pairs], [b for _, b in pairs]
    return frozenset((row["a"], row["b"]) for row in await tx.rows(PARTED, programme, *ends))


async def apart_each(
    several: Collection[UUID], others: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, frozenset[UUID]]:
    """As `apart`, for each of several members; who is apart from none is left out."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    if several and others:
        for row in await tx.rows(APART_EACH, programme, list(several), list(others)):
            found[row["member"]].add(row["other"])
    return {member: frozenset(hidden) for member, hidden in found.items()}
