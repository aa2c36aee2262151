"""Rebuilding: progress, completions and rewards as the facts say, whatever the rows said before."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from domain import members
from domain.challenges import finding
from domain.challenges.completing import complete
from domain.challenges.keeping import enrolled
from domain.challenges.recounting import Recount, recount
from infra import clock
from infra.db import Tx

# Members at a time whose facts are held in memory.
CHUNK = 200

PEOPLE = """
SELECT DISTINCT member FROM participation
WHERE programme = $1 AND open AND ($2::uuid IS NULL OR member > $2) ORDER BY member LIMIT $3
"""
# What all did together is what each did; where it was not, everybody is to be told anew.
EFFORTS = """
WITH part AS (
    SELECT r.challenge, r.round, v.place, sum(v.one)::bigint AS total
    FROM challenge_round AS r CROSS JOIN unnest(r.reached) WITH ORDINALITY AS v (one, place)
    WHERE r.programme = $1
      AND r.challenge IN (SELECT e.challenge FROM challenge_effort AS e WHERE e.programme = $1)
    GROUP BY r.challenge, r.round, v.place
), whole AS (
    SELECT challenge, round, array_agg(total ORDER BY place) AS reached FROM part
    GROUP BY challenge, round
)
UPDATE challenge_effort AS e SET reached = w.reached, shared = false, told_to = NULL
FROM whole AS w
WHERE e.programme = $1 AND e.challenge = w.challenge AND e.round = w.round
  AND e.reached <> w.reached
"""


async def rebuild(*, programme: int, tx: Tx) -> None:
    """Count anew everybody who takes part in what is not settled. What is as it should be is not
    touched, and nothing is paid or taken back that was not owed."""
    after, at = None, clock.now()
    while rows := await tx.rows(PEOPLE, programme, after, CHUNK):
        people = [row["member"] for row in rows]
        await members.lock(people, programme=programme, tx=tx)
        await _recounted(people, programme=programme, at=at, tx=tx)
        after = people[-1]
    await tx.run(EFFORTS, programme)


async def _recounted(several: Sequence[UUID], *, programme: int, at: datetime, tx: Tx) -> None:
    """Count anew where these members, who are locked, take part."""
    places = await enrolled(several, since=date.min, until=date.max, programme=programme, tx=tx)
    every = [place for of_member in places.values() for place in of_member]
    found = await finding.several({one.challenge for one in every}, programme=programme, tx=tx)
    asked = [
        Recount(place, found[place.challenge], at)
        for place in every
        if at <= found[place.challenge].cutoff_at
    ]
    moved = await recount(asked, programme=programme, tx=tx)
    await complete(moved, programme=programme, tx=tx)
