"""Report: what partners, platforms and other capabilities tell becomes activities, many at once.

There is no file to read, so each is judged at once. A batch of any size costs the same handful
of statements.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from domain import members
from domain.activities.adding import add
from domain.activities.comparing import Verdict
from domain.activities.converging import change_of, converge
from domain.activities.locking import lock, share_sources
from domain.activities.policies import policy
from domain.activities.records import DEVICE_CHARACTERS_MAX, Activity, State, Type, Withdrawal
from domain.activities.reports import LANES, Outcome, Report, Status
from domain.activities.standings import Standing, judged, revise, shared, write
from domain.activities.weighing import (
    DAY_DOUBTED,
    Around,
    Policy,
    fault_of,
    less_believed,
    weigh,
)
from domain.members import Member
from domain.programmes import plain
from infra import outbox
from infra.db import Row, Tx

Name: TypeAlias = tuple[str, str]
Place: TypeAlias = tuple[UUID, Type, date]

EARLIER = """
SELECT a.source, a.external_id, a.id, a.state, a.reasons
FROM unnest($2::text[], $3::text[]) AS n (source, external_id)
CROSS JOIN LATERAL (
    SELECT source, external_id, id, state, reasons FROM activity
    WHERE programme = $1 AND source = n.source AND external_id = n.external_id
    LIMIT 1
) AS a
UNION ALL
SELECT r.source, r.external_id, NULL, NULL, NULL
FROM unnest($2::text[], $3::text[]) AS n (source, external_id)
JOIN activity_retraction AS r
  ON r.programme = $1 AND r.source = n.source AND r.external_id = n.external_id
"""
# Somebody's day begins up to 14 hours before that of UTC, and ends up to 12 after it.
THAT_DAY = """
SELECT n.member, n.type, n.day, coalesce(sum(a.quantity), 0)::bigint AS quantity
FROM unnest($2::uuid[], $3::text[], $4::date[]) AS n (member, type, day)
JOIN activity AS a ON a.programme = $1 AND a.member = n.member AND a.lane = n.type
    AND a.started_at > n.day::timestamp AT TIME ZONE 'UTC' - interval '14 hours'
    AND a.started_at < n.day::timestamp AT TIME ZONE 'UTC' + interval '36 hours'
    AND a.day = n.day
GROUP BY n.member, n.type, n.day
"""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What all of one batch share."""

    programme: int
    at: datetime
    policy: Policy
    people: Mapping[UUID, Member]
    cap: State | None


async def report(
    reports: Sequence[Report],
    *,
    programme: int,
    at: datetime,
    tx: Tx,
    state: State | None = None,
    people: Mapping[UUID, Member] | None = None,
) -> Sequence[Outcome]:
    """Make activities of what is told, judge them and emit Judged; an outcome each, in order.

    state  -- PENDING: believed but provisional, whatever the numbers say.
    people -- the members by id, where the caller has read them in `tx` already.
    A report that is KNOWN by its source and external id changes nothing. One is REFUSED, and
    nothing of it kept, in this order: NO_SUCH_MEMBER, then the faults of `weighing.fault_of`,
    then DELETED_AT_SOURCE where the source deleted it before it told of it.
    Where one shares time with another recording of its member, the better one counts it; what
    that changes of earlier activities is a new revision of theirs, and they emit Judged too.
    """
    if people is None:
        ids = {one.member for one in reports}
        people = await members.several(ids, programme=programme, tx=tx)
    batch = _Batch(programme, at, await policy(programme, tx=tx), people, state)
    refused = [_refused(one, batch) for one in reports]
    sound = [one for one, no in zip(reports, refused, strict=True) if no is None]
    await share_sources({one.source for one in sound}, programme=programme, tx=tx)
    await lock({one.member for one in sound}, programme=programme, tx=tx)
    taken = iter(await _taken(sound, batch, tx=tx))
    return [no or next(taken) for no in refused]


async def _taken(reports: Sequence[Report], batch: _Batch, *, tx: Tx) -> Sequence[Outcome]:
    """The outcomes of sound reports: each new one is added, the first of those named alike."""
    known = await _earlier(reports, programme=batch.programme, tx=tx)
    fresh: dict[Name, Report] = {}
    for one in reports:
        if _name(one) not in known:
            fresh.setdefault(_name(one), one)
    made = await _made(list(fresh.values()), batch, tx=tx)
    # Those that another member's batch brought at this very moment.
    late = [one for name, one in fresh.items() if name not in made]
    known |= await _earlier(late, programme=batch.programme, tx=tx)
    new = {id(fresh[name]): outcome for name, outcome in made.items()}
    known |= {name: replace(outcome, status=Status.KNOWN) for name, outcome in made.items()}
    return [new.get(id(one)) or known[_name(one)] for one in reports]


def _refused(report: Report, batch: _Batch) -> Outcome | None:
    member = batch.people.get(report.member)
    if member is None or not member.is_active:
        return Outcome(Status.REFUSED, code="NO_SUCH_MEMBER", path=("member",))
    fault = fault_of(report, batch.policy, at=batch.at)
    if fault is None:
        return None
    return Outcome(Status.REFUSED, code=fault[0].value, path=(fault[1],))


async def _earlier(reports: Sequence[Report], *, programme: int, tx: Tx) -> dict[Name, Outcome]:
    if not reports:
        return {}
    names = [one.source for one in reports], [one.external_id for one in reports]
    rows = await tx.rows(EARLIER, programme, *names)
    return {(row["source"], row["external_id"]): _first(row) for row in rows}


def _first(row: Row) -> Outcome:
    if row["id"] is None:
        code = Withdrawal.DELETED_AT_SOURCE.value
        return Outcome(Status.REFUSED, code=code, path=("external_id",))
    return Outcome(Status.KNOWN, row["id"], State(row["state"]), tuple(row["reasons"]))


async def _made(reports: Sequence[Report], batch: _Batch, *, tx: Tx) -> Mapping[Name, Outcome]:
    """Add the reports, share time with what was there, tell; the outcomes of those added."""
    if not reports:
        return {}
    moments = [(batch.people[one.member], one.started_at) for one in reports]
    days = await members.local_days(moments, tx=tx)
    verdicts = await _weighed(reports, days, batch, tx=tx)
    every = [
        _standing(report, day, verdict, batch)
        for report, day, verdict in zip(reports, days, verdicts, strict=True)
    ]
    ids = await add(every, programme=batch.programme, at=batch.at, tx=tx)
    fresh = {one.activity.id: one for one in every if one.activity.id in ids}
    order = batch.policy.recorders
    changes = [change_of(one) for one in fresh.values() if one.lane is not None]
    effect = await converge(changes, programme=batch.programme, order=order, tx=tx)
    changed = []
    for id, share in effect.shares.items():
        if not share.whole:
            fresh[id] = shared(fresh[id], share)
            changed.append(fresh[id])
    await write(changed, programme=batch.programme, at=batch.at, tx=tx)
    for one in fresh.values():
        outbox.emit(judged(one.activity, at=batch.at), tx=tx)
    await revise(effect.others, programme=batch.programme, at=batch.at, tx=tx)
    return {_name(one.activity): _accepted(one.activity) for one in fresh.values()}


async def _weighed(
    reports: Sequence[Report], days: Sequence[date], batch: _Batch, *, tx: Tx
) -> Sequence[Verdict]:
    places = [
        (one.member, one.type, day) if one.type in DAY_DOUBTED else None
        for one, day in zip(reports, days, strict=True)
    ]
    so_far = await _that_day({place for place in places if place}, batch.programme, tx=tx)
    verdicts = []
    for one, place in zip(reports, places, strict=True):
        around = Around(batch.people[one.member].joined_at, so_far[place] if place else 0)
        verdict = weigh(one, around, batch.policy)
        if batch.cap is not None and verdict.state is not State.REJECTED:
            verdict = replace(verdict, state=less_believed(verdict.state, batch.cap))
        if place and verdict.state is not State.REJECTED:
            so_far[place] += one.quantity
        verdicts.append(verdict)
    return verdicts


async def _that_day(places: Collection[Place], programme: int, *, tx: Tx) -> Counter[Place]:
    if not places:
        return Counter()
    columns = map(list, zip(*places, strict=True))
    rows = await tx.rows(THAT_DAY, programme, *columns)
    return Counter({(r["member"], Type(r["type"]), r["day"]): r["quantity"] for r in rows})


def _standing(report: Report, day: date, verdict: Verdict, batch: _Batch) -> Standing:
    activity = Activity(
        id=report.id,
        member=report.member,
        programme=batch.programme,
        state=verdict.state,
        type=report.type,
        reasons=verdict.reasons,
        score=verdict.score,
        started_at=report.started_at,
        ended_at=report.ended_at,
        duration_s=report.duration_s,
        distance_m=report.distance_m,
        elevation_m=0,
        day=day,
        format=None,
        name=None,
        device=_device(report.device or ""),
        duplicate_of=None,
        created_at=batch.at,
        quantity=report.quantity,
        proof=report.proof,
        source=report.source,
        external_id=report.external_id,
    )
    return Standing(
        activity=activity,
        lane=None if verdict.state is State.REJECTED else LANES.get(report.type),
        recorder=report.recorded_by,
        told_duration_s=report.duration_s,
        told_distance_m=report.distance_m,
        told_quantity=report.quantity,
        covered_from=None,
    )


@lru_cache(maxsize=1_024)
def _device(said: str) -> str | None:
    return plain(said, longest=DEVICE_CHARACTERS_MAX) or None


def _name(one: Report | Activity) -> Name:
    return one.source, one.external_id or ""


def _accepted(activity: Activity) -> Outcome:
    return Outcome(Status.ACCEPTED, activity.id, activity.state, activity.reasons)
