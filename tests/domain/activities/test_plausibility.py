"""Each rule, with a track that passes and one that does not."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.activities.limits import RECORDS
from domain.activities.plausibility import (
    COSTS,
    COUNTED_MIN,
    PENDING_MIN,
    outcome_of,
    read_between_the_lines,
    score_of,
)
from domain.activities.records import SPORTS, Doubt, Fault, State, Type, Unreadable
from domain.activities.tracks import NAN, Recorder, Samples
from tests.support.tracks import MORNING, a_track


def doubts_of(track) -> set[Doubt]:
    return set(read_between_the_lines(track, None).doubts)


@pytest.mark.parametrize("kind", SPORTS)
def test_a_calm_half_hour_outdoors_with_sensors_raises_no_doubt(kind: Type) -> None:
    speed = 1.0 if kind in (Type.SWIM, Type.WALK) else 2.8

    found = read_between_the_lines(a_track(kind=kind, speed=speed, cadence=60), None)

    assert (found.doubts, found.score, outcome_of(found.score)) == ((), 100, State.COUNTED)
    assert found.distance_m == pytest.approx(1_800 * speed, rel=0.01)
    assert found.moving_s == 1_800


PASSING_AND_FAILING = {
    Doubt.MANUAL: (a_track(), a_track(seconds=0, ended_at=MORNING + timedelta(hours=1))),
    Doubt.INDOOR: (a_track(), a_track(indoor=True, placed=False)),
    Doubt.NO_POSITIONS: (a_track(placed=False, kind=Type.SWIM, speed=1.0), a_track(placed=False)),
    Doubt.NO_SENSORS: (
        a_track(heart_rate=NAN, cadence=NAN, powered=True),
        a_track(heart_rate=NAN, cadence=NAN),
    ),
    Doubt.TOO_SHORT: (a_track(seconds=60), a_track(seconds=59)),
    Doubt.MISSING_TIMES: (a_track(), a_track(untimed=1)),
    Doubt.TIME_REVERSED: (a_track(), a_track(reversed_steps=1)),
    Doubt.GPS_JUMP: (a_track(), a_track(speed=lambda s: 500 if s == 900 else 3)),
    Doubt.FAST_SEGMENT: (
        a_track(speed=lambda s: 20 if s == 900 else 3),  # jitter: one second, not five
        a_track(speed=lambda s: 20 if 900 <= s < 910 else 3),
    ),
    Doubt.TOO_FAST: (
        a_track(speed=lambda s: 20 if 900 <= s < 910 else 3),
        a_track(speed=lambda s: 20 if s >= 1_500 else 3),  # the last five minutes by car
    ),
    Doubt.RECORD_BROKEN: (a_track(speed=5.5), a_track(speed=7.0)),
    Doubt.CADENCE_AGAINST_SPEED: (
        a_track(speed=4.5, cadence=90),
        a_track(speed=5.0, cadence=45),
    ),
    Doubt.HEART_RATE_AGAINST_SPEED: (
        a_track(heart_rate=lambda s: 130 + s % 3),
        a_track(heart_rate=lambda s: 70 + s % 3),
    ),
    Doubt.HEART_RATE_CONSTANT: (
        a_track(seconds=200, heart_rate=140.0),
        a_track(seconds=400, heart_rate=140.0),
    ),
    Doubt.DISTANCE_MISMATCH: (a_track(stated_m=6_500.0), a_track(stated_m=7_500.0)),
}


@pytest.mark.parametrize("doubt", PASSING_AND_FAILING)
def test_a_rule_lets_the_plausible_pass_and_doubts_the_other(doubt: Doubt) -> None:
    passing, failing = PASSING_AND_FAILING[doubt]

    assert doubt not in doubts_of(passing)
    assert doubt in doubts_of(failing)


@pytest.mark.parametrize("kind", SPORTS)
def test_no_sport_may_be_faster_than_its_record_over_any_part(kind: Type) -> None:
    for metres, seconds in RECORDS[kind]:
        # A part a little longer than the record's, inside an hour of standing around.
        span = seconds * 1.1

        def pace(factor: float, metres=metres, seconds=seconds, span=span):
            return lambda s: factor * metres / seconds if 600 <= s < 600 + span else 0.1

        slower = a_track(kind=kind, seconds=int(1_200 + span), speed=pace(0.97))
        faster = a_track(kind=kind, seconds=int(1_200 + span), speed=pace(1.06))
        shorter = [m for m, _ in RECORDS[kind] if m < metres]

        assert Doubt.RECORD_BROKEN in doubts_of(faster)
        if not shorter:
            assert Doubt.RECORD_BROKEN not in doubts_of(slower)


def test_a_typed_in_record_is_doubted_although_nothing_was_recorded() -> None:
    hour = MORNING + timedelta(hours=1)
    plain = a_track(seconds=0, ended_at=hour, stated_m=12_000.0, moving_s=3_600.0)
    record = a_track(seconds=0, ended_at=hour, stated_m=30_000.0, moving_s=3_600.0)

    assert doubts_of(plain) == {Doubt.MANUAL}
    assert doubts_of(record) == {Doubt.MANUAL, Doubt.RECORD_BROKEN}


def test_single_odd_fixes_lower_the_score_but_still_count() -> None:
    odd = read_between_the_lines(a_track(speed=lambda s: 500 if s == 900 else 3), None)

    assert (odd.score, outcome_of(odd.score)) == (90, State.COUNTED)
    assert odd.distance_m == pytest.approx(1_799 * 3, rel=0.01)


def test_many_jumps_are_no_longer_odd() -> None:
    jumping = a_track(speed=lambda s: 500 if s % 60 == 30 else 3)

    assert Doubt.TOO_FAST in doubts_of(jumping)


def test_a_car_is_for_an_operator_to_look_at() -> None:
    car = read_between_the_lines(a_track(speed=25.0, cadence=0, heart_rate=NAN), None)

    assert outcome_of(car.score) is State.REVIEW


def test_a_mismatch_of_distances_gives_what_was_recorded() -> None:
    found = read_between_the_lines(a_track(stated_m=50_000.0), None)

    assert found.distance_m == pytest.approx(5_400, rel=0.01)


def test_steps_counted_by_either_foot_are_understood() -> None:
    assert Doubt.CADENCE_AGAINST_SPEED not in doubts_of(a_track(speed=4.0, cadence=176))


def test_a_cyclist_who_coasts_is_believed_and_a_motor_is_not() -> None:
    coasting = a_track(kind=Type.RIDE, speed=12.0, cadence=0, heart_rate=lambda s: 110 + s % 4)
    motor = a_track(kind=Type.RIDE, speed=13.0, cadence=40, heart_rate=lambda s: 68 + s % 4)

    assert doubts_of(coasting) == set()
    assert {Doubt.CADENCE_AGAINST_SPEED, Doubt.HEART_RATE_AGAINST_SPEED} <= doubts_of(motor)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"start": datetime(1999, 12, 31, 23, tzinfo=UTC)}, Fault.CLOCK_BEFORE_2000),
        ({"reversed_steps": 1_000}, Fault.CLOCK_REVERSED),
        ({"ended_at": MORNING + timedelta(days=3, seconds=1)}, Fault.TOO_LONG),
        ({"ended_at": MORNING}, Fault.NO_TIMES),
        ({"start": datetime(9999, 12, 31, 23, tzinfo=UTC)}, Fault.CLOCK_IN_FUTURE),
    ],
)
def test_a_clock_that_cannot_be_refuses_the_track(facts, fault) -> None:
    with pytest.raises(Unreadable) as refused:
        read_between_the_lines(a_track(**facts), None)

    assert refused.value.fault is fault


@pytest.mark.parametrize("facts", [{"stated_m": 3e9, "samples": Samples()}, {"elevation_m": 1e300}])
def test_metres_that_nobody_can_cover_refuse_the_track(facts) -> None:
    with pytest.raises(Unreadable) as refused:
        read_between_the_lines(a_track(**facts), None)

    assert refused.value.fault is Fault.CORRUPT


def test_a_track_whose_times_run_backwards_is_put_in_order() -> None:
    recorder = Recorder()
    for second in (0, 10, 5, 20):
        recorder.add(MORNING + timedelta(seconds=second), heart_rate=100 + second)

    ordered = recorder.finish()

    assert recorder.reversed_steps == 1
    assert list(ordered.heart_rates) == [100, 105, 110, 120]


def test_every_doubt_has_its_cost_and_the_score_ends_at_zero() -> None:
    assert set(COSTS) == set(Doubt)
    assert score_of(list(Doubt)) == 0
    assert [outcome_of(n) for n in (100, COUNTED_MIN, COUNTED_MIN - 1, PENDING_MIN, 0)] == [
        State.COUNTED,
        State.COUNTED,
        State.PENDING,
        State.PENDING,
        State.REVIEW,
    ]
