"""Linking: a link from one member to another, given by whatever way people have.

A code has 100 random bits, so nobody finds one by trying; and each who tries has a daily quota.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import members, programmes
from domain.friends import crossing
from domain.friends.errors import BadLink, NoSuchLink, TooManyLinks
from domain.friends.pairing import hold
from domain.friends.records import (
    LINK_CODE_CHARACTERS,
    LINK_DAYS_MAX,
    LINK_NOTE_CHARACTERS_MAX,
    LINK_USES_MAX,
    LINKS_MAX,
    Across,
    Link,
    State,
    Tie,
)
from domain.friends.requesting import befriend, request
from domain.members import Member
from infra import codes
from infra.db import Tx

OPEN = """
SELECT count(*) FROM friend_link
WHERE programme = $1 AND member = $2 AND revoked_at IS NULL AND expires_at > $3 AND uses < uses_max
"""
ADD = """
INSERT INTO friend_link (programme, code, member, note, at_once, across, uses_max, made_at,
                         expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
LISTED = """
SELECT code, programme, member, note, at_once, across, uses_max, uses, made_at, expires_at,
       revoked_at
FROM friend_link
WHERE programme = $1 AND member = $2
  AND ($3::timestamptz IS NULL OR (made_at, code) < ($3, $4::text))
ORDER BY made_at DESC, code DESC LIMIT $5
"""
REVOKE = """
UPDATE friend_link SET revoked_at = coalesce(revoked_at, $4)
WHERE programme = $1 AND member = $2 AND code = $3
RETURNING code, programme, member, note, at_once, across, uses_max, uses, made_at, expires_at,
          revoked_at
"""
# By its code alone: whoever opens it may be of another programme.
FIND = """
SELECT code, programme, member, note, at_once, across, uses_max, uses, made_at, expires_at,
       revoked_at
FROM friend_link
WHERE code = $1 AND revoked_at IS NULL AND expires_at > $2
"""
# Decides under the row's lock whether there is a use left.
USE = """
UPDATE friend_link SET uses = uses + 1
WHERE programme = $1 AND code = $2 AND uses < uses_max AND revoked_at IS NULL AND expires_at > $3
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of opening a link; one of the three.

    tie     -- within the programme: friends now, or a request that is open.
    across  -- a friend in another programme.
    request -- the id of an open wish to somebody in another programme.
    """

    tie: Tie | None = None
    across: Across | None = None
    request: UUID | None = None


async def make_link(
    member: Member,
    *,
    note: str | None = None,
    at_once: bool = False,
    across: bool = False,
    uses: int = 1,
    days: int = 7,
    at: datetime,
    tx: Tx,
) -> Link:
    """A new link of the member.

    uses -- how often it may be used, 1 to 100; days -- how long it holds, 1 to 30.
    Refuses, in this order: BadLink, members.NoSuchMember, TooManyLinks.
    """
    plain = programmes.plain(note or "", longest=LINK_NOTE_CHARACTERS_MAX)
    if plain is None:
        raise BadLink("note", f"a note is plain text of {LINK_NOTE_CHARACTERS_MAX} characters")
    if not 1 <= uses <= LINK_USES_MAX:
        raise BadLink("uses", f"a link is used 1 to {LINK_USES_MAX} times")
    if not 1 <= days <= LINK_DAYS_MAX:
        raise BadLink("days", f"a link holds 1 to {LINK_DAYS_MAX} days")
    if member.id not in await members.lock([member.id], programme=member.programme, tx=tx):
        raise members.NoSuchMember("there is no such member")
    if await tx.value(OPEN, member.programme, member.id, at) >= LINKS_MAX:
        raise TooManyLinks(limit=LINKS_MAX)
    code, until = codes.fresh(LINK_CODE_CHARACTERS), at + timedelta(days=days)
    note = plain or None
    terms = (note, at_once, across, uses, at, until)
    await tx.run(ADD, member.programme, code, member.id, *terms)
    return Link(code, member.programme, member.id, note, at_once, across, uses, 0, at, until, None)


async def links(
    member: Member, *, after: tuple[datetime, str] | None, limit: int, tx: Tx
) -> Sequence[Link]:
    """The member's links, newest first, those that are over too, from the one after `after` on."""
    made_at, code = after or (None, None)
    rows = await tx.rows(LISTED, member.programme, member.id, made_at, code, limit)
    return [Link(**row) for row in rows]


async def revoke_link(code: str, *, member: Member, at: datetime, tx: Tx) -> Link:
    """End a link of the member; what came of it stays. Again is fine. Raises NoSuchLink."""
    plain = codes.read(code, length=LINK_CODE_CHARACTERS)
    row = plain and await tx.row(REVOKE, member.programme, member.id, plain, at)
    if not row:
        raise NoSuchLink("there is no such link")
    return Link(**row)


async def open_link(code: str, *, member: Member, at: datetime, tx: Tx) -> Opened:
    """Follow somebody's link: friends at once, or a request, as the link says. Following it again
    answers the same and uses nothing up.

    To somebody of another programme nothing is told of the other before both have agreed.
    Refuses, in this order: NoSuchLink, TooManyFriends, TooManyRequests.
    """
    plain = codes.read(code, length=LINK_CODE_CHARACTERS)
    row = await tx.row(FIND, plain, at) if plain else None
    if row is None:
        raise NoSuchLink("there is no such link")
    link = Link(**row)
    if link.programme == member.programme:
        return Opened(tie=await _opened(link, member, at, tx))
    if not link.across:
        raise NoSuchLink("there is no such link")
    return await _opened_across(link, member, at, tx)


async def _opened(link: Link, member: Member, at: datetime, tx: Tx) -> Tie:
    if link.member == member.id:
        raise NoSuchLink("there is no such link")
    try:
        pair = await hold(member, link.member, tx=tx)
    except members.NoSuchMember as refused:
        raise NoSuchLink("there is no such link") from refused
    if pair.blocks or pair.is_blocked:
        raise NoSuchLink("there is no such link")
    if pair.friends_since is not None:
        return Tie(pair.friend, State.FRIENDS, pair.friends_since)
    if pair.asked_at is not None and not link.at_once:
        return Tie(pair.friend, State.REQUESTED, pair.asked_at)
    await _use(link, at, tx)
    if link.at_once:
        return await befriend(member, pair, at=at, tx=tx)
    return await request(member, friend=link.member, at=at, tx=tx)


async def _opened_across(link: Link, member: Member, at: datetime, tx: Tx) -> Opened:
    ends = {link.programme: link.member, member.programme: member.id}
    inviter = (await crossing.both_held(ends, tx=tx)).get(link.programme)
    if inviter is None or await crossing.blocked_between(inviter, member, tx=tx):
        raise NoSuchLink("there is no such link")
    friend = await crossing.with_peer(member, inviter, tx=tx)
    if friend is not None:
        return Opened(across=friend)
    waiting = await crossing.asked_by(link, member, tx=tx)
    if waiting is not None and not link.at_once:
        return Opened(request=waiting)
    await _use(link, at, tx)
    if link.at_once:
        return Opened(across=await crossing.befriend(member, inviter, at=at, tx=tx))
    return Opened(request=await crossing.ask(link, inviter, member, at=at, tx=tx))


async def _use(link: Link, at: datetime, tx: Tx) -> None:
    if not await tx.run(USE, link.programme, link.code, at):
        raise NoSuchLink("there is no such link")
