"""Judge: lease unread files to workers, and turn what reading found into an outcome."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain import members
from domain.activities.comparing import SAME_START, Known, Other, Verdict, decide
from domain.activities.converging import change_of, converge
from domain.activities.events import Judged
from domain.activities.finding import activity_of
from domain.activities.locking import lock
from domain.activities.plausibility import ELAPSED_MAX
from domain.activities.policies import policy
from domain.activities.records import (
    DEVICE_CHARACTERS_MAX,
    Activity,
    Claimed,
    Doubt,
    Fault,
    Proof,
    Reading,
    Recorder,
    State,
    Type,
)
from domain.activities.reports import Lane
from domain.activities.sketching import OWN_SHARED_MIN, SHARED_MIN
from domain.activities.standings import (
    Standing,
    judged,
    revise,
    shared,
    standing_of,
    write,
)
from domain.members import Member
from domain.programmes import plain
from infra import outbox
from infra.db import Row, Tx

# Longer than reading may take, so a lease that ran out means a worker that died.
LEASE = timedelta(seconds=90)
ATTEMPTS_MAX = 3
# The purpose for which a member allows that it is kept where an activity started.
PLACE = "place"

# In turns: first one file of each member, where one that is being read counts, then a second.
# So whoever sends a hundred slow ones waits for themselves, and nobody else for them.
CLAIM = """
WITH turn AS (
    SELECT programme, activity, row_number() OVER (
        PARTITION BY programme, member ORDER BY leased_until <= $1::timestamptz, activity
    ) AS place
    FROM activity_file
), unread AS (
    SELECT f.programme, f.activity
    FROM turn AS t JOIN activity_file AS f USING (programme, activity)
    WHERE f.leased_until <= $1 ORDER BY t.place, f.activity
    LIMIT $2 FOR UPDATE OF f SKIP LOCKED
)
UPDATE activity_file AS f SET attempts = f.attempts + 1, leased_until = $1 + $3::interval
FROM unread AS u JOIN activity AS a ON a.programme = u.programme AND a.id = u.activity
WHERE f.programme = u.programme AND f.activity = u.activity
RETURNING f.programme, f.activity AS id, f.member, f.attempts, a.stated_type,
          CASE WHEN f.attempts > $4 THEN ''::bytea ELSE f.content END AS content
"""
LOCK_ACTIVITY = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell, sha256
FROM activity WHERE programme = $1 AND id = $2 FOR UPDATE
"""
# Files only: what others reported of the same time is united with it, see converging.
OTHERS = """
SELECT id, type, started_at, ended_at, distance_m FROM activity
WHERE programme = $1 AND member = $2 AND lane = 'MOTION' AND source = 'file'
  AND started_at BETWEEN $3 AND $4 AND ended_at >= $5
ORDER BY id
"""
# The member's own tracks too: one that was recorded on one day only may come again under many
# dates. Copies of the same hours are duplicates and do not get here.
SAME_TRACK = """
SELECT EXISTS (
    SELECT FROM activity
    WHERE programme = $1 AND member <> $2 AND state IN ('COUNTED', 'PENDING', 'REVIEW')
      AND sha256 = $3
) OR EXISTS (
    SELECT FROM activity AS a
    WHERE a.programme = $1 AND a.state IN ('COUNTED', 'PENDING', 'REVIEW')
      AND a.sketch && $4::bigint[]
      AND CASE WHEN a.member = $2 THEN $6::int ELSE $5::int END
          <= (SELECT count(*) FROM unnest(a.sketch) AS n WHERE n = ANY($4::bigint[]))
)
"""
SETTLE = """
UPDATE activity SET state = $3, type = $4, reasons = $5, score = $6, started_at = $7,
    ended_at = $8, duration_s = $9, distance_m = $10, elevation_m = $11, day = $12, device = $13,
    duplicate_of = $14, sketch = $15, proof = $16, recorder = $17, lane = $18, judged_at = $19,
    cell = $20
WHERE programme = $1 AND id = $2
RETURNING id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
          distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
          proof, source, external_id, revision, cell, lane, recorder, told_duration_s,
          told_distance_m, told_quantity, covered_from
"""
DROP_FILE = "DELETE FROM activity_file WHERE programme = $1 AND activity = $2"


async def claim(*, limit: int, at: datetime, tx: Tx) -> Sequence[Claimed]:
    """Lease at most `limit` unread files for 90 s; two workers never get one.

    The oldest first of each member, and members in turns.

    A file that was leased three times before comes without its content: settle it as UNREADABLE.
    """
    rows = await tx.rows(CLAIM, at, limit, LEASE, ATTEMPTS_MAX)
    return [
        Claimed(
            id=row["id"],
            member=row["member"],
            programme=row["programme"],
            stated_type=row["stated_type"] and Type(row["stated_type"]),
            attempts=row["attempts"],
            content=row["content"],
        )
        for row in rows
    ]


async def settle(claimed: Claimed, found: Reading | Fault, *, at: datetime, tx: Tx) -> Activity:
    """Judge what reading found, drop the file and emit Judged.

    The first verdict stays: whoever comes later, with a lease that ran out, changes nothing.
    """
    row = await tx.row(LOCK_ACTIVITY, claimed.programme, claimed.id)
    assert row is not None, "activities are never deleted while their file waits"
    if State(row["state"]) is not State.PROCESSING:
        return activity_of(row)
    member = await members.get(claimed.member, programme=claimed.programme, tx=tx)
    verdict = decide(found, await _known(row, found, member, tx))
    standing = await _written(row, found, verdict, member, at=at, tx=tx)
    standing = await _united(standing, at=at, tx=tx)
    await tx.run(DROP_FILE, claimed.programme, claimed.id)
    outbox.emit(await _event(standing.activity, member, at=at, tx=tx), tx=tx)
    return standing.activity


async def _united(standing: Standing, *, at: datetime, tx: Tx) -> Standing:
    """It beside what others reported of the same time; what that changes of theirs is told."""
    if standing.lane is None:
        return standing
    programme = standing.activity.programme
    order = (await policy(programme, tx=tx)).recorders
    effect = await converge([change_of(standing)], programme=programme, order=order, tx=tx)
    share = effect.shares[standing.activity.id]
    if not share.whole:
        standing = shared(standing, share)
        await write([standing], programme=programme, at=at, tx=tx)
    await revise(effect.others, programme=programme, at=at, tx=tx)
    return standing


async def _known(row: Row, found: Reading | Fault, member: Member, tx: Tx) -> Known:
    others: Sequence[Other] = ()
    same_track = False
    if isinstance(found, Reading):
        names = [str(member.id), row["sha256"].hex(), *map(str, found.sketch)]
        await lock(names, programme=member.programme, tx=tx)
        others = await _others(found, member, tx)
        track = (row["sha256"], list(found.sketch), SHARED_MIN, OWN_SHARED_MIN)
        same_track = await tx.value(SAME_TRACK, member.programme, member.id, *track)
    return Known(row["created_at"], member.joined_at, others, same_track)


async def _others(found: Reading, member: Member, tx: Tx) -> Sequence[Other]:
    rows = await tx.rows(
        OTHERS,
        member.programme,
        member.id,
        found.started_at - ELAPSED_MAX - SAME_START,
        found.ended_at + SAME_START,
        found.started_at - SAME_START,
    )
    return [
        Other(r["id"], Type(r["type"]), r["started_at"], r["ended_at"], r["distance_m"])
        for r in rows
    ]


async def _written(
    row: Row,
    found: Reading | Fault,
    verdict: Verdict,
    member: Member,
    *,
    at: datetime,
    tx: Tx,
) -> Standing:
    head = (row["programme"], row["id"], verdict.state)
    reasons = (list(verdict.reasons), verdict.score)
    if isinstance(found, Fault):
        facts: tuple[object, ...] = (None, None, 0, 0, 0, None, None, None, None)
        kind, proof, recorder, lane = row["type"], Proof.DEVICE, Recorder.DEVICE, None
    else:
        day = await members.local_day(member, at=found.started_at, tx=tx)
        kind, facts = found.type, _facts(found, verdict, day)
        typed = Doubt.MANUAL in found.doubts
        proof, recorder = (
            (Proof.CLAIMED, Recorder.MANUAL) if typed else (Proof.DEVICE, Recorder.DEVICE)
        )
        lane = None if verdict.state is State.REJECTED else Lane.MOTION
    recorded = (proof, recorder, lane)
    cell = await _cell(found, member, tx)
    written = await tx.row(SETTLE, *head, kind, *reasons, *facts, *recorded, at, cell)
    assert written is not None
    return standing_of(written)


async def _cell(found: Reading | Fault, member: Member, tx: Tx) -> int | None:
    """Where it started, of a member who allows their place to be used at this time."""
    if isinstance(found, Fault) or found.cell is None:
        return None
    said = await members.consents(member, tx=tx)
    allowed = any(one.purpose == PLACE and one.given for one in said)
    return found.cell if allowed else None


def _facts(found: Reading, verdict: Verdict, day: date) -> tuple[object, ...]:
    believed = verdict.state is not State.REJECTED
    return (
        found.started_at,
        found.ended_at,
        found.moving_s,
        found.distance_m,
        found.elevation_m,
        day,
        plain(found.device or "", longest=DEVICE_CHARACTERS_MAX) or None,
        verdict.duplicate_of,
        list(found.sketch) if believed and found.sketch else None,
    )


async def _event(activity: Activity, member: Member, *, at: datetime, tx: Tx) -> Judged:
    """What is told; of a file that does not say when, that it happened when it was sent."""
    if activity.started_at is not None:
        return judged(activity, at=at)
    day = await members.local_day(member, at=activity.created_at, tx=tx)
    return judged(replace(activity, started_at=activity.created_at, day=day), at=at)
