"""What else is known decides with the file: copies, overlaps, clocks, other members."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.activities import samples
from domain.activities.comparing import Known, Other, decide
from domain.activities.reading import read
from domain.activities.records import Doubt, Fault, State, Type
from domain.activities.sketching import SHARED_MIN
from tests.support.tracks import MORNING, a_reading

FIRST = UUID(int=1)
MINUTE = timedelta(minutes=1)


def another(start=MORNING, minutes: float = 30, distance_m=5_000, kind=Type.RUN) -> Other:
    return Other(FIRST, kind, start, start + minutes * MINUTE, distance_m)


def known(*others: Other, joined_at=MORNING - timedelta(days=1), received_at=None, same=False):
    received_at = received_at or MORNING + timedelta(days=1)
    return Known(received_at, joined_at, others, same)


def test_an_activity_nothing_speaks_against_is_counted() -> None:
    verdict = decide(a_reading(), known(another(MORNING + 60 * MINUTE)))

    assert (verdict.state, verdict.reasons, verdict.score) == (State.COUNTED, (), 100)


def test_a_fault_is_its_own_verdict() -> None:
    verdict = decide(Fault.CORRUPT, known())

    assert (verdict.state, verdict.reasons, verdict.score) == (State.REJECTED, ("CORRUPT",), 0)


@pytest.mark.parametrize(
    "other",
    [
        another(),
        another(MORNING + MINUTE, distance_m=5_100, minutes=20),
        another(MORNING - MINUTE, distance_m=4_900, kind=Type.RIDE),
        another(MORNING + 10 * MINUTE, distance_m=9_000, minutes=60),
        another(MORNING - 10 * MINUTE, distance_m=9_000, minutes=60, kind=Type.OTHER),
    ],
    ids=["twin", "shorter", "other sport", "larger part covered", "of no known sport"],
)
def test_a_copy_is_rejected_and_names_the_first(other: Other) -> None:
    verdict = decide(a_reading(), known(other))

    assert (verdict.state, verdict.reasons) == (State.REJECTED, ("DUPLICATE",))
    assert verdict.duplicate_of == FIRST


@pytest.mark.parametrize(
    ("other", "state", "doubt"),
    [
        (another(MORNING + 29.5 * MINUTE), State.COUNTED, None),
        (another(MORNING + 25 * MINUTE, distance_m=9_000), State.PENDING, Doubt.OVERLAP),
        (
            another(MORNING - 30 * MINUTE, minutes=90, distance_m=9_000, kind=Type.RIDE),
            *(State.REVIEW, Doubt.OVERLAPS_OTHER_TYPE),
        ),
        (
            another(MORNING + 5 * MINUTE, minutes=10, distance_m=900),
            *(State.REVIEW, Doubt.CONTAINS_ANOTHER),
        ),
    ],
)
def test_time_that_is_covered_already_is_doubted(other, state, doubt) -> None:
    verdict = decide(a_reading(), known(other))

    assert verdict.state is state
    assert verdict.reasons == ((doubt,) if doubt else ())


def test_a_start_a_minute_off_or_a_distance_two_percent_off_is_no_copy() -> None:
    later = another(MORNING + 61 * timedelta(seconds=1), minutes=1, distance_m=5_000)
    longer = another(MORNING, minutes=1, distance_m=5_103)

    assert decide(a_reading(), known(later)).duplicate_of is None
    assert decide(a_reading(), known(longer)).duplicate_of is None


def test_what_has_not_happened_yet_is_rejected_and_a_clock_a_little_ahead_is_not() -> None:
    end = MORNING + 30 * MINUTE

    ahead = decide(a_reading(), known(received_at=end - 5 * MINUTE))
    future = decide(a_reading(), known(received_at=end - 5.1 * MINUTE))

    assert ahead.state is State.COUNTED
    assert (future.state, future.reasons) == (State.REJECTED, ("CLOCK_IN_FUTURE",))


def test_what_was_before_joining_is_noted_and_still_counts() -> None:
    verdict = decide(a_reading(), known(joined_at=MORNING + MINUTE))

    assert (verdict.state, verdict.reasons) == (State.COUNTED, ("BEFORE_JOINING",))


def test_the_track_of_another_member_is_for_an_operator() -> None:
    verdict = decide(a_reading(doubts=(Doubt.NO_SENSORS,)), known(same=True))

    assert (verdict.state, verdict.reasons) == (State.REVIEW, ("SAME_TRACK", "NO_SENSORS"))


def test_a_sketch_knows_a_copy_shifted_in_time_and_not_a_run_alongside() -> None:
    mine = read(samples.run_gpx(MORNING, seed=1))
    shifted = read(samples.run_gpx(MORNING - timedelta(days=40), seed=1))
    alongside = read(samples.run_gpx(MORNING, seed=2))

    assert len(set(mine.sketch) & set(shifted.sketch)) >= SHARED_MIN
    assert len(set(mine.sketch) & set(alongside.sketch)) < SHARED_MIN / 2
