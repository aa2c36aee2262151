"""Answers: the first answer to an idempotency key, given again to whoever repeats the request.

The claim is the first thing a transaction writes: a second request with the same key waits on
it until the first one has committed, and then reads what that one answered. It knows nothing
about what was asked; a fingerprint tells whether it is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from infra.db import Tx
from infra.jobs import Job

# What a ledger's book accepts as an id unless it was told otherwise (migration 0002).
PAST = timedelta(days=30)
FUTURE = timedelta(days=2)
FORGET_AFTER = PAST + timedelta(days=2)
FORGET_BATCH = 1000
# How JSON writes the one character that PostgreSQL has no place for.
NUL = r"\u0000"

CLAIM = """
INSERT INTO answer (programme, owner, key, fingerprint, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
FIRST = """
SELECT fingerprint, answer::text AS answer FROM answer
WHERE programme = $1 AND owner = $2 AND key = $3
"""
KEEP = "UPDATE answer SET answer = $4::jsonb WHERE programme = $1 AND owner = $2 AND key = $3"
RELEASE = "DELETE FROM answer WHERE programme = $1 AND owner = $2 AND key = $3"
FORGET = """
DELETE FROM answer WHERE (programme, owner, key) IN (
    SELECT programme, owner, key FROM answer WHERE key < uuid7_floor($1)
    ORDER BY key LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""

# Reads all of a programme's answers: for a job, never while somebody waits.
NAMING = """
SELECT owner, key, answer::text AS answer FROM answer
WHERE programme = $1 AND answer::text LIKE '%' || $2::text || '%' LIMIT $3
"""
NAMING_MAX = 10_000
REWRITE = """
UPDATE answer AS a SET answer = r.answer::jsonb
FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS r (owner, key, answer)
WHERE a.programme = $1 AND a.owner = r.owner AND a.key = r.key
"""
FORGET_OWNER = "DELETE FROM answer WHERE programme = $1 AND owner = $2"


@dataclass(frozen=True, slots=True)
class Claim:
    """One request's hold on a key of one owner.

    fingerprint -- 32 bytes that are the same for the same request.
    """

    programme: int
    owner: UUID
    key: UUID
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class First:
    """What the first request with a key was answered.

    same -- True when this request asks the same.
    """

    same: bool
    answer: Any


async def claim(claim: Claim, *, at: datetime, tx: Tx) -> First | None:
    """Take the key, or wait for whoever has it; None when this request is the first."""
    place = (claim.programme, claim.owner, claim.key)
    if await tx.run(CLAIM, *place, claim.fingerprint, at):
        return None
    row = await tx.row(FIRST, *place)
    assert row is not None, "an answer outlives the time in which its key is accepted"
    assert row["answer"] is not None, "whoever claims a key answers it before committing"
    return First(bytes(row["fingerprint"]) == claim.fingerprint, orjson.loads(row["answer"]))


async def release(claim: Claim, *, tx: Tx) -> None:
    """Give the key up again: the next request with it is the first."""
    await tx.run(RELEASE, claim.programme, claim.owner, claim.key)


async def keep(claim: Claim, answer: object, *, tx: Tx) -> None:
    """Keep the answer to a key that was claimed in this transaction; it must be plain JSON.

    What it repeats of a request may hold what the database refuses in any text: that is replaced.
    """
    told = orjson.dumps(answer).decode()
    if NUL in told:
        told = orjson.dumps(_storable(answer)).decode()
    await tx.run(KEEP, claim.programme, claim.owner, claim.key, told)


async def forget(at: datetime, tx: Tx) -> int:
    """Drop a bounded number of answers whose keys are too old to be accepted; how many."""
    return await tx.run(FORGET, at - FORGET_AFTER, FORGET_BATCH)


async def forget_owner(owner: UUID, *, programme: int, tx: Tx) -> None:
    """Drop every answer that one owner was given: who is erased repeats no request."""
    await tx.run(FORGET_OWNER, programme, owner)


async def rewrite(naming: UUID, change: Callable[[Any], Any], *, programme: int, tx: Tx) -> None:
    """Keep what `change` makes of each answer that names that id. Slow: see NAMING."""
    rows = await tx.rows(NAMING, programme, str(naming), NAMING_MAX)
    owners, keys = [row["owner"] for row in rows], [row["key"] for row in rows]
    told = [orjson.dumps(change(orjson.loads(row["answer"]))).decode() for row in rows]
    await tx.run(REWRITE, programme, owners, keys, told)


def _storable(told: Any) -> Any:
    if isinstance(told, str):
        return told.replace("\0", "\ufffd")
    if isinstance(told, list | tuple):
        return [_storable(one) for one in told]
    if isinstance(told, dict):
        return {_storable(name): _storable(one) for name, one in told.items()}
    return told


JOBS = (Job("answers.forget", timedelta(hours=1), forget),)
