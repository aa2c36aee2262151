"""Shelves: the sentences that the tests of badges begin and end with."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import badges
from domain.badges import Badge, Given, Period, Revoked, Rule
from domain.members import Member
from domain.metrics import Metric
from infra import ids
from infra.db import Tx
from tests.support.given import NOON

_moments = itertools.count(1)

TALLIES = """
SELECT t.member, t.badge, t.bucket, t.amount FROM badge_tally AS t
WHERE t.programme = $1 AND t.amount > 0 ORDER BY 1, 2, 3
"""
PARTS = """
SELECT p.member, p.badge, p.bucket, p.part, p.activities FROM badge_part AS p
WHERE p.programme = $1 AND p.activities > 0 ORDER BY 1, 2, 3, 4
"""


def a_rule(*thresholds: int, **words: Any) -> Rule:
    """Kilometres of a lifetime, when nothing else is said."""
    plain: dict[str, Any] = {"metric": Metric.DISTANCE, "period": Period.LIFETIME}
    return Rule(thresholds=thresholds or (10_000, 20_000, 30_000), **{**plain, **words})


async def a_badge(programme: int, key: str = "far", *, tx: Tx, **words: Any) -> Badge:
    """A badge in bronze, silver and gold for 10, 20 and 30 km, whose past has been counted."""
    rule = words.pop("rule", a_rule())
    levels = ("Bronze", "Silver", "Gold", "Jade", "Onyx")[: len(rule.thresholds) if rule else 3]
    plain = {"name": f"The {key}", "description": "For those who go on.", "levels": levels}
    draft = badges.Draft(key=key, rule=rule, **{**plain, **words})
    # One after the other, so that their order is known.
    at = NOON + timedelta(milliseconds=next(_moments))
    made = await badges.define(draft, programme=programme, id=ids.new(at), at=at, tx=tx)
    await fill(tx=tx)
    return made


async def fill(*, tx: Tx) -> None:
    """What the schedule does, until nothing is left to do."""
    while await badges.fill(NOON, tx):
        pass


async def level(member: Member, key: str = "far", *, tx: Tx) -> int:
    """The level that the member has of the badge; 0: none."""
    held = await badges.held([member.id], programme=member.programme, tx=tx)
    return held.get(member.id, {}).get(key, 0)


async def tallies(programme: int, *, tx: Tx) -> list[tuple[Any, ...]]:
    """Everything that is counted in the programme."""
    rows = [*await tx.rows(TALLIES, programme), *await tx.rows(PARTS, programme)]
    return [tuple(row.values()) for row in rows]


def told(member: UUID, *, tx: Tx) -> list[tuple[str, int, int]]:
    """What was announced of the member's badges: the word, the level now, and before."""
    return [
        (type(event).__name__, event.level, event.before)
        for event in tx.staged
        if isinstance(event, Given | Revoked) and event.subject == member
    ]
