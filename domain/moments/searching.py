"""Search: what may be offered to a member at the end of an activity, near where they are.

First in the streets around the cell they are in, and only when nothing is there in that part of
the town; then by distance.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from domain import visits
from domain.moments import writing
from domain.moments.choosing import Candidate, Context
from domain.moments.placing import AREA, NEAR
from domain.moments.records import MomentState, Session
from domain.visits import Position
from infra.db import Row, Tx
from infra.hours import open_at

# Nobody walks further than half an hour for a drink.
DISTANCE_M_MAX = 2_500
# Rings of cells: some 1.4 km of streets, and a part of a town of 2.5 km at least.
NEAR_RINGS, AREA_RINGS = 4, 1
CANDIDATES_MAX = 100
# Who is sent to a shop must find it open when they get there.
OPEN_FOR = timedelta(minutes=15)
LATELY = timedelta(days=30)
PAST_DAYS = timedelta(days=367)
PAST_MAX = 1_000

CANDIDATES = """
SELECT t.id AS treat, o.id AS outlet, t.kind, cardinality(t.fits) AS types, t.cost, t.worth,
       t.member_max, t.member_days, o.latitude, o.longitude, o.zone, o.hours::text AS hours
FROM outlet AS o
JOIN treat_stock AS s ON s.programme = o.programme AND s.outlet = o.id
JOIN treat AS t ON t.programme = s.programme AND t.id = s.treat
WHERE o.programme = $1 AND o.open AND (o.near = ANY($2::bigint[]) OR o.area = ANY($3::bigint[]))
  AND s.stock > s.reserved + s.redeemed
  AND t.state = 'LIVE' AND $4 = ANY(t.fits) AND t.seconds_min <= $5
  AND t.valid_from <= $6 AND t.valid_until > $6
  AND t.funded - t.held - t.captured - t.returned >= t.cost
ORDER BY (o.latitude - $7) ^ 2 + ((o.longitude - $8) * cos(radians($7))) ^ 2, o.id, t.id LIMIT $9
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
    from h3.api import basic_int as h3

    middle = Position(*h3.cell_to_latlng(cell))
    near = h3.grid_disk(h3.cell_to_center_child(cell, NEAR), NEAR_RINGS)
    area = h3.grid_disk(h3.cell_to_parent(cell, AREA), AREA_RINGS)
    limits = _limits(earlier, day)
    found: Sequence[Candidate] = ()
    for streets, town in ((near, ()), ((), area)):
        rows = await _rows(session, streets, town, middle, seconds, at, tx)
        found = [_candidate(row, middle) for row in rows if _may(row, limits, at)]
        found = [one for one in found if one.distance_m <= DISTANCE_M_MAX]
        if found:
            break
    return sorted(found, key=lambda one: one.distance_m)


def context(session: Session, *, seconds: int, earlier: Sequence[Past], at: datetime) -> Context:
    """What is known of the member and the activity."""
    late = [one for one in earlier if one.offered_at > at - LATELY]
    refused = [one for one in late if one.state is MomentState.REFUSED]
    ignored = [one for one in late if one.state is MomentState.EXPIRED]
    times = Counter(one.kind for one in refused) + Counter(str(one.treat) for one in refused)
    return Context(session.type, seconds, times, Counter(one.kind for one in ignored))


async def _rows(
    session: Session,
    near: Collection[int],
    area: Collection[int],
    middle: Position,
    seconds: int,
    at: datetime,
    tx: Tx,
) -> Sequence[Row]:
    cells, where = (list(near), list(area)), (middle.latitude, middle.longitude)
    asked = (*cells, session.type, seconds, at, *where, CANDIDATES_MAX)
    return await tx.rows(CANDIDATES, session.programme, *asked)


def _limits(earlier: Sequence[Past], day: date) -> Sequence[tuple[UUID, int]]:
    """Each treat that the member was given, and how many of their days ago."""
    return [
        (one.treat, (day - one.day).days) for one in earlier if one.state is MomentState.REDEEMED
    ]


def _may(row: Row, limits: Sequence[tuple[UUID, int]], at: datetime) -> bool:
    given = [ago for treat, ago in limits if treat == row["treat"] and ago < row["member_days"]]
    if len(given) >= row["member_max"]:
        return False
    hours, zone = writing.read_hours(row["hours"]), row["zone"]
    return open_at(hours, zone, at) and open_at(hours, zone, at + OPEN_FOR)


def _candidate(row: Row, middle: Position) -> Candidate:
    return Candidate(
        treat=row["treat"],
        outlet=row["outlet"],
        kind=row["kind"],
        types=row["types"],
        distance_m=round(visits.distance_m(middle, Position(row["latitude"], row["longitude"]))),
        cost=row["cost"],
        worth=row["worth"],
    )
