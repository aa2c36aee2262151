"""Unite: several recordings of one time become one, so that nothing counts twice. Pure.

A watch, a phone and a platform may all tell of the same hour. Each moment belongs to the best
recording that covers it, and what a recording counts is its own numbers by the share of its time
that belongs to it. So the result depends on the set of recordings alone and never on the order
in which they came.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.activities.records import Proof, Recorder
from domain.activities.reports import Lane
from infra.ids import EPOCH

MICROSECOND = timedelta(microseconds=1)
# Two devices are never started and stopped in one second: of a workout that another recording
# has, a rest like this is the other's edge and no workout.
REST_MIN_US = 60_000_000
BELIEF = {proof: number for number, proof in enumerate(reversed(Proof))}


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of a member in one lane, with its numbers as they were told."""

    id: UUID
    started_at: datetime
    ended_at: datetime
    recorder: Recorder
    proof: Proof
    file: bool
    duration_s: int
    distance_m: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Share:
    """What of a recording counts; `covered_by` is whose copy it is when nothing is left of it."""

    duration_s: int
    distance_m: int
    quantity: int
    whole: bool
    covered_by: UUID | None = None


class _Covered:
    """Time that is taken: disjoint stretches, ascending, in microseconds."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def gaps(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts between start and end that are free."""
        free, at = [], start
        for n in range(bisect_right(self._ends, start), len(self._starts)):
            if self._starts[n] >= end:
                break
            if self._starts[n] > at:
                free.append((at, self._starts[n]))
            at = max(at, self._ends[n])
        if at < end:
            free.append((at, end))
        return free

    def take(self, start: int, end: int) -> None:
        """Take all of it."""
        first = bisect_left(self._ends, start)
        last = bisect_right(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last], self._ends[first:last] = [start], [end]


def unite(
    recordings: Iterable[Recording], *, lane: Lane, order: Sequence[Recorder]
) -> Mapping[UUID, Share]:
    """What counts of each recording of one member in one lane, by id.

    order -- the recorders, the one to believe most first. Of the same recorder a file comes
             first, then the better proof, then the smaller id.
    Files do not take time from each other: copies among them were found when they were judged.
    """
    recordings = tuple(recordings)
    if len(recordings) == 1:
        one = recordings[0]
        return {one.id: Share(one.duration_s, one.distance_m, one.quantity, whole=True)}
    ranks = {recorder: number for number, recorder in enumerate(order)}
    ranked = sorted(
        recordings, key=lambda r: (ranks[r.recorder], not r.file, BELIEF[r.proof], r.id)
    )
    files, others = _Covered(), _Covered()
    shares: dict[UUID, Share] = {}
    for place, one in enumerate(ranked):
        start, end = _us(one.started_at), _us(one.ended_at)
        free = others.gaps(start, end)
        if not one.file:
            free = [gap for part in free for gap in files.gaps(*part)]
        left = sum(until - since for since, until in free)
        if lane is Lane.MOTION and left < min(REST_MIN_US, end - start):
            left = 0
        shares[one.id] = _share(one, left, end - start)
        if not left:
            shares[one.id] = _copy(one, ranked[:place])
        (files if one.file else others).take(start, end)
    return shares


def _share(one: Recording, left: int, whole: int) -> Share:
    def part(number: int) -> int:
        return (2 * number * left + whole) // (2 * whole) if whole else number

    return Share(part(one.duration_s), part(one.distance_m), part(one.quantity), left == whole)


def _copy(one: Recording, better: Sequence[Recording]) -> Share:
    def common(other: Recording) -> timedelta:
        return min(one.ended_at, other.ended_at) - max(one.started_at, other.started_at)

    most = max((other for other in better if not (one.file and other.file)), key=common)
    return Share(0, 0, 0, False, covered_by=most.id)


def _us(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND
