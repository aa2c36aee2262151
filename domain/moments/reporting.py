"""Report: what became of a treat, as whoever pays for it may know; nobody by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain import challenges
from domain.challenges import Shown
from domain.members import Tally
from domain.moments.records import Treat
from infra.db import Tx

GROUPS_MAX = 500

TOTALS = """
SELECT count(*)::int AS offered,
       count(*) FILTER (WHERE state = 'REDEEMED')::int AS redeemed,
       count(*) FILTER (WHERE state = 'REFUSED')::int AS refused,
       count(*) FILTER (WHERE state = 'EXPIRED')::int AS expired,
       coalesce(sum(cost) FILTER (WHERE state = 'REDEEMED'), 0)::bigint AS cost
FROM moment WHERE programme = $1 AND treat = $2
"""
WHOLE = """
SELECT count(DISTINCT member)::int AS members,
       count(DISTINCT member) FILTER (WHERE state = 'REDEEMED')::int AS marked,
       coalesce(sum(cost) FILTER (WHERE state = 'REDEEMED'), 0)::bigint AS amount
FROM moment WHERE programme = $1 AND treat = $2
"""
BY_OUTLET = """
SELECT o.name AS called, count(DISTINCT m.member)::int AS members,
       count(DISTINCT m.member) FILTER (WHERE m.state = 'REDEEMED')::int AS marked,
       coalesce(sum(m.cost) FILTER (WHERE m.state = 'REDEEMED'), 0)::bigint AS amount
FROM moment AS m JOIN outlet AS o ON o.programme = m.programme AND o.id = m.outlet
WHERE m.programme = $1 AND m.treat = $2
GROUP BY o.name ORDER BY 2 DESC, 1 LIMIT $3
"""
BY_WEEK = """
SELECT to_char(date_trunc('week', m.day), 'YYYY-MM-DD') AS called,
       count(DISTINCT m.member)::int AS members,
       count(DISTINCT m.member) FILTER (WHERE m.state = 'REDEEMED')::int AS marked,
       coalesce(sum(m.cost) FILTER (WHERE m.state = 'REDEEMED'), 0)::bigint AS amount
FROM moment AS m WHERE m.programme = $1 AND m.treat = $2
GROUP BY 1 ORDER BY 1 DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a treat until now.

    offered -- how often it was offered; redeemed, refused, expired: of these.
    cost    -- points that it has cost.
    """

    offered: int
    redeemed: int
    refused: int
    expired: int
    cost: int


class By(StrEnum):
    """What those who were offered it are told apart by; somebody may be in several."""

    OUTLET = "OUTLET"
    WEEK = "WEEK"  # by its Monday, in their own days


async def report(treat: Treat, *, tx: Tx) -> Report:
    """What became of it until now."""
    row = await tx.row(TOTALS, treat.programme, treat.id)
    assert row is not None, "an aggregate always has a row"
    return Report(**row)


async def breakdown(treat: Treat, *, by: By, exact: bool = False, tx: Tx) -> Shown:
    """Those who were offered it, how many of them were given it, and what that cost.

    exact -- True: as it is, for operators, who may look at every member; else in steps.
    Only what is of enough members is told, as in the reports of challenges.
    """
    sql = BY_OUTLET if by is By.OUTLET else BY_WEEK
    rows = await tx.rows(sql, treat.programme, treat.id, GROUPS_MAX)
    groups: Mapping[str, Tally] = {
        row["called"]: Tally(row["members"], row["marked"], row["amount"]) for row in rows
    }
    whole = await tx.row(WHOLE, treat.programme, treat.id)
    assert whole is not None, "an aggregate always has a row"
    shown = challenges.overlapping(groups, whole=Tally(**whole))
    return shown if exact else challenges.in_steps(shown, points=treat.terms.cost)
