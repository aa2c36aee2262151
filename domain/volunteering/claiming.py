"""Claim hours, confirm them, decline them, take a confirmation back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from domain import activities, members
from domain.members import Member
from domain.partners import Partner
from domain.volunteering.errors import (
    BadMinutes,
    ClaimTooLate,
    HoursClosed,
    HoursOverlap,
    NoSuchHours,
    NoSuchShift,
    ShiftFull,
    ShiftNotOver,
)
from domain.volunteering.publishing import shift_by_id
from domain.volunteering.records import Hours, Shift, State
from infra.db import Row, Tx

SOURCE = "volunteering"
LATE_MAX = timedelta(days=60)

LOCK_SHIFT = "SELECT id FROM volunteer_shift WHERE programme = $1 AND id = $2 FOR NO KEY UPDATE"
# Everything that is confirmed of a member waits for each other, whoever confirms it.
LOCK_MEMBER = "SELECT pg_advisory_xact_lock(hashtextextended($1::int || ':' || $2::uuid, 16))"
TAKEN = """
SELECT count(*) FROM volunteer_hours
WHERE programme = $1 AND shift = $2 AND state IN ('CLAIMED', 'CONFIRMED')
"""
OF_MEMBER = """
SELECT id, programme, shift, member, state, claimed_minutes, starts_at, ends_at, activity,
       claimed_at
FROM volunteer_hours WHERE programme = $1 AND shift = $2 AND member = $3 FOR UPDATE
"""
HOLD = """
SELECT h.id, h.programme, h.shift, h.member, h.state, h.claimed_minutes, h.starts_at, h.ends_at,
       h.activity, h.claimed_at
FROM volunteer_hours AS h
JOIN volunteer_shift AS s ON s.programme = h.programme AND s.id = h.shift
JOIN volunteer_opportunity AS o ON o.programme = s.programme AND o.id = s.opportunity
WHERE h.programme = $1 AND h.id = $2 AND o.partner = $3 FOR UPDATE OF h
"""
ADD = """
INSERT INTO volunteer_hours (programme, id, shift, member, state, claimed_minutes, claimed_at)
VALUES ($1, $2, $3, $4, 'CLAIMED', $5, $6)
"""
OVERLAPS = """
SELECT EXISTS (
    SELECT FROM volunteer_hours WHERE programme = $1 AND member = $2 AND state = 'CONFIRMED'
      AND tstzrange(starts_at, ends_at) && tstzrange($3, $4)
)
"""
CONFIRM = """
UPDATE volunteer_hours SET state = 'CONFIRMED', starts_at = $3, ends_at = $4, activity = $5,
    decided_at = $6
WHERE programme = $1 AND id = $2
"""
CLOSE = "UPDATE volunteer_hours SET state = $3, decided_at = $4 WHERE programme = $1 AND id = $2"
LISTED = """
SELECT id, programme, shift, member, state, claimed_minutes, starts_at, ends_at, activity,
       claimed_at
FROM volunteer_hours WHERE programme = $1 AND member = $2 AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""
OF_PARTNER = """
SELECT h.id, h.programme, h.shift, h.member, h.state, h.claimed_minutes, h.starts_at, h.ends_at,
       h.activity, h.claimed_at
FROM volunteer_hours AS h
JOIN volunteer_shift AS s ON s.programme = h.programme AND s.id = h.shift
JOIN volunteer_opportunity AS o ON o.programme = s.programme AND o.id = s.opportunity
WHERE h.programme = $1 AND o.partner = $2 AND h.state = 'CLAIMED'
  AND ($3::uuid IS NULL OR h.id > $3)
ORDER BY h.id LIMIT $4
"""


async def claim(
    member: Member, *, shift: UUID, minutes: int, id: UUID, at: datetime, tx: Tx
) -> Hours:
    """Say that the member helped for so long; it counts when the organiser confirms it.

    Claiming again changes nothing, whatever minutes it says.
    Refuses, in this order: NoSuchShift, BadMinutes, ShiftNotOver, ClaimTooLate, ShiftFull.
    """
    found = await shift_by_id(shift, programme=member.programme, tx=tx)
    if not 1 <= minutes <= found.minutes:
        raise BadMinutes(found.minutes)
    if found.starts_at + timedelta(minutes=minutes) > at:
        raise ShiftNotOver("hours are claimed when they are over")
    _check_late(found, at=at)
    return await claimed(found, member.id, minutes, id=id, at=at, tx=tx)


async def confirm(
    hours: UUID,
    *,
    minutes: int | None = None,
    starts_at: datetime | None = None,
    organiser: Partner,
    programme: int,
    at: datetime,
    tx: Tx,
) -> Hours:
    """Let a claim count, in full or for fewer or more minutes; again changes nothing.

    minutes   -- None: as claimed. starts_at -- when they began; None: with the shift.
    Refuses, in this order: NoSuchHours, BadMinutes, ShiftNotOver, ClaimTooLate, HoursClosed,
    HoursOverlap.
    """
    found = await _held(hours, organiser, programme, tx)
    shift = await shift_by_id(found.shift, programme=programme, tx=tx)
    said = minutes if minutes is not None else found.claimed_minutes or shift.minutes
    return await confirmed(found, shift, said, starts_at, at=at, tx=tx)


async def confirm_unclaimed(
    *,
    shift: UUID,
    ref: str,
    minutes: int,
    starts_at: datetime | None = None,
    organiser: Partner,
    programme: int,
    id: UUID,
    at: datetime,
    tx: Tx,
) -> Hours:
    """Let hours count that the member has not claimed.

    ref -- how the organiser calls the member, or their loyalty number.
    Refuses, in this order: NoSuchShift, members.NoSuchMember, BadMinutes, ShiftNotOver,
    ClaimTooLate, ShiftFull, HoursClosed, HoursOverlap.
    """
    found = await shift_by_id(shift, programme=programme, tx=tx)
    if found.partner != organiser.id:
        raise NoSuchShift("the organiser has no such shift")
    member = await referred(ref, organiser, tx)
    if member is None:
        raise members.NoSuchMember("nobody is known by that")
    check_times(found, minutes, starts_at, at=at)
    hours = await claimed(found, member, None, id=id, at=at, tx=tx)
    return await confirmed(hours, found, minutes, starts_at, at=at, tx=tx)


async def decline(
    hours: UUID, *, organiser: Partner, programme: int, at: datetime, tx: Tx
) -> Hours:
    """Say that a claim is not true; again changes nothing.

    Refuses, in this order: NoSuchHours, HoursClosed.
    """
    found = await _held(hours, organiser, programme, tx)
    if found.state is State.DECLINED:
        return found
    if found.state is not State.CLAIMED:
        raise HoursClosed("the hours are confirmed, or were: revoke them instead")
    await tx.run(CLOSE, programme, hours, State.DECLINED, at)
    return replace(found, state=State.DECLINED)


async def revoke(hours: UUID, *, organiser: Partner, programme: int, at: datetime, tx: Tx) -> Hours:
    """Take a confirmation back, and what it earned with it; again changes nothing.

    Refuses, in this order: NoSuchHours, HoursClosed.
    """
    found = await _held(hours, organiser, programme, tx)
    if found.state is State.REVOKED:
        return found
    if found.state is not State.CONFIRMED or found.activity is None:
        raise HoursClosed("only confirmed hours are revoked")
    why = activities.Withdrawal.REVOKED
    await activities.withdraw([found.activity], programme=programme, reason=why, at=at, tx=tx)
    await tx.run(CLOSE, programme, hours, State.REVOKED, at)
    return replace(found, state=State.REVOKED)


async def listed(member: Member, *, before: UUID | None, limit: int, tx: Tx) -> Sequence[Hours]:
    """The member's hours, the last claimed first, `limit` at most."""
    rows = await tx.rows(LISTED, member.programme, member.id, before, limit)
    return [_hours(row) for row in rows]


async def claims(
    *, organiser: Partner, programme: int, after: UUID | None, limit: int, tx: Tx
) -> Sequence[Hours]:
    """The claims that wait for the organiser, the oldest first, `limit` at most."""
    rows = await tx.rows(OF_PARTNER, programme, organiser.id, after, limit)
    return [_hours(row) for row in rows]


async def claimed(
    shift: Shift, member: UUID, minutes: int | None, *, id: UUID, at: datetime, tx: Tx
) -> Hours:
    """The member's row of the shift: the one there is, or a new claim. Raises ShiftFull."""
    await tx.run(LOCK_SHIFT, shift.programme, shift.id)
    row = await tx.row(OF_MEMBER, shift.programme, shift.id, member)
    if row is not None:
        return _hours(row)
    taken = await tx.value(TAKEN, shift.programme, shift.id)
    if shift.places is not None and taken >= shift.places:
        raise ShiftFull("as many members as there are places have claimed the shift")
    await tx.run(ADD, shift.programme, id, shift.id, member, minutes, at)
    who = (id, shift.programme, shift.id, member)
    return Hours(*who, State.CLAIMED, minutes, None, None, None, at)


async def confirmed(
    hours: Hours, shift: Shift, minutes: int, starts_at: datetime | None, *, at: datetime, tx: Tx
) -> Hours:
    """The row after it is confirmed. Raises as `confirm` does, from BadMinutes on."""
    start, end = check_times(shift, minutes, starts_at, at=at)
    if hours.state is State.CONFIRMED and (hours.starts_at, hours.ends_at) == (start, end):
        return hours
    if hours.state is not State.CLAIMED:
        raise HoursClosed("the hours have another answer already")
    programme, member = hours.programme, hours.member
    await tx.run(LOCK_MEMBER, programme, member)
    if await tx.value(OVERLAPS, programme, member, start, end):
        raise HoursOverlap("the member has confirmed hours at that time already")
    activity = await _reported(hours, start, end, at=at, tx=tx)
    await tx.run(CONFIRM, programme, hours.id, start, end, activity, at)
    return replace(hours, state=State.CONFIRMED, starts_at=start, ends_at=end, activity=activity)


async def _reported(hours: Hours, start: datetime, end: datetime, *, at: datetime, tx: Tx) -> UUID:
    name = str(hours.id)
    seconds = int((end - start).total_seconds())
    report = activities.Report(
        id=activities.id_of(
            programme=hours.programme, source=SOURCE, external_id=name, started_at=start
        ),
        member=hours.member,
        type=activities.Type.VOLUNTEERING,
        started_at=start,
        ended_at=end,
        duration_s=seconds,
        quantity=seconds,
        proof=activities.Proof.VERIFIED,
        source=SOURCE,
        external_id=name,
    )
    (outcome,) = await activities.report([report], programme=hours.programme, at=at, tx=tx)
    if outcome.activity is None:
        # The member has left or was erased since; nothing else can be wrong with it.
        raise members.NoSuchMember("the member takes part no longer")
    return outcome.activity


def check_times(
    shift: Shift, minutes: int, starts_at: datetime | None, *, at: datetime
) -> tuple[datetime, datetime]:
    """From when to when; within the shift, over, and not too long ago."""
    start = starts_at or shift.starts_at
    # Compared before anything is added: minutes and start may be anything.
    if not 1 <= minutes <= shift.minutes:
        raise BadMinutes(shift.minutes)
    lasts = timedelta(minutes=minutes)
    if start < shift.starts_at or shift.ends_at - start < lasts:
        raise BadMinutes(shift.minutes)
    end = start + lasts
    if end > at:
        raise ShiftNotOver("hours are confirmed when they are over")
    _check_late(shift, at=at)
    return start, end


def _check_late(shift: Shift, *, at: datetime) -> None:
    if at - shift.ends_at > LATE_MAX:
        raise ClaimTooLate(f"hours are claimed and confirmed within {LATE_MAX.days} days")


async def _held(hours: UUID, organiser: Partner, programme: int, tx: Tx) -> Hours:
    row = await tx.row(HOLD, programme, hours, organiser.id)
    if row is None:
        raise NoSuchHours("the organiser has no such claim")
    return _hours(row)


async def referred(ref: str, organiser: Partner, tx: Tx) -> UUID | None:
    """The member whom the organiser calls so, or whose loyalty number it is; None: nobody."""
    source = f"partner:{organiser.slug}"
    found = await members.referred([ref], source=source, programme=organiser.programme, tx=tx)
    return found[ref].id if ref in found else None


def _hours(row: Row) -> Hours:
    return Hours(**{**row, "state": State(row["state"])})
