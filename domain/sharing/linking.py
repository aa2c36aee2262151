"""Links: a member's own, one for each target."""

import base64
import os
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.members import Member
from domain.sharing.errors import NoSuchTarget, TooManyLinks
from domain.sharing.records import Link
from infra.db import Tx

LINKS_MAX = 200
# 60 bits: guessing one of a million links takes a million million tries.
CODE_BYTES = 10
CODE_CHARACTERS = 12

TARGET = "SELECT title FROM share_target WHERE programme = $1 AND id = $2 AND open"
COUNT = "SELECT count(*) FROM share_link WHERE programme = $1 AND member = $2"
ADD = """
INSERT INTO share_link (programme, code, member, target, created_at)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT ON CONSTRAINT share_link_once DO NOTHING
"""
OF_TARGET = """
SELECT l.code, l.programme, l.member, l.target, t.title, l.created_at,
       coalesce((SELECT sum(d.openings) FROM share_day AS d
                 WHERE d.programme = l.programme AND d.code = l.code), 0)::int AS openings
FROM share_link AS l JOIN share_target AS t ON t.programme = l.programme AND t.id = l.target
WHERE l.programme = $1 AND l.member = $2 AND l.target = $3
"""
LISTED = """
SELECT l.code, l.programme, l.member, l.target, t.title, l.created_at,
       coalesce((SELECT sum(d.openings) FROM share_day AS d
                 WHERE d.programme = l.programme AND d.code = l.code), 0)::int AS openings
FROM share_link AS l JOIN share_target AS t ON t.programme = l.programme AND t.id = l.target
WHERE l.programme = $1 AND l.member = $2 AND ($3::uuid IS NULL OR l.target > $3)
ORDER BY l.target LIMIT $4
"""


async def make(member: Member, *, target: UUID, at: datetime, tx: Tx) -> Link:
    """The member's link to the target: the one there is, or a new one.

    Refuses, in this order: NoSuchTarget, TooManyLinks.
    """
    title = await tx.value(TARGET, member.programme, target)
    if title is None:
        raise NoSuchTarget("there is nothing of that id to share")
    place = (member.programme, member.id, target)
    row = await tx.row(OF_TARGET, *place)
    if row is None:
        if await tx.value(COUNT, member.programme, member.id) >= LINKS_MAX:
            raise TooManyLinks(limit=LINKS_MAX)
        await tx.run(ADD, member.programme, _code(), member.id, target, at)
        row = await tx.row(OF_TARGET, *place)
    assert row is not None, "it was added if it was not there"
    return Link(**row)


async def links(member: Member, *, after: UUID | None, limit: int, tx: Tx) -> Sequence[Link]:
    """The member's links, by target, `limit` at most, from the target after `after` on."""
    rows = await tx.rows(LISTED, member.programme, member.id, after, limit)
    return [Link(**row) for row in rows]


def _code() -> str:
    return base64.b32encode(os.urandom(CODE_BYTES)).decode().lower()[:CODE_CHARACTERS]
