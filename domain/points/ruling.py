"""Set and read the rules of a programme.

Which version holds is decided by when the activity started, not by when it arrived: a late
upload neither gains nor loses by a change, and reckoning the past again gives the same. For
the same reason a new version never reaches back, save the first, before which there was none.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from domain.activities import Type
from domain.points.errors import BadRule, RuleInPast
from domain.points.multiplying import multipliers
from domain.points.records import Measure, Rule
from domain.points.terms import Terms
from domain.programmes import Programme
from infra import ids
from infra.db import Row, Tx

# Small enough for what they give to stay far within the ledger's 64 bits.
POINTS_MAX = 1_000_000
PER_MAX = 10_000_000
DAY_MAX = 10_000_000
WEEK_MAX = 7 * DAY_MAX
MONTH_MAX = 31 * DAY_MAX

# One at a time for a programme: versions are numbered without gaps.
LOCK_RULES = "SELECT pg_advisory_xact_lock(hashtextextended('points.set_rule', $1))"
NEWEST = """
SELECT version, active_from FROM earning_rule WHERE programme = $1 AND activity = $2
ORDER BY version DESC LIMIT 1
"""
ADD = """
INSERT INTO earning_rule (programme, activity, version, measure, points, per, day_max, week_max,
                          month_max, active_from, set_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
RULES = """
SELECT activity, version, measure, points, per, day_max, week_max, month_max, active_from, set_at
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
    week_max: int | None = None,
    month_max: int | None = None,
    active_from: datetime | None = None,
    at: datetime,
    tx: Tx,
) -> Rule:
    """A new version of what activities of that type earn.

    points, per -- so many points for each `per` of the measure; `per` is 1 for ACTIVITIES.
    week_max, month_max -- None: no limit but the day's.
    active_from -- when it begins to hold, by the start of an activity; None: now, or for the
                   first version of a type, ever since.
    Refuses, in this order: BadRule, RuleInPast.
    """
    rule = Rule(activity, 1, measure, points, per, day_max, at, week_max, month_max, at)
    check_rule(rule)
    await tx.run(LOCK_RULES, programme.id)
    newest = await tx.row(NEWEST, programme.id, activity)
    version, earliest = (1, ids.EPOCH) if newest is None else (newest["version"] + 1, at)
    starts = active_from or earliest
    if starts < earliest or (newest is not None and starts < newest["active_from"]):
        raise RuleInPast("a new version holds from now on, and not before an earlier one")
    amounts, limits = (measure, points, per), (day_max, week_max, month_max)
    await tx.run(ADD, programme.id, activity, version, *amounts, *limits, starts, at)
    return replace(rule, version=version, active_from=starts)


async def rules(programme: int, *, at: datetime | None = None, tx: Tx) -> Sequence[Rule]:
    """The rules of a programme by activity type and version.

    at -- only those that hold for an activity that starts then; None: every version.
    """
    rows = await tx.rows(RULES, programme)
    every = [_rule(row) for row in rows]
    if at is None:
        return every
    return list({rule.activity: rule for rule in every if rule.active_from <= at}.values())


async def terms(programme: int, *, tx: Tx) -> Terms:
    """Everything the programme pays for, or ever did."""
    return Terms(await rules(programme, tx=tx), await multipliers(programme, tx=tx))


def check_rule(rule: Rule) -> None:
    """Refuses with BadRule, in the order of its fields, what no rule may say."""
    _check("points", rule.points, POINTS_MAX)
    _check("per", rule.per, 1 if rule.measure is Measure.ACTIVITIES else PER_MAX)
    _check("day_max", rule.day_max, DAY_MAX)
    _check("week_max", rule.week_max, WEEK_MAX)
    _check("month_max", rule.month_max, MONTH_MAX)


def _rule(row: Row) -> Rule:
    return Rule(**{**row, "activity": Type(row["activity"]), "measure": Measure(row["measure"])})


def _check(field: str, number: int | None, most: int) -> None:
    if number is not None and not 1 <= number <= most:
        raise BadRule(field, f"{field} must be between 1 and {most}")
