"""Find members, always inside one programme."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain.members.errors import NoSuchMember, SignedOut
from domain.members.records import Member, member_of
from infra.db import Row, Tx

HANDLE = re.compile(r"[a-z0-9._-]{3,30}", re.ASCII)
IDENTITY_CHARACTERS_MAX = 255

# The sign-in of every request: what else must hold of a session belongs into this statement. It
# follows merges because a merge takes the duplicate's identities along.
IDENTIFIED = """
SELECT m.id, m.programme, m.book, m.account, m.handle, m.name, m.locale, m.zone, m.auto_accept,
       m.joined_at, m.external_ref, m.state, m.merged_into,
       EXISTS (
           SELECT FROM member_signout AS s
           WHERE s.programme = i.programme AND s.issuer = i.issuer AND s.subject = i.subject
             AND (s.session = $4
                  OR s.session = '' AND s.ended_at >= coalesce($5, '-infinity'::timestamptz))
       ) AS signed_out
FROM programme AS p
JOIN member_identity AS i ON i.programme = p.id AND i.issuer = $2 AND i.subject = $3
JOIN member AS m ON m.programme = i.programme AND m.id = i.member
WHERE p.slug = $1 AND m.state = 'ACTIVE'
"""
# A duplicate's handle still finds the person.
BY_HANDLE = """
SELECT m.id, m.programme, m.book, m.account, m.handle, m.name, m.locale, m.zone, m.auto_accept,
       m.joined_at, m.external_ref, m.state, m.merged_into
FROM member AS named
JOIN member AS m ON m.programme = $1 AND m.id = coalesce(named.merged_into, named.id)
WHERE named.programme = $1 AND named.handle = $2 AND m.state = 'ACTIVE'
"""
SEVERAL = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
       external_ref, state, merged_into
FROM member WHERE programme = $1 AND id = ANY($2::uuid[])
"""
# Sorted, so that two who lock the same members can never wait for each other. NO KEY: whoever
# writes a row that only refers to a member need not wait.
LOCK = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
       external_ref, state, merged_into
FROM member WHERE programme = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
LISTED = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
       external_ref, state, merged_into
FROM member WHERE programme = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""
# In id order, as whoever locks them.
MERGED_INTO = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at,
       external_ref, state, merged_into
FROM member WHERE programme = $1 AND merged_into = $2 ORDER BY id LIMIT $3 FOR NO KEY UPDATE
"""

FOLLOWERS = """
SELECT id, merged_into FROM member WHERE programme = $1 AND merged_into = ANY($2::uuid[])
"""


async def identified(
    programme: str,
    *,
    issuer: str,
    subject: str,
    session: str | None = None,
    since: datetime | None = None,
    tx: Tx,
) -> Member:
    """The member whom that issuer calls `subject`. Raises NoSuchMember, also for one who left,
    and SignedOut.

    programme      -- its slug; an unknown one has no members.
    session, since -- of the sign-in that asks: see `SignIn`.
    """
    row = None
    if is_identity(issuer, subject):
        row = await tx.row(IDENTIFIED, programme, issuer, subject, session, since)
    if row is None:
        raise NoSuchMember("there is no such member")
    found = dict(row)
    if found.pop("signed_out"):
        raise SignedOut("this session was ended: sign in again")
    return member_of(found)


async def get(id: UUID, *, programme: int, tx: Tx) -> Member:
    """The member with that id, in whatever state. Raises NoSuchMember."""
    found = await several([id], programme=programme, tx=tx)
    if id not in found:
        raise NoSuchMember("there is no such member")
    return found[id]


async def by_handle(handle: str, *, programme: int, tx: Tx) -> Member:
    """The active member with that handle, or into whom its member was merged.

    Raises NoSuchMember.
    """
    known = is_handle(handle)
    return _member(await tx.row(BY_HANDLE, programme, handle) if known else None)


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """Those of `ids` who are members, in whatever state, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: member_of(row) for row in rows}


async def lock(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """Like `several`, and nobody else locks them before `tx` ends.

    Members are locked before anything of the ledger is, so that nobody waits in a circle. Their
    state is what it will stay: who merges, leaves or is erased is locked first, too.
    """
    rows = await tx.rows(LOCK, programme, list(ids)) if ids else []
    return {row["id"]: member_of(row) for row in rows}


async def merged_into(member: Member, *, limit: int, tx: Tx) -> Sequence[Member]:
    """Those who became part of the member, locked until `tx` ends; `limit` at most."""
    rows = await tx.rows(MERGED_INTO, member.programme, member.id, limit)
    return [member_of(row) for row in rows]


async def followers(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, UUID]:
    """Those who became part of one of `ids`, and of whom."""
    rows = await tx.rows(FOLLOWERS, programme, list(ids))
    return {row["id"]: row["merged_into"] for row in rows}


async def listed(*, programme: int, after: UUID | None, limit: int, tx: Tx) -> Sequence[Member]:
    """The members of a programme in the order they joined, from the one after `after` on."""
    return [member_of(row) for row in await tx.rows(LISTED, programme, after, limit)]


def is_handle(text: str) -> bool:
    """True for 3 to 30 lower-case letters, digits, dots, underscores and hyphens."""
    return HANDLE.fullmatch(text) is not None


def is_identity(issuer: str, subject: str) -> bool:
    """True when both are 1 to 255 printable characters."""
    return all(t.isprintable() and 0 < len(t) <= IDENTITY_CHARACTERS_MAX for t in (issuer, subject))


def _member(row: Row | None) -> Member:
    if row is None:
        raise NoSuchMember("there is no such member")
    return member_of(row)
