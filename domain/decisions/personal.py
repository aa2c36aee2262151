"""What decisions keeps about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset({"slate", "decision", "decision_answer", "suppression"})

SLATES = """
SELECT id, placement, chooser, model, at, candidates::text AS candidates
FROM slate WHERE programme = $1 AND member = $2 ORDER BY at, id
"""
DECISIONS = """
SELECT id, slate, placement, position, item, about, propensity, value, p, model, chooser, exploring,
       holdout, why, features, at, expires_at, seen_at, answer, answered_at, taken
FROM decision WHERE programme = $1 AND member = $2 ORDER BY at, id
"""
ANSWERS = """
SELECT a.decision, a.kind, a.at FROM decision_answer AS a
JOIN decision AS d ON d.programme = a.programme AND d.id = a.decision
WHERE d.programme = $1 AND d.member = $2 ORDER BY a.at, a.decision
"""
SUPPRESSIONS = """
SELECT item, hidden, times, until FROM suppression
WHERE programme = $1 AND member = $2 ORDER BY until, item
"""
# Nobody can be told by sums over many, so those stay.
FORGET_ANSWERS = """
DELETE FROM decision_answer AS a USING decision AS d
WHERE d.programme = $1 AND d.member = $2 AND a.programme = d.programme AND a.decision = d.id
"""
FORGET_DECISIONS = "DELETE FROM decision WHERE programme = $1 AND member = $2"
FORGET_SLATES = "DELETE FROM slate WHERE programme = $1 AND member = $2"
FORGET_SUPPRESSIONS = "DELETE FROM suppression WHERE programme = $1 AND member = $2"


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that decisions keeps of the member, by table."""
    wanted = {
        "slate": SLATES,
        "decision": DECISIONS,
        "decision_answer": ANSWERS,
        "suppression": SUPPRESSIONS,
    }
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in wanted.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """What the member was shown and what they made of it is gone; counts and sums stay. What a
    member had who was merged stays under the old id."""
    await tx.run(FORGET_ANSWERS, programme, member)
    await tx.run(FORGET_DECISIONS, programme, member)
    await tx.run(FORGET_SLATES, programme, member)
    await tx.run(FORGET_SUPPRESSIONS, programme, member)
