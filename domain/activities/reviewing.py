"""Review: what waits for an operator's look.

REVIEW waits until somebody decides. PENDING with doubts needs nobody, for its points mature by
themselves; it is shown so that somebody may still say no in time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.activities.finding import activity_of
from domain.activities.plausibility import COUNTED_MIN
from domain.activities.records import Activity, State
from infra.db import Tx
from infra.ids import EPOCH

# Longer than points of any proof take to mature, and than anybody remembers why.
PENDING_SHOWN = timedelta(days=30)
MICROSECOND = timedelta(microseconds=1)
WAITING = (State.REVIEW, State.PENDING)

OLDEST = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell, judged_at
FROM activity
WHERE programme = $1 AND state IN ('REVIEW', 'PENDING') AND state = ANY($2::text[])
  AND (state = 'REVIEW' OR (score < $3 AND judged_at > $4))
  AND ($5::timestamptz IS NULL OR (judged_at, id) > ($5, $6::uuid))
ORDER BY judged_at, id LIMIT $7
"""
LEAST_BELIEVED = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell, judged_at
FROM activity
WHERE programme = $1 AND state IN ('REVIEW', 'PENDING') AND state = ANY($2::text[])
  AND (state = 'REVIEW' OR (score < $3 AND judged_at > $4))
  AND ($5::int IS NULL OR (score, id) > ($5, $6::uuid))
ORDER BY score, id LIMIT $7
"""
ONE = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell, judged_at
FROM activity WHERE programme = $1 AND id = $2 AND state <> 'PROCESSING'
"""


class Order(StrEnum):
    """What comes first."""

    OLDEST = "OLDEST"
    LEAST_BELIEVED = "LEAST_BELIEVED"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the queue; it stays a place when that has been decided.

    key -- microseconds since 1970, or a score, by the order.
    """

    key: int
    id: UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """An activity and since when it has been as it is."""

    activity: Activity
    judged_at: datetime

    def place(self, order: Order) -> Place:
        """Where it stands in a queue of that order."""
        if order is Order.LEAST_BELIEVED:
            return Place(self.activity.score or 0, self.activity.id)
        return Place((self.judged_at - EPOCH) // MICROSECOND, self.activity.id)


async def to_review(
    programme: int,
    *,
    states: Collection[State] = WAITING,
    order: Order = Order.OLDEST,
    after: Place | None = None,
    limit: int,
    at: datetime,
    tx: Tx,
) -> Sequence[Waiting]:
    """What waits, `limit` at most, from behind `after` on.

    states -- of REVIEW and PENDING; the others never wait. A PENDING is shown for 30 days, and
              only where something speaks against it.
    """
    sql = OLDEST if order is Order.OLDEST else LEAST_BELIEVED
    names = [state.value for state in states]
    behind: tuple[object, object] = (None, None)
    if after is not None:
        oldest = order is Order.OLDEST
        behind = (EPOCH + after.key * MICROSECOND if oldest else after.key, after.id)
    since = at - PENDING_SHOWN
    rows = await tx.rows(sql, programme, names, COUNTED_MIN, since, *behind, limit)
    return [Waiting(activity_of(row), row["judged_at"]) for row in rows]


async def judged_one(id: UUID, *, programme: int, tx: Tx) -> Waiting | None:
    """The activity of whichever member, as operators look at it; None where there is none."""
    row = await tx.row(ONE, programme, id)
    return None if row is None else Waiting(activity_of(row), row["judged_at"])
