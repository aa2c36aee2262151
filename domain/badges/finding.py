"""Find badges, and who has them, always inside one programme."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import orjson

from domain.badges.records import Badge, Cursor, Ended, Grant, Origin, Period, Rule
from domain.metrics import Metric, read_filter
from infra.db import Row, Tx

KNOWN = """
SELECT id, programme, key, name, description, levels, secret, kept, metric, filter::text AS filter,
       period, thresholds, first_day, last_day, created_at, retired_at
FROM badge WHERE programme = $1 AND key = ANY($2::text[])
"""
SEVERAL = """
SELECT id, programme, key, name, description, levels, secret, kept, metric, filter::text AS filter,
       period, thresholds, first_day, last_day, created_at, retired_at
FROM badge WHERE programme = $1 AND id = ANY($2::uuid[])
"""
EVERY = """
SELECT id, programme, key, name, description, levels, secret, kept, metric, filter::text AS filter,
       period, thresholds, first_day, last_day, created_at, retired_at
FROM badge WHERE programme = $1 ORDER BY created_at, id
"""
LISTED = """
SELECT id, programme, key, name, description, levels, secret, kept, metric, filter::text AS filter,
       period, thresholds, first_day, last_day, created_at, retired_at
FROM badge
WHERE programme = $1 AND ($2::timestamptz IS NULL OR (created_at, id) > ($2, $3::uuid))
ORDER BY created_at, id LIMIT $4
"""
HELD = """
SELECT g.member, b.key, max(g.level) AS level
FROM badge_grant AS g JOIN badge AS b ON b.programme = g.programme AND b.id = g.badge
WHERE g.programme = $1 AND g.member = ANY($2::uuid[]) AND g.ended_at IS NULL
GROUP BY g.member, b.key
"""

GRANTS = """
SELECT id, programme, member, badge, level, origin, given_at, evidence::text AS evidence, operator,
       reason, ended_at, ended_why
FROM badge_grant WHERE programme = $1 AND id = ANY($2::uuid[])
"""
HISTORY = """
SELECT id, programme, member, badge, level, origin, given_at, evidence::text AS evidence, operator,
       reason, ended_at, ended_why
FROM badge_grant
WHERE programme = $1 AND member = $2
  AND ($3::timestamptz IS NULL OR (given_at, id) < ($3, $4::uuid))
ORDER BY given_at DESC, id DESC LIMIT $5
"""


async def known(keys: Collection[str], *, programme: int, tx: Tx) -> Mapping[str, Badge]:
    """Those of these keys that name a badge of the programme, retired ones too."""
    rows = await tx.rows(KNOWN, programme, list(keys)) if keys else []
    return {row["key"]: badge_of(row) for row in rows}


async def several(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Badge]:
    """Those of `ids` that are badges of the programme, retired ones too."""
    rows = await tx.rows(SEVERAL, programme, list(ids)) if ids else []
    return {row["id"]: badge_of(row) for row in rows}


async def every(programme: int, *, tx: Tx) -> Sequence[Badge]:
    """All badges of the programme in the order they were made, retired ones too."""
    return [badge_of(row) for row in await tx.rows(EVERY, programme)]


async def listed(
    programme: int, *, after: Cursor | None = None, limit: int, tx: Tx
) -> Sequence[Badge]:
    """A page of them, in the same order."""
    place = after or (None, None)
    return [badge_of(row) for row in await tx.rows(LISTED, programme, *place, limit)]


async def held(
    members: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Mapping[str, int]]:
    """What these members have: the highest level by the badge's key. One with none is left out."""
    found: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in await tx.rows(HELD, programme, list(members)) if members else []:
        found[row["member"]][row["key"]] = row["level"]
    return dict(found)


async def grants(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Grant]:
    """Those of `ids` that are grants of the programme's badges, ended ones too."""
    rows = await tx.rows(GRANTS, programme, list(ids)) if ids else []
    return {row["id"]: grant_of(row) for row in rows}


async def history(
    member: UUID, *, programme: int, after: Cursor | None = None, limit: int, tx: Tx
) -> Sequence[Grant]:
    """Whatever gave the member a badge, ended or not, the newest first."""
    place = after or (None, None)
    rows = await tx.rows(HISTORY, programme, member, *place, limit)
    return [grant_of(row) for row in rows]


def badge_of(row: Row) -> Badge:
    """The badge in a row."""
    rule = None
    if row["metric"] is not None:
        rule = Rule(
            Metric(row["metric"]),
            Period(row["period"]),
            tuple(row["thresholds"]),
            read_filter(orjson.loads(row["filter"])),
            row["first_day"],
            row["last_day"],
        )
    return Badge(
        row["id"],
        row["programme"],
        row["key"],
        row["name"],
        row["description"],
        tuple(row["levels"]),
        rule,
        row["secret"],
        row["kept"],
        row["created_at"],
        row["retired_at"],
    )


def grant_of(row: Row) -> Grant:
    """The grant in a row."""
    return Grant(
        row["id"],
        row["programme"],
        row["member"],
        row["badge"],
        row["level"],
        Origin(row["origin"]),
        row["given_at"],
        orjson.loads(row["evidence"]),
        row["operator"],
        row["reason"],
        row["ended_at"],
        None if row["ended_why"] is None else Ended(row["ended_why"]),
    )
