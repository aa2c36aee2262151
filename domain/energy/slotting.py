"""Slotting: intervals of any length become half hours of UTC. Pure functions."""

from collections.abc import Iterable

from domain.energy.records import Fault, Interval, Slot, Unreadable

SLOT_S = 1_800
DURATIONS_S = frozenset({300, 600, 900, SLOT_S, 3_600})
# 200 kW for half an hour: a home with three chargers draws a third of that.
SLOT_WH_MAX = 100_000
INTERVALS_MAX = 3 * 366 * 24 * 12


def slots_of(intervals: Iterable[Interval], *, now_s: int) -> dict[int, Slot]:
    """The half hours that are whole, by their start; a part of one is left out.

    An hour is halved. The same interval twice counts once.
    Raises Unreadable, in this order: BAD_INTERVAL, NEGATIVE, WRONG_UNIT, BAD_TIMES, CONFLICT,
    TOO_MANY, EMPTY.
    """
    seen: dict[int, Interval] = {}
    for one in intervals:
        _check(one, now_s=now_s)
        if seen.setdefault(one.start_s, one) != one:
            raise Unreadable(Fault.CONFLICT)
        if len(seen) > INTERVALS_MAX:
            raise Unreadable(Fault.TOO_MANY)
    covered: dict[int, int] = {}
    slots: dict[int, Slot] = {}
    for one in (part for whole in seen.values() for part in _parts(whole)):
        start = one.start_s - one.start_s % SLOT_S
        covered[start] = covered.get(start, 0) + one.duration_s
        before = slots.get(start, Slot(0))
        slots[start] = Slot(before.wh + one.wh, before.estimated or one.estimated)
    if any(seconds > SLOT_S for seconds in covered.values()):
        raise Unreadable(Fault.CONFLICT)
    whole = {start: slot for start, slot in slots.items() if covered[start] == SLOT_S}
    if not whole:
        raise Unreadable(Fault.EMPTY)
    if any(slot.wh > SLOT_WH_MAX for slot in whole.values()):
        raise Unreadable(Fault.WRONG_UNIT)
    return whole


def _check(one: Interval, *, now_s: int) -> None:
    if one.duration_s not in DURATIONS_S or one.start_s % min(one.duration_s, SLOT_S):
        raise Unreadable(Fault.BAD_INTERVAL)
    if one.wh < 0:
        raise Unreadable(Fault.NEGATIVE)
    if one.wh > 2 * SLOT_WH_MAX:
        raise Unreadable(Fault.WRONG_UNIT)
    if one.start_s < 0 or one.start_s + one.duration_s > now_s:
        raise Unreadable(Fault.BAD_TIMES)


def _parts(one: Interval) -> Iterable[Interval]:
    if one.duration_s <= SLOT_S:
        yield one
        return
    half = one.wh // 2
    yield Interval(one.start_s, SLOT_S, half, one.estimated)
    yield Interval(one.start_s + SLOT_S, SLOT_S, one.wh - half, one.estimated)
