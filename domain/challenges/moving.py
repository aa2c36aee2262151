"""Moving: what has moved for a member since a number, in each challenge its newest state.

Every change of a member's place or of one of their rounds takes the next number of one sequence
for all. Whoever changes either holds the member's lock until the commit, so of one member the
numbers are committed in their order, and who has read up to one has missed none below it. What
others do in a challenge that all do together moves nobody's number: it is told with the member's
own next step, and when all have completed it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import members
from domain.challenges import finding
from domain.challenges.records import Challenge, Participation
from domain.challenges.standing import participation_of
from domain.members import Member
from infra.db import Tx

# As OF_MEMBER of `standing`; an older round may have moved last, by what came late.
MOVED = """
SELECT p.challenge, p.member, p.entry, p.team, p.since, p.joined_at, r.round, r.first_day,
       r.last_day, r.state, r.targets, r.reached, r.percent, r.completed_at,
       e.reached AS together, m.number
FROM participation AS p
CROSS JOIN LATERAL (
    SELECT greatest(p.moved, max(o.moved)) AS number FROM challenge_round AS o
    WHERE o.programme = p.programme AND o.member = p.member AND o.challenge = p.challenge
) AS m
LEFT JOIN LATERAL (
    SELECT round, first_day, last_day, state, targets, reached, percent, completed_at
    FROM challenge_round AS r
    WHERE r.programme = p.programme AND r.member = p.member AND r.challenge = p.challenge
    ORDER BY round DESC LIMIT 1
) AS r ON true
LEFT JOIN challenge_effort AS e ON e.programme = p.programme AND e.challenge = p.challenge
     AND e.round = r.round
WHERE p.programme = $1 AND p.member = $2 AND m.number > $3
ORDER BY m.number LIMIT $4
"""
HEADS = """
SELECT w.member, greatest(
    (SELECT max(p.moved) FROM participation AS p
     WHERE p.programme = $1 AND p.member = w.member),
    (SELECT max(r.moved) FROM challenge_round AS r
     WHERE r.programme = $1 AND r.member = w.member), 0) AS number
FROM unnest($2::uuid[]) AS w (member)
"""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a member is in a challenge since the change with that number."""

    number: int
    challenge: Challenge
    participation: Participation


async def moved_after(
    member: Member, *, number: int, limit: int, at: datetime, tx: Tx
) -> Sequence[Move]:
    """The challenges in which something has moved for the member after `number`, the one that
    moved first before: each once, as it is now. Those that moved more often tell only the last.
    """
    rows = await tx.rows(MOVED, member.programme, member.id, number, limit)
    ids = [row["challenge"] for row in rows]
    found = await finding.several(ids, programme=member.programme, tx=tx)
    today = members.day_in(member.zone, at)
    return [
        Move(row["number"], one, participation_of(one, row, today))
        for row in rows
        for one in [found[row["challenge"]]]
    ]


async def heads(several: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, int]:
    """The number of the newest change for each of these members; 0 where there was none."""
    rows = await tx.rows(HEADS, programme, list(several))
    return {row["member"]: row["number"] for row in rows}
