"""Weigh: how far a report can be believed, by its own numbers and its member's day. Pure.

A report has no track to look into, only totals: what they say is held against what people have
ever done. What cannot be a report at all is refused; what nobody can do is REJECTED and kept,
for whoever looks for a pattern.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.activities.comparing import CLOCK_AHEAD_MAX, Verdict
from domain.activities.limits import RECORDS, TOP_M_PER_S
from domain.activities.plausibility import (
    ELAPSED_MAX,
    METRES_MAX,
    MILLENNIUM,
    RECORD_MARGIN,
    SHORT_SECONDS,
    outcome_of,
    ranked,
    score_of,
)
from domain.activities.records import Doubt, Fault, Recorder, State, Type
from domain.activities.reports import LANES, Lane, Report

# A day of 25 hours, twice a year.
DAY_MAX = timedelta(hours=25)
LENGTH_MAX = {
    Lane.MOTION: ELAPSED_MAX,
    Lane.STEPS: DAY_MAX,
    Lane.SLEEP: DAY_MAX,
    Lane.VOLUNTEERING: ELAPSED_MAX,
    None: timedelta(days=400),
}
# The ledger's 64 bits are far; a larger number is a damaged one.
QUANTITY_MAX = 10**12
# Sprinters take five steps a second, for seconds.
STEPS_A_SECOND_MAX = 5.0
# What a day of one member may hold before an operator looks, and what no day ever held: the
# longest way on foot in 24 h is 319 km (Sorokin, 2022), 250,000 steps at a runner's length.
DAY_DOUBTED = {Type.STEPS: 80_000, Type.SLEEP: 16 * 3600, Type.VOLUNTEERING: 16 * 3600}
DAY_IMPOSSIBLE = {Type.STEPS: 200_000, Type.SLEEP: 25 * 3600, Type.VOLUNTEERING: 25 * 3600}


class Taking(StrEnum):
    """What a programme does with what is typed in, or measured by a machine indoors."""

    COUNTED = "COUNTED"
    PENDING = "PENDING"
    REVIEW = "REVIEW"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Policy:
    """How a programme believes: recorders, the best first, and two rules."""

    recorders: tuple[Recorder, ...] = tuple(Recorder)
    manual: Taking = Taking.PENDING
    indoor: Taking = Taking.COUNTED


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the report.

    joined_at   -- when its member joined.
    that_day    -- what of the same type the member's day counts without it, in the type's unit.
    """

    joined_at: datetime
    that_day: int


def fault_of(report: Report, policy: Policy, *, at: datetime) -> tuple[Fault, str] | None:
    """Why it is no report, and the field that says so; None when it is one.

    In this order: BAD_MEASURE, CLOCK_BEFORE_2000, CLOCK_IN_FUTURE, NO_TIMES, TOO_LONG,
    MANUAL_REFUSED, INDOOR_REFUSED.
    """
    lane = LANES.get(report.type)
    length = report.ended_at - report.started_at
    if not 0 <= report.distance_m <= METRES_MAX:
        return Fault.BAD_MEASURE, "distance_m"
    if not 0 <= report.quantity <= QUANTITY_MAX:
        return Fault.BAD_MEASURE, "quantity"
    if report.started_at < MILLENNIUM:
        return Fault.CLOCK_BEFORE_2000, "started_at"
    if report.ended_at > at + CLOCK_AHEAD_MAX:
        return Fault.CLOCK_IN_FUTURE, "ended_at"
    if length < timedelta(0) or (lane is not None and not length):
        return Fault.NO_TIMES, "ended_at"
    if length > LENGTH_MAX[lane]:
        return Fault.TOO_LONG, "ended_at"
    if not 0 <= report.duration_s <= length.total_seconds() + 1:
        return Fault.BAD_MEASURE, "duration_s"
    return _against_rules(report, policy)


def weigh(report: Report, around: Around, policy: Policy) -> Verdict:
    """The verdict over one report, before the member's other recordings are looked at.

    REJECTED when nobody can do it (IMPOSSIBLE); else by the score and by the programme's rules,
    whichever believes less.
    """
    if _impossible(report, around):
        return Verdict(State.REJECTED, (Fault.IMPOSSIBLE.value,), 0)
    doubts = ranked(_doubts(report, around))
    score = score_of(doubts)
    state = outcome_of(score)
    for taking in _takings(report, policy):
        state = less_believed(state, State(taking.value))
    return Verdict(state, tuple(doubt.value for doubt in doubts), score)


def less_believed(one: State, other: State) -> State:
    """Of COUNTED, PENDING, REVIEW and REJECTED the later one."""
    order = (State.COUNTED, State.PENDING, State.REVIEW, State.REJECTED)
    return max(one, other, key=order.index)


def _against_rules(report: Report, policy: Policy) -> tuple[Fault, str] | None:
    if report.recorded_by is Recorder.MANUAL and policy.manual is Taking.REFUSED:
        return Fault.MANUAL_REFUSED, "source"
    if report.indoor and policy.indoor is Taking.REFUSED:
        return Fault.INDOOR_REFUSED, "indoor"
    return None


def _takings(report: Report, policy: Policy) -> Iterator[Taking]:
    if report.recorded_by is Recorder.MANUAL:
        yield policy.manual
    if report.indoor:
        yield policy.indoor


def _impossible(report: Report, around: Around) -> bool:
    seconds = (report.ended_at - report.started_at).total_seconds()
    if report.type is Type.STEPS and report.quantity > STEPS_A_SECOND_MAX * max(seconds, 60):
        return True
    if report.type in (Type.SLEEP, Type.VOLUNTEERING) and report.quantity > seconds + 1:
        return True
    most = DAY_IMPOSSIBLE.get(report.type)
    return most is not None and around.that_day + report.quantity > most


def _doubts(report: Report, around: Around) -> Iterator[Doubt]:
    if report.recorded_by is Recorder.MANUAL:
        yield Doubt.MANUAL
    if report.indoor:
        yield Doubt.INDOOR
    if report.started_at < around.joined_at:
        yield Doubt.BEFORE_JOINING
    most = DAY_DOUBTED.get(report.type)
    if most is not None and around.that_day + report.quantity > most:
        yield Doubt.MORE_THAN_A_DAY_HOLDS
    if LANES.get(report.type) is Lane.MOTION:
        yield from _motion(report)


def _motion(report: Report) -> Iterator[Doubt]:
    elapsed = (report.ended_at - report.started_at).total_seconds()
    if elapsed < SHORT_SECONDS:
        yield Doubt.TOO_SHORT
    seconds = report.duration_s or elapsed
    if report.distance_m > TOP_M_PER_S[report.type] * seconds:
        yield Doubt.TOO_FAST
    elif _beats_record(report.type, report.distance_m, seconds):
        yield Doubt.RECORD_BROKEN


def _beats_record(kind: Type, metres: float, seconds: float) -> bool:
    """True when the whole is faster than the record over the longest distance that it reaches."""
    reached = [(m, s) for m, s in RECORDS[kind] if m <= metres]
    if not reached:
        return False
    record_m, record_s = reached[-1]
    return seconds < record_s * metres / record_m * RECORD_MARGIN
