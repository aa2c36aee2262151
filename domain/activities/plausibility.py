"""Plausibility: how far a track's own numbers can be believed. Pure.

Each rule says what it doubts; a doubt costs points of 100. One odd fix costs little, a car
costs enough for an operator to look. What needs the member or other activities is in comparing.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from math import isnan
from statistics import median

from domain.activities.limits import RECORDS
from domain.activities.motion import Motion, motion_of
from domain.activities.records import Doubt, Fault, Reading, State, Type, Unreadable
from domain.activities.sketching import sketch
from domain.activities.tracks import STRIDES_A_MINUTE_MAX, Track, climbed

# A score from here is COUNTED, from there PENDING, below REVIEW.
COUNTED_MIN, PENDING_MIN = 70, 40
COSTS = {
    Doubt.MANUAL: 40,
    Doubt.INDOOR: 25,
    Doubt.NO_POSITIONS: 25,
    Doubt.NO_SENSORS: 10,
    Doubt.TOO_SHORT: 35,
    Doubt.MISSING_TIMES: 20,
    Doubt.TIME_REVERSED: 15,
    Doubt.GPS_JUMP: 10,
    Doubt.FAST_SEGMENT: 5,
    Doubt.TOO_FAST: 65,
    Doubt.RECORD_BROKEN: 75,
    Doubt.CADENCE_AGAINST_SPEED: 35,
    Doubt.HEART_RATE_AGAINST_SPEED: 25,
    Doubt.HEART_RATE_CONSTANT: 35,
    Doubt.DISTANCE_MISMATCH: 40,
    Doubt.BEFORE_JOINING: 5,
    Doubt.OVERLAP: 35,
    Doubt.OVERLAPS_OTHER_TYPE: 65,
    Doubt.CONTAINS_ANOTHER: 65,
    Doubt.SAME_TRACK: 75,
    Doubt.COVERED_IN_PART: 0,
    Doubt.MORE_THAN_A_DAY_HOLDS: 65,
}

MILLENNIUM = datetime(2000, 1, 1, tzinfo=UTC)
# Ahead of every clock of ours; at the calendar's own end, adding a zone or a minute overflows.
FAR_AHEAD = datetime(2200, 1, 1, tzinfo=UTC)
ELAPSED_MAX = timedelta(days=3)
# Nobody comes so far, or so high, in that time: such a number is a damaged one.
METRES_MAX = 10_000_000
# Less than this shows nothing that a rule could hold on to.
SHORT_SECONDS = 60
# The share of the way that may be odd before it is another vehicle; and how many fixes may jump.
FAST_SHARE_MAX = 0.05
FAST_CHUNKS_MAX = 3
JUMP_SHARE_MAX = 0.01
JUMPS_MAX = 5
# Jitter makes a way longer; a record must be beaten by more than that.
RECORD_MARGIN = 0.98
# What a file states may exceed its own track by a quarter and this much: tunnels, a lost fix.
STATED_SHARE_MAX, STATED_METRES_MAX = 1.25, 200.0
POSITIONED = frozenset({Type.RUN, Type.RIDE, Type.WALK, Type.HIKE, Type.ROW, Type.SKI})
# Sprinters' steps are 2.7 m, marathon winners' 1.9 m.
STEP_M_MAX = 2.6
# 62 x 10 teeth on a wheel of 2.1 m.
CRANK_TURN_M_MAX = 14.0
PEDALLING_A_MINUTE = 20
# From this speed the heart of whoever does it beats faster than this.
EFFORTS = {Type.RUN: (2.5, 85.0), Type.RIDE: (9.0, 75.0)}
EVIDENCE_CHUNKS = 24
CONSTANT_SAMPLES = 300


Rule = Callable[[Track, Type, Motion], Iterator[Doubt]]


def read_between_the_lines(track: Track, stated_type: Type | None) -> Reading:
    """What the track tells, with every doubt about it.

    stated_type -- what the member says it is; believed only when the file says nothing.
    Raises Unreadable for times that cannot be: CLOCK_REVERSED, CLOCK_BEFORE_2000,
    CLOCK_IN_FUTURE (centuries ahead), NO_TIMES, TOO_LONG; CORRUPT for metres that cannot be.
    """
    _require_sound_clock(track)
    kind = track.type or stated_type or Type.OTHER
    motion = motion_of(track, kind)
    doubts = ranked(doubt for rule in RULES for doubt in rule(track, kind, motion))
    metres = motion.total_m if track.stated_m is None else track.stated_m
    if Doubt.DISTANCE_MISMATCH in doubts:
        metres = motion.total_m
    moving = motion.moving_s if track.moving_s is None else track.moving_s
    climb = climbed(track.samples) if track.elevation_m is None else track.elevation_m
    return Reading(
        type=kind,
        started_at=track.started_at,
        ended_at=track.ended_at,
        moving_s=round(max(0.0, min(moving, track.elapsed_s + 1))),
        distance_m=_sound_metres(metres),
        elevation_m=_sound_metres(climb),
        device=track.device and track.device[:80],
        score=score_of(doubts),
        doubts=doubts,
        sketch=sketch(track.samples),
    )


def ranked(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """The doubts, each once, the weightiest first."""
    return tuple(sorted(set(doubts), key=lambda doubt: (-COSTS[doubt], doubt)))


def score_of(doubts: Iterable[Doubt]) -> int:
    """100 less what each doubt costs, 0 at least."""
    return max(0, 100 - sum(COSTS[doubt] for doubt in set(doubts)))


def outcome_of(score: int) -> State:
    """COUNTED, PENDING or REVIEW."""
    if score >= COUNTED_MIN:
        return State.COUNTED
    return State.PENDING if score >= PENDING_MIN else State.REVIEW


def _require_sound_clock(track: Track) -> None:
    if track.reversed_steps * 2 > len(track.samples):
        raise Unreadable(Fault.CLOCK_REVERSED, f"{track.reversed_steps} steps back")
    if track.started_at < MILLENNIUM:
        raise Unreadable(Fault.CLOCK_BEFORE_2000, str(track.started_at))
    if track.ended_at > FAR_AHEAD:
        raise Unreadable(Fault.CLOCK_IN_FUTURE, str(track.ended_at))
    if track.elapsed_s <= 0:
        raise Unreadable(Fault.NO_TIMES, "no time passes")
    if track.ended_at - track.started_at > ELAPSED_MAX:
        raise Unreadable(Fault.TOO_LONG, str(track.ended_at - track.started_at))


def _sound_metres(metres: float) -> int:
    if metres > METRES_MAX:
        raise Unreadable(Fault.CORRUPT, f"{metres:g} m")
    return round(max(0.0, metres))


def _proof(track: Track, kind: Type, motion: Motion) -> Iterator[Doubt]:
    if track.manual:
        yield Doubt.MANUAL
        return
    samples = track.samples
    placed = sum(not isnan(latitude) for latitude in samples.latitudes)
    if track.indoor:
        yield Doubt.INDOOR
    elif kind in POSITIONED and placed * 2 < len(samples):
        yield Doubt.NO_POSITIONS
    sensed = any(not isnan(n) for column in (samples.heart_rates, samples.cadences) for n in column)
    if not sensed and not track.powered:
        yield Doubt.NO_SENSORS


def _clock(track: Track, kind: Type, motion: Motion) -> Iterator[Doubt]:
    if track.elapsed_s < SHORT_SECONDS:
        yield Doubt.TOO_SHORT
    if track.untimed:
        yield Doubt.MISSING_TIMES
    if track.reversed_steps:
        yield Doubt.TIME_REVERSED


def _speed(track: Track, kind: Type, motion: Motion) -> Iterator[Doubt]:
    if motion.jumps > max(JUMPS_MAX, JUMP_SHARE_MAX * motion.count) or (
        motion.fast > FAST_CHUNKS_MAX and motion.fast_m > FAST_SHARE_MAX * motion.total_m
    ):
        yield Doubt.TOO_FAST
        return
    if motion.jumps:
        yield Doubt.GPS_JUMP
    if motion.fast:
        yield Doubt.FAST_SEGMENT


def _records(track: Track, kind: Type, motion: Motion) -> Iterator[Doubt]:
    if any(_fastest(motion, metres) < seconds * RECORD_MARGIN for metres, seconds in RECORDS[kind]):
        yield Doubt.RECORD_BROKEN
        return
    # The totals, too: a typed-in workout has nothing else.
    stated, moving = track.stated_m or motion.total_m, track.moving_s or track.elapsed_s
    for metres, seconds in RECORDS[kind]:
        if (
            stated >= metres
            and moving < seconds * stated / metres * RECORD_MARGIN
            and (track.manual or stated > motion.total_m)
        ):
            longer = [m for m, _ in RECORDS[kind] if metres < m <= stated]
            if not longer:
                yield Doubt.RECORD_BROKEN


def _fastest(motion: Motion, metres: float) -> float:
    """The least seconds, scaled to exactly `metres`, that any part of at least that length took."""
    best, start = float("inf"), 0
    for end in range(len(motion.metres)):
        while motion.metres[end] - motion.metres[start + 1 if start < end else start] >= metres:
            start += 1
        covered = motion.metres[end] - motion.metres[start]
        if covered >= metres:
            best = min(best, (motion.times[end] - motion.times[start]) * metres / covered)
    return best


def _cadence(track: Track, kind: Type, motion: Motion) -> Iterator[Doubt]:
    cadences = track.samples.cadences
    pairs = [
        (speed, cadence / 2 if kind is Type.RUN and cadence > STRIDES_A_MINUTE_MAX else cadence)
        for end, speed in zip(motion.ends, motion.speeds, strict=True)
        if not isnan(cadence := cadences[end])
    ]
    if kind is Type.RUN and any(cadence for _, cadence in pairs):
        least, most = EFFORTS[kind][0], STEP_M_MAX
        lengths = [speed * 30 / max(cadence, 1) for speed, cadence in pairs if speed >= least]
    elif kind is Type.RIDE:
        most = CRANK_TURN_M_MAX
        lengths = [speed * 60 / c for speed, c in pairs if c >= PEDALLING_A_MINUTE]
    else:
        return
    if len(lengths) >= EVIDENCE_CHUNKS and median(lengths) > most:
        yield Doubt.CADENCE_AGAINST_SPEED


def _heart_rate(track: Track, kind: Type, motion: Motion) -> Iterator[Doubt]:
    rates = track.samples.heart_rates
    known = [rate for rate in rates if not isnan(rate)]
    if len(known) >= CONSTANT_SAMPLES and min(known) == max(known):
        yield Doubt.HEART_RATE_CONSTANT
    if kind not in EFFORTS:
        return
    speed_min, rate_min = EFFORTS[kind]
    efforts = [
        rates[end]
        for end, speed in zip(motion.ends, motion.speeds, strict=True)
        if speed >= speed_min and not isnan(rates[end])
    ]
    if len(efforts) >= EVIDENCE_CHUNKS and median(efforts) < rate_min:
        yield Doubt.HEART_RATE_AGAINST_SPEED


def _distance(track: Track, kind: Type, motion: Motion) -> Iterator[Doubt]:
    if track.manual or track.stated_m is None or not motion.total_m:
        return
    if track.stated_m > motion.total_m * STATED_SHARE_MAX + STATED_METRES_MAX:
        yield Doubt.DISTANCE_MISMATCH


RULES: tuple[Rule, ...] = (_proof, _clock, _speed, _records, _cadence, _heart_rate, _distance)
