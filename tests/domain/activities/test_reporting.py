"""What others report: judged at once, once, and never counted twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as forall
from hypothesis import strategies as st

from domain import activities
from domain.activities import Policy, Proof, Recorder, State, Status, Taking, Type
from domain.activities.uniting import Recording, unite
from infra import db
from infra.db import Tx
from tests.domain.activities.telling import HOUR, a_report, codes, emitted, tell, told, warmed
from tests.support import databases, given
from tests.support.given import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
async def apart(postgres) -> AsyncIterator[str]:
    async with databases.own(postgres) as url:
        await warmed()
        yield url


async def a_member(tx: Tx, **facts):
    return await given.a_member(await given.a_programme(tx=tx), tx=tx, **facts)


async def test_given_a_report_when_told_then_it_is_an_activity_that_counts(tx: Tx) -> None:
    # 23:30 UTC is the next day in Auckland.
    ada = await a_member(tx, zone="Pacific/Auckland")
    start = (NOON - timedelta(days=2)).replace(hour=23, minute=30)
    walk = a_report(ada, start=start, distance_m=5_000, device="Band 4")

    (outcome,) = await tell(walk, programme=ada.programme, tx=tx)

    assert (outcome.status, outcome.activity) == (Status.ACCEPTED, walk.id)
    kept = await activities.get(walk.id, member=ada, tx=tx)
    assert (kept.state, kept.reasons) == (State.COUNTED, ("BEFORE_JOINING",))
    assert (kept.distance_m, kept.duration_s, kept.device) == (5_000, 3_600, "Band 4")
    assert kept.day == date.fromordinal(start.toordinal() + 1)
    assert (kept.source, kept.proof, kept.revision) == ("partner:mill", Proof.PARTNER, 1)
    (event,) = [e for e in tx.staged if isinstance(e, activities.Judged)]
    assert (event.subject, event.object, event.outcome) == (ada.id, walk.id, "COUNTED")
    assert (event.revision, event.proof, event.source) == (1, "PARTNER", "partner:mill")
    assert (event.ended_at, event.day) == (walk.ended_at, kept.day)


async def test_given_a_report_when_told_again_with_others_numbers_then_the_first_stays(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    first = a_report(ada, external_id="walk-1", distance_m=4_000)
    later = a_report(ada, external_id="walk-1", distance_m=9_000, start=NOON - 9 * HOUR)
    await tell(first, programme=ada.programme, tx=tx)
    events = emitted(tx)

    again = await tell(first, later, programme=ada.programme, tx=tx)

    assert [(o.status, o.activity) for o in again] == [(Status.KNOWN, first.id)] * 2
    assert (await told(ada, tx=tx))["walk-1"].distance_m == 4_000
    assert emitted(tx) == events


async def test_given_one_name_twice_in_a_batch_when_told_then_the_first_is_taken(tx: Tx) -> None:
    ada = await a_member(tx)
    first = a_report(ada, external_id="walk-1", start=NOON - 5 * HOUR)
    second = a_report(ada, external_id="walk-1", start=NOON - 9 * HOUR)

    outcomes = await tell(first, second, programme=ada.programme, tx=tx)

    assert [o.status for o in outcomes] == [Status.ACCEPTED, Status.KNOWN]
    assert {o.activity for o in outcomes} == {first.id}


REFUSALS = [
    ({"distance_m": -1}, "BAD_MEASURE", "distance_m"),
    ({"distance_m": 10_000_001}, "BAD_MEASURE", "distance_m"),
    ({"quantity": -1}, "BAD_MEASURE", "quantity"),
    ({"quantity": 10**12 + 1}, "BAD_MEASURE", "quantity"),
    ({"start": datetime(1999, 12, 31, tzinfo=UTC)}, "CLOCK_BEFORE_2000", "started_at"),
    ({"start": NOON - HOUR + 6 * MINUTE}, "CLOCK_IN_FUTURE", "ended_at"),
    ({"length": -MINUTE, "duration_s": 0, "distance_m": 0}, "NO_TIMES", "ended_at"),
    ({"length": timedelta(0), "distance_m": 0}, "NO_TIMES", "ended_at"),
    ({"start": NOON - 73 * HOUR, "length": 72 * HOUR + MINUTE}, "TOO_LONG", "ended_at"),
    (
        {"start": NOON - 30 * HOUR, "length": 26 * HOUR, "type": Type.STEPS},
        *("TOO_LONG", "ended_at"),
    ),
    ({"duration_s": 3_602}, "BAD_MEASURE", "duration_s"),
    ({"duration_s": -1}, "BAD_MEASURE", "duration_s"),
    ({"source": "manual"}, "MANUAL_REFUSED", "source"),
    ({"indoor": True}, "INDOOR_REFUSED", "indoor"),
]


@pytest.mark.parametrize(("facts", "code", "field"), REFUSALS)
async def test_given_what_is_no_report_when_told_then_typed_and_nothing_is_kept(
    facts, code, field, tx: Tx
) -> None:
    ada = await a_member(tx)
    strict = Policy(manual=Taking.REFUSED, indoor=Taking.REFUSED)
    await activities.set_policy(strict, programme=ada.programme, at=NOON, tx=tx)

    outcomes = await tell(a_report(ada, **facts), programme=ada.programme, tx=tx)

    assert codes(outcomes) == [(code, (field,))]
    assert await told(ada, tx=tx) == {}
    assert emitted(tx) == []


async def test_given_several_faults_when_told_then_the_documented_first_one_is_named(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    strict = Policy(manual=Taking.REFUSED, indoor=Taking.REFUSED)
    await activities.set_policy(strict, programme=ada.programme, at=NOON, tx=tx)
    stranger = await a_member(tx)
    early = datetime(1999, 1, 1, tzinfo=UTC)
    ladder = [
        a_report(stranger, distance_m=-1),
        a_report(ada, distance_m=-1, start=early),
        a_report(ada, start=early, length=-MINUTE, duration_s=0, distance_m=0),
        a_report(ada, start=NOON + HOUR, length=timedelta(0), duration_s=0, distance_m=0),
        a_report(ada, length=-MINUTE, duration_s=-1, distance_m=0),
        a_report(ada, start=NOON - 90 * HOUR, length=80 * HOUR, duration_s=-1),
        a_report(ada, duration_s=-1, source="manual"),
        a_report(ada, source="manual", indoor=True),
    ]

    outcomes = await tell(*ladder, programme=ada.programme, tx=tx)

    assert [code for code, _ in codes(outcomes)] == [
        "NO_SUCH_MEMBER",
        "BAD_MEASURE",
        "CLOCK_BEFORE_2000",
        "CLOCK_IN_FUTURE",
        "NO_TIMES",
        "TOO_LONG",
        "BAD_MEASURE",
        "MANUAL_REFUSED",
    ]


JUDGED = [
    ({}, State.COUNTED, ()),
    ({"distance_m": 9_000}, State.COUNTED, ()),
    ({"distance_m": 17_000}, State.REVIEW, ("RECORD_BROKEN",)),
    ({"distance_m": 30_000}, State.REVIEW, ("TOO_FAST",)),
    ({"length": 59 * timedelta(seconds=1)}, State.PENDING, ("TOO_SHORT",)),
    ({"source": "manual"}, State.PENDING, ("MANUAL",)),
    ({"recorder": Recorder.MANUAL}, State.PENDING, ("MANUAL",)),
    ({"indoor": True}, State.COUNTED, ("INDOOR",)),
    ({"type": Type.STEPS, "quantity": 12_000}, State.COUNTED, ()),
    ({"type": Type.STEPS, "quantity": 18_001}, State.REJECTED, ("IMPOSSIBLE",)),
    ({"type": Type.SLEEP, "quantity": 3_602}, State.REJECTED, ("IMPOSSIBLE",)),
    (
        {"type": Type.STEPS, "quantity": 200_001, "start": NOON - 24 * HOUR, "length": 24 * HOUR},
        *(State.REJECTED, ("IMPOSSIBLE",)),
    ),
    (
        {"type": Type.STEPS, "quantity": 90_000, "start": NOON - 24 * HOUR, "length": 24 * HOUR},
        *(State.REVIEW, ("MORE_THAN_A_DAY_HOLDS",)),
    ),
    ({"type": Type.PURCHASE, "length": timedelta(0), "quantity": 4_999}, State.COUNTED, ()),
]


@pytest.mark.parametrize(("facts", "state", "reasons"), JUDGED)
async def test_given_numbers_when_told_then_they_are_judged_by_their_type(
    facts, state, reasons, tx: Tx
) -> None:
    ada = await a_member(tx)

    (outcome,) = await tell(a_report(ada, **facts), programme=ada.programme, tx=tx)

    assert (outcome.status, outcome.state) == (Status.ACCEPTED, state)
    assert tuple(reason for reason in outcome.reasons if reason != "BEFORE_JOINING") == reasons
    assert [outcome for _, _, outcome in emitted(tx)] == [state]


async def test_given_a_day_of_steps_when_more_come_than_it_can_hold_then_those_are_doubted(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    steps = [
        a_report(ada, type=Type.STEPS, start=NOON - n * HOUR, quantity=18_000) for n in range(1, 8)
    ]

    outcomes = [
        *await tell(*steps[:2], programme=ada.programme, tx=tx),
        *await tell(*steps[2:], programme=ada.programme, tx=tx),
    ]

    assert [o.state for o in outcomes] == [State.COUNTED] * 4 + [State.REVIEW] * 3


@pytest.mark.parametrize("taking", Taking)
async def test_given_a_rule_for_what_is_typed_in_when_told_then_it_holds(
    taking: Taking, tx: Tx
) -> None:
    ada = await a_member(tx)
    rule = Policy(manual=taking, indoor=taking)
    await activities.set_policy(rule, programme=ada.programme, at=NOON, tx=tx)
    typed = a_report(ada, source="manual", proof=Proof.CLAIMED)
    trainer = a_report(ada, type=Type.RIDE, start=NOON - 9 * HOUR, indoor=True)

    outcomes = await tell(typed, trainer, programme=ada.programme, tx=tx)

    if taking is Taking.REFUSED:
        assert [o.code for o in outcomes] == ["MANUAL_REFUSED", "INDOOR_REFUSED"]
    else:
        # A typed total is never more than PENDING, whatever the rule: nothing was recorded.
        floor = State.PENDING if taking is Taking.COUNTED else State(taking)
        assert [o.state for o in outcomes] == [floor, State(taking)]


async def test_given_a_policy_that_names_a_recorder_twice_when_set_then_refused(tx: Tx) -> None:
    programme = await given.a_programme(tx=tx)
    twice = Policy(recorders=(Recorder.PHONE, Recorder.PHONE, Recorder.DEVICE, Recorder.MANUAL))

    with pytest.raises(activities.BadPolicy):
        await activities.set_policy(twice, programme=programme.id, at=NOON, tx=tx)

    assert await activities.policy(programme.id, tx=tx) == Policy()


async def test_given_a_provisional_state_when_told_then_nothing_is_believed_more(tx: Tx) -> None:
    ada = await a_member(tx)
    sound, odd = a_report(ada), a_report(ada, start=NOON - 9 * HOUR, distance_m=30_000)

    outcomes = await tell(sound, odd, programme=ada.programme, tx=tx, state=State.PENDING)

    assert [o.state for o in outcomes] == [State.PENDING, State.REVIEW]


async def test_given_a_better_recording_later_when_told_then_the_first_is_judged_anew(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    phone = a_report(ada, source="healthkit", external_id="phone", recorder=Recorder.PHONE)
    watch = a_report(
        ada,
        source="strava",
        external_id="watch",
        recorder=Recorder.DEVICE,
        length=15 * MINUTE,
        distance_m=1_200,
    )
    await tell(phone, programme=ada.programme, tx=tx)

    (outcome,) = await tell(watch, programme=ada.programme, tx=tx)

    kept = await told(ada, tx=tx)
    assert outcome.state is State.COUNTED
    assert (kept["phone"].distance_m, kept["phone"].duration_s) == (2_700, 2_700)
    assert (kept["phone"].state, kept["phone"].revision) == (State.COUNTED, 2)
    assert kept["phone"].reasons[-1] == "COVERED_IN_PART"
    assert emitted(tx) == [
        ("healthkit", 1, "COUNTED"),
        ("strava", 1, "COUNTED"),
        ("healthkit", 2, "COUNTED"),
    ]


async def test_given_a_copy_when_told_then_it_counts_nothing_and_says_whose_it_is(tx: Tx) -> None:
    ada = await a_member(tx)
    watch = a_report(ada, recorder=Recorder.DEVICE)
    copy = a_report(ada, source="strava", external_id="copy")
    await tell(watch, programme=ada.programme, tx=tx)

    (outcome,) = await tell(copy, programme=ada.programme, tx=tx)

    assert (outcome.state, outcome.reasons[0]) == (State.REJECTED, "DUPLICATE")
    kept = (await told(ada, tx=tx))["copy"]
    assert (kept.distance_m, kept.duration_s, kept.duplicate_of) == (0, 0, watch.id)
    assert emitted(tx)[1:] == [("strava", 1, "REJECTED")]


async def test_given_others_of_another_member_or_programme_when_told_then_nothing_is_shared(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    eve = await a_member(tx)

    outcomes = await tell(a_report(ada), a_report(bob), programme=programme.id, tx=tx)
    outcomes = [*outcomes, *await tell(a_report(eve), programme=eve.programme, tx=tx)]

    assert [o.state for o in outcomes] == [State.COUNTED] * 3


async def test_given_five_hundred_when_told_then_a_handful_of_statements_is_enough(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    people = [await given.a_member(programme, tx=tx) for _ in range(10)]
    batch = [
        a_report(people[n % 10], start=NOON - (n // 10 + 2) * 2 * HOUR, type=kind, quantity=100)
        for n, kind in enumerate([Type.WALK, Type.STEPS, Type.SLEEP, Type.PURCHASE] * 125)
    ]
    counting = Counting(tx)

    outcomes = await activities.report(batch, programme=programme.id, at=NOON, tx=counting)

    assert {o.status for o in outcomes} == {Status.ACCEPTED}
    assert counting.statements <= 9


async def test_given_batches_of_the_same_reports_when_told_at_once_then_each_counts_once(
    apart,
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        people = [await given.a_member(programme, tx=tx) for _ in range(4)]
    batch = [
        a_report(people[n % 4], type=Type.STEPS, start=NOON - n * 10 * MINUTE, quantity=1_000)
        for n in range(6, 86)
    ]

    async def one(part) -> list:
        async with db.transaction() as tx:
            return list(await tell(*part, programme=programme.id, tx=tx))

    # Each shares its hours with those of all other batches, which nobody can see yet.
    parts = [*(batch[n::5] for n in range(5)), batch[::-1], batch]
    answers = [o for part in await asyncio.gather(*map(one, parts)) for o in part]

    assert sum(o.status is Status.ACCEPTED for o in answers) == len(batch)
    assert {o.activity for o in answers} == {one.id for one in batch}
    await same_as_alone(people, batch)


async def test_given_reports_and_deletions_when_at_once_then_what_is_left_is_united(
    apart,
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        ada = await given.a_member(programme, tx=tx)

    async def one(report) -> None:
        async with db.transaction() as tx:
            await tell(report, programme=programme.id, tx=tx)

    async def gone(report, *, after: float) -> None:
        # Later on each day, so that on some it meets the other report in the middle.
        await asyncio.sleep(after)
        async with db.transaction() as tx:
            await activities.withdraw(
                [report.id], programme=programme.id, reason="REVOKED", at=NOON, tx=tx
            )

    left = []
    for day in range(1, 41):
        told = {"type": Type.STEPS, "quantity": 1_000, "start": NOON - day * 24 * HOUR}
        watch = a_report(ada, recorder=Recorder.DEVICE, **told)
        phone = a_report(ada, recorder=Recorder.PHONE, **told)
        await one(watch)
        await asyncio.gather(gone(watch, after=day / 2_000), one(phone))
        left.append(phone)

    await same_as_alone([ada], left)


async def test_given_one_name_of_two_members_when_told_at_once_then_one_of_them_has_it(
    apart,
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        people = [await given.a_member(programme, tx=tx) for _ in range(8)]

    async def one(member):
        async with db.transaction() as tx:
            report = a_report(member, external_id="one-name")
            beside = a_report(member, start=NOON - 30 * MINUTE, length=20 * MINUTE)
            return await tell(report, beside, programme=programme.id, tx=tx)

    answers = await asyncio.gather(*map(one, people))

    assert sorted(first.status for first, _ in answers) == ["ACCEPTED", *["KNOWN"] * 7]
    assert len({first.activity for first, _ in answers}) == 1
    assert {beside.status for _, beside in answers} == {Status.ACCEPTED}


days = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from(list(Recorder)),
        st.integers(0, 900),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@forall(found=days, data=st.data())
async def test_any_order_and_any_batching_of_the_same_reports_gives_the_same_totals(
    found, data, tx: Tx
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    for member in (ada, bob):
        # What the two are called decides nothing: ranks are equal only where ids decide.
        reports = [
            a_report(
                member,
                type=Type.STEPS,
                start=NOON - 12 * HOUR + start * 10 * MINUTE,
                length=length * 10 * MINUTE,
                recorder=who,
                quantity=steps,
                external_id=f"{member.id}-{n}",
            )
            for n, (start, length, who, steps) in enumerate(found)
        ]
        order = data.draw(st.permutations(reports)) if member is bob else reports
        while order:
            size = data.draw(st.integers(1, len(order)))
            await tell(*order[:size], programme=programme.id, tx=tx)
            order = order[size:]
        await same_as_alone([member], reports, tx=tx)


async def same_as_alone(people, reports, tx: Tx | None = None) -> None:
    """What is kept is what the union of all reports gives, whoever came first."""
    if tx is None:
        async with db.transaction() as own:
            await same_as_alone(people, reports, tx=own)
        return
    for member in people:
        kept = {
            one.id: one
            for one in (await told(member, tx=tx)).values()
            if one.state is not State.WITHDRAWN
        }
        ours = [report for report in reports if report.member == member.id]
        alone = [
            Recording(
                *(r.id, r.started_at, r.ended_at, r.recorded_by, r.proof, False),
                *(r.duration_s, r.distance_m, r.quantity),
            )
            for r in ours
        ]
        shares = unite(alone, lane=activities.Lane.STEPS, order=tuple(Recorder))
        assert {id: one.quantity for id, one in kept.items()} == {
            id: share.quantity for id, share in shares.items()
        }


class Counting:
    """A transaction that counts what it is asked."""

    def __init__(self, tx: Tx) -> None:
        self._tx, self.statements = tx, 0

    def __getattr__(self, name: str):
        if name in {"rows", "row", "value", "run"}:
            self.statements += 1
        return getattr(self._tx, name)
