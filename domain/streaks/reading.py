"""Read streaks, as a member sees their own."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from domain import members
from domain.members import Member
from domain.streaks import storing
from domain.streaks.errors import NoSuchStreak
from domain.streaks.folding import Folded, fold, mark_of
from domain.streaks.keeping import of_member
from domain.streaks.offering import offer
from domain.streaks.pasts import Past, periods_between
from domain.streaks.periods import LENGTH_DAYS, Clock, period_of
from domain.streaks.records import Day, Keeping, Mark, Streak, Today
from domain.streaks.turning import Turn, brought_to, rolls_at
from infra.db import Tx

# Weeks of the calendar that are shown.
WEEKS = 8
# A retired streak is shown for so long to whoever had kept it.
SHOWN_AFTER = timedelta(days=60)


async def of(member: Member, *, at: datetime, tx: Tx) -> Sequence[Keeping]:
    """The member's streaks as they stand at `at`, the oldest of the programme first: those that
    run, kept or not, and those that ended lately and had been kept."""
    known = (await storing.known(member.programme, tx=tx)).streaks
    if not known:
        return []
    pasts = await of_member(member.id, programme=member.programme, tx=tx)
    zones = (await members.zones_of([member.id], programme=member.programme, tx=tx))[member.id]
    return [
        keeping(streak, member.id, pasts.get(streak.id), Clock(zones, streak.cadence), at=at)
        for streak in known.values()
        if _is_shown(streak, pasts, Clock(zones, streak.cadence).today(at))
    ]


async def one(streak: UUID, *, member: Member, at: datetime, tx: Tx) -> Keeping:
    """One of them. Refuses NoSuchStreak."""
    for keeping in await of(member, at=at, tx=tx):
        if keeping.streak.id == streak:
            return keeping
    raise NoSuchStreak("there is no such streak")


def keeping(
    streak: Streak, member: UUID, past: Past | None, clock: Clock, *, at: datetime
) -> Keeping:
    """A member's streak as it stands at `at`, whether the clock's job has come by or not."""
    today = clock.today(at)
    length = timedelta(days=LENGTH_DAYS[streak.cadence])
    period = period_of(today, streak.cadence)
    if past is None:
        past = Past(period, b"", period - length)
    past = brought_to(Turn(streak, member, past, past, at), clock)
    folded, terms = fold(streak, past), streak.terms_on(period)
    earns = terms.freeze_every is not None and folded.freezes < terms.freezes_max
    over = streak.last_day is not None and today > streak.last_day
    return Keeping(
        streak=streak,
        member=member,
        length=folded.length,
        best=folded.best,
        since=folded.since,
        state=_state(streak, folded, past, period, over=over),
        today=today,
        due_by=rolls_at(streak, folded, clock),
        freezes=folded.freezes,
        earned_in=terms.freeze_every - folded.toward if earns and terms.freeze_every else None,
        offer=None if over else offer(streak, past, clock, at=at),
        calendar=_calendar(streak, folded, past, today),
    )


def _state(streak: Streak, folded: Folded, past: Past, period: date, *, over: bool) -> Today:
    if over:
        return Today.OVER
    length = LENGTH_DAYS[streak.cadence]
    if not folded.length:
        return Today.NONE
    before = mark_of(folded, past, period - timedelta(days=length), length_days=length)
    if before is Mark.OPEN:
        return Today.AT_RISK
    if folded.is_kept(period):
        return Today.SAFE
    return Today.FROZEN if before is Mark.FROZEN else Today.DUE


def _calendar(streak: Streak, folded: Folded, past: Past, today: date) -> tuple[Day, ...]:
    length = LENGTH_DAYS[streak.cadence]
    monday = today - timedelta(days=today.weekday() + 7 * (WEEKS - 1))
    first = max(monday, streak.first_day)
    last = period_of(
        today if streak.last_day is None else min(today, streak.last_day), streak.cadence
    )
    return tuple(
        Day(period, mark_of(folded, past, period, length_days=length))
        for period in periods_between(first, last, length_days=length)
    )


def _is_shown(streak: Streak, pasts: Mapping[UUID, Past], today: date) -> bool:
    if today < streak.first_day:
        return False
    if streak.last_day is None or today <= streak.last_day:
        return True
    return streak.id in pasts and today <= streak.last_day + SHOWN_AFTER
