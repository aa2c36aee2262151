"""Storing: raffles as rows, and back. A seed has a table of its own until it is told."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from domain.raffles.errors import NoSuchRaffle
from domain.raffles.records import Prize, PrizeKind, Raffle, State
from infra.db import Row, Tx

SEVERAL = """
SELECT programme, reward, state, commitment, prizes::text AS prizes, opened_at, closes_at, tickets,
       seed, source, value, entries, digest, closed_at, drawn_at
FROM raffle WHERE programme = $1 AND reward = ANY($2::uuid[])
"""
LOCK = """
SELECT programme, reward, state, commitment, prizes::text AS prizes, opened_at, closes_at, tickets,
       seed, source, value, entries, digest, closed_at, drawn_at
FROM raffle WHERE programme = $1 AND reward = $2 FOR NO KEY UPDATE
"""
LISTED = """
SELECT programme, reward, state, commitment, prizes::text AS prizes, opened_at, closes_at, tickets,
       seed, source, value, entries, digest, closed_at, drawn_at
FROM raffle WHERE programme = $1 AND ($2::uuid IS NULL OR reward < $2)
ORDER BY reward DESC LIMIT $3
"""


async def get(reward: UUID, *, programme: int, tx: Tx) -> Raffle:
    """The raffle of that reward. Raises NoSuchRaffle."""
    found = await several([reward], programme=programme, tx=tx)
    if reward not in found:
        raise NoSuchRaffle("there is no such raffle")
    return found[reward]


async def several(rewards: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Raffle]:
    """The raffles of these rewards, by reward; one without a raffle is left out."""
    rows = await tx.rows(SEVERAL, programme, list(rewards)) if rewards else []
    return {row["reward"]: raffle_of(row) for row in rows}


async def locked(reward: UUID, *, programme: int, tx: Tx) -> Raffle:
    """Like `get`, and it stays as it is until `tx` ends."""
    row = await tx.row(LOCK, programme, reward)
    if row is None:
        raise NoSuchRaffle("there is no such raffle")
    return raffle_of(row)


async def listed(*, programme: int, before: UUID | None, limit: int, tx: Tx) -> Sequence[Raffle]:
    """The raffles of a programme, that of the newest reward first."""
    return [raffle_of(row) for row in await tx.rows(LISTED, programme, before, limit)]


def raffle_of(row: Row) -> Raffle:
    """One row of the table as a value."""
    said: dict[str, Any] = dict(row)
    return Raffle(**{**said, "state": State(said["state"]), "prizes": read_prizes(said["prizes"])})


def read_prizes(text: str) -> Sequence[Prize]:
    """Prizes as a row has them."""
    return [
        Prize(
            PrizeKind(one["kind"]),
            one["count"],
            one["points"],
            None if one["reward"] is None else UUID(one["reward"]),
        )
        for one in orjson.loads(text)
    ]


def write_prizes(prizes: Sequence[Prize]) -> str:
    """Prizes for a row."""
    return orjson.dumps(prizes, default=str).decode()
