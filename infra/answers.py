"""Answers: the first answer to an idempotency key, given again to whoever repeats the request.

The claim is the first thing a transaction writes: a second request with the same key waits on
it until the first one has committed, and then reads what that one answered. It knows nothing
about what was asked; a fingerprint tells whether it is the same.
"""

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

CLAIM = """
INSERT INTO answer (programme, owner, key, fingerprint, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
FIRST = """
SELECT fingerprint, answer::text AS answer FROM answer
WHERE programme = $1 AND owner = $2 AND key = $3
"""
KEEP = "UPDATE answer SET answer = $4::jsonb WHERE programme = $1 AND owner = $2 AND key = $3"
FORGET = """
DELETE FROM answer WHERE (programme, owner, key) IN (
    SELECT programme, owner, key FROM answer WHERE key < uuid7_floor($1)
    ORDER BY key LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""


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


async def keep(claim: Claim, answer: object, *, tx: Tx) -> None:
    """Keep the answer to a key that was claimed in this transaction; it must be plain JSON."""
    told = orjson.dumps(answer).decode()
    await tx.run(KEEP, claim.programme, claim.owner, claim.key, told)


async def forget(at: datetime, tx: Tx) -> int:
    """Drop a bounded number of answers whose keys are too old to be accepted; how many."""
    return await tx.run(FORGET, at - FORGET_AFTER, FORGET_BATCH)


JOBS = (Job("answers.forget", timedelta(hours=1), forget),)
