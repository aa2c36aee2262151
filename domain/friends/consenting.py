"""Answer a wish between programmes: the one whose link it was says yes or no."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.friends import crossing
from domain.friends.errors import NoSuchRequest
from domain.friends.records import Across, AcrossRequest, Cursor
from domain.members import Member
from infra.db import Row, Tx

REQUESTS = """
SELECT r.id, r.inviter, r.at, l.note FROM across_request AS r
LEFT JOIN friend_link AS l ON l.programme = r.programme AND l.code = r.code
WHERE r.programme = $1 AND r.member = $2 AND r.inviter = $3 AND NOT r.hidden
  AND ($4::timestamptz IS NULL OR (r.at, r.id) < ($4, $5::uuid))
ORDER BY r.at DESC, r.id DESC LIMIT $6
"""
REQUEST = """
SELECT r.id, r.inviter, r.at, l.note FROM across_request AS r
LEFT JOIN friend_link AS l ON l.programme = r.programme AND l.code = r.code
WHERE r.programme = $1 AND r.member = $2 AND r.id = $3 AND NOT r.hidden
"""
# The two sides of one wish; the other side's row is in its own programme.
SIDES = """
SELECT own.code, other.programme AS peer_programme, other.member AS peer
FROM across_request AS own JOIN across_request AS other
     ON other.id = own.id AND other.programme <> own.programme
WHERE own.programme = $1 AND own.member = $2 AND own.id = $3 AND own.inviter
"""
HIDE = """
UPDATE across_request SET hidden = true
WHERE programme = $1 AND member = $2 AND id = $3 AND inviter
"""
WITHDRAW = """
WITH own AS (
    DELETE FROM across_request
    WHERE programme = $1 AND member = $2 AND id = $3 AND NOT inviter RETURNING id
)
DELETE FROM across_request AS other USING own WHERE other.id = own.id AND other.programme <> $1
"""


async def across_requests(
    member: Member, *, received: bool, after: Cursor | None, limit: int, tx: Tx
) -> Sequence[AcrossRequest]:
    """Open wishes between programmes, newest first, from the one after `after` on.

    received -- True: those that wait for the member's answer; False: those the member has made.
    """
    at, id = after or (None, None)
    rows = await tx.rows(REQUESTS, member.programme, member.id, received, at, id, limit)
    return [_request(row) for row in rows]


async def across_request(id: UUID, *, member: Member, tx: Tx) -> AcrossRequest | None:
    """The open wish with that id of which the member is one side; None when there is none."""
    row = await tx.row(REQUEST, member.programme, member.id, id)
    return None if row is None else _request(row)


async def accept_across(id: UUID, *, member: Member, at: datetime, tx: Tx) -> Across:
    """Say yes to one who has opened the member's link. Both see each other from now on.

    Refuses, in this order: NoSuchRequest, TooManyFriends.
    """
    row = await tx.row(SIDES, member.programme, member.id, id)
    if row is None:
        raise NoSuchRequest("there is no such request")
    found = await crossing.both_held(
        {member.programme: member.id, row["peer_programme"]: row["peer"]}, tx=tx
    )
    opener = found.get(row["peer_programme"])
    # Read again now that both are held: it may have been taken back, or answered.
    open_still = await tx.row(SIDES, member.programme, member.id, id) is not None
    if opener is None or not open_still or await crossing.blocked_between(member, opener, tx=tx):
        raise NoSuchRequest("there is no such request")
    friend = await crossing.with_peer(member, opener, tx=tx)
    return friend or await crossing.befriend(member, opener, at=at, tx=tx)


async def decline_across(id: UUID, *, member: Member, tx: Tx) -> None:
    """Say no, quietly: the one who opened the link goes on seeing an open wish."""
    await tx.run(HIDE, member.programme, member.id, id)


async def withdraw_across(id: UUID, *, member: Member, tx: Tx) -> None:
    """Take back an own wish; nothing happens when there is none."""
    await tx.run(WITHDRAW, member.programme, member.id, id)


def _request(row: Row) -> AcrossRequest:
    # The note is the inviter's alone; the join finds it in the inviter's programme only.
    return AcrossRequest(row["id"], row["inviter"], row["note"], row["at"])
