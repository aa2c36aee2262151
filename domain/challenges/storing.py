"""Storing: the one place that writes the row of a challenge, and counts that it changed."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.challenges import writing
from domain.challenges.records import Challenge, Terms
from infra.db import Tx

# The earth's first and last zone: a day begins so long before it does in UTC, and ends so long
# after.
EARLY, LATE = timedelta(hours=14), timedelta(hours=12)

# Whoever changes a challenge holds this row to the end, so the versions are in commit order.
NEXT = """
INSERT INTO challenge_version AS v (programme, version, changed_by)
VALUES ($1, 1, pg_current_xact_id()::text::bigint)
ON CONFLICT (programme) DO UPDATE SET version = v.version + 1, changed_by = excluded.changed_by
RETURNING version
"""
ADD = """
INSERT INTO challenge (programme, id, owner, partner, creator, name, description, state, terms,
                       version, book, account, budget, funded, spent, returned, halted,
                       created_at, opens_at, closes_at, cutoff_at, disclosed_at, live_at, changed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $11, $12, $13, 0, 0, 0, false, $14,
        $15, $16, $17, $18, $19, $20)
"""
KEEP = """
UPDATE challenge
SET name = $3, description = $4, state = $5, terms = $6::text::jsonb, version = $7, budget = $8,
    funded = $9, returned = $10, halted = $11, opens_at = $12, closes_at = $13, cutoff_at = $14,
    exhausted_at = $15, disclosed_at = $16, reason = $17, live_at = $18, ended_at = $19,
    settled_at = $20, changed = $21
WHERE programme = $1 AND id = $2
"""


async def add(challenge: Challenge, *, tx: Tx) -> None:
    """Write a new challenge."""
    one, times = challenge, clocks(challenge.terms)
    version = await tx.value(NEXT, one.programme)
    who = (one.owner, one.partner, one.creator, one.name, one.description, one.state)
    rules = (writing.write(one.terms), one.version, one.book, one.account, one.budget)
    when = (one.created_at, *times, one.disclosed_at, one.live_at)
    await tx.run(ADD, one.programme, one.id, *who, *rules, *when, version)


async def keep(challenge: Challenge, *, tx: Tx, **changes: Any) -> Challenge:
    """Write a held challenge with these changes, its `spent` left out; the challenge as it is now.

    What its times are follows from its terms.
    """
    terms: Terms = changes.get("terms", challenge.terms)
    opens_at, closes_at, cutoff_at = clocks(terms)
    one = replace(challenge, **changes, cutoff_at=cutoff_at)
    if terms != challenge.terms:
        one = replace(one, version=challenge.version + 1)
    version = await tx.value(NEXT, one.programme)
    words = (one.name, one.description, one.state, writing.write(one.terms), one.version)
    money = (one.budget, one.funded, one.returned, one.halted)
    when = (opens_at, closes_at, cutoff_at, one.exhausted_at, one.disclosed_at, one.reason)
    ends = (one.live_at, one.ended_at, one.settled_at)
    await tx.run(KEEP, one.programme, one.id, *words, *money, *when, *ends, version)
    return one


async def renew(programme: int, *, tx: Tx) -> int:
    """A new version of what counts in the programme, for rows that change in this transaction."""
    version: int = await tx.value(NEXT, programme)
    return version


def clocks(terms: Terms) -> tuple[datetime, datetime, datetime]:
    """When the first day begins somewhere, when the last one has ended everywhere, and the
    cut-off."""
    opens = datetime.combine(terms.first_day, time(), UTC) - EARLY
    closes = datetime.combine(terms.last_day + timedelta(days=1), time(), UTC) + LATE
    return opens, closes, closes + timedelta(hours=terms.cutoff_hours)
