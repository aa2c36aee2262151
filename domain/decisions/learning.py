"""Learn: what the bandit sums up of each decision, in the transaction of the answer.

The sums are additive, so no answer is lost however many come at once, and they are kept in
sixteen parts by member, so that not everybody waits for one row. Whoever is seen counts as a
trial, and once more where they took it: a repeat changes nothing, for each kind of answer is
noted once.
"""

from collections.abc import Sequence
from functools import partial
from hashlib import sha256
from uuid import UUID

from domain.decisions.records import DIMENSIONS, Sums
from infra import signals
from infra.db import Tx

# Said after each answer that is summed up, for those who keep a belief from the sums.
CHANNEL = "laurel:answers"
SHARDS = 16
SEEN_LEAST, TAKEN_LEAST = 50, 15

# Only what was estimated has features. In one order, and the last lock of a transaction.
LEARN = """
SELECT learn($1, $2::smallint, d.features::float8[], $4, $5)
FROM decision AS d
WHERE d.programme = $1 AND d.id = ANY($3::uuid[]) AND d.features IS NOT NULL
ORDER BY d.id
"""
WARM = """
SELECT coalesce(sum(n), 0) >= $2 AND coalesce(sum(taken), 0) >= $3 FROM bandit
WHERE programme = $1
"""
# Each element is summed over the parts, in the order of the elements.
SUMS = """
WITH parts AS (
    SELECT n, a, b FROM bandit WHERE programme = $1
)
SELECT coalesce((SELECT sum(n) FROM parts), 0)::bigint AS n,
       coalesce((SELECT array_agg(total ORDER BY place) FROM (
           SELECT e.place, sum(e.number) AS total
           FROM parts AS p CROSS JOIN unnest(p.a) WITH ORDINALITY AS e (number, place)
           GROUP BY e.place) AS summed), '{}') AS a,
       coalesce((SELECT array_agg(total ORDER BY place) FROM (
           SELECT e.place, sum(e.number) AS total
           FROM parts AS p CROSS JOIN unnest(p.b) WITH ORDINALITY AS e (number, place)
           GROUP BY e.place) AS summed), '{}') AS b
"""


async def bandit(programme: int, *, tx: Tx) -> Sums:
    """What the bandit of the programme has seen until now; all zero before the first."""
    row = await tx.row(SUMS, programme)
    assert row is not None, "an aggregate always has a row"
    a = tuple(row["a"]) or (0.0,) * (DIMENSIONS * DIMENSIONS)
    return Sums(row["n"], a, tuple(row["b"]) or (0.0,) * DIMENSIONS)


async def learn(
    decisions: Sequence[UUID], *, seen: bool, taken: bool, member: UUID, programme: int, tx: Tx
) -> None:
    """Add decisions about a member to the sums.

    seen  -- they are now, for the first time; taken: so are they.
    """
    await tx.rows(LEARN, programme, shard_of(member), list(decisions), seen, taken)
    tx.after_commit(partial(signals.wake, CHANNEL))


async def is_warm(programme: int, *, tx: Tx) -> bool:
    """True when enough is known for what was learnt to take the place of the rule.

    Fifty who were shown something and fifteen who took it are the usual gate of the field.
    """
    return bool(await tx.value(WARM, programme, SEEN_LEAST, TAKEN_LEAST))


def shard_of(member: UUID) -> int:
    """In which of the parts what a member answers is summed up."""
    return sha256(member.bytes).digest()[0] % SHARDS
