"""Showing: what a member has, what comes next, and what they are not told of.

A secret badge that somebody has not earned is not there for them, but for a number.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.badges.errors import NoSuchBadge
from domain.badges.finding import badge_of, grant_of
from domain.badges.rarity import rarities
from domain.badges.records import Badge, Cursor, Grant, Rarity
from domain.badges.tallying import ALWAYS, bucket_on
from domain.members import Member
from infra.db import Row, Tx

# Those that the member has, and those that they may know of and can still earn.
SHELF = """
SELECT b.id, b.programme, b.key, b.name, b.description, b.levels, b.secret, b.kept, b.metric,
       b.filter::text AS filter, b.period, b.thresholds, b.first_day, b.last_day, b.created_at,
       b.retired_at
FROM badge AS b
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM badge_grant AS g
        WHERE g.programme = $1 AND g.member = $2 AND g.badge = b.id AND g.ended_at IS NULL
    ) AS held
) AS h
WHERE b.programme = $1 AND (h.held OR NOT b.secret AND b.retired_at IS NULL)
  AND ($3::boolean IS NULL OR h.held = $3)
  AND ($4::uuid[] IS NULL OR b.id = ANY($4))
  AND ($5::timestamptz IS NULL OR (b.created_at, b.id) > ($5, $6::uuid))
ORDER BY b.created_at, b.id LIMIT $7
"""
SECRETS = """
SELECT count(*) FROM badge AS b
WHERE b.programme = $1 AND b.secret AND b.retired_at IS NULL AND NOT EXISTS (
    SELECT FROM badge_grant AS g
    WHERE g.programme = $1 AND g.member = $2 AND g.badge = b.id AND g.ended_at IS NULL
)
"""
LIVING = """
SELECT id, programme, member, badge, level, origin, given_at, evidence::text AS evidence, operator,
       reason, ended_at, ended_why
FROM badge_grant
WHERE programme = $1 AND member = $2 AND badge = ANY($3::uuid[]) AND ended_at IS NULL
ORDER BY badge, level, given_at, id
"""
TALLIES = """
SELECT badge, amount FROM badge_tally AS t
WHERE t.programme = $1 AND t.member = $2
  AND (t.badge, t.bucket) IN (SELECT * FROM unnest($3::uuid[], $4::date[]))
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """A badge as one member sees it.

    level   -- what they have; 0: nothing of it yet.
    grants  -- what gives it to them, by level and then by time.
    reached -- how far they are by the rule in the stretch of time that is now; 0 also where there
               is no rule.
    rarity  -- by level; a level that was not counted yet is left out.
    """

    badge: Badge
    level: int
    grants: Sequence[Grant]
    reached: int
    rarity: Mapping[int, Rarity]

    @property
    def cursor(self) -> Cursor:
        """Where the next page starts after this one."""
        return self.badge.created_at, self.badge.id

    @property
    def target(self) -> int | None:
        """What the next level asks for; None: there is none, or no rule leads to it."""
        rule = self.badge.rule
        if rule is None or self.level >= len(rule.thresholds) or self.badge.retired_at is not None:
            return None
        return rule.thresholds[self.level]


async def shelf(
    member: Member,
    *,
    held: bool | None = None,
    day: date,
    after: Cursor | None = None,
    limit: int,
    tx: Tx,
) -> Sequence[Shown]:
    """The badges that the member has, and those that can be earned and are no secret, in the
    order they were made.

    held -- only those they have, or have not; None: both.
    day  -- the member's local date.
    """
    place = after or (None, None)
    rows = await tx.rows(SHELF, member.programme, member.id, held, None, *place, limit)
    return await _shown(rows, member, day=day, tx=tx)


async def show(ids: Collection[UUID], *, member: Member, day: date, tx: Tx) -> Mapping[UUID, Shown]:
    """Those of these badges that the member may know of, by id."""
    told = list(ids)
    rows = await tx.rows(SHELF, member.programme, member.id, None, told, None, None, len(told))
    return {one.badge.id: one for one in await _shown(rows, member, day=day, tx=tx)}


async def show_one(id: UUID, *, member: Member, day: date, tx: Tx) -> Shown:
    """One badge as the member sees it. Raises NoSuchBadge, also for a secret not yet theirs."""
    found = await show([id], member=member, day=day, tx=tx)
    if id not in found:
        raise NoSuchBadge("there is no such badge")
    return found[id]


async def secrets(member: Member, *, tx: Tx) -> int:
    """How many secret badges are still to be found by the member."""
    return int(await tx.value(SECRETS, member.programme, member.id))


async def _shown(rows: Sequence[Row], member: Member, *, day: date, tx: Tx) -> Sequence[Shown]:
    badges = [badge_of(row) for row in rows]
    ids = [badge.id for badge in badges]
    if not ids:
        return []
    grants: defaultdict[UUID, list[Grant]] = defaultdict(list)
    for row in await tx.rows(LIVING, member.programme, member.id, ids):
        grants[row["badge"]].append(grant_of(row))
    buckets = [bucket_on(day, b.rule.period) if b.rule else ALWAYS for b in badges]
    tallies = await tx.rows(TALLIES, member.programme, member.id, ids, buckets)
    reached = {row["badge"]: row["amount"] for row in tallies}
    rare = await rarities(ids, programme=member.programme, tx=tx)
    return [
        Shown(
            badge,
            max((grant.level for grant in grants[badge.id]), default=0),
            grants[badge.id],
            reached.get(badge.id, 0),
            {level: rare[of, level] for of, level in rare if of == badge.id},
        )
        for badge in badges
    ]
