"""Set and read the rules of a programme.

Which version holds is decided by when the activity started, not by when it arrived: a late
upload neither gains nor loses by a change, and reckoning the past again gives the same. For
the same reason a new version never reaches back, save the first, before which there was none.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.activities import Type
from domain.points.errors import BadRule, RuleInPast
from domain.points.records import Measure, Rule
from domain.programmes import Programme
from infra import ids
from infra.db import Row, Tx

# Small enough for what they give to stay far within the ledger's 64 bits.
POINTS_MAX = 1_000_000
PER_MAX = 10_000_000
DAY_MAX = 10_000_000

# One at a time for a programme: versions are numbered without gaps.
LOCK_RULES = "SELECT pg_advisory_xact_lock(hashtextextended('points.set_rule', $1))"
NEWEST = """
SELECT version, active_from FROM earning_rule WHERE programme = $1 AND activity = $2
ORDER BY version DESC LIMIT 1
"""
ADD = """
INSERT INTO earning_rule (programme, activity, version, measure, points, per, day_max,
                          active_from, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
RULES = """
SELECT activity, version, measure, points, per, day_max, active_from
FROM earning_rule WHERE programme = $1 ORDER BY activity, version
"""


async def set_rule(
    programme: Programme,
    *,
    activity: Type,
    measure: Measure,
    points: int,
    per: int = 1,
    day_max: int,
    active_from: datetime | None = None,
    at: datetime,
    tx: Tx,
) -> Rule:
    """A new version of what activities of that type earn.

    points, per -- so many points for each `per` metres or seconds; `per` is 1 for ACTIVITIES.
    active_from -- when it begins to hold, by the start of an activity; None: now, or for the
                   first version of a type, ever since.
    Refuses, in this order: BadRule, RuleInPast.
    """
    _check("points", points, POINTS_MAX)
    _check("per", per, 1 if measure is Measure.ACTIVITIES else PER_MAX)
    _check("day_max", day_max, DAY_MAX)
    await tx.run(LOCK_RULES, programme.id)
    newest = await tx.row(NEWEST, programme.id, activity)
    version, earliest = (1, ids.EPOCH) if newest is None else (newest["version"] + 1, at)
    starts = active_from or earliest
    if starts < earliest or (newest is not None and starts < newest["active_from"]):
        raise RuleInPast("a new version holds from now on, and not before an earlier one")
    rule = Rule(activity, version, measure, points, per, day_max, starts)
    amounts = (measure, points, per, day_max)
    await tx.run(ADD, programme.id, activity, version, *amounts, starts, at)
    return rule


async def rules(programme: int, *, at: datetime | None = None, tx: Tx) -> Sequence[Rule]:
    """The rules of a programme by activity type and version.

    at -- only those that hold for an activity that starts then; None: every version.
    """
    rows = await tx.rows(RULES, programme)
    every = [rule_of(row) for row in rows]
    if at is None:
        return every
    return list({rule.activity: rule for rule in every if rule.active_from <= at}.values())


def rule_of(row: Row) -> Rule:
    """The rule in a row that has its columns."""
    return Rule(
        activity=Type(row["activity"]),
        version=row["version"],
        measure=Measure(row["measure"]),
        points=row["points"],
        per=row["per"],
        day_max=row["day_max"],
        active_from=row["active_from"],
    )


def _check(field: str, number: int, most: int) -> None:
    if not 1 <= number <= most:
        raise BadRule(field, f"{field} must be between 1 and {most}")
