"""Forget what was told long ago, and the oldest of what is too much."""

from datetime import datetime, timedelta

from infra.db import Tx

KEPT = timedelta(days=400)
# Of one member; also in the index `inbox_full`.
ITEMS_MAX = 2_000
CHUNK = 1_000

# Boxes that somebody is at are left for the next time, so that nobody waits for this.
FORGET_OLD = """
WITH old AS (
    SELECT programme, member, number FROM inbox_item WHERE at < $1 ORDER BY at LIMIT $2
), held AS (
    SELECT i.programme, i.member FROM inbox AS i
    WHERE (i.programme, i.member) IN (SELECT programme, member FROM old)
    FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM inbox_item AS k USING old AS o, held AS h
    WHERE k.programme = o.programme AND k.member = o.member AND k.number = o.number
      AND h.programme = o.programme AND h.member = o.member
    RETURNING k.programme, k.member, k.number, k.read_at
)
UPDATE inbox AS i SET unread = i.unread - g.unread, cleared = greatest(i.cleared, g.newest)
FROM (SELECT programme, member, max(number) AS newest,
             count(*) FILTER (WHERE read_at IS NULL) AS unread
      FROM gone GROUP BY programme, member) AS g
WHERE i.programme = g.programme AND i.member = g.member
"""
# The bound stands in the text too, so that the index of it is used.
FORGET_MANY = """
WITH held AS (
    SELECT programme, member, last - $1 AS bound FROM inbox WHERE last - cleared > 2000
    LIMIT $2 FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM inbox_item AS k USING held AS h
    WHERE k.programme = h.programme AND k.member = h.member AND k.number <= h.bound
    RETURNING k.programme, k.member, k.read_at
)
UPDATE inbox AS i SET cleared = h.bound, unread = i.unread - coalesce((
    SELECT count(*) FROM gone AS g
    WHERE g.programme = h.programme AND g.member = h.member AND g.read_at IS NULL), 0)
FROM held AS h WHERE i.programme = h.programme AND i.member = h.member
"""


async def forget_old(at: datetime, tx: Tx) -> int:
    """Items of before KEPT go, read or not; whose inboxes changed."""
    return await tx.run(FORGET_OLD, at - KEPT, CHUNK)


async def forget_many(at: datetime, tx: Tx) -> int:
    """Of each member the newest ITEMS_MAX stay; whose inboxes changed."""
    return await tx.run(FORGET_MANY, ITEMS_MAX, CHUNK // 10)
