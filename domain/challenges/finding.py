"""Find challenges, always inside one programme."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.challenges import writing
from domain.challenges.errors import NoSuchChallenge
from domain.challenges.records import Challenge, Owner, State
from infra.db import Row, Tx

COLUMNS = tuple(field.name for field in fields(Challenge))

SEVERAL = """
SELECT id, programme, owner, partner, creator, name, description, state, terms::text AS terms,
       version, book, account, budget, funded, spent, created_at, cutoff_at, exhausted_at,
       disclosed_at, reason, live_at, ended_at, settled_at, returned, halted
FROM challenge WHERE programme = $1 AND id = ANY($2::uuid[])
"""
LOCK = """
SELECT id, programme, owner, partner, creator, name, description, state, terms::text AS terms,
       version, book, account, budget, funded, spent, created_at, cutoff_at, exhausted_at,
       disclosed_at, reason, live_at, ended_at, settled_at, returned, halted
FROM challenge WHERE programme = $1 AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE
"""
# What members make among themselves is nobody else's.
LISTED = """
SELECT id, programme, owner, partner, creator, name, description, state, terms::text AS terms,
       version, book, account, budget, funded, spent, created_at, cutoff_at, exhausted_at,
       disclosed_at, reason, live_at, ended_at, settled_at, returned, halted
FROM challenge
WHERE programme = $1 AND owner <> 'MEMBER' AND ($2::uuid IS NULL OR id < $2)
  AND ($3::text[] IS NULL OR state = ANY($3))
  AND ($4::timestamptz IS NULL OR disclosed_at IS NULL OR disclosed_at <= $4)
ORDER BY id DESC LIMIT $5
"""
OF_PARTNER = """
SELECT id, programme, owner, partner, creator, name, description, state, terms::text AS terms,
       version, book, account, budget, funded, spent, created_at, cutoff_at, exhausted_at,
       disclosed_at, reason, live_at, ended_at, settled_at, returned, halted
FROM challenge
WHERE programme = $1 AND partner = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""


async def get(id: UUID, *, programme: int, partner: UUID | None = None, tx: Tx) -> Challenge:
    """The challenge with that id, in any state, disclosed or not.

    partner -- only one of that partner's is found; None: whoever made it.
    Raises NoSuchChallenge.
    """
    found = await several([id], programme=programme, tx=tx)
    return _of(partner, found.get(id))


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Challenge]:
    """Those challenges of the programme, by id; the others are left out."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: challenge_of(row) for row in rows}


async def listed(
    *,
    programme: int,
    states: Collection[State] | None = None,
    disclosed_by: datetime | None = None,
    before: UUID | None,
    limit: int,
    tx: Tx,
) -> Sequence[Challenge]:
    """The challenges of partners and of the programme, newest first, from the one before `before`.

    states       -- those in one of these; None: in any.
    disclosed_by -- only those that are no secret at that time; None: secret ones, too.
    """
    words = None if states is None else sorted(states)
    rows = await tx.rows(LISTED, programme, before, words, disclosed_by, limit)
    return [challenge_of(row) for row in rows]


async def of_partner(
    partner: UUID, *, programme: int, before: UUID | None, limit: int, tx: Tx
) -> Sequence[Challenge]:
    """The challenges of one partner, newest first, from the one before `before` on."""
    rows = await tx.rows(OF_PARTNER, programme, partner, before, limit)
    return [challenge_of(row) for row in rows]


async def locked(id: UUID, *, programme: int, partner: UUID | None = None, tx: Tx) -> Challenge:
    """As `get`, held until `tx` ends."""
    return _of(partner, (await lock([id], programme=programme, tx=tx)).get(id))


async def lock(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Challenge]:
    """As `several`, held until `tx` ends; in one order, so that nobody waits in a circle."""
    rows = await tx.rows(LOCK, programme, list(ids)) if ids else []
    return {row["id"]: challenge_of(row) for row in rows}


def challenge_of(row: Row) -> Challenge:
    """One row of the table as a value; other columns of the row are passed over."""
    words: dict[str, Any] = {name: row[name] for name in COLUMNS}
    words |= {"owner": Owner(row["owner"]), "state": State(row["state"])}
    return Challenge(**{**words, "terms": writing.read(row["terms"])})


def _of(partner: UUID | None, found: Challenge | None) -> Challenge:
    """To a partner, another's challenge is as if there were none."""
    if found is None or partner not in (None, found.partner):
        raise NoSuchChallenge("there is no such challenge")
    return found
