"""Report: what became of a treat, as whoever pays for it may know; nobody by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain import challenges, outlets
from domain.challenges import Shown
from domain.members import Tally
from domain.moments import finding
from domain.moments.records import Treat
from infra.db import Row, Tx

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
FROM moment AS m JOIN unnest($4::uuid[], $5::text[]) AS o (id, name) ON o.id = m.outlet
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
    rows = await _groups(treat, by, tx)
    groups: Mapping[str, Tally] = {
        row["called"]: Tally(row["members"], row["marked"], row["amount"]) for row in rows
    }
    whole = await tx.row(WHOLE, treat.programme, treat.id)
    assert whole is not None, "an aggregate always has a row"
    shown = challenges.overlapping(groups, whole=Tally(**whole))
    return shown if exact else challenges.in_steps(shown, points=treat.terms.cost)


async def _groups(treat: Treat, by: By, tx: Tx) -> Sequence[Row]:
    asked = (treat.programme, treat.id, GROUPS_MAX)
    if by is By.WEEK:
        return await tx.rows(BY_WEEK, *asked)
    stocked = await finding.stocks([treat.id], programme=treat.programme, tx=tx)
    ids = [one.outlet for one in stocked]
    places = await outlets.several(ids, programme=treat.programme, tx=tx)
    return await tx.rows(BY_OUTLET, *asked, ids, [places[id].name for id in ids])
