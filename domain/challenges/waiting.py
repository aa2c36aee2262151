"""Waiting: what the clock brings to members in challenges, some of them in each transaction.

What was reached while a challenge paused or had no points, what all reached together, and rounds
whose days are over.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import members
from domain.challenges import finding
from domain.challenges.completing import settle_with, tell
from domain.challenges.contributing import Moved
from domain.challenges.events import Failed
from domain.challenges.keeping import Kept, keep_rounds, rounds_of
from domain.challenges.phoning import phone
from domain.challenges.records import Challenge, Mode, Part
from domain.challenges.rewarding import Reached
from domain.challenges.sharing import Effort, efforts
from infra.db import Tx

# Members at a time: they are locked while their rewards are paid.
CHUNK = 200

# What was tried in this very run waits for the next one: what cannot be paid for now, as a
# milestone that is dearer than what is left, keeps nobody else from being paid.
WAITING = """
SELECT r.programme, r.challenge FROM challenge_round AS r
JOIN challenge AS c ON c.programme = r.programme AND c.id = r.challenge
JOIN participation AS p ON p.programme = r.programme AND p.member = r.member
     AND p.challenge = r.challenge AND p.open
WHERE r.due AND c.state IN ('LIVE', 'ENDED')
  AND (c.exhausted_at IS NULL OR 0 = ALL (r.reached))
  AND NOT EXISTS (SELECT FROM challenge_reward AS w
                  WHERE w.programme = r.programme AND w.member = r.member
                    AND w.challenge = r.challenge AND w.round = r.round AND w.state = 'UNPAID'
                    AND w.at >= $1)
LIMIT 1
"""
# Whose activity ended first is given first.
DUE = """
SELECT r.member FROM challenge_round AS r
JOIN participation AS p ON p.programme = r.programme AND p.member = r.member
     AND p.challenge = r.challenge AND p.open
WHERE r.programme = $1 AND r.challenge = $2 AND r.due
  AND NOT EXISTS (SELECT FROM challenge_reward AS w
                  WHERE w.programme = r.programme AND w.member = r.member
                    AND w.challenge = r.challenge AND w.round = r.round AND w.state = 'UNPAID'
                    AND w.at >= $4)
ORDER BY r.completed_at NULLS LAST, r.member LIMIT $3
"""
UNSHARED = """
SELECT e.programme, e.challenge, e.round, e.told_to FROM challenge_effort AS e
JOIN challenge AS c ON c.programme = e.programme AND c.id = e.challenge
WHERE NOT e.shared AND c.state IN ('LIVE', 'ENDED') LIMIT 1
"""
SHARERS = """
SELECT r.member FROM challenge_round AS r
JOIN participation AS p ON p.programme = r.programme AND p.member = r.member
     AND p.challenge = r.challenge AND p.open
WHERE r.programme = $1 AND r.challenge = $2 AND r.round = $3
  AND ($4::uuid IS NULL OR r.member > $4)
ORDER BY r.member LIMIT $5
"""
# Held, so that what is given is what all have done when it is noted as given.
HOLD = """
SELECT told_to FROM challenge_effort
WHERE programme = $1 AND challenge = $2 AND round = $3 AND NOT shared FOR NO KEY UPDATE
"""
TOLD = """
UPDATE challenge_effort SET told_to = $4, shared = $5
WHERE programme = $1 AND challenge = $2 AND round = $3
"""
# As long after its last day has ended everywhere as the whole challenge has; its last rounds wait
# for the cut-off.
PAST = """
SELECT r.programme, r.member, r.challenge, r.round FROM challenge_round AS r
JOIN challenge AS c ON c.programme = r.programme AND c.id = r.challenge
JOIN participation AS p ON p.programme = r.programme AND p.member = r.member
     AND p.challenge = r.challenge AND p.open
WHERE r.completed_at IS NULL AND r.state IN ('JOINED', 'ACTIVE')
  AND r.last_day < ($1::timestamptz AT TIME ZONE 'UTC')::date
  AND r.last_day + interval '36 hours' + (c.cutoff_at - c.closes_at)
      <= $1::timestamptz AT TIME ZONE 'UTC'
  AND c.state IN ('LIVE', 'PAUSED', 'ENDED') AND c.cutoff_at > $1
  AND coalesce(c.terms ->> 'mode', 'INDIVIDUAL') = 'INDIVIDUAL'
ORDER BY r.programme, r.challenge LIMIT $2
"""


async def complete_waiting(at: datetime, tx: Tx) -> int:
    """Give some of what was reached and not given, of one challenge; how many rounds were tried,
    each once in a run."""
    row = await tx.row(WAITING, at)
    if row is None:
        return 0
    found = await finding.get(row["challenge"], programme=row["programme"], tx=tx)
    rows = await tx.rows(DUE, found.programme, found.id, CHUNK, at)
    rounds = [
        one for one in await held_rounds(found, [row["member"] for row in rows], tx=tx) if one.due
    ]
    if not rounds:
        return len(rows)  # somebody else was faster
    together = await efforts(found, tx=tx)
    asked = [reached_of(found, one, together, at=at) for one in rounds]
    await settle_with(asked, programme=found.programme, tx=tx)
    return len(asked)


async def share_out(at: datetime, tx: Tx) -> int:
    """Give some members of one co-operative challenge what all of them have reached together, or
    take it back; 0 when there is nothing of the kind."""
    row = await tx.row(UNSHARED)
    if row is None:
        return 0
    found = await finding.get(row["challenge"], programme=row["programme"], tx=tx)
    key = found.programme, found.id, row["round"]
    rows = await tx.rows(SHARERS, *key, row["told_to"], CHUNK)
    rounds = await held_rounds(found, [row["member"] for row in rows], tx=tx)
    if await tx.value(HOLD, *key) != row["told_to"]:
        return 1  # somebody added to it meanwhile: from the beginning, in a new transaction
    together = await efforts(found, tx=tx)
    mine = [one for one in rounds if one.round == row["round"]]
    asked = [reached_of(found, one, together, at=at) for one in mine]
    if asked:
        await settle_with(asked, programme=found.programme, tx=tx)
    more = len(rows) == CHUNK
    await tx.run(TOLD, *key, rows[-1]["member"] if more else None, not more)
    return 1


async def fail_due(at: datetime, tx: Tx) -> int:
    """Note of some rounds that their days are over; a late activity may still complete one."""
    rows = await tx.rows(PAST, at, CHUNK)
    if not rows:
        return 0
    programme, challenge = rows[0]["programme"], rows[0]["challenge"]
    mine = {
        (row["member"], row["round"])
        for row in rows
        if (row["programme"], row["challenge"]) == (programme, challenge)
    }
    found = await finding.get(challenge, programme=programme, tx=tx)
    rounds = await held_rounds(found, {member for member, _ in mine}, tx=tx)
    open = (Part.JOINED, Part.ACTIVE)
    failed = [
        (one, replace(one, state=Part.FAILED))
        for one in rounds
        if (one.member, one.round) in mine and one.completed_at is None and one.state in open
    ]
    await keep_rounds([after for _, after in failed], programme=programme, tx=tx)
    await phone([(after, at) for _, after in failed], programme=programme, tx=tx)
    for before, after in failed:
        tell(Failed, found, after, Moved(found, before, after, at, None), tx)
    return len(mine)


async def held_rounds(challenge: Challenge, people: Collection[UUID], *, tx: Tx) -> Sequence[Kept]:
    """All rounds of these members in the challenge, once the members are locked."""
    await members.lock(people, programme=challenge.programme, tx=tx)
    places = [(member, challenge.id) for member in people]
    return await rounds_of(places, programme=challenge.programme, tx=tx)


def reached_of(
    challenge: Challenge, kept: Kept, together: Mapping[int, Effort], *, at: datetime
) -> Reached:
    """How far a round is by itself or, of a co-operative challenge, by what all did."""
    terms = challenge.terms
    if terms.mode is Mode.COOPERATIVE:
        effort = together.get(kept.round)
        shares = any(kept.reached) and effort is not None
        percent = effort.percent if shares and effort else 0
        return Reached(challenge, kept, percent, percent == 100, at)
    if terms.mode is Mode.COMPETITIVE:
        return Reached(challenge, kept, 0, wins=False, at=at)
    wins = kept.completed_at is not None and terms.winners_max is None
    return Reached(challenge, kept, kept.percent, wins, at)
