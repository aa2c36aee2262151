"""Standings: how judged activities stand, and how a later judgement replaces the one before.

The whole of a row, as the verbs that judge again need it; what others see of it is Activity.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain.activities.events import Judged
from domain.activities.finding import activity_of
from domain.activities.records import Activity, Doubt, Fault, Recorder, State
from domain.activities.reports import Lane
from domain.activities.uniting import Recording, Share
from infra import outbox
from infra.db import Row, Tx

LOCK = """
SELECT id, member, programme, state, type, reasons, score, started_at, ended_at, duration_s,
       distance_m, elevation_m, day, format, name, device, duplicate_of, created_at, quantity,
       proof, source, external_id, revision, cell, lane, recorder, told_duration_s,
       told_distance_m, told_quantity, covered_from
FROM activity WHERE programme = $1 AND id = ANY($2::uuid[]) AND state <> 'PROCESSING'
ORDER BY id FOR UPDATE
"""
REVISE = """
UPDATE activity AS a
SET state = n.state, reasons = string_to_array(n.reasons, ','), duration_s = n.duration_s,
    distance_m = n.distance_m, quantity = n.quantity, told_duration_s = n.told_duration_s,
    told_distance_m = n.told_distance_m, told_quantity = n.told_quantity, proof = n.proof,
    lane = n.lane, covered_from = n.covered_from, duplicate_of = n.duplicate_of,
    revision = n.revision, judged_at = $2
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::int[], $8::bigint[], $9::int[],
            $10::int[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::uuid[],
            $16::int[])
     AS n (id, state, reasons, duration_s, distance_m, quantity, told_duration_s,
           told_distance_m, told_quantity, proof, lane, covered_from, duplicate_of, revision)
WHERE a.programme = $1 AND a.id = n.id AND a.revision <= n.revision
"""
UNITED = frozenset({Fault.DUPLICATE.value, Doubt.COVERED_IN_PART.value})


@dataclass(frozen=True, slots=True)
class Standing:
    """One judged activity, whole.

    lane  -- None where it takes no part in the union of recordings.
    told_ -- the numbers as the source told them, before anything was taken.
    covered_from -- the state it has again when the recording that covers it goes.
    """

    activity: Activity
    lane: Lane | None
    recorder: Recorder
    told_duration_s: int
    told_distance_m: int
    told_quantity: int
    covered_from: State | None

    @property
    def recording(self) -> Recording:
        """It as one recording among others."""
        activity = self.activity
        assert activity.started_at is not None, "what has a lane has times"
        assert activity.ended_at is not None, "what has a lane has times"
        return Recording(
            activity.id,
            activity.started_at,
            activity.ended_at,
            self.recorder,
            activity.proof,
            activity.source == "file",
            self.told_duration_s,
            self.told_distance_m,
            self.told_quantity,
        )


def standing_of(row: Row) -> Standing:
    """One row with the columns of LOCK."""
    activity = activity_of(row)
    told = (row["told_duration_s"], row["told_distance_m"], row["told_quantity"])
    counted = (activity.duration_s, activity.distance_m, activity.quantity)
    duration_s, distance_m, quantity = counted if told[0] is None else told
    return Standing(
        activity=activity,
        lane=row["lane"] and Lane(row["lane"]),
        recorder=Recorder(row["recorder"]),
        told_duration_s=duration_s,
        told_distance_m=distance_m,
        told_quantity=quantity,
        covered_from=row["covered_from"] and State(row["covered_from"]),
    )


def shared(standing: Standing, share: Share) -> Standing:
    """It with so much of it counted; itself when that is so already. The revision is not raised."""
    activity = standing.activity
    believed = standing.covered_from or activity.state
    reasons = tuple(reason for reason in activity.reasons if reason not in UNITED)
    if share.covered_by is not None:
        state, reasons = State.REJECTED, (Fault.DUPLICATE.value, *reasons)
    else:
        state = believed
        reasons += () if share.whole else (Doubt.COVERED_IN_PART.value,)
    changed = replace(
        activity,
        state=state,
        reasons=reasons,
        duration_s=share.duration_s,
        distance_m=share.distance_m,
        quantity=share.quantity,
        duplicate_of=share.covered_by,
    )
    covered = believed if share.covered_by is not None else None
    return replace(standing, activity=changed, covered_from=covered)


def raised(standing: Standing) -> Standing:
    """It as its own next revision."""
    activity = replace(standing.activity, revision=standing.activity.revision + 1)
    return replace(standing, activity=activity)


async def locked(ids: Collection[UUID], *, programme: int, tx: Tx) -> Mapping[UUID, Standing]:
    """Those of `ids` that have been judged, by id; nobody else changes them before `tx` ends."""
    rows = await tx.rows(LOCK, programme, list(ids)) if ids else []
    return {row["id"]: standing_of(row) for row in rows}


async def write(standings: Sequence[Standing], *, programme: int, at: datetime, tx: Tx) -> None:
    """Write how they stand now; whoever does holds their members' locks. Tells nobody."""
    if not standings:
        return
    told = [_told(standing) for standing in standings]
    written = await tx.run(REVISE, programme, at, *map(list, zip(*told, strict=True)))
    assert written == len(standings), "whoever judges again holds the member's lock"


async def revise(
    standings: Sequence[Standing], *, programme: int, at: datetime, tx: Tx
) -> Sequence[Standing]:
    """Write judgements that replace the ones before, as the next revision, and emit Judged."""
    after = [raised(standing) for standing in standings]
    await write(after, programme=programme, at=at, tx=tx)
    for standing in after:
        outbox.emit(judged(standing.activity, at=at), tx=tx)
    return after


def judged(activity: Activity, *, at: datetime) -> Judged:
    """What is told of a judgement; of a file that did not say when, that it was when it came."""
    started_at = activity.started_at or activity.created_at
    return Judged(
        programme=activity.programme,
        subject=activity.member,
        object=activity.id,
        at=at,
        type=activity.type.value,
        outcome=activity.state.value,
        day=activity.day or started_at.date(),
        started_at=started_at,
        duration_s=activity.duration_s,
        distance_m=activity.distance_m,
        revision=activity.revision,
        quantity=activity.quantity,
        proof=activity.proof.value,
        source=activity.source,
        ended_at=activity.ended_at,
        elevation_m=activity.elevation_m,
        cell=activity.cell,
    )


def _told(standing: Standing) -> tuple[object, ...]:
    activity = standing.activity
    return (
        activity.id,
        activity.state,
        ",".join(activity.reasons),
        activity.duration_s,
        activity.distance_m,
        activity.quantity,
        standing.told_duration_s,
        standing.told_distance_m,
        standing.told_quantity,
        activity.proof,
        standing.lane,
        standing.covered_from,
        activity.duplicate_of,
        activity.revision,
    )
