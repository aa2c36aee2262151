"""What friends keep about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset(
    {
        "friendship", "friend_request", "block", "friend_finding", "friend_contact",
        "friend_quota", "friend_link", "across_friend", "across_request", "across_block",
    }
)  # fmt: skip

FRIENDSHIPS = """
SELECT friend, since FROM friendship WHERE programme = $1 AND member = $2 ORDER BY since, friend
"""
# Not those who declined or blocked the member: who did is not theirs to know.
REQUESTS = """
SELECT sender, receiver, at FROM friend_request
WHERE programme = $1 AND (sender = $2 OR receiver = $2 AND NOT hidden) ORDER BY at, sender
"""
BLOCKS = "SELECT blocked, at FROM block WHERE programme = $1 AND blocker = $2 ORDER BY at, blocked"
FINDING = """
SELECT by_handle, by_contact FROM friend_finding WHERE programme = $1 AND member = $2
"""
CONTACTS = """
SELECT encode(hash, 'hex') AS hash FROM friend_contact
WHERE programme = $1 AND member = $2 ORDER BY hash
"""
QUOTAS = """
SELECT kind, day, used FROM friend_quota WHERE programme = $1 AND member = $2 ORDER BY day, kind
"""
LINKS = """
SELECT code, note, at_once, across, uses_max, uses, made_at, expires_at, revoked_at
FROM friend_link WHERE programme = $1 AND member = $2 ORDER BY made_at, code
"""
ACROSS = """
SELECT id, since FROM across_friend WHERE programme = $1 AND member = $2 ORDER BY since, id
"""
ACROSS_REQUESTS = """
SELECT id, inviter, at FROM across_request
WHERE programme = $1 AND member = $2 AND NOT hidden ORDER BY at, id
"""
ACROSS_BLOCKS = """
SELECT id, at FROM across_block WHERE programme = $1 AND member = $2 ORDER BY at, id
"""
WANTED = {
    "friendship": FRIENDSHIPS,
    "friend_request": REQUESTS,
    "block": BLOCKS,
    "friend_finding": FINDING,
    "friend_contact": CONTACTS,
    "friend_quota": QUOTAS,
    "friend_link": LINKS,
    "across_friend": ACROSS,
    "across_request": ACROSS_REQUESTS,
    "across_block": ACROSS_BLOCKS,
}
# A friendship is two rows, and both go; that of another programme goes by its own key.
FORGET = """
WITH friends AS (
    DELETE FROM friendship WHERE programme = $1 AND (member = $2 OR friend = $2)
), requests AS (
    DELETE FROM friend_request WHERE programme = $1 AND (sender = $2 OR receiver = $2)
), blocks AS (
    DELETE FROM block WHERE programme = $1 AND (blocker = $2 OR blocked = $2)
), found AS (
    DELETE FROM friend_finding WHERE programme = $1 AND member = $2
), quotas AS (
    DELETE FROM friend_quota WHERE programme = $1 AND member = $2
), links AS (
    DELETE FROM friend_link WHERE programme = $1 AND member = $2
), afar AS (
    DELETE FROM across_friend WHERE programme = $1 AND member = $2
), wishes AS (
    DELETE FROM across_request WHERE programme = $1 AND member = $2
)
DELETE FROM across_block WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that friends keep of the member, by table; of others no more than ids, and of those
    in other programmes not even that."""
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in WANTED.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """Nobody's friend any more, in no programme; links and everything to be found by, gone."""
    await tx.run(FORGET, programme, member)
