"""Compare what a file tells with what else is known, and decide. Pure.

A first copy counts and later ones do not, whatever format or device they came from. One
person is in one place: time that another activity has already covered is not counted again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain.activities.plausibility import outcome_of, ranked, score_of
from domain.activities.records import Doubt, Fault, Reading, State, Type

# Two records of one start may differ this much, by device and by rounding.
SAME_START = timedelta(seconds=60)
SAME_DISTANCE_SHARE = 0.02
LARGER_PART = 0.5
# Putting the watch away overlaps with taking the next one out.
OVERLAP_MIN = timedelta(seconds=60)
# Clocks of phones and watches are off by less; what lies further ahead has not happened.
CLOCK_AHEAD_MAX = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Other:
    """Another activity of the same member, believed or in review."""

    id: UUID
    type: Type
    started_at: datetime
    ended_at: datetime
    distance_m: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the file.

    received_at -- when it was sent; joined_at -- when its member joined.
    others      -- the member's activities around that time.
    same_track  -- another member of the programme has uploaded this very track or file, or the
                   member has uploaded this very track for other hours.
    """

    received_at: datetime
    joined_at: datetime
    others: Sequence[Other]
    same_track: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome; reasons, the weightiest first; the score; whose copy it is, if it is one."""

    state: State
    reasons: tuple[str, ...]
    score: int
    duplicate_of: UUID | None = None


def decide(found: Reading | Fault, known: Known) -> Verdict:
    """The verdict over what reading found.

    REJECTED for a fault, for a clock ahead of ours (CLOCK_IN_FUTURE) and for a DUPLICATE; else
    by the score, from which each doubt takes away. Older than the membership is noted and costs
    little: members bring their history, and what it may earn is a matter of the earning rules.
    """
    if isinstance(found, Fault):
        return Verdict(State.REJECTED, (found.value,), 0)
    if found.ended_at > known.received_at + CLOCK_AHEAD_MAX:
        return Verdict(State.REJECTED, (Fault.CLOCK_IN_FUTURE.value,), 0)
    first = next((other.id for other in known.others if is_duplicate(found, other)), None)
    if first is not None:
        return Verdict(State.REJECTED, (Fault.DUPLICATE.value,), 0, first)
    doubts = ranked([*found.doubts, *_doubts(found, known)])
    score = score_of(doubts)
    return Verdict(outcome_of(score), tuple(doubt.value for doubt in doubts), score)


def is_duplicate(found: Reading, other: Other) -> bool:
    """True when both tell of one activity.

    They start together and are as long; or the larger part of the new one lies in the other
    and nothing says that it was another sport.
    """
    start_differs = abs(found.started_at - other.started_at)
    longer = max(found.distance_m, other.distance_m)
    if start_differs <= SAME_START and (
        abs(found.distance_m - other.distance_m) <= SAME_DISTANCE_SHARE * longer
    ):
        return True
    same_sport = found.type == other.type or Type.OTHER in (found.type, other.type)
    return same_sport and _covered(found, other) >= LARGER_PART


def _doubts(found: Reading, known: Known) -> Iterator[Doubt]:
    if known.same_track:
        yield Doubt.SAME_TRACK
    if found.started_at < known.joined_at:
        yield Doubt.BEFORE_JOINING
    for other in known.others:
        if _overlap(found, other) <= OVERLAP_MIN:
            continue
        if _covered(found, other) >= LARGER_PART:
            yield Doubt.OVERLAPS_OTHER_TYPE
        elif _overlap(found, other) >= LARGER_PART * (other.ended_at - other.started_at):
            yield Doubt.CONTAINS_ANOTHER
        else:
            yield Doubt.OVERLAP


def _overlap(found: Reading, other: Other) -> timedelta:
    end, start = min(found.ended_at, other.ended_at), max(found.started_at, other.started_at)
    return max(end - start, timedelta(0))


def _covered(found: Reading, other: Other) -> float:
    length = found.ended_at - found.started_at
    return _overlap(found, other) / length if length else 0.0
