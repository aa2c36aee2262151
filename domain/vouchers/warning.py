"""Warn: operators hear once that a pool runs low, before a member finds it empty."""

from datetime import datetime, timedelta

from domain.vouchers.events import RunningLow
from infra.db import Tx
from infra.outbox import emit

LOOKS_EVERY = timedelta(minutes=1)
CHUNK = 50

# Codes are counted up to the warning only, whatever is in the pool.
LOOK = """
WITH due AS (
    SELECT programme, reward, warn_below, low FROM voucher_pool
    WHERE looked_at <= $2 ORDER BY looked_at LIMIT $3 FOR UPDATE SKIP LOCKED
), counted AS (
    SELECT d.programme, d.reward, d.warn_below, d.low, (
        SELECT count(*) FROM (
            SELECT FROM voucher AS v
            WHERE v.programme = d.programme AND v.reward = d.reward AND v.redemption IS NULL
              AND v.expires_at > $1
            LIMIT d.warn_below
        ) AS free
    )::int AS left
    FROM due AS d
)
UPDATE voucher_pool AS p SET low = c.left < c.warn_below, looked_at = $1
FROM counted AS c WHERE p.programme = c.programme AND p.reward = c.reward
RETURNING p.programme, p.reward, p.warn_below, c.left, p.low AND NOT c.low AS news
"""


async def warn_due(at: datetime, tx: Tx) -> int:
    """Look into pools that nobody has looked into for a minute; how many."""
    rows = await tx.rows(LOOK, at, at - LOOKS_EVERY, CHUNK)
    for row in rows:
        if row["news"]:
            emit(
                RunningLow(
                    programme=row["programme"],
                    subject=row["reward"],
                    object=row["reward"],
                    at=at,
                    left=row["left"],
                    warn_below=row["warn_below"],
                ),
                tx=tx,
            )
    return len(rows)
