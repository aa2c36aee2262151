"""Retract: a source deletes what it told, by its own names, also before it told of it."""

from collections.abc import Sequence
from datetime import datetime

from domain.activities.locking import take_source
from domain.activities.records import State, Withdrawal
from domain.activities.reports import Outcome, Status
from domain.activities.revising import withdraw
from infra.db import Tx

NAMED = """
SELECT external_id, id, state FROM activity
WHERE programme = $1 AND source = $2 AND external_id = ANY($3::text[])
"""
NOTE = """
INSERT INTO activity_retraction (programme, source, external_id, at)
SELECT $1, $2, external_id, $4 FROM unnest($3::text[]) AS n (external_id)
ON CONFLICT DO NOTHING RETURNING external_id
"""


async def retract(
    external_ids: Sequence[str], *, source: str, programme: int, at: datetime, tx: Tx
) -> Sequence[Outcome]:
    """What `source` calls so is WITHDRAWN; an outcome each, in order.

    KNOWN where it has been before. What the source has not told yet is noted, and refused when it
    comes: events overtake each other.
    """
    await take_source(source, programme=programme, tx=tx)
    rows = await tx.rows(NAMED, programme, source, list(external_ids))
    alive = [row["id"] for row in rows if State(row["state"]) is not State.WITHDRAWN]
    reason = Withdrawal.DELETED_AT_SOURCE.value
    await withdraw(alive, programme=programme, reason=reason, at=at, tx=tx)
    told = {row["external_id"]: row for row in rows}
    strange = [name for name in dict.fromkeys(external_ids) if name not in told]
    noted = await tx.rows(NOTE, programme, source, strange, at) if strange else []
    fresh = {row["external_id"] for row in noted}
    fresh |= {name for name, row in told.items() if row["id"] in set(alive)}
    outcomes = []
    for name in external_ids:
        status = Status.ACCEPTED if name in fresh else Status.KNOWN
        fresh.discard(name)
        activity = told[name]["id"] if name in told else None
        outcomes.append(Outcome(status, activity, State.WITHDRAWN, (reason,)))
    return outcomes
