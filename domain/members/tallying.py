"""Tallying: what members came to together, by what they are called or where they live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from infra.db import Tx

# A town is written in one way, or those of few members would be as many as there are spellings.
BY_LABEL = """
SELECT l.name AS called, count(*) AS members, count(*) FILTER (WHERE t.marked) AS marked,
       sum(t.amount)::bigint AS amount
FROM unnest($2::uuid[], $3::boolean[], $4::bigint[]) AS t (member, marked, amount)
JOIN member_label AS l ON l.programme = $1 AND l.member = t.member AND l.kind = $5
                      AND l.valid_from <= $6 AND (l.valid_until IS NULL OR l.valid_until > $6)
GROUP BY l.name ORDER BY l.name
"""
BY_TOWN = """
SELECT initcap(v.words) AS called, count(*) AS members,
       count(*) FILTER (WHERE t.marked) AS marked, sum(t.amount)::bigint AS amount
FROM unnest($2::uuid[], $3::boolean[], $4::bigint[]) AS t (member, marked, amount)
JOIN profile_value AS v ON v.programme = $1 AND v.member = t.member AND v.key = 'residence'
                       AND v.words IS NOT NULL
GROUP BY initcap(v.words) ORDER BY 1
"""


class By(StrEnum):
    """What members are told apart by."""

    TIER = "TIER"  # one at most
    SEGMENT = "SEGMENT"  # any number
    TOWN = "TOWN"  # of residence; one at most


@dataclass(frozen=True, slots=True)
class Part:
    """What one member brings to a tally: counted by itself, whether it is marked, and a number."""

    member: UUID
    marked: bool
    amount: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What several members came to."""

    members: int
    marked: int
    amount: int

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.members + other.members, self.marked + other.marked, self.amount + other.amount
        )


async def tally(
    parts: Sequence[Part], *, by: By, programme: int, at: datetime, tx: Tx
) -> Mapping[str, Tally]:
    """Sums by what the members were called at `at`, or where they live.

    One without such a word is in none of them; one of several segments is in each. Whoever shows
    this to others leaves out what is of few members.
    """
    ids = [part.member for part in parts]
    said = ([part.marked for part in parts], [part.amount for part in parts])
    if by is By.TOWN:
        rows = await tx.rows(BY_TOWN, programme, ids, *said)
    else:
        rows = await tx.rows(BY_LABEL, programme, ids, *said, by, at)
    return {row["called"]: Tally(row["members"], row["marked"], row["amount"]) for row in rows}
