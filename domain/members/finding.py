"""Find members, always inside one programme."""

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.members.errors import NoSuchMember
from domain.members.records import Member
from infra.db import Row, Tx

HANDLE = re.compile(r"[a-z0-9._-]{3,30}", re.ASCII)
IDENTITY_CHARACTERS_MAX = 255

IDENTIFIED = """
SELECT m.id, m.programme, m.book, m.account, m.handle, m.name, m.locale, m.zone, m.auto_accept,
       m.joined_at
FROM programme AS p JOIN member AS m ON m.programme = p.id
WHERE p.slug = $1 AND m.issuer = $2 AND m.subject = $3
"""
BY_HANDLE = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at
FROM member WHERE programme = $1 AND handle = $2
"""
SEVERAL = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at
FROM member WHERE programme = $1 AND id = ANY($2::uuid[])
"""
# Sorted, so that two who lock the same members can never wait for each other. NO KEY: whoever
# writes a row that only refers to a member need not wait.
LOCK = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at
FROM member WHERE programme = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
LISTED = """
SELECT id, programme, book, account, handle, name, locale, zone, auto_accept, joined_at
FROM member WHERE programme = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""


async def identified(programme: str, *, issuer: str, subject: str, tx: Tx) -> Member:
    """The member whom that issuer calls `subject`. Raises NoSuchMember.

    programme -- its slug; an unknown one has no members.
    """
    known = is_identity(issuer, subject)
    return _member(await tx.row(IDENTIFIED, programme, issuer, subject) if known else None)


async def get(id: UUID, *, programme: int, tx: Tx) -> Member:
    """The member with that id. Raises NoSuchMember."""
    found = await several([id], programme=programme, tx=tx)
    if id not in found:
        raise NoSuchMember("there is no such member")
    return found[id]


async def by_handle(handle: str, *, programme: int, tx: Tx) -> Member:
    """The member with that handle. Raises NoSuchMember."""
    known = is_handle(handle)
    return _member(await tx.row(BY_HANDLE, programme, handle) if known else None)


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """Those of `ids` who are members, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: Member(**row) for row in rows}


async def lock(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Member]:
    """Like `several`, and nobody else locks them before `tx` ends.

    Members are locked before anything of the ledger is, so that nobody waits in a circle.
    """
    rows = await tx.rows(LOCK, programme, list(ids)) if ids else []
    return {row["id"]: Member(**row) for row in rows}


async def listed(*, programme: int, after: UUID | None, limit: int, tx: Tx) -> Sequence[Member]:
    """The members of a programme in the order they joined, from the one after `after` on."""
    return [Member(**row) for row in await tx.rows(LISTED, programme, after, limit)]


def is_handle(text: str) -> bool:
    """True for 3 to 30 lower-case letters, digits, dots, underscores and hyphens."""
    return HANDLE.fullmatch(text) is not None


def is_identity(issuer: str, subject: str) -> bool:
    """True when both are 1 to 255 printable characters."""
    return all(t.isprintable() and 0 < len(t) <= IDENTITY_CHARACTERS_MAX for t in (issuer, subject))


def _member(row: Row | None) -> Member:
    if row is None:
        raise NoSuchMember("there is no such member")
    return Member(**row)
