"""Turning: where something new is known of members' periods, bring their streaks to it.

Whatever it is that is new, activities, a purchase, or that a period is over, comes through here:
the periods are folded as they were and as they are, and what differs is written and told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain import members
from domain.streaks.events import Broken, Extended, Frozen
from domain.streaks.folding import Folded, fold
from domain.streaks.keeping import Kept, keep
from domain.streaks.pasts import SHORT, Past, also, periods_between
from domain.streaks.periods import LENGTH_DAYS, Clock, period_of
from domain.streaks.records import Streak
from domain.streaks.rewarding import Reached, reward
from infra.db import Tx
from infra.outbox import emit


@dataclass(frozen=True, slots=True)
class Turn:
    """What was known of a member's periods, and what is known now.

    before -- None: nothing was.
    anew   -- True: what is known is from scratch, so nothing of what was is taken over.
    """

    streak: Streak
    member: UUID
    before: Past | None
    after: Past
    at: datetime
    anew: bool = False


async def turn(turns: Sequence[Turn], *, programme: int, tx: Tx) -> Sequence[Kept]:
    """Bring these streaks to what is known, and tell; as they stand then.

    The members are held by whoever calls; each pair of member and streak comes at most once.
    """
    if not turns:
        return []
    zones = await members.zones_of({one.member for one in turns}, programme=programme, tx=tx)
    kept, reached = [], []
    for one in turns:
        clock = Clock(zones[one.member], one.streak.cadence)
        past = brought_to(one, clock)
        before = Folded() if one.before is None else fold(one.streak, one.before)
        now = fold(one.streak, past)
        kept.append(Kept(one.member, one.streak.id, past, now, rolls_at(one.streak, now, clock)))
        _tell(one, before, now, tx)
        if one.anew or before.reached != now.reached:
            reached.append(Reached(one.streak, one.member, now.reached, one.at))
    await keep(kept, programme=programme, tx=tx)
    await reward(reached, programme=programme, tx=tx)
    return kept


def brought_to(one: Turn, clock: Clock) -> Past:
    """What is known, with all the periods that are over by now."""
    length = LENGTH_DAYS[one.streak.cadence]
    known = one.before.closed if one.before else one.after.closed
    closed = max(known, closed_by(one.streak, clock, at=one.at))
    past = Past(one.after.first, one.after.marks, closed, one.after.bought)
    looked = set() if one.before is None or one.anew else _looked_at(one.before, length)
    new = [
        period
        for period in periods_between(past.first, closed, length_days=length)
        if period not in looked
    ]
    return shortened(past, new, clock)


def closed_by(streak: Streak, clock: Clock, *, at: datetime) -> date:
    """The last period of the streak that has ended, with its grace."""
    closed = clock.closed(at, grace=timedelta(hours=streak.grace_hours))
    if streak.last_day is None:
        return closed
    return min(closed, period_of(streak.last_day, streak.cadence))


def rolls_at(streak: Streak, folded: Folded, clock: Clock) -> datetime | None:
    """When the next period may be missed; None: nothing is lost by that."""
    waits = folded.next_open
    if not folded.length or waits is None or not streak.counts_on(waits):
        return None
    return clock.ends_at(waits) + timedelta(hours=streak.grace_hours)


def shortened(past: Past, periods: Iterable[date], clock: Clock) -> Past:
    """The past with a mark on those of these periods that travel left too little of."""
    short = [period for period in periods if clock.is_short(period)]
    return also(past, SHORT, short, length_days=LENGTH_DAYS[clock.cadence])


def _looked_at(past: Past, length: int) -> set[date]:
    """The periods of which it is known whether travel left too little of them."""
    return set(periods_between(past.first, past.closed, length_days=length))


def _tell(one: Turn, before: Folded, now: Folded, tx: Tx) -> None:
    whose: dict[str, Any] = {
        "programme": one.streak.programme,
        "subject": one.member,
        "object": one.streak.id,
        "at": one.at,
    }
    if now.length > before.length:
        emit(Extended(**whose, length=now.length, best=now.best), tx=tx)
    for period in sorted(set(now.frozen) - set(before.frozen)):
        emit(Frozen(**whose, period=period, left=now.freezes), tx=tx)
    for period in sorted(now.lost.keys() - before.lost.keys()):
        lost = now.lost[period]
        emit(Broken(**whose, period=period, before=lost.before, after=lost.after), tx=tx)
