"""Report: what became of a challenge, as whoever pays for it may know; nobody by name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain import members
from domain.challenges import concealing
from domain.challenges.concealing import Shown
from domain.challenges.previewing import points_at
from domain.challenges.records import Challenge
from domain.members import Part, Tally
from infra.db import Tx

MEMBERS_AT_ONCE = 50_000
WEEKS_MAX = 120

# Once for each table, so that who has many rounds or rewards does not multiply the others. Points
# of what is UNPAID were only wanted.
TOTALS = """
SELECT p.offered, p.joined, p.gone, r.active, r.completed, r.completions, w.paid, w.returned,
       w.unpaid
FROM (
    SELECT count(*) FILTER (WHERE entry IN ('OFFERED', 'REFUSED')) AS offered,
           count(*) FILTER (WHERE joined_at IS NOT NULL) AS joined,
           count(*) FILTER (WHERE entry = 'LEFT') AS gone
    FROM participation WHERE programme = $1 AND challenge = $2
) AS p, (
    SELECT count(*) FILTER (WHERE active) AS active,
           count(*) FILTER (WHERE completions > 0) AS completed,
           coalesce(sum(completions), 0)::bigint AS completions
    FROM (
        SELECT bool_or(reached_at IS NOT NULL) AS active,
               count(*) FILTER (WHERE state = 'COMPLETED') AS completions
        FROM challenge_round WHERE programme = $1 AND challenge = $2 GROUP BY member
    ) AS each
) AS r, (
    SELECT coalesce(sum(points) FILTER (WHERE state <> 'UNPAID'), 0)::bigint AS paid,
           coalesce(sum(returned), 0)::bigint AS returned,
           count(*) FILTER (WHERE state = 'UNPAID') AS unpaid
    FROM challenge_reward WHERE programme = $1 AND challenge = $2
) AS w
"""
EACH = """
SELECT p.member,
       EXISTS (SELECT FROM challenge_round AS r
               WHERE r.programme = $1 AND r.member = p.member AND r.challenge = $2
                 AND r.state = 'COMPLETED') AS completed,
       (SELECT coalesce(sum(w.points - w.returned), 0)::bigint FROM challenge_reward AS w
        WHERE w.programme = $1 AND w.member = p.member AND w.challenge = $2
          AND w.state <> 'UNPAID') AS points
FROM participation AS p
WHERE p.programme = $1 AND p.challenge = $2 AND p.joined_at IS NOT NULL
  AND ($3::uuid IS NULL OR p.member > $3)
ORDER BY p.member LIMIT $4
"""
BY_WEEK = """
SELECT to_char(e.week, 'YYYY-MM-DD') AS called, count(*) AS members,
       count(*) FILTER (WHERE e.completed) AS marked, sum(e.points)::bigint AS amount
FROM (
    SELECT date_trunc('week', p.joined_at AT TIME ZONE $3) AS week,
           EXISTS (SELECT FROM challenge_round AS r
                   WHERE r.programme = $1 AND r.member = p.member AND r.challenge = $2
                     AND r.state = 'COMPLETED') AS completed,
           (SELECT coalesce(sum(w.points - w.returned), 0)::bigint FROM challenge_reward AS w
            WHERE w.programme = $1 AND w.member = p.member AND w.challenge = $2
              AND w.state <> 'UNPAID') AS points
    FROM participation AS p
    WHERE p.programme = $1 AND p.challenge = $2 AND p.joined_at IS NOT NULL
) AS e GROUP BY e.week ORDER BY e.week DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a challenge until now, in members, completions and points.

    offered     -- members who were asked and have not come in.
    joined      -- who came in, those who left again too; active: for whom something counts;
                completed: who completed it at least once.
    left        -- who left it.
    completions -- rounds that were completed.
    paid        -- points for milestones and completions; returned: of them taken back since.
    unpaid      -- milestones and completions that the escrow could not pay.
    """

    offered: int
    joined: int
    active: int
    completed: int
    left: int
    completions: int
    paid: int
    returned: int
    unpaid: int

    @property
    def cost(self) -> int:
        """Points that it has cost."""
        return self.paid - self.returned

    @property
    def cost_per_completion(self) -> int | None:
        """What one completion cost, milestones of all members included, rounded up; None: it was
        never completed."""
        return -(-self.cost // self.completions) if self.completions else None


class By(StrEnum):
    """What those who joined are told apart by."""

    WEEK = "WEEK"  # in which they joined, by its Monday, in the programme's zone
    TIER = "TIER"
    SEGMENT = "SEGMENT"  # somebody may be in several
    TOWN = "TOWN"  # of residence


async def report(challenge: Challenge, *, tx: Tx) -> Report:
    """What became of it until now."""
    row = await tx.row(TOTALS, challenge.programme, challenge.id)
    assert row is not None, "an aggregate always has a row"
    said = {name: row[name] for name in Report.__dataclass_fields__ if name != "left"}
    return Report(**said, left=row["gone"])


async def breakdown(
    challenge: Challenge, *, by: By, zone: str, exact: bool = False, at: datetime, tx: Tx
) -> Shown:
    """Those who joined by what they are called at `at`: how many, how many of them completed it,
    and what they were paid, less what was taken back.

    zone  -- of the programme.
    exact -- True: as it is, for operators, who may look at every member; else in steps.
    Only what is of enough members is told; see `concealing`.
    """
    shown = await _shown(challenge, by, zone, at, tx)
    if exact:
        return shown
    return concealing.in_steps(shown, points=points_at(challenge.terms, 100))


async def _shown(challenge: Challenge, by: By, zone: str, at: datetime, tx: Tx) -> Shown:
    if by is By.WEEK:
        groups = await _weeks(challenge, zone, tx)
        whole = sum(groups.values(), concealing.NOBODY)
    else:
        groups, whole = await called(challenge, by=members.By[by.name], at=at, tx=tx)
    if by is By.SEGMENT:
        return concealing.overlapping(groups, whole=whole)
    return concealing.parted(groups, whole=whole)


async def _weeks(challenge: Challenge, zone: str, tx: Tx) -> Mapping[str, Tally]:
    rows = await tx.rows(BY_WEEK, challenge.programme, challenge.id, zone, WEEKS_MAX)
    return {row["called"]: Tally(row["members"], row["marked"], row["amount"]) for row in rows}


async def called(
    challenge: Challenge, *, by: members.By, at_once: int = MEMBERS_AT_ONCE, at: datetime, tx: Tx
) -> tuple[Mapping[str, Tally], Tally]:
    """The groups, and everybody; so many members at a time, however many there are."""
    groups: defaultdict[str, Tally] = defaultdict(lambda: concealing.NOBODY)
    whole, after = concealing.NOBODY, None
    while parts := await _some(challenge, after, at_once, tx):
        some = await members.tally(parts, by=by, programme=challenge.programme, at=at, tx=tx)
        for name, tally in some.items():
            groups[name] += tally
        done, paid = sum(part.marked for part in parts), sum(part.amount for part in parts)
        whole += Tally(len(parts), done, paid)
        after = parts[-1].member
    return dict(groups), whole


async def _some(challenge: Challenge, after: UUID | None, at_once: int, tx: Tx) -> Sequence[Part]:
    rows = await tx.rows(EACH, challenge.programme, challenge.id, after, at_once)
    return [Part(row["member"], row["completed"], row["points"]) for row in rows]
