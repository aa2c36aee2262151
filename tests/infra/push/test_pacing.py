"""Pacing: the rate, the pause and the ramp after it, Apple's pause and its probe, one device's."""

import pytest

from infra.push import pacing
from infra.push.pacing import PROBE_SECONDS, PROBING_SECONDS, RAMP_SECONDS, Breaker, Bucket, Devices


def sent(bucket: Bucket, *, begins: float, seconds: float) -> int:
    """How many go when somebody always wants to."""
    now, count = begins, 0
    while now < begins + seconds:
        now += bucket.take(now, patience_s=60)
        count += now < begins + seconds
    return count


def test_a_minute_holds_so_many_and_a_tenth_of_a_second_more() -> None:
    bucket = Bucket(per_minute=6_000)

    assert sent(bucket, begins=1_000.0, seconds=60) == pytest.approx(6_010, abs=1)


def test_who_would_wait_too_long_takes_no_turn() -> None:
    bucket = Bucket(per_minute=60)
    waits = [bucket.take(100.0, patience_s=2.0) for _ in range(10)]

    assert waits[:3] == pytest.approx([0.0, 0.9, 1.9])
    assert all(wait == pytest.approx(2.9) for wait in waits[3:])


def test_after_a_pause_it_opens_little_by_little() -> None:
    bucket = Bucket(per_minute=6_000)
    bucket.shut(0.0, seconds=30)

    assert bucket.shut_s(29.0) == 1.0
    assert bucket.shut_s(30.0) == 0.0
    first = sent(bucket, begins=30.0, seconds=6)
    middle = bucket.rate(30.0 + RAMP_SECONDS / 2)
    assert first < 60 < sent(bucket, begins=30.0 + RAMP_SECONDS, seconds=6)
    assert (middle, bucket.rate(30.0 + RAMP_SECONDS)) == (50.0, 100.0)


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    bucket = Bucket(per_minute=6_000)
    bucket.shut(0.0, seconds=60)
    bucket.shut(1.0, seconds=2)

    assert bucket.shut_s(10.0) == 50.0


def test_apples_pause_ends_with_one_message_that_is_taken() -> None:
    apple = Breaker()
    apple.refused(0.0)
    over = PROBE_SECONDS

    assert apple.kept_s(1.0) == over - 1.0
    assert apple.kept_s(over) == 0.0
    assert apple.kept_s(over) == PROBING_SECONDS
    apple.passed(over + 1.0)
    assert not apple.paused
    assert apple.kept_s(over + 1.0) == 0.0


def test_a_probe_that_is_refused_pauses_for_twice_as_long() -> None:
    apple = Breaker()
    pauses, now = [], 0.0
    for _ in range(6):
        pauses.append(apple.refused(now))
        now += pauses[-1]
        assert apple.kept_s(now) == 0.0

    assert pauses == [300.0, 600.0, 1_200.0, 2_400.0, 3_600.0, 3_600.0]


def test_a_probe_that_never_came_back_is_followed_by_another() -> None:
    apple = Breaker()
    apple.refused(0.0)
    apple.kept_s(PROBE_SECONDS)

    assert apple.kept_s(PROBE_SECONDS + PROBING_SECONDS) == 0.0


def test_what_was_on_its_way_when_the_pause_began_changes_nothing() -> None:
    apple = Breaker()
    apple.refused(0.0)
    apple.passed(0.1)

    assert apple.refused(0.2) == PROBE_SECONDS - 0.2
    assert apple.kept_s(1.0) == PROBE_SECONDS - 1.0


def test_one_device_waits_alone_and_only_so_many_are_remembered() -> None:
    devices = Devices()
    for number in range(pacing.DEVICES_MAX + 1):
        devices.throttle(f"device {number}", 0.0, seconds=60)

    assert devices.kept_s("device 1", 10.0) == 50.0
    assert devices.kept_s("device 0", 10.0) == 0.0
    assert devices.kept_s("device 1", 60.0) == 0.0
    assert devices.kept_s("another", 10.0) == 0.0
