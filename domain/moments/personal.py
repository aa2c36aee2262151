"""What moments keeps about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import outlets
from infra.db import Tx

TABLES = frozenset({"activity_session", "moment", "moment_decision", "bonus"})

SESSIONS = """
SELECT id, type, device, started_at, ended_at, ending, to_hex(cell) AS cell, cell_at
FROM activity_session WHERE programme = $1 AND member = $2 ORDER BY started_at, id
"""
MOMENTS = """
SELECT m.id, m.session, m.state, m.day, t.name AS treat, t.kind, m.outlet, m.offered_at,
       m.expires_at, m.resolved_at
FROM moment AS m
JOIN treat AS t ON t.programme = m.programme AND t.id = m.treat
WHERE m.programme = $1 AND m.member = $2 ORDER BY m.offered_at, m.id
"""
DECISIONS = """
SELECT session, at, chooser, outcome, moment, candidates::text AS candidates
FROM moment_decision WHERE programme = $1 AND member = $2 ORDER BY at, session
"""
BONUSES = """
SELECT b.session, c.name AS campaign, b.state, b.hundredths, b.most, b.opened_at, b.lapses_at,
       b.activity, b.points, b.paid_at
FROM bonus AS b JOIN bonus_campaign AS c ON c.programme = b.programme AND c.id = b.campaign
WHERE b.programme = $1 AND b.member = $2 ORDER BY b.opened_at, b.session
"""
# Where somebody was, and when to the minute, is theirs: only the day stays, and what an offer or a
# bonus under way holds is let go of by the jobs at once; so is what waits for points that will
# never come.
FORGET = """
WITH sessions AS (
    UPDATE activity_session
    SET device = NULL, cell = NULL, cell_at = NULL, started_at = date_trunc('day', started_at),
        ended_at = date_trunc('day', started_at),
        ending = coalesce(ending, 'FORGOTTEN')
    WHERE programme = $1 AND member = $2
), decisions AS (
    UPDATE moment_decision SET candidates = NULL, at = date_trunc('day', at)
    WHERE programme = $1 AND member = $2
), bonuses AS (
    UPDATE bonus
    SET opened_at = date_trunc('day', opened_at),
        lapses_at = date_trunc('day', opened_at) + interval '1 second',
        state = CASE state WHEN 'CLAIMED' THEN 'OPEN' ELSE state END,
        activity = CASE WHEN state <> 'CLAIMED' THEN activity END,
        revision = CASE WHEN state <> 'CLAIMED' THEN revision END,
        points = CASE state WHEN 'CLAIMED' THEN 0 ELSE points END
    WHERE programme = $1 AND member = $2
)
UPDATE moment
SET offered_at = date_trunc('day', offered_at),
    expires_at = date_trunc('day', offered_at) + interval '1 second',
    resolved_at = date_trunc('day', resolved_at), code = NULL, code_until = NULL
WHERE programme = $1 AND member = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that moments keeps of the member, by table."""
    wanted = {
        "activity_session": SESSIONS,
        "moment": MOMENTS,
        "moment_decision": DECISIONS,
        "bonus": BONUSES,
    }
    told = {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in wanted.items()
    }
    seen = {row["outlet"] for row in told["moment"]}
    places = await outlets.several(seen, programme=programme, tx=tx)
    named = [{**row, "outlet": places[row["outlet"]].name} for row in told["moment"]]
    return {**told, "moment": named}


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """What the member was at, where and when is gone; sums of treats and bonuses stay."""
    await tx.run(FORGET, programme, member)
