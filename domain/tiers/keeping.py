"""Keeping: the rows of members and their months."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.tiers.climbing import first_day, month_of
from infra.db import Tx

ROWS = """
SELECT member, version, counting, xp, level, tier, since, until, due FROM tier_member
WHERE programme = $1 AND member = ANY($2::uuid[])
"""
KEEP = """
INSERT INTO tier_member (programme, member, version, counting, xp, level, tier, since, until, due)
SELECT $1, n.member, n.version, n.counting, n.xp, n.level, n.tier, n.since, n.until, n.due
FROM unnest($2::uuid[], $3::int[], $4::int[], $5::bigint[], $6::smallint[], $7::text[],
            $8::timestamptz[], $9::date[], $10::date[])
     AS n (member, version, counting, xp, level, tier, since, until, due)
ON CONFLICT (programme, member) DO UPDATE
SET version = excluded.version, counting = excluded.counting, xp = excluded.xp,
    level = excluded.level, tier = excluded.tier, since = excluded.since, until = excluded.until,
    due = excluded.due
"""
MONTHS = """
SELECT member, month, points, xp FROM tier_month
WHERE programme = $1 AND member = ANY($2::uuid[])
"""
DROP_MONTHS = "DELETE FROM tier_month WHERE programme = $1 AND member = ANY($2::uuid[])"
KEEP_MONTHS = """
INSERT INTO tier_month (programme, member, month, points, xp)
SELECT $1, n.member, n.month, n.points, n.xp
FROM unnest($2::uuid[], $3::date[], $4::bigint[], $5::bigint[]) AS n (member, month, points, xp)
ON CONFLICT (programme, member, month) DO UPDATE SET points = excluded.points, xp = excluded.xp
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """The row of one member."""

    member: UUID
    version: int
    counting: int
    xp: int
    level: int
    tier: str | None
    since: datetime | None
    until: date | None
    due: date | None


@dataclass(slots=True)
class Sums:
    """What a member earned, by numbered month: what counts for tiers, and all of it."""

    points: dict[int, int]
    xp: dict[int, int]

    def add(self, month: int, *, points: int, xp: int) -> None:
        """Take in so much more or, negative, less."""
        self.points[month] = self.points.get(month, 0) + points
        self.xp[month] = self.xp.get(month, 0) + xp


async def rows(members: Collection[UUID], *, programme: int, tx: Tx) -> dict[UUID, Kept]:
    """The rows of these members; who has none is left out."""
    found = await tx.rows(ROWS, programme, list(members))
    return {row["member"]: Kept(**row) for row in found}


async def keep(several: Sequence[Kept], *, programme: int, tx: Tx) -> None:
    """Write them. The members must be locked."""
    if several:
        columns = [[getattr(one, name) for one in several] for name in Kept.__slots__]
        await tx.run(KEEP, programme, *columns)


async def sums(members: Collection[UUID], *, programme: int, tx: Tx) -> defaultdict[UUID, Sums]:
    """What these members earned; who earned nothing has empty sums."""
    found: defaultdict[UUID, Sums] = defaultdict(lambda: Sums({}, {}))
    for row in await tx.rows(MONTHS, programme, list(members)):
        found[row["member"]].add(month_of(row["month"]), points=row["points"], xp=row["xp"])
    return found


async def keep_months(
    touched: Iterable[tuple[UUID, int]], sums: Mapping[UUID, Sums], *, programme: int, tx: Tx
) -> None:
    """Write these months of members as `sums` has them. Their rows must be there."""
    told = [
        (member, first_day(month), sums[member].points.get(month, 0), sums[member].xp.get(month, 0))
        for member, month in sorted(touched)
    ]
    if told:
        await tx.run(KEEP_MONTHS, programme, *map(list, zip(*told, strict=True)))


async def drop_months(members: Collection[UUID], *, programme: int, tx: Tx) -> None:
    """These members earned nothing, until months are written again."""
    await tx.run(DROP_MONTHS, programme, list(members))
