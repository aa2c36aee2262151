"""Tallies: the rows of how far members are, written by the batch.

Whoever writes a member's tallies holds the member's lock, so nobody else changes them meanwhile.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.badges.tallying import Key, Moves, Pair, PartKey
from infra.db import Row, Tx

# What is taken away was added before, so it has a row; a row of its own would be below zero.
ADD = """
INSERT INTO badge_tally AS t (programme, member, badge, bucket, amount)
SELECT $1, v.member, v.badge, v.bucket, v.amount
FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::bigint[]) AS v (member, badge, bucket, amount)
ON CONFLICT (programme, member, badge, bucket) DO UPDATE SET amount = t.amount + excluded.amount
RETURNING t.member, t.badge, t.bucket, coalesce(old.amount, 0) AS before, new.amount AS after
"""
TAKE = """
UPDATE badge_tally AS t SET amount = t.amount - v.amount
FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::bigint[]) AS v (member, badge, bucket, amount)
WHERE t.programme = $1 AND t.member = v.member AND t.badge = v.badge AND t.bucket = v.bucket
RETURNING t.member, t.badge, t.bucket, old.amount AS before, new.amount AS after
"""
RAISE = """
INSERT INTO badge_tally AS t (programme, member, badge, bucket, amount)
SELECT $1, v.member, v.badge, v.bucket, v.amount
FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::bigint[]) AS v (member, badge, bucket, amount)
ON CONFLICT (programme, member, badge, bucket) DO UPDATE SET amount = excluded.amount
WHERE excluded.amount > t.amount
RETURNING t.member, t.badge, t.bucket, coalesce(old.amount, 0) AS before, new.amount AS after
"""
ADD_PARTS = """
INSERT INTO badge_part AS t (programme, member, badge, bucket, part, activities)
SELECT $1, v.member, v.badge, v.bucket, v.part, v.activities
FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::text[], $6::int[])
     AS v (member, badge, bucket, part, activities)
ON CONFLICT (programme, member, badge, bucket, part)
DO UPDATE SET activities = t.activities + excluded.activities
RETURNING t.member, t.badge, t.bucket, coalesce(old.activities, 0) AS before,
          new.activities AS after
"""
TAKE_PARTS = """
UPDATE badge_part AS t SET activities = t.activities - v.activities
FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::text[], $6::int[])
     AS v (member, badge, bucket, part, activities)
WHERE t.programme = $1 AND t.member = v.member AND t.badge = v.badge AND t.bucket = v.bucket
  AND t.part = v.part
RETURNING t.member, t.badge, t.bucket, old.activities AS before, new.activities AS after
"""
CLEAR = """
WITH parts AS (
    DELETE FROM badge_part AS p
    USING unnest($2::uuid[], $3::uuid[]) AS v (member, badge)
    WHERE p.programme = $1 AND p.member = v.member AND p.badge = v.badge
)
DELETE FROM badge_tally AS t USING unnest($2::uuid[], $3::uuid[]) AS v (member, badge)
WHERE t.programme = $1 AND t.member = v.member AND t.badge = v.badge
"""
BEST = """
SELECT t.member, t.badge, max(t.amount) AS amount
FROM badge_tally AS t JOIN unnest($2::uuid[], $3::uuid[]) AS v (member, badge)
  ON t.member = v.member AND t.badge = v.badge
WHERE t.programme = $1 GROUP BY t.member, t.badge
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """A tally that is another one now."""

    key: Key
    before: int
    after: int

    @property
    def pair(self) -> Pair:
        """Whose it is, and for which badge."""
        return self.key[:2]


async def write(moves: Moves, *, programme: int, tx: Tx) -> Sequence[Moved]:
    """Do what `moves` says; every tally that changed by it. What must be looked at again is not
    touched."""
    sums = dict(moves.sums)
    for part in await _parts(moves.parts, programme=programme, tx=tx):
        step = (part.after > 0) - (part.before > 0)
        sums[part.key] = sums.get(part.key, 0) + step
    gained = {key: amount for key, amount in sums.items() if amount > 0}
    lost = {key: -amount for key, amount in sums.items() if amount < 0}
    rows: list[Row] = []
    for sql, amounts in ((ADD, gained), (TAKE, lost), (RAISE, moves.largest)):
        rows += await tx.rows(sql, programme, *_columns(amounts)) if amounts else []
    return [_moved(row) for row in rows]


async def put(
    amounts: Mapping[Key, int],
    parts: Mapping[PartKey, int],
    *,
    pairs: Collection[Pair],
    programme: int,
    tx: Tx,
) -> None:
    """These are the tallies and parts of all these members and badges now, and no others."""
    told = list(pairs)
    await tx.run(CLEAR, programme, [member for member, _ in told], [badge for _, badge in told])
    if amounts:
        await tx.run(ADD, programme, *_columns(amounts))
    if parts:
        await tx.run(ADD_PARTS, programme, *_columns(parts))


async def best(pairs: Iterable[Pair], *, programme: int, tx: Tx) -> Mapping[Pair, int]:
    """The largest tally of each member and badge; a pair without one is left out."""
    told = list(pairs)
    halves = [member for member, _ in told], [badge for _, badge in told]
    rows = await tx.rows(BEST, programme, *halves) if told else []
    return {(row["member"], row["badge"]): row["amount"] for row in rows}


async def _parts(parts: Mapping[PartKey, int], *, programme: int, tx: Tx) -> Sequence[Moved]:
    gained = {key: count for key, count in parts.items() if count > 0}
    lost = {key: -count for key, count in parts.items() if count < 0}
    rows: list[Row] = []
    for sql, counts in ((ADD_PARTS, gained), (TAKE_PARTS, lost)):
        rows += await tx.rows(sql, programme, *_columns(counts)) if counts else []
    return [_moved(row) for row in rows]


def _moved(row: Row) -> Moved:
    return Moved((row["member"], row["badge"], row["bucket"]), row["before"], row["after"])


def _columns(amounts: Mapping[Any, int]) -> Sequence[list[UUID | date | str | int]]:
    rows = [(*key, amount) for key, amount in amounts.items()]
    return [list(column) for column in zip(*rows, strict=True)]
