"""What challenges keep about a member: told on request, and forgotten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.db import Tx

TABLES = frozenset(
    {"participation", "challenge_round", "contribution", "challenge_reward", "challenge_team"}
)

PARTICIPATIONS = """
SELECT p.challenge, c.name, p.entry, t.name AS team, p.offered_at, p.joined_at, p.changed_at
FROM participation AS p
JOIN challenge AS c ON c.programme = p.programme AND c.id = p.challenge
LEFT JOIN challenge_team AS t ON t.programme = p.programme AND t.challenge = p.challenge
     AND t.id = p.team
WHERE p.programme = $1 AND p.member = $2 ORDER BY p.changed_at, p.challenge
"""
ROUNDS = """
SELECT challenge, round, first_day, last_day, state, targets, reached, percent, reached_at,
       completed_at, completed_by
FROM challenge_round WHERE programme = $1 AND member = $2 ORDER BY challenge, round
"""
CONTRIBUTIONS = """
SELECT challenge, round, activity, day, worth, counts, changed_at
FROM contribution WHERE programme = $1 AND member = $2 ORDER BY ended_at, activity, challenge
"""
REWARDS = """
SELECT challenge, round, percent, turn, state, points, returned, kept, badge, level, unit,
       tier_credit, reason, at, undone_at
FROM challenge_reward WHERE programme = $1 AND member = $2 ORDER BY at, id
"""
TEAMS = """
SELECT challenge, id, name, made_at FROM challenge_team
WHERE programme = $1 AND maker = $2 ORDER BY made_at, id
"""
# Sums and numbers stay, as those of others need them; nothing of theirs counts any more. The name
# that they gave to a team goes, the team stays.
FORGET = """
WITH gone AS (
    UPDATE participation SET entry = CASE entry WHEN 'IN' THEN 'LEFT' ELSE entry END,
           open = false, changed_at = $3
    WHERE programme = $1 AND member = $2 AND (open OR entry = 'IN')
), unasked AS (
    UPDATE challenge_round SET due = false WHERE programme = $1 AND member = $2 AND due
)
UPDATE challenge_team SET name = 'team ' || left(id::text, 13), maker = NULL
WHERE programme = $1 AND maker = $2
"""


async def told(
    member: UUID, *, programme: int, tx: Tx
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """All that challenges keep of the member, by table."""
    wanted = {
        "participation": PARTICIPATIONS,
        "challenge_round": ROUNDS,
        "contribution": CONTRIBUTIONS,
        "challenge_reward": REWARDS,
        "challenge_team": TEAMS,
    }
    return {
        table: [dict(row) for row in await tx.rows(sql, programme, member)]
        for table, sql in wanted.items()
    }


async def forget(member: UUID, *, programme: int, at: datetime, tx: Tx) -> None:
    """The member takes part in nothing any more; what they did for others stays, nameless."""
    await tx.run(FORGET, programme, member, at)
