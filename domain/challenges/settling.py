"""Settle: what is decided only at the cut-off.

Who wins where only so many do, which teams, and who has failed. After that nothing that happens to
an activity changes anything here any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.challenges.completing import settle_with, tell
from domain.challenges.errors import BudgetExhausted
from domain.challenges.events import Failed
from domain.challenges.keeping import Kept, Key, keep_rounds
from domain.challenges.phoning import phone
from domain.challenges.records import Challenge, Mode, Part
from domain.challenges.rewarding import Reached
from domain.challenges.sharing import Effort, efforts
from domain.challenges.standing import team_standings
from domain.challenges.waiting import held_rounds, reached_of
from infra.db import Tx

# Members at a time: they are locked while their rewards are paid.
CHUNK = 500

# Whose activity completed it first comes first, so that the last points are theirs.
NEXT = """
SELECT p.member FROM participation AS p
LEFT JOIN challenge_round AS r ON r.programme = p.programme AND r.member = p.member
     AND r.challenge = p.challenge
WHERE p.programme = $1 AND p.challenge = $2 AND p.open
GROUP BY p.member ORDER BY min(r.completed_at) NULLS LAST, p.member LIMIT $3
"""
# Who has been paid has won, whatever became of them since: of many members some are settled
# later, and nobody wins a second time what one of the first has got. Of two at once always the
# same one.
WINNERS = """
SELECT r.member, r.round FROM challenge_round AS r
JOIN participation AS p ON p.programme = r.programme AND p.member = r.member
     AND p.challenge = r.challenge
LEFT JOIN challenge_reward AS w ON w.programme = r.programme AND w.member = r.member
     AND w.challenge = r.challenge AND w.round = r.round AND w.percent IS NULL
     AND w.state = 'PAID'
WHERE r.programme = $1 AND r.challenge = $2
  AND (w.id IS NOT NULL OR r.completed_at IS NOT NULL AND p.entry = 'IN')
ORDER BY w.id IS NULL, r.completed_at, r.completed_by LIMIT $3
"""
CLOSE = """
UPDATE participation SET open = false, changed_at = $4
WHERE programme = $1 AND challenge = $2 AND member = ANY($3::uuid[]) AND open
"""
TEAMS_OF = """
SELECT member, team FROM participation
WHERE programme = $1 AND challenge = $2 AND member = ANY($3::uuid[]) AND team IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who has won: rounds, where only so many members do; members of the best teams; and what all
    have done together."""

    rounds: frozenset[Key] | None
    members: frozenset[UUID]
    together: Mapping[int, Effort]


async def settle(challenge: Challenge, *, at: datetime, tx: Tx, members_max: int = CHUNK) -> bool:
    """True when nothing is left to decide; False: call again, in a new transaction."""
    rows = await tx.rows(NEXT, challenge.programme, challenge.id, members_max)
    people = [row["member"] for row in rows]
    rounds = await held_rounds(challenge, people, tx=tx)
    outcome = await _outcome(challenge, people, tx=tx)
    asked = [_reached(challenge, one, outcome, at=at) for one in rounds if any(one.reached)]
    after = {one.key: one for one in rounds}
    if asked:
        settled = await settle_with(asked, programme=challenge.programme, tx=tx)
        after |= {one.key: one for one in settled}
    await _fail(challenge, list(after.values()), at=at, tx=tx)
    await tx.run(CLOSE, challenge.programme, challenge.id, people, at)
    return len(rows) < members_max


async def _outcome(challenge: Challenge, people: Sequence[UUID], *, tx: Tx) -> Outcome:
    terms, scope = challenge.terms, (challenge.programme, challenge.id)
    together = await efforts(challenge, tx=tx)
    if terms.mode is Mode.COMPETITIVE:
        best = await team_standings(
            challenge.id, programme=challenge.programme, limit=terms.teams_max, tx=tx
        )
        teams = {one.team for one in best if one.reached}
        rows = await tx.rows(TEAMS_OF, *scope, people)
        winners = frozenset(row["member"] for row in rows if row["team"] in teams)
        return Outcome(None, winners, together)
    if terms.mode is Mode.INDIVIDUAL and terms.winners_max is not None:
        rows = await tx.rows(WINNERS, *scope, terms.winners_max)
        keys = frozenset((row["member"], challenge.id, row["round"]) for row in rows)
        return Outcome(keys, frozenset(), together)
    return Outcome(None, frozenset(), together)


def _reached(challenge: Challenge, kept: Kept, outcome: Outcome, *, at: datetime) -> Reached:
    found = reached_of(challenge, kept, outcome.together, at=at)
    if challenge.terms.mode is Mode.COMPETITIVE:
        return replace(found, wins=kept.member in outcome.members)
    if outcome.rounds is not None:
        return replace(found, wins=kept.key in outcome.rounds)
    return found


async def _fail(challenge: Challenge, rounds: Sequence[Kept], *, at: datetime, tx: Tx) -> None:
    """What is not complete by now has failed; so has what could not be paid, and says so."""
    open = (Part.JOINED, Part.ACTIVE)
    failed = [replace(one, state=Part.FAILED) for one in rounds if one.state in open]
    await keep_rounds(failed, programme=challenge.programme, tx=tx)
    await phone([(one, at) for one in failed], programme=challenge.programme, tx=tx)
    for one in failed:
        reason = BudgetExhausted.code if one.due else None
        cause = Reached(challenge, one, one.percent, wins=False, at=at)
        tell(Failed, challenge, one, cause, tx, reason=reason)
