"""Granting: the one place where a badge is given or taken back, for whatever reason.

Each reason is a row of its own, so what one reason takes back, another may still support. The
member is locked by whoever calls, as the game and the operators' verbs do: what they held before
is otherwise anybody's guess.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import orjson

from domain.badges.errors import BadBadgeLevel, NoSuchBadge
from domain.badges.events import Given, Revoked
from domain.badges.finding import known
from domain.badges.records import Ended, Grant, Origin
from infra.db import Tx
from infra.outbox import emit

Pair: TypeAlias = tuple[UUID, UUID]

HELD_PAIRS = """
SELECT w.member, w.badge, h.level
FROM unnest($2::uuid[], $3::uuid[]) AS w (member, badge)
CROSS JOIN LATERAL (
    SELECT g.level FROM badge_grant AS g
    WHERE g.programme = $1 AND g.member = w.member AND g.badge = w.badge AND g.ended_at IS NULL
    ORDER BY g.level DESC LIMIT 1
) AS h
"""
# What was taken back may be given again by the same id; what an operator took away, only by hand.
ADD = """
INSERT INTO badge_grant AS g (programme, id, member, badge, level, origin, given_at, evidence,
                              operator, reason)
SELECT $1, v.id, v.member, v.badge, v.level, v.origin, v.given_at, v.evidence::jsonb, v.operator,
       v.reason
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::smallint[], $6::text[], $7::timestamptz[],
            $8::text[], $9::uuid[], $10::text[])
     AS v (id, member, badge, level, origin, given_at, evidence, operator, reason)
ON CONFLICT (programme, id) DO UPDATE
SET given_at = excluded.given_at, evidence = excluded.evidence, ended_at = NULL, ended_why = NULL
WHERE g.ended_why IN ('FACTS', 'REWARD') AND g.member = excluded.member
  AND g.badge = excluded.badge AND g.level = excluded.level
RETURNING id
"""
END = """
UPDATE badge_grant SET ended_at = $3, ended_why = $4
WHERE programme = $1 AND id = ANY($2::uuid[]) AND ended_at IS NULL
RETURNING member, badge, level
"""
# A credential says that somebody has a level: it holds as long as they have that or a higher one.
LOSE = """
UPDATE badge_credential AS c
SET revoked_at = $5, revoked_why = $6, token = NULL
FROM unnest($2::uuid[], $3::uuid[], $4::smallint[]) AS v (member, badge, level)
WHERE c.programme = $1 AND c.member = v.member AND c.badge = v.badge AND c.level > v.level
  AND c.revoked_at IS NULL
"""


async def give(
    badge: str,
    member: UUID,
    *,
    level: int | None = None,
    programme: int,
    evidence: Mapping[str, Any],
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Grant | None:
    """Give a badge as the reward of something; None when they have that level already.

    badge    -- its key; level -- None: the lowest.
    evidence -- ids and plain numbers only.
    id       -- the same id again changes nothing; what was taken back by it is given again.
    Also where it changes nothing for now it is kept as a reason, for when another one goes.
    Raises, in this order: NoSuchBadge, BadBadgeLevel.
    """
    found = (await known([badge], programme=programme, tx=tx)).get(badge)
    if found is None:
        raise NoSuchBadge(f"there is no badge {badge}")
    level = level or 1
    if not 1 <= level <= len(found.levels):
        raise BadBadgeLevel(most=len(found.levels))
    wanted = Grant(id, programme, member, found.id, level, Origin.REWARD, at, evidence)
    raised = await grant([wanted], programme=programme, tx=tx)
    return wanted if raised else None


async def take_back(
    ids: Collection[UUID],
    *,
    programme: int,
    why: Ended = Ended.REWARD,
    at: datetime,
    tx: Tx,
) -> None:
    """End these reasons; a level that another one still supports stays. Again is fine."""
    rows = await tx.rows(END, programme, list(ids), at, why) if ids else []
    lost: defaultdict[Pair, int] = defaultdict(int)
    for row in rows:
        pair = row["member"], row["badge"]
        lost[pair] = max(lost[pair], row["level"])
    if lost:
        await _tell_lost(lost, programme=programme, why=why, at=at, tx=tx)


async def grant(wanted: Sequence[Grant], *, programme: int, tx: Tx) -> Sequence[Grant]:
    """Give all of these; those that brought a member to a level they did not have.

    In one batch, of several for one badge the highest counts as what brought them there, and of
    two with one id the first.
    """
    if not wanted:
        return []
    wanted = list({one.id: one for one in reversed(wanted)}.values())[::-1]
    before = await held_pairs({(g.member, g.badge) for g in wanted}, programme=programme, tx=tx)
    rows = await tx.rows(ADD, programme, *_columns(wanted))
    added = {row["id"] for row in rows}
    best: dict[Pair, Grant] = {}
    for one in wanted:
        pair = one.member, one.badge
        reached = best[pair].level if pair in best else before.get(pair, 0)
        if one.id in added and one.level > reached:
            best[pair] = one
    for pair, one in best.items():
        emit(_given(one, before=before.get(pair, 0)), tx=tx)
    return list(best.values())


async def held_pairs(pairs: Collection[Pair], *, programme: int, tx: Tx) -> Mapping[Pair, int]:
    """The highest level of each member and badge; a pair without one is left out."""
    rows = await tx.rows(HELD_PAIRS, programme, *_halves(pairs))
    return {(row["member"], row["badge"]): row["level"] for row in rows}


async def lose_shares(
    pairs: Collection[Pair], *, programme: int, why: str, at: datetime, tx: Tx
) -> None:
    """Revoke whatever these members share of a level that they do not have any more."""
    if pairs:
        now = await held_pairs(pairs, programme=programme, tx=tx)
        levels = [now.get(pair, 0) for pair in pairs]
        await tx.run(LOSE, programme, *_halves(pairs), levels, at, why)


async def _tell_lost(
    lost: Mapping[Pair, int], *, programme: int, why: Ended, at: datetime, tx: Tx
) -> None:
    now = await held_pairs(lost, programme=programme, tx=tx)
    fallen = {pair: level for pair, level in lost.items() if level > now.get(pair, 0)}
    if not fallen:
        return
    told = "ERASURE" if why is Ended.ERASURE else "LOST"
    await lose_shares(fallen, programme=programme, why=told, at=at, tx=tx)
    for (member, badge), before in fallen.items():
        event = Revoked(
            programme=programme,
            subject=member,
            object=badge,
            at=at,
            level=now.get((member, badge), 0),
            before=before,
            why=str(why),
        )
        emit(event, tx=tx)


def _given(one: Grant, *, before: int) -> Given:
    activity = one.evidence.get("activity")
    return Given(
        programme=one.programme,
        subject=one.member,
        object=one.badge,
        at=one.given_at,
        level=one.level,
        before=before,
        origin=str(one.origin),
        grant=one.id,
        activity=UUID(str(activity)) if activity else None,
    )


def _halves(pairs: Iterable[Pair]) -> tuple[list[UUID], list[UUID]]:
    told = list(pairs)
    return [member for member, _ in told], [badge for _, badge in told]


def _columns(wanted: Sequence[Grant]) -> Sequence[list[Any]]:
    return (
        [g.id for g in wanted],
        [g.member for g in wanted],
        [g.badge for g in wanted],
        [g.level for g in wanted],
        [str(g.origin) for g in wanted],
        [g.given_at for g in wanted],
        [orjson.dumps(g.evidence).decode() for g in wanted],
        [g.operator for g in wanted],
        [g.reason for g in wanted],
    )
