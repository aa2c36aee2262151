"""Recalling: how often members were active lately, and around where, without each activity."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.activities import Type
from infra.db import Tx

RECENT = """
SELECT member, type, day, count(*)::int AS times,
       array_agg(DISTINCT cell) FILTER (WHERE cell IS NOT NULL) AS cells
FROM fact WHERE programme = $1 AND member = ANY($2::uuid[]) AND day >= $3 AND counts
GROUP BY member, type, day ORDER BY member, day DESC, type
"""


@dataclass(frozen=True, slots=True)
class Recent:
    """What a member did on one local day of one type.

    cells -- where it started, as in Fact; the member may have allowed it then and not now.
    """

    type: Type
    day: date
    times: int
    cells: frozenset[int]


async def recent(
    members: Collection[UUID], *, programme: int, since: date, tx: Tx
) -> Mapping[UUID, Sequence[Recent]]:
    """What counts of what these members did on local days from `since` on, newest first."""
    found: defaultdict[UUID, list[Recent]] = defaultdict(list)
    rows = await tx.rows(RECENT, programme, list(members), since) if members else []
    for row in rows:
        cells = frozenset(row["cells"] or ())
        found[row["member"]].append(Recent(Type(row["type"]), row["day"], row["times"], cells))
    return dict(found)
