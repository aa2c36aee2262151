"""Settle: keep a meter's half hours, and let each day's saving count.

A saving is told at once, as PENDING while half hours of the day are missing or estimated, and
amended to COUNTED when the day is known whole. Later corrections amend it again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import activities
from domain.activities import Proof, State
from domain.energy.errors import MeterTaken
from domain.energy.records import DaySaving, Settled, Slot
from domain.energy.saving import WEEKS_MAX, day_of, savings, starts_of
from domain.energy.slotting import SLOT_S
from domain.members import Member
from infra import ids
from infra.db import Row, Tx

SOURCE = "energy"
# What is older is history only: it is compared with, and earns nothing any more.
EARNS_FOR = timedelta(days=60)

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::text, 18))"
METER = "SELECT id, member FROM energy_meter WHERE programme = $1 AND ref = $2"
ADD_METER = """
INSERT INTO energy_meter (programme, id, member, ref, since) VALUES ($1, $2, $3, $4, $5)
"""
# Only what is new or differs; an estimate never replaces what was read.
WRITE = """
INSERT INTO energy_slot AS s (programme, meter, starts_at, wh, estimated)
SELECT $1, $2, n.starts_at, n.wh, n.estimated
FROM unnest($3::timestamptz[], $4::int[], $5::boolean[]) AS n (starts_at, wh, estimated)
ON CONFLICT (programme, meter, starts_at) DO UPDATE SET wh = excluded.wh,
    estimated = excluded.estimated
WHERE (s.wh, s.estimated) <> (excluded.wh, excluded.estimated)
  AND (s.estimated OR NOT excluded.estimated)
RETURNING starts_at
"""
SLOTS = """
SELECT starts_at, wh, estimated FROM energy_slot
WHERE programme = $1 AND meter = $2 AND starts_at >= $3 AND starts_at < $4
"""
DAYS = """
SELECT day, used_wh, baseline_wh, saved_wh, slots, final, told_pending, activity FROM energy_day
WHERE programme = $1 AND meter = $2 AND day >= $3
"""
WRITE_DAYS = """
INSERT INTO energy_day (programme, meter, day, used_wh, baseline_wh, saved_wh, slots, final,
                        told_pending, activity)
SELECT $1, $2, n.day, n.used_wh, n.baseline_wh, n.saved_wh, n.slots, n.final, n.told_pending,
       n.activity
FROM unnest($3::date[], $4::int[], $5::int[], $6::int[], $7::smallint[], $8::boolean[],
            $9::boolean[], $10::uuid[])
     AS n (day, used_wh, baseline_wh, saved_wh, slots, final, told_pending, activity)
ON CONFLICT (programme, meter, day) DO UPDATE SET used_wh = excluded.used_wh,
    baseline_wh = excluded.baseline_wh, saved_wh = excluded.saved_wh, slots = excluded.slots,
    final = excluded.final, told_pending = excluded.told_pending, activity = excluded.activity
"""


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told of a day before: its activity, and whether as provisional."""

    saving: DaySaving
    pending: bool
    activity: UUID | None


async def settle(
    member: Member,
    *,
    meter: str,
    slots: Mapping[int, Slot],
    zone: str,
    proof: Proof,
    at: datetime,
    tx: Tx,
) -> Settled:
    """Keep the half hours of the member's meter, and let what its days save count.

    meter -- its name, unique in the programme: the first who brings it has it.
    zone  -- whose days they are.
    proof -- who vouches for the readings: a file that a member sends is only what they say.
    The same again changes nothing; what is corrected replaces what was there.
    Refuses MeterTaken.
    """
    programme = member.programme
    await tx.run(LOCK, programme, meter)
    id = await _meter(member, meter, at=at, tx=tx)
    changed = await _kept(id, slots, programme=programme, tx=tx)
    local = ZoneInfo(zone)
    earliest = max(day_of(_seconds(member.joined_at), local), (at - EARNS_FOR).date())
    told = await _told(id, programme, earliest, tx)
    days = _to_look_at(changed, told, earliest, local)
    if not days:
        return Settled(id, len(changed), ())
    known = await _slots(id, programme, days, local, tx)
    fresh = [one for one in savings(known, days, zone=local) if _differs(one, told)]
    await _count(member, id, fresh, told, zone=local, proof=proof, at=at, tx=tx)
    return Settled(id, len(changed), tuple(fresh))


async def _meter(member: Member, ref: str, *, at: datetime, tx: Tx) -> UUID:
    row = await tx.row(METER, member.programme, ref)
    if row is None:
        id = ids.new(at)
        await tx.run(ADD_METER, member.programme, id, member.id, ref, at)
        return id
    if row["member"] != member.id:
        raise MeterTaken("the meter is another member's")
    return UUID(bytes=row["id"].bytes)


async def _kept(
    meter: UUID, slots: Mapping[int, Slot], *, programme: int, tx: Tx
) -> Collection[int]:
    """The starts of the half hours that are new or corrected."""
    starts = sorted(slots)
    columns = (
        [datetime.fromtimestamp(start, UTC) for start in starts],
        [slots[start].wh for start in starts],
        [slots[start].estimated for start in starts],
    )
    rows = await tx.rows(WRITE, programme, meter, *columns)
    return {_seconds(row["starts_at"]) for row in rows}


def _to_look_at(
    changed: Collection[int], told: Mapping[date, _Told], earliest: date, zone: ZoneInfo
) -> Collection[date]:
    """Days that changed, and those that were not settled for good, for which there may be more
    to compare with now."""
    touched = {day_of(start, zone) for start in changed}
    open_days = {day for day, one in told.items() if changed and _is_open(one)}
    return {day for day in touched | open_days if day >= earliest}


def _is_open(told: _Told) -> bool:
    return not told.saving.final or told.saving.baseline_wh is None


def _differs(saving: DaySaving, told: Mapping[date, _Told]) -> bool:
    before = told.get(saving.day)
    return before is None or before.saving != saving


async def _count(
    member: Member,
    meter: UUID,
    fresh: Sequence[DaySaving],
    told: Mapping[date, _Told],
    *,
    zone: ZoneInfo,
    proof: Proof,
    at: datetime,
    tx: Tx,
) -> None:
    """Tell the activities of the days, and keep what was told."""
    now: dict[date, _Told] = {}
    unreported = [
        one
        for one in fresh
        if one.saved_wh and (one.day not in told or told[one.day].activity is None)
    ]
    for final in (True, False):
        batch = [one for one in unreported if one.final is final]
        now |= await _reported(
            member, meter, batch, final=final, zone=zone, proof=proof, at=at, tx=tx
        )
    for one in fresh:
        before = told.get(one.day)
        if one.day not in now:
            now[one.day] = await _amended(member, one, before, at=at, tx=tx)
    columns = zip(*(_columns(one) for one in now.values()), strict=True)
    if now:
        await tx.run(WRITE_DAYS, member.programme, meter, *map(list, columns))


async def _reported(
    member: Member,
    meter: UUID,
    batch: Sequence[DaySaving],
    *,
    final: bool,
    zone: ZoneInfo,
    proof: Proof,
    at: datetime,
    tx: Tx,
) -> dict[date, _Told]:
    if not batch:
        return {}
    reports = [_report(member, meter, one, zone=zone, proof=proof) for one in batch]
    state = None if final else State.PENDING
    outcomes = await activities.report(
        reports, programme=member.programme, at=at, tx=tx, state=state
    )
    return {
        one.day: _Told(one, outcome.state is State.PENDING and not final, outcome.activity)
        for one, outcome in zip(batch, outcomes, strict=True)
    }


async def _amended(
    member: Member, saving: DaySaving, before: _Told | None, *, at: datetime, tx: Tx
) -> _Told:
    if before is None or before.activity is None:
        return _Told(saving, False, None)
    # What an operator is looking at stays with them; only our own "provisional" is lifted.
    settled = before.pending and saving.final
    await activities.amend(
        before.activity,
        programme=member.programme,
        quantity=saving.saved_wh,
        state=State.COUNTED if settled else None,
        at=at,
        tx=tx,
    )
    return _Told(saving, before.pending and not saving.final, before.activity)


def _report(
    member: Member, meter: UUID, saving: DaySaving, *, zone: ZoneInfo, proof: Proof
) -> activities.Report:
    name = f"{meter}:{saving.day}"
    start = datetime.fromtimestamp(starts_of(saving.day, zone)[0], UTC)
    return activities.Report(
        id=activities.id_of(
            programme=member.programme, source=SOURCE, external_id=name, started_at=start
        ),
        member=member.id,
        type=activities.Type.ENERGY,
        started_at=start,
        ended_at=start + timedelta(seconds=saving.slots * SLOT_S),
        quantity=saving.saved_wh,
        proof=proof,
        source=SOURCE,
        external_id=name,
    )


async def _told(meter: UUID, programme: int, earliest: date, tx: Tx) -> Mapping[date, _Told]:
    rows = await tx.rows(DAYS, programme, meter, earliest)
    return {row["day"]: _Told(_saving(row), row["told_pending"], row["activity"]) for row in rows}


def _saving(row: Row) -> DaySaving:
    names = ("day", "used_wh", "baseline_wh", "saved_wh", "slots", "final")
    return DaySaving(**{name: row[name] for name in names})


async def _slots(
    meter: UUID, programme: int, days: Collection[date], zone: ZoneInfo, tx: Tx
) -> Mapping[int, Slot]:
    first = starts_of(min(days) - timedelta(weeks=WEEKS_MAX), zone)[0]
    last = starts_of(max(days), zone)[-1]
    span = (datetime.fromtimestamp(each, UTC) for each in (first, last + SLOT_S))
    rows = await tx.rows(SLOTS, programme, meter, *span)
    return {_seconds(row["starts_at"]): Slot(row["wh"], row["estimated"]) for row in rows}


def _columns(told: _Told) -> tuple[object, ...]:
    one = told.saving
    counts = (one.day, one.used_wh, one.baseline_wh, one.saved_wh, one.slots)
    return (*counts, one.final, told.pending, told.activity)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
