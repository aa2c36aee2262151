"""Read the history of a programme, one member at a time.

The one place outside the outbox that reads the log of events. A member's judgements come as
one row of arrays: that costs a quarter of a row for each, and memory is that of one member's.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.activities import Judged
from infra.db import Row, Tx
from infra.events import action_of

# Members at a time from the server.
PREFETCH = 100
# A month before the first day that can matter, and a week over its edge.
WINDOW_DAYS = 38
# Sorting spills to disk beyond this, for each of the few that replay at once.
MORE_MEMORY = "SELECT set_config('work_mem', '128MB', true)"

# In the order in which a member's judgements were committed. The parts of `shards` members are
# cut by a hash, since ids made in one month begin alike.
LIVES = """
SELECT l.subject AS member, array_agg(l.object) AS activity, array_agg(l.at) AS at,
       array_agg(coalesce((l.evidence -> 'revision')::int, 1)) AS revision,
       array_agg(l.evidence ->> 'type') AS type, array_agg(l.evidence ->> 'outcome') AS outcome,
       array_agg(l.evidence ->> 'started_at') AS started_at,
       array_agg(l.evidence ->> 'day') AS day,
       array_agg((l.evidence -> 'distance_m')::int) AS metres,
       array_agg((l.evidence -> 'duration_s')::int) AS seconds,
       array_agg(coalesce((l.evidence -> 'quantity')::bigint, 0)) AS quantity
FROM (
    SELECT e.subject, e.object, e.at, e.evidence FROM event AS e
    WHERE e.programme = $1 AND e.action = $2 AND e.at >= $3 AND e.at < $4
      AND (uuid_hash(e.subject) & 2147483647) % $5::int = $6::int
    ORDER BY e.subject, e.number
) AS l GROUP BY l.subject ORDER BY l.subject
"""
# What stood when the replay begins, as far as limits or a later revision can ask for it.
BEFORE = """
SELECT a.member, array_agg(a.activity) AS activity, array_agg(a.rule) AS rule,
       array_agg(a.revision) AS revision, array_agg(a.day) AS day, array_agg(a.given) AS given
FROM award AS a
WHERE a.programme = $1 AND a.at < $2 AND (a.undone_at IS NULL OR a.undone_at >= $2)
  AND (a.undone_at IS NOT NULL OR a.day >= $2::timestamptz::date - $3::int)
  AND (uuid_hash(a.member) & 2147483647) % $4::int = $5::int
GROUP BY a.member ORDER BY a.member
"""
# What was given and what was taken back in the time of the replay.
TODAY = """
SELECT g.member, array_agg(g.rule) AS rule, array_agg(g.month) AS month,
       array_agg(g.points) AS points
FROM (
    SELECT a.member, a.rule,
           (extract(year FROM a.day) * 12 + extract(month FROM a.day) - 1)::int AS month,
           sum(CASE WHEN a.at >= $2 THEN a.given ELSE 0 END
               - CASE WHEN a.undone_at >= $2 AND a.undone_at < $3 THEN a.given ELSE 0 END
           )::bigint AS points
    FROM award AS a
    WHERE a.programme = $1 AND (a.at >= $2 AND a.at < $3 OR a.undone_at >= $2 AND a.undone_at < $3)
      AND (uuid_hash(a.member) & 2147483647) % $4::int = $5::int
    GROUP BY a.member, a.rule, 3
) AS g GROUP BY g.member ORDER BY g.member
"""
COUNT = """
SELECT count(*) FROM (
    SELECT FROM event
    WHERE programme = $1 AND action = $2 AND at >= $3 AND at < $4 LIMIT $5::int
) AS judged
"""


@dataclass(frozen=True, slots=True)
class Period:
    """Whose history, from when until before when, and which part of the members."""

    programme: int
    since: datetime
    until: datetime
    shard: int = 0
    shards: int = 1


@dataclass(frozen=True, slots=True)
class Life:
    """One member's history: rows of arrays as the statements above shape them.

    before, today -- None where there is nothing.
    """

    member: UUID
    judged: Row
    before: Row | None
    today: Row | None


async def lives(period: Period, *, tx: Tx) -> AsyncIterator[Life]:
    """The history of each member of the period's part, by id; needs a transaction."""
    await tx.run(MORE_MEMORY)
    part = (period.shards, period.shard)
    begin, end = period.since, period.until
    action = action_of(Judged)
    before = _Beside(tx.stream(BEFORE, period.programme, begin, WINDOW_DAYS, *part))
    today = _Beside(tx.stream(TODAY, period.programme, begin, end, *part))
    stream = tx.stream(LIVES, period.programme, action, begin, end, *part, prefetch=PREFETCH)
    async for row in stream:
        member = row["member"]
        yield Life(member, row, await before.of(member), await today.of(member))


async def count(period: Period, *, most: int, tx: Tx) -> int:
    """How many judgements the period has; `most` + 1 for any more than that."""
    times = (period.since, period.until)
    action = action_of(Judged)
    return int(await tx.value(COUNT, period.programme, action, *times, most + 1))


class _Beside:
    """A stream of members' rows that is asked for one member after the other, by id."""

    def __init__(self, rows: AsyncIterator[Row]) -> None:
        self._rows = rows
        self._next: Row | None = None
        self._begun = False

    async def of(self, member: UUID) -> Row | None:
        """The member's row, passing over those of members who come before."""
        if not self._begun:
            self._begun, self._next = True, await anext(self._rows, None)
        while self._next is not None and self._next["member"] < member:
            self._next = await anext(self._rows, None)
        found = self._next
        return found if found is not None and found["member"] == member else None
