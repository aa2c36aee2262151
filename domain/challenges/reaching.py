"""Reaching: how far some members are in some challenges, for who ranks them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.db import Tx

# Of the newest round. Several criteria are added up, as they are for the overall percentage.
REACHED = """
SELECT DISTINCT ON (p.challenge, p.member) p.challenge, p.member, p.team,
       coalesce((SELECT sum(v.one) FROM unnest(r.reached) AS v (one)), 0)::bigint AS reached,
       coalesce(r.reached_at, p.joined_at) AS reached_at
FROM participation AS p
LEFT JOIN challenge_round AS r ON r.programme = p.programme AND r.member = p.member
     AND r.challenge = p.challenge
WHERE p.programme = $1 AND p.challenge = ANY($2::uuid[]) AND p.member = ANY($3::uuid[])
  AND p.entry = 'IN'
ORDER BY p.challenge, p.member, r.round DESC NULLS LAST
"""
# Row by row, by the members' own key: however many challenges are asked for.
INSIDE = """
SELECT p.member, p.challenge FROM unnest($3::uuid[]) AS w (member)
CROSS JOIN LATERAL (
    SELECT member, challenge FROM participation
    WHERE programme = $1 AND member = w.member AND entry = 'IN' OFFSET 0
) AS p
WHERE p.challenge = ANY($2::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far a member is.

    reached    -- of all criteria together, not capped; 0: nothing has counted yet.
    reached_at -- when the last of what counted ended; when they joined where nothing has.
    """

    challenge: UUID
    member: UUID
    team: UUID | None
    reached: int
    reached_at: datetime


async def reached(
    challenges: Collection[UUID], *, members: Collection[UUID], programme: int, tx: Tx
) -> Sequence[Reached]:
    """How far these members are in the newest round of these challenges; who is not in one is
    left out."""
    rows = await tx.rows(REACHED, programme, list(challenges), list(members))
    return [Reached(**row) for row in rows]


async def inside(
    challenges: Collection[UUID], *, members: Collection[UUID], programme: int, tx: Tx
) -> Mapping[UUID, Sequence[UUID]]:
    """Which of these challenges each of these members is in; who is in none is left out."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in await tx.rows(INSIDE, programme, list(challenges), list(members)):
        found[row["member"]].append(row["challenge"])
    return dict(found)
