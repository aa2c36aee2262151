"""Crossing: friends of other programmes.

Each programme's rows name its own members; the other side stands in them only once both have
agreed, and then by number and id. Names are read when they are shown, by a member's own session:
sessions of partners and operators cannot see across (see docs/decisions/0015).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import members, programmes
from domain.friends.errors import NoSuchAcross, TooManyFriends, TooManyRequests
from domain.friends.events import AcrossBefriended, AcrossRequested
from domain.friends.records import ACROSS_MAX, REQUESTS_MAX, Across, Cursor, Link
from domain.members import Member
from infra import ids
from infra.db import Row, Tx
from infra.outbox import emit

FRIENDS = """
SELECT id, peer_programme, peer, since FROM across_friend
WHERE programme = $1 AND member = $2 AND ($3::timestamptz IS NULL OR (since, id) < ($3, $4::uuid))
ORDER BY since DESC, id DESC LIMIT $5
"""
ONE = """
SELECT id, peer_programme, peer, since FROM across_friend
WHERE programme = $1 AND member = $2 AND id = $3
"""
WITH_PEER = """
SELECT id, peer_programme, peer, since FROM across_friend
WHERE programme = $1 AND member = $2 AND peer_programme = $3 AND peer = $4
"""
COUNT = """
SELECT (SELECT count(*) FROM across_friend WHERE programme = $1 AND member = $2) AS yours,
       (SELECT count(*) FROM across_friend WHERE programme = $3 AND member = $4) AS theirs
"""
# In one statement: each row refers to the other.
BEFRIEND = """
WITH answered AS (
    DELETE FROM across_request AS own USING across_request AS other
    WHERE own.id = other.id AND (own.programme, own.member) IN (($1, $2), ($3, $4))
      AND (other.programme, other.member) IN (($1, $2), ($3, $4))
      AND own.programme <> other.programme
)
INSERT INTO across_friend (programme, member, peer_programme, peer, id, since)
VALUES ($1, $2, $3, $4, $5, $6), ($3, $4, $1, $2, $5, $6)
"""
PART = "DELETE FROM across_friend WHERE programme = $1 AND member = $2 AND id = $3"
BLOCK = """
WITH parted AS (
    DELETE FROM across_friend WHERE programme = $1 AND member = $2 AND id = $3
    RETURNING peer_programme, peer
)
INSERT INTO across_block (programme, member, peer_programme, peer, id, at)
SELECT $1, $2, peer_programme, peer, $3, $4 FROM parted ON CONFLICT DO NOTHING
"""
UNBLOCK = "DELETE FROM across_block WHERE programme = $1 AND member = $2 AND id = $3"
BLOCKED = """
SELECT id, peer_programme, peer, at AS since FROM across_block
WHERE programme = $1 AND member = $2 AND ($3::timestamptz IS NULL OR (at, id) < ($3, $4::uuid))
ORDER BY at DESC, id DESC LIMIT $5
"""
BETWEEN = """
SELECT EXISTS (
    SELECT FROM across_block
    WHERE programme = $1 AND member = $2 AND peer_programme = $3 AND peer = $4
) OR EXISTS (
    SELECT FROM across_block
    WHERE programme = $3 AND member = $4 AND peer_programme = $1 AND peer = $2
)
"""
ASKED = """
SELECT id FROM across_request
WHERE programme = $1 AND member = $2 AND NOT inviter AND code = $3
"""
WAITING = "SELECT count(*) FROM across_request WHERE programme = $1 AND member = $2 AND NOT inviter"
ASK = """
INSERT INTO across_request (programme, id, member, inviter, code, at)
VALUES ($1, $2, $3, true, $6, $7), ($4, $2, $5, false, $6, $7)
"""


async def across(member: Member, *, after: Cursor | None, limit: int, tx: Tx) -> Sequence[Across]:
    """The member's friends of other programmes, newest first, from the one after `after` on."""
    since, id = after or (None, None)
    return await _named(await tx.rows(FRIENDS, member.programme, member.id, since, id, limit), tx)


async def across_one(id: UUID, *, member: Member, tx: Tx) -> Across:
    """That friend of the member in another programme. Raises NoSuchAcross."""
    found = await _named(await tx.rows(ONE, member.programme, member.id, id), tx)
    if not found:
        raise NoSuchAcross("you have no such friend in another programme")
    return found[0]


async def remove_across(id: UUID, *, member: Member, tx: Tx) -> None:
    """End a friendship between programmes, for both; nothing happens when there is none."""
    await tx.run(PART, member.programme, member.id, id)


async def block_across(id: UUID, *, member: Member, at: datetime, tx: Tx) -> None:
    """End it, and let no link bring the two together again; nothing happens when there is none."""
    await tx.run(BLOCK, member.programme, member.id, id, at)


async def unblock_across(id: UUID, *, member: Member, tx: Tx) -> None:
    """Let links work again between the two; brings nothing back."""
    await tx.run(UNBLOCK, member.programme, member.id, id)


async def blocked_across(
    member: Member, *, after: Cursor | None, limit: int, tx: Tx
) -> Sequence[Across]:
    """Whom of other programmes the member has blocked, newest first."""
    at, id = after or (None, None)
    return await _named(await tx.rows(BLOCKED, member.programme, member.id, at, id, limit), tx)


async def both_held(ends: Mapping[int, UUID], *, tx: Tx) -> Mapping[int, Member]:
    """Those of the two who take part, locked, by programme.

    In the programmes' order, so that two who cross at once cannot wait for each other.
    """
    found: dict[int, Member] = {}
    for programme in sorted(ends):
        locked = await members.lock([ends[programme]], programme=programme, tx=tx)
        one = locked.get(ends[programme])
        if one is not None and one.is_active:
            found[programme] = one
    return found


async def blocked_between(a: Member, b: Member, *, tx: Tx) -> bool:
    """True when one of the two has blocked the other."""
    return bool(await tx.value(BETWEEN, a.programme, a.id, b.programme, b.id))


async def with_peer(member: Member, peer: Member, *, tx: Tx) -> Across | None:
    """The friendship of the two, as `member` sees it; None when there is none."""
    rows = await tx.rows(WITH_PEER, member.programme, member.id, peer.programme, peer.id)
    return next(iter(await _named(rows, tx)), None)


async def asked_by(link: Link, member: Member, *, tx: Tx) -> UUID | None:
    """The open wish of one who has opened that link before; None when there is none."""
    found = await tx.value(ASKED, member.programme, member.id, link.code)
    return found if isinstance(found, UUID) else None


async def ask(link: Link, inviter: Member, member: Member, *, at: datetime, tx: Tx) -> UUID:
    """A wish of `member` for the inviter to answer. Raises TooManyRequests."""
    if await tx.value(WAITING, member.programme, member.id) >= REQUESTS_MAX:
        raise TooManyRequests(limit=REQUESTS_MAX)
    id = ids.new(at)
    ends = (inviter.programme, id, inviter.id, member.programme, member.id)
    await tx.run(ASK, *ends, link.code, at)
    told = AcrossRequested(programme=inviter.programme, subject=inviter.id, object=id, at=at)
    emit(told, tx=tx)
    return id


async def befriend(member: Member, peer: Member, *, at: datetime, tx: Tx) -> Across:
    """Make the two, who are held and have both agreed, friends. Raises TooManyFriends."""
    pair = (member.programme, member.id, peer.programme, peer.id)
    count = await tx.row(COUNT, *pair)
    assert count is not None, "a count is always one row"
    for whose, yours in (("yours", True), ("theirs", False)):
        if count[whose] >= ACROSS_MAX:
            raise TooManyFriends(limit=ACROSS_MAX, yours=yours)
    id = ids.new(at)
    await tx.run(BEFRIEND, *pair, id, at)
    for one in (member, peer):
        told = AcrossBefriended(programme=one.programme, subject=one.id, object=id, at=at)
        emit(told, tx=tx)
    return await across_one(id, member=member, tx=tx)


async def _named(rows: Sequence[Row], tx: Tx) -> Sequence[Across]:
    """The rows with names, one look into each programme that is among them."""
    wanted: defaultdict[int, set[UUID]] = defaultdict(set)
    for row in rows:
        wanted[row["peer_programme"]].add(row["peer"])
    homes = {number: await programmes.by_id(number, tx=tx) for number in sorted(wanted)}
    people = {
        number: await members.several(wanted[number], programme=number, tx=tx)
        for number in sorted(wanted)
    }
    return [
        Across(
            id=row["id"],
            peer=row["peer"],
            programme=row["peer_programme"],
            name=people[row["peer_programme"]][row["peer"]].name,
            programme_name=homes[row["peer_programme"]].name,
            since=row["since"],
        )
        for row in rows
    ]
