"""Squaring: keep what gifts say is unspent equal to what is in the pool."""

from datetime import datetime

from domain import ledger
from domain.clubs.holding import club_of
from domain.clubs.records import Club
from infra import ids
from infra.db import Tx

# The oldest first: each gift gives what is still wanted after those before it.
CONSUME = """
WITH line AS (
    SELECT id, unspent, sum(unspent) OVER (ORDER BY at, id) - unspent AS before
    FROM club_gift WHERE programme = $1 AND club = $2 AND unspent > 0
)
UPDATE club_gift AS g SET unspent = g.unspent - least(l.unspent, $3::bigint - l.before)
FROM line AS l WHERE g.programme = $1 AND g.id = l.id AND l.before < $3
"""
UNSPENT = """
SELECT coalesce(sum(unspent), 0)::bigint FROM club_gift
WHERE programme = $1 AND club = $2 AND unspent > 0
"""
# One club at a time; one that somebody holds comes at the next call.
LOCK_DUE = """
SELECT c.id, c.programme, c.name, c.book, c.account, c.owner, c.keep_months, c.founded_at
FROM club AS c WHERE c.closed_at IS NULL AND EXISTS (
    SELECT FROM club_gift AS g
    WHERE g.programme = c.programme AND g.club = c.id AND g.unspent > 0
      AND date_trunc('month', g.at, 'UTC') + make_interval(months => c.keep_months + 1) <= $1
)
ORDER BY c.programme, c.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""
DUE = """
SELECT coalesce(sum(unspent), 0)::bigint FROM club_gift
WHERE programme = $1 AND club = $2 AND unspent > 0
  AND date_trunc('month', at, 'UTC') + make_interval(months => $4::int + 1) <= $3
"""


async def consume(points: int, *, club: Club, tx: Tx) -> None:
    """Count `points` that have left the pool against the oldest gifts."""
    await tx.run(CONSUME, club.programme, club.id, points)


async def square(club: Club, *, at: datetime, tx: Tx) -> int:
    """Count what the ledger let expire meanwhile; the points in the pool that can be spent.

    club -- held, so that nobody gives or pays at the same time.
    """
    pool = await ledger.balance(club.account, book=club.book, at=at, tx=tx)
    gone = await tx.value(UNSPENT, club.programme, club.id) - pool.balance
    if gone > 0:
        await consume(gone, club=club, tx=tx)
    return pool.available


async def expire(at: datetime, tx: Tx) -> int:
    """Let the gifts go that one club has kept for as long as it may; 0 when no club has any."""
    row = await tx.row(LOCK_DUE, at)
    if row is None:
        return 0
    club = club_of(row)
    available = await square(club, at=at, tx=tx)
    due = await tx.value(DUE, club.programme, club.id, at, club.keep_months)
    # What the ledger will sweep by itself in a moment is not spent here, but has gone as well.
    points = min(due, available)
    if points:
        item = ledger.spend(
            points,
            account=club.account,
            id=ids.derived(at, "clubs.expire", club.programme, club.id),
            target=ledger.BREAKAGE,
            meta={"why": "club", "club": str(club.id), "act": "expiry"},
        )
        ledger.require(await ledger.post_one(item, book=club.book, at=at, tx=tx))
    await consume(due, club=club, tx=tx)
    return 1
