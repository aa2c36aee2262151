"""Load where members stand, for the activities of one batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from uuid import UUID

from domain.points.multiplying import multipliers
from domain.points.reckoning import window
from domain.points.records import Applied, Award, Multiplier
from domain.points.standing import Fact, Given, Standing
from domain.points.terms import Terms
from infra.db import Row, Tx

COLUMNS = tuple(field.name for field in fields(Award))

AWARDS_OF = """
SELECT activity, rule, version, revision, member, day, measured, wanted, given, day_took,
       week_took, month_took, multipliers, matures_at, posting, text, at, undone_at, returned
FROM award WHERE programme = $1 AND activity = ANY($2::uuid[]) AND undone_at IS NULL
ORDER BY activity, rule
"""
SEEN = """
SELECT s.activity, max(s.revision) AS revision FROM (
    SELECT activity, revision FROM award_revision
    WHERE programme = $1 AND activity = ANY($2::uuid[])
    UNION ALL
    SELECT activity, revision FROM award WHERE programme = $1 AND activity = ANY($2::uuid[])
) AS s GROUP BY s.activity
"""
# One look at the index for each member and rule, whatever the planner thinks of the table.
GIVEN = """
SELECT w.member, w.rule, g.day, g.given
FROM unnest($2::uuid[], $3::text[], $4::date[], $5::date[]) AS w (member, rule, first, last)
CROSS JOIN LATERAL (
    SELECT a.day, sum(a.given)::bigint AS given FROM award AS a
    WHERE a.programme = $1 AND a.member = w.member AND a.rule = w.rule
      AND a.day BETWEEN w.first AND w.last AND a.undone_at IS NULL
    GROUP BY a.day
) AS g
"""


async def awards_of(
    activities: Collection[UUID], *, programme: int, tx: Tx
) -> Mapping[UUID, Sequence[Award]]:
    """What activities of that programme earned, by activity id; one without awards is left out.

    Only what stands: an award that a later revision undid is not in it.
    """
    rows = await tx.rows(AWARDS_OF, programme, list(activities))
    named: Sequence[Multiplier] = ()
    if any(row["multipliers"] for row in rows):
        named = await multipliers(programme, tx=tx)
    found: defaultdict[UUID, list[Award]] = defaultdict(list)
    for row in rows:
        found[row["activity"]].append(award_of(row, named))
    return dict(found)


def award_of(row: Row, named: Sequence[Multiplier]) -> Award:
    """The award in a row; `named` are all multipliers of its programme."""
    by_number = {m.number: m for m in named} if row["multipliers"] else {}
    applied = tuple(applied_of(by_number[number]) for number in row["multipliers"])
    return Award(**{**row, "multipliers": applied})


def applied_of(multiplier: Multiplier) -> Applied:
    """A multiplier as an award keeps it."""
    return Applied(multiplier.number, multiplier.name, multiplier.percent)


async def standings(
    facts: Sequence[tuple[UUID, Fact]],
    awards: Iterable[Award],
    terms: Terms,
    *,
    programme: int,
    tx: Tx,
) -> Mapping[UUID, Standing]:
    """Where each member stands, as far as these judgements of theirs depend on it.

    facts -- a member and a judgement each; awards -- those of their activities that stand.
    """
    found: defaultdict[UUID, Standing] = defaultdict(Standing)
    activities = list({fact.activity for _, fact in facts})
    members = {fact.activity: member for member, fact in facts}
    for row in await tx.rows(SEEN, programme, activities):
        found[members[row["activity"]]].seen[row["activity"]] = row["revision"]
    for a in awards:
        found[a.member].awards[a.activity] = Given(a.rule, a.revision, a.day, a.given)
    windows = _windows(facts, terms)
    asked = [(member, rule, *days) for (member, rule), days in windows.items()]
    columns = [list(column) for column in zip(*asked, strict=True)] if asked else [[]] * 4
    for row in await tx.rows(GIVEN, programme, *columns) if asked else []:
        room = found[row["member"]].room
        room.add(row["rule"], day=row["day"], points=row["given"])
    return found


def _windows(
    facts: Sequence[tuple[UUID, Fact]], terms: Terms
) -> Mapping[tuple[UUID, str], tuple[date, date]]:
    found: dict[tuple[UUID, str], tuple[date, date]] = {}
    for member, fact in facts:
        rule = terms.rule(fact.type, started_at=fact.started_at, at=fact.at)
        if rule is not None:
            first, last = window(rule, fact.day)
            known = found.get((member, fact.type), (first, last))
            found[member, fact.type] = min(first, known[0]), max(last, known[1])
    return found
