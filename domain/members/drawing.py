"""Drawing: how many active members are of some kind, and a few of them by lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.db import Tx

# The lot is a hash of the id, the same every time and not by when somebody joined: whoever has
# one below so much of all there are is drawn. So nothing is sorted but those few.
COUNT = "SELECT count(*) FROM member WHERE programme = $1 AND state = 'ACTIVE'"
DRAW = """
SELECT m.id FROM member AS m
WHERE m.programme = $1 AND m.state = 'ACTIVE'
  AND ((uuid_hash_extended(m.id, $2) >> 33) + (1 << 30)) * $4::bigint < (1::bigint << 31) * $3
ORDER BY uuid_hash_extended(m.id, $2), m.id
"""
# Each list is read once, however many members there are. A bit stands for each list, so that
# somebody of two of the segments is still on one; whoever has all that are asked for is of the
# kind.
DRAW_KIND = """
WITH word AS (
    SELECT l.member, CASE l.kind WHEN 'SEGMENT' THEN 1 ELSE 2 END AS list FROM member_label AS l
    WHERE l.programme = $1 AND l.valid_from <= $5 AND (l.valid_until IS NULL OR l.valid_until > $5)
      AND (l.kind = 'SEGMENT' AND l.name = ANY($6::text[])
           OR l.kind = 'TIER' AND l.name = ANY($7::text[]))
    UNION ALL
    SELECT v.member, 4 FROM profile_value AS v
    WHERE v.programme = $1 AND v.key = 'residence' AND lower(v.words) = ANY($8::text[])
), kind AS MATERIALIZED (
    SELECT m.id FROM member AS m
    JOIN (SELECT member FROM word GROUP BY member HAVING bit_or(list) = $4) AS w ON w.member = m.id
    WHERE m.programme = $1 AND m.state = 'ACTIVE'
)
SELECT c.count, ARRAY(
           SELECT k.id FROM kind AS k
           WHERE ((uuid_hash_extended(k.id, $2) >> 33) + (1 << 30)) * c.count
                 < (1::bigint << 31) * $3
           ORDER BY uuid_hash_extended(k.id, $2), k.id) AS drawn
FROM (SELECT count(*) AS count FROM kind) AS c
"""
LISTS = (1, 2, 4)  # segments, tiers, towns


@dataclass(frozen=True, slots=True)
class Kind:
    """Members by what they are called, and where they live; all that is said must hold.

    segments, tiers, towns -- one of these; empty: any. Towns in any case.
    """

    segments: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    towns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Drawn:
    """How many members are of a kind, and some of them."""

    count: int
    ids: Sequence[UUID]


async def draw(about: int, *, kind: Kind, lot: int, programme: int, at: datetime, tx: Tx) -> Drawn:
    """Count the active members of the kind, and draw about so many of them at random; all, where
    there are no more.

    lot -- any 64-bit number; the same one draws the same members, in the same random order.
    """
    towns = sorted({town.lower() for town in kind.towns})
    lists = sorted(kind.segments), sorted(kind.tiers), towns
    asked = sum(bit for bit, names in zip(LISTS, lists, strict=True) if names)
    if asked:
        row = await tx.row(DRAW_KIND, programme, lot, about, asked, at, *lists)
        assert row is not None, "an aggregate always has a row"
        return Drawn(row["count"], row["drawn"])
    count = await tx.value(COUNT, programme)
    rows = await tx.rows(DRAW, programme, lot, about, count)
    return Drawn(count, [row["id"] for row in rows])
