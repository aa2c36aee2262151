"""Outbox: events written in the transaction that caused them, delivered after it commits.

Each reaction to an event has its own queue row, so a failing one stops neither the others nor
other subjects. Order: the last act before a commit locks the event's subjects and numbers the
events, so the numbers of one subject are in commit order. The rows of one reaction and one
subject are a lane: whoever holds the lock of its first row may work on it, nobody else.
Delivery is at least once: a reaction must change nothing the second time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby, zip_longest
from operator import attrgetter
from typing import Any

import structlog

from infra import db, ids, observing, signals
from infra.db import Row, Tx
from infra.events import Body, Delivery, Event, Reaction, action_of, evidence_of, read

__all__ = ["Body", "Delivery", "Event", "Reaction", "action_of", "deliver", "emit", "register"]

# What a batch costs by itself is shared by its events: 512 lanes are delivered four times as
# fast as 64. A few long lanes must not make a transaction that takes seconds, though.
LANES_MAX = 512
EVENTS_OF_A_LANE_MAX = 16
EVENTS_MAX = 1_024
# How far into the queue to look for lanes; all of it only when the front is full of lanes that
# wait or are held.
FRONT = 2_000
ALL = 2**62
ATTEMPTS_MAX = 8
BACK_OFF_SECONDS = 2.0
BACK_OFF_SECONDS_MAX = 3600.0
ERROR_LENGTH_MAX = 500

_log = structlog.get_logger(__name__)

# The subjects are locked in one order, after every row lock of the transaction, until the
# commit: the numbers given below are therefore in commit order for each subject.
LOCK_SUBJECTS = """
SELECT pg_advisory_xact_lock(lane) FROM (
    SELECT DISTINCT hashtextextended(subject::text, 7) AS lane
    FROM unnest($1::uuid[]) AS s (subject) ORDER BY lane
) AS lanes
"""
WRITE = """
WITH written AS (
    INSERT INTO event (id, programme, subject, action, object, at, evidence)
    SELECT e.id, e.programme, e.subject, e.action, e.object, e.at, e.evidence::jsonb
    FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[],
                $7::text[]) WITH ORDINALITY
         AS e (id, programme, subject, action, object, at, evidence, place)
    ORDER BY e.place
    RETURNING number, id, subject, action
)
INSERT INTO event_queue (reaction, subject, number, event)
SELECT s.reaction, w.subject, w.number, w.id
FROM written AS w JOIN event_subscription AS s ON s.action = w.action
"""
# What follows in this transaction is planned to use indexes: a plan that was made, and kept, while
# the queue or what a reaction writes to was all but empty would read the whole table for each row.
# The first row of each lane, when it is due. Only the front of the queue is looked at: the
# first row of a lane there is the first of the whole lane.
HEADS = """
WITH front AS (
    SELECT q.subject, q.number, q.due_at FROM event_queue AS q
    WHERE q.reaction = $1 ORDER BY q.number LIMIT $3
), head AS (
    SELECT DISTINCT ON (subject) subject, number, due_at FROM front ORDER BY subject, number
)
SELECT array_agg(number ORDER BY number) AS numbers, array_agg(subject ORDER BY number) AS subjects,
       set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', $4, true)
FROM head WHERE due_at <= $2
"""
# Only lanes nobody else holds: a head that was done or put off meanwhile is passed over, and
# the one after it is not in the list. Row by row, since a plan made while the queue was empty
# would join by reading all of it; and by the subject too, since such a plan takes either index
# to be as good, and the other one than the key's would be read whole for a number alone.
TAKE = """
SELECT taken.subject, taken.number, taken.attempts
FROM unnest($2::bigint[], $3::uuid[]) AS head (number, subject)
CROSS JOIN LATERAL (
    SELECT q.subject, q.number, q.attempts FROM event_queue AS q
    WHERE q.reaction = $1 AND q.number = head.number AND q.subject = head.subject
      AND q.due_at <= $4
    LIMIT 1 FOR UPDATE SKIP LOCKED
) AS taken
LIMIT $5
"""
LONGER = "SELECT true FROM event_queue WHERE reaction = $1 ORDER BY number LIMIT 1 OFFSET $2"
# The heads that are held and what comes after them: their lock keeps the rest of the lane too. An
# event is looked up by its key for each row, for the reason above.
LANES = """
SELECT lane.number AS place, lane.subject AS lane, e.number, e.id, e.programme, e.subject, e.action,
       e.object, e.at, e.evidence
FROM unnest($2::uuid[], $3::bigint[]) AS head (subject, number)
CROSS JOIN LATERAL (
    SELECT q.subject, q.number, q.event FROM event_queue AS q
    WHERE q.reaction = $1 AND q.subject = head.subject AND q.number >= head.number
    ORDER BY q.number LIMIT $4
) AS lane
LEFT JOIN LATERAL (
    SELECT k.number, k.id, k.programme, k.subject, k.action, k.object, k.at,
           k.evidence::text AS evidence
    FROM event AS k WHERE k.id = lane.event LIMIT 1
) AS e ON true
ORDER BY e.subject, e.number
"""
DONE = """
DELETE FROM event_queue AS q USING unnest($2::bigint[], $3::uuid[]) AS d (number, subject)
WHERE q.reaction = $1 AND q.number = d.number AND q.subject = d.subject
"""
PUT_OFF = """
UPDATE event_queue SET attempts = attempts + 1, due_at = $3, error = $4
WHERE reaction = $1 AND number = $2
"""
BURY = """
WITH dead AS (
    DELETE FROM event_queue WHERE reaction = $1 AND number = $2
    RETURNING reaction, subject, number, event, attempts
)
INSERT INTO event_dead (reaction, subject, number, event, attempts, error, at)
SELECT reaction, subject, number, event, attempts + 1, $3, $4 FROM dead
ON CONFLICT DO NOTHING
"""
SUBSCRIBE = """
INSERT INTO event_subscription (reaction, action)
SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING
"""
UNSUBSCRIBE = """
DELETE FROM event_subscription AS s WHERE NOT EXISTS (
    SELECT FROM unnest($1::text[], $2::text[]) AS k (reaction, action)
    WHERE k.reaction = s.reaction AND k.action = s.action
)
"""


def emit(event: Event, *, tx: Tx) -> None:
    """Stage `event`; it is written when `tx` commits and not otherwise."""
    tx.staged.append(event)


async def register(reactions: Sequence[Reaction], *, only: bool = False, tx: Tx) -> None:
    """Make the database queue what `reactions` listen to, from the next event on.

    only -- and nothing else. For migrations: a worker of the last version that restarts late
    must not end the subscriptions of a reaction it has never heard of.
    """
    pairs = [(r.name, action_of(kind)) for r in reactions for kind in r.events]
    names, actions = [name for name, _ in pairs], [action for _, action in pairs]
    await tx.run(SUBSCRIBE, names, actions)
    if only:
        await tx.run(UNSUBSCRIBE, names, actions)


async def deliver(reaction: Reaction, *, at: datetime, limit: int = LANES_MAX) -> int:
    """Run `reaction` for at most `limit` lanes; how many events were taken, 0 when none is due.

    All in one transaction, at most EVENTS_OF_A_LANE_MAX events of a lane and EVENTS_MAX in all;
    when that fails, one event at a time, so that only the faulty ones wait. Raises what the
    database raises when it is away.
    """
    try:
        return await _attempt(reaction, at=at, limit=limit)
    except Exception as error:
        _log.warning("reaction.batch_failed", reaction=reaction.name, error=type(error).__name__)
        taken = 0
        while taken < limit and await _attempt_one(reaction, at=at):
            taken += 1
        return taken


async def _attempt(reaction: Reaction, *, at: datetime, limit: int) -> int:
    async with db.transaction() as tx:
        heads = await _heads(reaction, tx, at=at, limit=limit)
        if not heads:
            return 0
        depth = min(EVENTS_OF_A_LANE_MAX, EVENTS_MAX // len(heads))
        return await _react(reaction, heads, tx, depth=max(depth, 1), at=at)


async def _attempt_one(reaction: Reaction, *, at: datetime) -> bool:
    """False when nothing is due. A failure is noted in the queue, whatever it was."""
    head: Row | None = None
    try:
        async with db.transaction() as tx:
            heads = await _heads(reaction, tx, at=at, limit=1)
            if not heads:
                return False
            head = heads[0]
            await _react(reaction, heads, tx, depth=1, at=at)
    except Exception as error:
        if head is None:
            raise
        await _put_off(reaction.name, head, error=error, at=at)
    return True


async def _heads(reaction: Reaction, tx: Tx, *, at: datetime, limit: int) -> Sequence[Row]:
    planning = "force_generic_plan" if reaction.planned_once else "auto"
    for depth in (FRONT, ALL):
        found = await tx.row(HEADS, reaction.name, at, depth, planning)
        assert found is not None, "an aggregate is always one row"
        if found["numbers"]:
            places = found["numbers"], found["subjects"]
            if taken := await tx.rows(TAKE, reaction.name, *places, at, limit):
                return taken
        if not await tx.value(LONGER, reaction.name, depth):
            break
    return []


async def _react(
    reaction: Reaction, heads: Sequence[Row], tx: Tx, *, depth: int, at: datetime
) -> int:
    """Run it for at most so many events of each lane; how many events that were."""
    subjects, numbers = [head["subject"] for head in heads], [head["number"] for head in heads]
    taken = await tx.rows(LANES, reaction.name, subjects, numbers, depth)
    for deliveries in _rounds(reaction, taken, at=at):
        await reaction.body(deliveries, tx)
    places = [row["place"] for row in taken], [row["lane"] for row in taken]
    await tx.run(DONE, reaction.name, *places)
    return len(taken)


async def _put_off(reaction: str, head: Row, *, error: Exception, at: datetime) -> None:
    number, attempts = head["number"], head["attempts"] + 1
    text = observing.without_rows(f"{type(error).__name__}: {error}")[:ERROR_LENGTH_MAX]
    seconds = min(BACK_OFF_SECONDS * 2 ** (attempts - 1), BACK_OFF_SECONDS_MAX)
    last = attempts >= ATTEMPTS_MAX
    async with db.transaction() as tx:
        if last:
            await tx.run(BURY, reaction, number, text, at)
        else:
            await tx.run(PUT_OFF, reaction, number, at + timedelta(seconds=seconds), text)
    _log.error(
        "reaction.gave_up" if last else "reaction.failed",
        reaction=reaction,
        number=number,
        attempts=attempts,
        exc_info=error,
    )


def _rounds(
    reaction: Reaction, taken: Sequence[Row], *, at: datetime
) -> Sequence[Sequence[Delivery[Any]]]:
    """The taken events in groups with at most one of each subject, each subject's in order.

    For a reaction that takes them whole, in one group by number.
    """
    kinds = {action_of(kind): kind for kind in reaction.events}
    assert all(row["id"] for row in taken), "an event outlives its queue rows"
    deliveries = [
        Delivery(row["id"], row["number"], read(kinds[row["action"]], row), handed_at=at)
        for row in taken
        if row["action"] in kinds
    ]
    if reaction.whole:
        return [sorted(deliveries, key=attrgetter("number"))] if deliveries else []
    lanes = [list(lane) for _, lane in groupby(deliveries, key=attrgetter("event.subject"))]
    return [[one for one in turn if one is not None] for turn in zip_longest(*lanes)]


async def _flush(tx: Tx) -> None:
    events: list[Event] = tx.staged
    await tx.run(LOCK_SUBJECTS, [event.subject for event in events])
    await tx.run(
        WRITE,
        [ids.new(event.at) for event in events],
        [event.programme for event in events],
        [event.subject for event in events],
        [action_of(type(event)) for event in events],
        [event.object for event in events],
        [event.at for event in events],
        [evidence_of(event) for event in events],
    )
    actions = sorted({action_of(type(event)) for event in events})
    tx.after_commit(partial(signals.events_waiting, actions))


db.before_commit(_flush)
