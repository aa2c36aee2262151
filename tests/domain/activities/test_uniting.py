"""Several recordings of one time count once, whatever order they come in."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

from hypothesis import given as forall
from hypothesis import strategies as st

from domain.activities import Lane, Proof, Recorder
from domain.activities.uniting import Recording, unite
from tests.support.given import NOON

ORDER = tuple(Recorder)
MINUTE = timedelta(minutes=1)


def a_recording(
    number: int,
    *,
    start: int,
    minutes: int,
    recorder: Recorder = Recorder.PHONE,
    quantity: int = 0,
    proof: Proof = Proof.DEVICE,
    file: bool = False,
) -> Recording:
    since = NOON + start * MINUTE
    until = since + minutes * MINUTE
    numbers = (minutes * 60, minutes * 200, quantity)
    return Recording(UUID(int=number), since, until, recorder, proof, file, *numbers)


def total(recordings, lane: Lane = Lane.STEPS) -> int:
    return sum(share.quantity for share in unite(recordings, lane=lane, order=ORDER).values())


def test_a_watch_takes_its_time_from_a_phone_and_the_rest_counts_by_the_share() -> None:
    phone = a_recording(1, start=0, minutes=60, quantity=6_000)
    watch = a_recording(2, start=0, minutes=15, recorder=Recorder.DEVICE, quantity=1_800)

    shares = unite([phone, watch], lane=Lane.STEPS, order=ORDER)

    assert shares[watch.id].quantity == 1_800
    assert (shares[phone.id].quantity, shares[phone.id].duration_s) == (4_500, 2_700)
    assert not shares[phone.id].whole
    assert shares[watch.id].whole


def test_a_recording_that_better_ones_cover_counts_nothing_and_names_whose_copy_it_is() -> None:
    phone = a_recording(1, start=10, minutes=40, quantity=4_000)
    short = a_recording(2, start=0, minutes=20, recorder=Recorder.DEVICE, quantity=1)
    long = a_recording(3, start=20, minutes=60, recorder=Recorder.DEVICE, quantity=1)

    shares = unite([phone, short, long], lane=Lane.STEPS, order=ORDER)

    assert (shares[phone.id].quantity, shares[phone.id].covered_by) == (0, long.id)


def test_the_order_of_recorders_is_the_programmes() -> None:
    phone = a_recording(1, start=0, minutes=10, quantity=1_000)
    watch = a_recording(2, start=0, minutes=10, recorder=Recorder.DEVICE, quantity=900)

    shares = unite([phone, watch], lane=Lane.STEPS, order=ORDER[::-1])

    assert (shares[phone.id].quantity, shares[watch.id].quantity) == (1_000, 0)


def test_of_one_recorder_a_file_comes_first_then_the_better_proof() -> None:
    claimed = a_recording(1, start=0, minutes=10, proof=Proof.CLAIMED, quantity=1)
    vouched = a_recording(2, start=0, minutes=10, proof=Proof.PARTNER, quantity=1)
    file = a_recording(3, start=0, minutes=10, file=True, proof=Proof.CLAIMED, quantity=1)

    two = unite([claimed, vouched], lane=Lane.MOTION, order=ORDER)
    three = unite([claimed, vouched, file], lane=Lane.MOTION, order=ORDER)

    assert [two[one.id].quantity for one in (claimed, vouched)] == [0, 1]
    assert [three[one.id].quantity for one in (claimed, vouched, file)] == [0, 0, 1]


def test_files_take_no_time_from_each_other() -> None:
    files = [a_recording(n, start=n * 10, minutes=30, file=True) for n in range(2)]

    shares = unite(files, lane=Lane.MOTION, order=ORDER)

    assert all(share.whole for share in shares.values())


def test_the_edge_of_a_workout_that_another_recording_has_is_no_workout() -> None:
    watch = a_recording(1, start=1, minutes=60, recorder=Recorder.DEVICE)
    phone = Recording(
        UUID(int=2),
        NOON + timedelta(seconds=25),
        NOON + 61 * MINUTE + timedelta(seconds=20),
        *(Recorder.PHONE, Proof.DEVICE, False, 3_655, 12_000, 0),
    )

    motion = unite([watch, phone], lane=Lane.MOTION, order=ORDER)
    steps = unite([watch, phone], lane=Lane.STEPS, order=ORDER)

    assert motion[phone.id].covered_by == watch.id
    assert steps[phone.id].duration_s == 55


def test_every_order_of_a_watch_two_phones_and_a_platform_gives_the_same_day() -> None:
    day = [
        a_recording(1, start=0, minutes=90, quantity=9_000),
        a_recording(2, start=60, minutes=90, quantity=8_000),
        a_recording(3, start=30, minutes=45, recorder=Recorder.DEVICE, quantity=4_400),
        a_recording(4, start=0, minutes=240, recorder=Recorder.PLATFORM, quantity=20_000),
    ]

    totals = {total(order) for order in permutations(day)}

    assert totals == {4_400 + 20_000 * 195 // 240}


recordings = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.integers(1, 120),
        st.sampled_from(ORDER),
        st.integers(0, 20_000),
        st.booleans(),
    ),
    max_size=12,
)


@forall(recordings)
def test_no_moment_counts_twice(found) -> None:
    every = [
        a_recording(n, start=start, minutes=minutes, recorder=recorder, quantity=minutes)
        for n, (start, minutes, recorder, _, _) in enumerate(found)
    ]
    minutes = {at for start, length, *_ in found for at in range(start, start + length)}

    counted = total(every)

    # A quantity of one a minute is the time itself; halves are rounded once for each recording.
    assert abs(counted - len(minutes)) <= len(every)


@forall(recordings, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_share(found, dice) -> None:
    every = [
        a_recording(n, start=start, minutes=minutes, recorder=who, quantity=quantity, file=file)
        for n, (start, minutes, who, quantity, file) in enumerate(found)
    ]
    mixed = list(every)
    dice.shuffle(mixed)

    for lane in (Lane.MOTION, Lane.STEPS):
        assert unite(every, lane=lane, order=ORDER) == unite(mixed, lane=lane, order=ORDER)
