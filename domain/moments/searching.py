"""Search: what may be offered to a member at the end of an activity, near where they are.

First in the streets around the cell they are in, and only when nothing is there in that part of
the town; then by distance.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from domain import outlets
from domain.moments.choosing import Candidate, Context
from domain.moments.records import MomentState, Session
from domain.outlets import Near, Reach
from infra.db import Row, Tx

CANDIDATES_MAX = 100
LATELY = timedelta(days=30)
PAST_DAYS = timedelta(days=367)
PAST_MAX = 1_000

CANDIDATES = """
SELECT t.id AS treat, s.outlet, t.kind, cardinality(t.fits) AS types, t.cost, t.worth,
       t.member_max, t.member_days
FROM unnest($2::uuid[]) WITH ORDINALITY AS o (id, place)
JOIN treat_stock AS s ON s.programme = $1 AND s.outlet = o.id
JOIN treat AS t ON t.programme = s.programme AND t.id = s.treat
WHERE s.stock > s.reserved + s.redeemed
  AND t.state = 'LIVE' AND $3 = ANY(t.fits) AND t.seconds_min <= $4
  AND t.valid_from <= $5 AND t.valid_until > $5
  AND t.funded - t.held - t.captured - t.returned >= t.cost
ORDER BY o.place, t.id LIMIT $6
"""
PAST = """
SELECT m.treat, t.kind, m.state, m.day, m.offered_at FROM moment AS m
JOIN treat AS t ON t.programme = m.programme AND t.id = m.treat
WHERE m.programme = $1 AND m.member = $2 AND m.offered_at > $3
ORDER BY m.offered_at DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier offer to the member."""

    treat: UUID
    kind: str
    state: MomentState
    day: date
    offered_at: datetime


async def past(member: UUID, *, programme: int, at: datetime, tx: Tx) -> Sequence[Past]:
    """What the member was offered within a year, newest first."""
    rows = await tx.rows(PAST, programme, member, at - PAST_DAYS, PAST_MAX)
    return [Past(**{**row, "state": MomentState(row["state"])}) for row in rows]


async def candidates(
    session: Session,
    *,
    cell: int,
    seconds: int,
    earlier: Sequence[Past],
    day: date,
    at: datetime,
    tx: Tx,
) -> Sequence[Candidate]:
    """What may be offered, nearest first: open, in stock, paid for, and within the limits.

    cell -- where the member is; day: their local date.
    """
    limits, programme = _limits(earlier, day), session.programme
    for reach in Reach:
        around = await outlets.near(cell, reach=reach, programme=programme, at=at, tx=tx)
        rows = await _rows(session, around, seconds, at, tx) if around else ()
        far = {one.outlet.id: one.distance_m for one in around}
        found = [_candidate(row, far[row["outlet"]]) for row in rows if _may(row, limits)]
        if found:
            return found
    return ()


def context(session: Session, *, seconds: int, earlier: Sequence[Past], at: datetime) -> Context:
    """What is known of the member and the activity."""
    late = [one for one in earlier if one.offered_at > at - LATELY]
    refused = [one for one in late if one.state is MomentState.REFUSED]
    ignored = [one for one in late if one.state is MomentState.EXPIRED]
    times = Counter(one.kind for one in refused) + Counter(str(one.treat) for one in refused)
    return Context(session.type, seconds, times, Counter(one.kind for one in ignored))


async def _rows(
    session: Session, around: Sequence[Near], seconds: int, at: datetime, tx: Tx
) -> Sequence[Row]:
    where = [one.outlet.id for one in around]
    asked = (where, session.type, seconds, at, CANDIDATES_MAX)
    return await tx.rows(CANDIDATES, session.programme, *asked)


def _limits(earlier: Sequence[Past], day: date) -> Sequence[tuple[UUID, int]]:
    """Each treat that the member was given, and how many of their days ago."""
    return [
        (one.treat, (day - one.day).days) for one in earlier if one.state is MomentState.REDEEMED
    ]


def _may(row: Row, limits: Sequence[tuple[UUID, int]]) -> bool:
    given = [ago for treat, ago in limits if treat == row["treat"] and ago < row["member_days"]]
    most: int = row["member_max"]
    return len(given) < most


def _candidate(row: Row, distance_m: int) -> Candidate:
    return Candidate(
        treat=row["treat"],
        outlet=row["outlet"],
        kind=row["kind"],
        types=row["types"],
        distance_m=distance_m,
        cost=row["cost"],
        worth=row["worth"],
    )
