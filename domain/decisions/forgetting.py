"""Forget: what a slate was chosen from after 90 days, and decisions after two years."""

from datetime import datetime, timedelta

from infra.db import Tx

CANDIDATES_KEPT = timedelta(days=90)
DECISIONS_KEPT = timedelta(days=730)
CHUNK = 500

FORGET_CANDIDATES = """
UPDATE slate SET candidates = NULL WHERE (programme, id) IN (
    SELECT programme, id FROM slate WHERE candidates IS NOT NULL AND at <= $1
    ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
)
"""
# Each slate with all that is of it.
FORGET_SLATES = """
WITH old AS (
    SELECT programme, id FROM slate WHERE at <= $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
), gone AS (
    SELECT d.programme, d.id FROM decision AS d
    JOIN old AS o ON o.programme = d.programme AND o.id = d.slate
), answers AS (
    DELETE FROM decision_answer AS a USING gone AS g
    WHERE a.programme = g.programme AND a.decision = g.id
), decisions AS (
    DELETE FROM decision AS d USING gone AS g WHERE d.programme = g.programme AND d.id = g.id
)
DELETE FROM slate AS s USING old AS o WHERE s.programme = o.programme AND s.id = o.id
"""


async def forget_candidates(at: datetime, tx: Tx) -> int:
    """Forget what slates of 90 days ago were chosen from; how many."""
    return await tx.run(FORGET_CANDIDATES, at - CANDIDATES_KEPT, CHUNK)


async def forget_slates(at: datetime, tx: Tx) -> int:
    """Forget slates of two years ago with their decisions; how many."""
    return await tx.run(FORGET_SLATES, at - DECISIONS_KEPT, CHUNK)
