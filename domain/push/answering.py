"""Answering: what Firebase said of what was sent, written down in one transaction.

Row by row what each answer means: shared/design and docs/push.md have the same table.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain import devices
from domain.devices import LiveTarget, Place
from domain.push.crossing import Crossed, Fate, cross_out, hold, put_off, rows_of
from domain.push.records import Answered, Due, Kind
from infra.db import Tx
from infra.push import Outcome

# Where Firebase does not say when to come again.
PATIENCE = timedelta(seconds=60)
ERROR_CHARACTERS_MAX = 500
ENDED = frozenset({Outcome.GONE, Outcome.MISMATCHED})

# The other rows of these statements may be on their way with somebody else, who says what becomes
# of them: nobody waits for anybody.
FORGET = """
DELETE FROM push_waiting AS w USING (
    SELECT o.programme, o.id, o.device FROM push_waiting AS o
    JOIN unnest($1::int[], $2::uuid[]) AS d (programme, device)
      ON o.programme = d.programme AND o.device = d.device
    FOR UPDATE OF o SKIP LOCKED
) AS old
WHERE w.programme = old.programme AND w.id = old.id AND w.device = old.device
"""
QUIET = """
INSERT INTO push_quiet AS q (programme, device, until)
SELECT programme, device, until FROM unnest($1::int[], $2::uuid[], $3::timestamptz[]) AS d (
    programme, device, until)
ORDER BY programme, device
ON CONFLICT (programme, device) DO UPDATE SET until = greatest(q.until, excluded.until)
"""
# Of what would replace each other, only the newest is kept; the rest waits until the device may
# be told again.
HOLD = """
WITH held AS (
    SELECT o.programme, o.id, o.device, d.until,
           row_number() OVER (PARTITION BY o.programme, o.device, coalesce(o.collapse, o.id::text)
                              ORDER BY o.id DESC) AS age
    FROM (
        SELECT w.programme, w.id, w.device, w.collapse FROM push_waiting AS w
        JOIN unnest($1::int[], $2::uuid[]) AS t (programme, device)
          ON w.programme = t.programme AND w.device = t.device
        FOR UPDATE OF w SKIP LOCKED
    ) AS o
    JOIN unnest($1::int[], $2::uuid[], $3::timestamptz[]) AS d (programme, device, until)
      ON d.programme = o.programme AND d.device = o.device
), replaced AS (
    DELETE FROM push_waiting AS w USING held AS h
    WHERE h.age > 1 AND w.programme = h.programme AND w.id = h.id AND w.device = h.device
)
UPDATE push_waiting AS w SET due_at = greatest(w.due_at, h.until) FROM held AS h
WHERE h.age = 1 AND w.programme = h.programme AND w.id = h.id AND w.device = h.device
"""
BURY = """
INSERT INTO push_dead (programme, id, device, lane, attempts, alone, error, at)
SELECT w.programme, w.id, w.device, w.lane, w.attempts, w.alone, d.error, $5
FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[]) AS d (programme, id, device, error)
JOIN push_waiting AS w ON w.programme = d.programme AND w.id = d.id AND w.device = d.device
ON CONFLICT (programme, id, device) DO UPDATE
SET (attempts, error, at) = (excluded.attempts, excluded.error, excluded.at)
"""
STOP = """
INSERT INTO push_stopped (programme, template, held, error, at)
SELECT programme, template, false, error, $4 FROM unnest($1::int[], $2::text[], $3::text[]) AS s (
    programme, template, error)
ORDER BY programme, template
ON CONFLICT DO NOTHING
"""
PARK = """
UPDATE push_waiting AS w SET parked = true FROM (
    SELECT o.programme, o.id, o.device FROM push_waiting AS o
    JOIN push_order AS p ON p.programme = o.programme AND p.id = o.id
    JOIN unnest($1::int[], $2::text[]) AS s (programme, template)
      ON s.programme = p.programme AND s.template = p.template
    WHERE NOT o.parked
    FOR UPDATE OF o SKIP LOCKED
) AS old
WHERE w.programme = old.programme AND w.id = old.id AND w.device = old.device
"""


async def answer(answered: Sequence[Answered], *, at: datetime, tx: Tx) -> None:
    """Do what each answer asks for.

    Sent: crossed out. The target is gone, or never was ours: it is forgotten with all that waits
    for it, and the member's other devices go on; a device that has another target by now is told
    there. Bad: laid aside, and its template stopped. Kept back or to be tried again: put off, and
    given up where that is after its end. One device is told too much: all that waits for it is put
    off, the newest of what would replace each other.
    """
    crossed, later, ended, throttled, bad = [], [], [], [], []
    for one in answered:
        outcome = one.answer.outcome
        if outcome is Outcome.SENT:
            crossed.append(_crossed(one.due, Fate.SENT))
        elif outcome in ENDED or (outcome is Outcome.BAD_TARGET and one.answer.known_good):
            ended.append(one.due)
        elif outcome in (Outcome.BAD_MESSAGE, Outcome.BAD_TARGET):
            crossed.append(_crossed(one.due, Fate.DEAD))
            bad.append(one)
        elif (again := _again(one, at=at)) >= one.due.expires_at:
            crossed.append(_crossed(one.due, Fate.EXPIRED))
        else:
            later.append((one, again))
            if outcome is Outcome.DEVICE_THROTTLED:
                throttled.append((one.due, again))
    # Devices first, as when somebody is erased.
    places = await _end(ended, at=at, tx=tx)
    await hold([one.due.key for one in answered], tx=tx)
    moved = [one for one in ended if one.kind is not Kind.LIVE and one.target.place not in places]
    crossed += [_crossed(one, Fate.GONE) for one in ended if one not in moved]
    tries = [(one.due.key, again, bool(one.answer.sends)) for one, again in later]
    await _lay_aside(bad, at=at, tx=tx)
    await cross_out(crossed, tx=tx)
    await put_off([*tries, *((one.key, at, False) for one in moved)], tx=tx)
    await _forget(places, tx=tx)
    await _keep_quiet(throttled, tx=tx)


def _crossed(due: Due, fate: Fate) -> Crossed:
    return Crossed(due.key, due.label, fate)


def _again(one: Answered, *, at: datetime) -> datetime:
    """When to try again; its end where another try makes no sense."""
    seconds = one.answer.retry_after_s
    if seconds is not None:
        return at + timedelta(seconds=max(seconds, 0.0))
    return one.due.expires_at if one.answer.outcome is Outcome.LATER else at + PATIENCE


async def _end(ended: Sequence[Due], *, at: datetime, tx: Tx) -> Collection[Place]:
    """Forget the devices that are gone; which those are, for one may have another target by now.

    Of a Live Activity only that is over: its phone may well be there.
    """
    lives = [_live(due) for due in ended if due.kind is Kind.LIVE]
    if lives:
        await devices.live_ended(lives, tx=tx)
    gone = [due.target for due in ended if due.kind is not Kind.LIVE]
    return await devices.gone(gone, at=at, tx=tx) if gone else ()


async def _forget(places: Collection[Place], *, tx: Tx) -> None:
    """What else waits for these devices."""
    if places:
        programmes, ids = [place[0] for place in places], [place[1] for place in places]
        await tx.run(FORGET, programmes, ids)


def _live(due: Due) -> LiveTarget:
    said = due.content["live"]
    return LiveTarget(due.target, UUID(said["challenge"]), said["token"], due.expires_at)


async def _keep_quiet(throttled: Sequence[tuple[Due, datetime]], *, tx: Tx) -> None:
    if not throttled:
        return
    until: dict[tuple[int, object], datetime] = {}
    for due, again in throttled:
        until[due.target.place] = max(again, until.get(due.target.place, again))
    columns = [place[0] for place in until], [place[1] for place in until], list(until.values())
    await tx.run(QUIET, *columns)
    await tx.run(HOLD, *columns)


async def _lay_aside(bad: Sequence[Answered], *, at: datetime, tx: Tx) -> None:
    """A bad target, where nobody knows whose fault it is, stops nothing."""
    if not bad:
        return
    errors = [(one.answer.error or "")[:ERROR_CHARACTERS_MAX] for one in bad]
    await tx.run(BURY, *rows_of([one.due.key for one in bad]), errors, at)
    stopped = {
        (one.due.programme, one.due.template): error
        for one, error in zip(bad, errors, strict=True)
        if one.answer.outcome is Outcome.BAD_MESSAGE
    }
    if stopped:
        columns = [place[0] for place in stopped], [place[1] for place in stopped]
        await tx.run(STOP, *columns, list(stopped.values()), at)
        await tx.run(PARK, *columns)
