"""Comparing: which other members may be the same person as some."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from infra.db import Tx

# Of one member; who has more namesakes than that is not told apart by a name.
ALIKE_MAX = 20
NAMES_ALIKE = "0.6"

LOWER_BAR = "SELECT set_config('pg_trgm.similarity_threshold', $1, true)"
# Equal contacts that both proved; equal days of birth; and names that are alike where the town
# is the same, found by the trigram index, since a town alone has too many people.
ALIKE = """
WITH sought AS (
    SELECT id, name FROM member
    WHERE programme = $1 AND id = ANY($2::uuid[]) AND state = 'ACTIVE'
), near AS (
    SELECT s.id AS a, o.member AS b FROM sought AS s
    JOIN member_contact AS c ON c.programme = $1 AND c.member = s.id AND c.verified_at IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT o.member FROM member_contact AS o
        WHERE o.programme = $1 AND o.kind = c.kind AND o.value = c.value
          AND o.verified_at IS NOT NULL AND o.member <> s.id LIMIT $3
    ) AS o
    UNION
    SELECT s.id, o.member FROM sought AS s
    JOIN profile_value AS v ON v.programme = $1 AND v.member = s.id AND v.key = 'birth_date'
    JOIN profile_value AS o ON o.programme = $1 AND o.key = 'birth_date' AND o.day = v.day
                           AND o.member <> s.id
    UNION
    SELECT s.id, o.id FROM sought AS s
    JOIN profile_value AS v ON v.programme = $1 AND v.member = s.id AND v.key = 'residence'
    CROSS JOIN LATERAL (
        SELECT o.id FROM member AS o
        WHERE o.programme = $1 AND o.state = 'ACTIVE' AND o.name % s.name AND o.id <> s.id
          AND EXISTS (SELECT FROM profile_value AS w WHERE w.programme = $1 AND w.member = o.id
                         AND w.key = 'residence' AND lower(w.words) = lower(v.words))
        LIMIT $3
    ) AS o
)
SELECT n.a, n.b, round(similarity(s.name, o.name) * 100)::int AS name,
       EXISTS (SELECT FROM member_contact AS c JOIN member_contact AS d
                 ON d.programme = $1 AND d.kind = c.kind AND d.value = c.value
               WHERE c.programme = $1 AND c.member = n.a AND d.member = n.b AND c.kind = 'EMAIL'
                 AND c.verified_at IS NOT NULL AND d.verified_at IS NOT NULL) AS email,
       EXISTS (SELECT FROM member_contact AS c JOIN member_contact AS d
                 ON d.programme = $1 AND d.kind = c.kind AND d.value = c.value
               WHERE c.programme = $1 AND c.member = n.a AND d.member = n.b AND c.kind = 'PHONE'
                 AND c.verified_at IS NOT NULL AND d.verified_at IS NOT NULL) AS phone,
       EXISTS (SELECT FROM profile_value AS v JOIN profile_value AS w
                 ON w.programme = $1 AND w.key = v.key AND w.day = v.day
               WHERE v.programme = $1 AND v.member = n.a AND w.member = n.b
                 AND v.key = 'birth_date') AS birth_date,
       EXISTS (SELECT FROM profile_value AS v JOIN profile_value AS w
                 ON w.programme = $1 AND w.key = v.key AND lower(w.words) = lower(v.words)
               WHERE v.programme = $1 AND v.member = n.a AND w.member = n.b
                 AND v.key = 'residence') AS residence
FROM near AS n JOIN sought AS s ON s.id = n.a
JOIN member AS o ON o.programme = $1 AND o.id = n.b AND o.state = 'ACTIVE'
ORDER BY n.a, n.b LIMIT $3 * cardinality($2::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two active members have in common.

    name         -- how alike the names are by trigrams, 0 to 100 (pg_trgm's similarity).
    email, phone -- True: both have proved the same one.
    """

    a: UUID
    b: UUID
    name: int
    email: bool
    phone: bool
    birth_date: bool
    residence: bool


async def alike(ids: Collection[UUID], *, programme: int, tx: Tx) -> Sequence[Likeness]:
    """Who may be the same person as one of `ids`: `a` is the one who was asked for.

    Needs a transaction, for what counts as alike is set for it. At most 20 for each of them.
    """
    await tx.value(LOWER_BAR, NAMES_ALIKE)
    rows = await tx.rows(ALIKE, programme, list(ids), ALIKE_MAX) if ids else []
    return [Likeness(**row) for row in rows]
