"""Receive a file: check what can be checked at once and keep it until a worker reads it."""

import asyncio
import hashlib
from datetime import datetime
from uuid import UUID

from domain.activities.errors import (
    BadActivityName,
    DuplicateFile,
    EmptyFile,
    FileTooLarge,
    IdReused,
    NotASport,
    TooManyWaiting,
)
from domain.activities.finding import READ, activity_of
from domain.activities.records import SPORTS, Activity, Format, Type
from domain.activities.sniffing import format_of
from domain.members import Member
from domain.programmes import plain
from infra import signals
from infra.db import Tx

SIZE_BYTES_MAX = 10 * 1024 * 1024
NAME_CHARACTERS_MAX = 120
# Enough for a season of training at once, too little for one member to fill the disks.
WAITING_MAX = 100
# Heard by the workers; see infra.signals.
UNREAD = "laurel:files"
# Hashing this much takes about a millisecond; then the loop may do something else.
HASH_BYTES = 1 << 20

# The member's uploads and verdicts wait for each other, so that of two copies one is the first.
LOCK_MEMBER = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::uuid, 11))"
EARLIER = """
SELECT a.id, a.member, a.sha256, a.stated_type FROM activity AS a
WHERE a.programme = $1 AND (a.id = $2 OR (a.member = $3 AND a.sha256 = $4))
ORDER BY a.id = $2 DESC
"""
WAITING = "SELECT count(*) FROM activity_file WHERE programme = $1 AND member = $2"
ADD = """
WITH added AS (
    INSERT INTO activity (programme, id, member, type, stated_type, format, name, sha256,
                          created_at)
    VALUES ($1, $2, $3, coalesce($4, 'OTHER'), $4, $5, $6, $7, $8)
)
INSERT INTO activity_file (programme, activity, member, content) VALUES ($1, $2, $3, $9)
"""


async def receive(
    member: Member,
    *,
    content: bytes,
    name: str,
    id: UUID,
    stated_type: Type | None = None,
    at: datetime,
    tx: Tx,
) -> Activity:
    """Keep the file; the activity is PROCESSING until a worker has read it.

    name        -- what the member calls it, 120 characters at most; may be empty.
    id          -- of the new activity, a UUIDv7; the same id and file again change nothing.
    stated_type -- what it was, for a file that does not say.
    Refuses, in this order: EmptyFile, FileTooLarge, UnsupportedFormat, NotASport,
    BadActivityName, IdReused, DuplicateFile, TooManyWaiting.
    """
    format = _checked(content, stated_type)
    title = _sound_name(name)
    sha256 = await _sha256(content)
    await tx.run(LOCK_MEMBER, member.programme, member.id)
    for earlier in await tx.rows(EARLIER, member.programme, id, member.id, sha256):
        if earlier["id"] != id:
            raise DuplicateFile(earlier["id"])
        if (earlier["member"], earlier["sha256"], earlier["stated_type"]) != (
            *(member.id, sha256),
            stated_type,
        ):
            raise IdReused("this id belongs to another upload")
        return await _found(id, member, tx)
    if await tx.value(WAITING, member.programme, member.id) >= WAITING_MAX:
        raise TooManyWaiting(WAITING_MAX)
    await tx.run(
        ADD, member.programme, id, member.id, stated_type, format, title, sha256, at, content
    )
    tx.after_commit(_tell_workers)
    return await _found(id, member, tx)


def _checked(content: bytes, stated_type: Type | None) -> Format:
    if not content:
        raise EmptyFile("the file is empty")
    if len(content) > SIZE_BYTES_MAX:
        raise FileTooLarge(len(content), SIZE_BYTES_MAX)
    format = format_of(content)
    if stated_type is not None and stated_type not in SPORTS:
        raise NotASport(f"{stated_type} is not recorded in a file")
    return format


def _sound_name(name: str) -> str:
    title = plain(name, longest=NAME_CHARACTERS_MAX)
    if title is None:
        raise BadActivityName(f"a name is {NAME_CHARACTERS_MAX} characters of plain text at most")
    return title


async def _sha256(content: bytes) -> bytes:
    digest = hashlib.sha256()
    for start in range(0, len(content), HASH_BYTES):
        digest.update(content[start : start + HASH_BYTES])
        await asyncio.sleep(0)
    return digest.digest()


async def _found(id: UUID, member: Member, tx: Tx) -> Activity:
    rows = await tx.rows(READ, member.programme, member.id, [id])
    return activity_of(rows[0])


async def _tell_workers() -> None:
    await signals.publish([UNREAD])
