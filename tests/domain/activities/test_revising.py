"""What was judged is judged again: amended, withdrawn, decided; each once, whoever comes first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest

from domain import activities
from domain.activities import Proof, Recorder, State, Type, reading
from infra import db, ids
from infra.db import Tx
from infra.errors import Refused
from tests.domain.activities.telling import HOUR, a_report, emitted, tell, told, warmed
from tests.support import databases, given
from tests.support.given import NOON

MINUTE = timedelta(minutes=1)
LATER = NOON + HOUR


@pytest.fixture(scope="module")
async def apart(postgres) -> AsyncIterator[str]:
    async with databases.own(postgres) as url:
        await warmed()
        yield url


async def a_member(tx: Tx):
    return await given.a_member(await given.a_programme(tx=tx), tx=tx)


async def reported(member, *, tx: Tx, **facts):
    report = a_report(member, **facts)
    await tell(report, programme=member.programme, tx=tx)
    return report.id


async def in_review(member, *, tx: Tx, **facts):
    return await reported(member, distance_m=30_000, tx=tx, **facts)


async def withdraw(member, *ids, tx: Tx):
    return await activities.withdraw(
        ids, programme=member.programme, reason="DELETED_AT_SOURCE", at=LATER, tx=tx
    )


async def test_given_provisional_energy_when_trued_up_then_it_is_a_new_revision(tx: Tx) -> None:
    ada = await a_member(tx)
    report = a_report(ada, type=Type.ENERGY, source="energy", quantity=900, duration_s=0)
    await tell(report, programme=ada.programme, tx=tx, state=State.PENDING)
    change = {"quantity": 740, "state": State.COUNTED, "proof": Proof.VERIFIED}

    first = await activities.amend(report.id, programme=ada.programme, at=LATER, tx=tx, **change)
    again = await activities.amend(report.id, programme=ada.programme, at=LATER, tx=tx, **change)

    assert first == again == (await told(ada, tx=tx))[report.external_id]
    assert (first.quantity, first.state, first.proof) == (740, State.COUNTED, Proof.VERIFIED)
    assert emitted(tx) == [("energy", 1, "PENDING"), ("energy", 2, "COUNTED")]


async def test_given_an_amended_recording_when_another_covers_it_then_only_the_rest_counts(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    phone = await reported(ada, recorder=Recorder.PHONE, tx=tx)
    await reported(ada, recorder=Recorder.DEVICE, length=30 * MINUTE, tx=tx)

    amended = await activities.amend(
        phone, programme=ada.programme, distance_m=5_000, at=LATER, tx=tx
    )

    assert (amended.distance_m, amended.duration_s, amended.revision) == (2_500, 1_800, 3)


async def test_given_an_activity_when_withdrawn_twice_then_it_is_told_once(tx: Tx) -> None:
    ada = await a_member(tx)
    walk = await reported(ada, tx=tx)

    (first,) = await withdraw(ada, walk, tx=tx)
    (again,) = await withdraw(ada, walk, tx=tx)

    assert (first.state, first.reasons) == (State.WITHDRAWN, ("DELETED_AT_SOURCE",))
    assert first == again == await activities.get(walk, member=ada, tx=tx)
    assert emitted(tx)[1:] == [("partner:mill", 2, "WITHDRAWN")]


async def test_given_a_covered_recording_when_the_better_one_goes_then_it_counts_again(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    watch = await reported(ada, recorder=Recorder.DEVICE, source="strava", tx=tx)
    phone = await reported(ada, recorder=Recorder.PHONE, external_id="phone", tx=tx)

    await withdraw(ada, watch, tx=tx)

    back = (await told(ada, tx=tx))["phone"]
    assert (back.id, back.state, back.distance_m) == (phone, State.COUNTED, 3_600)
    assert (back.duplicate_of, back.revision) == (None, 2)
    assert "DUPLICATE" not in back.reasons
    assert emitted(tx)[1:] == [
        ("partner:mill", 1, "REJECTED"),
        ("strava", 2, "WITHDRAWN"),
        ("partner:mill", 2, "COUNTED"),
    ]


async def test_given_both_copies_when_withdrawn_at_once_then_neither_comes_back(tx: Tx) -> None:
    ada = await a_member(tx)
    watch = await reported(ada, recorder=Recorder.DEVICE, tx=tx)
    phone = await reported(ada, recorder=Recorder.PHONE, tx=tx)

    gone = await withdraw(ada, watch, phone, tx=tx)

    assert [one.state for one in gone] == [State.WITHDRAWN] * 2


async def test_given_a_file_and_a_platforms_copy_when_told_in_either_order_then_the_file_counts(
    tx: Tx,
) -> None:
    start = NOON - 5 * HOUR
    run = activities.run_gpx(start, distance_m=5_000)
    states = []
    for file_first in (True, False):
        ada = await a_member(tx)
        copy = a_report(
            ada,
            type=Type.RUN,
            source="strava",
            external_id=f"s{file_first}",
            start=start,
            length=20 * MINUTE,
            distance_m=4_900,
        )
        for of_file in (file_first, not file_first):
            if of_file:
                await uploaded(ada, run, tx=tx)
            else:
                await tell(copy, programme=ada.programme, tx=tx)
        kept = await told(ada, tx=tx)
        states.append({one.source: (one.state, one.distance_m) for one in kept.values()})

    assert states[0] == states[1]
    assert states[0]["strava"] == (State.REJECTED, 0)
    assert states[0]["file"][0] is State.COUNTED


@pytest.mark.parametrize("counted", [True, False])
async def test_given_one_in_review_when_decided_then_that_is_its_next_judgement(
    counted: bool, tx: Tx
) -> None:
    ada = await a_member(tx)
    odd = await in_review(ada, tx=tx)

    decided = await activities.decide(
        odd, programme=ada.programme, counted=counted, at=LATER, tx=tx
    )

    state = State.COUNTED if counted else State.REJECTED
    assert (decided.state, decided.revision) == (state, 2)
    assert ("REFUSED_IN_REVIEW" in decided.reasons) is not counted
    assert emitted(tx)[1:] == [("partner:mill", 2, state)]


async def test_given_one_in_review_when_decided_against_then_what_it_covered_counts(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    odd = await in_review(ada, recorder=Recorder.DEVICE, tx=tx)
    await reported(ada, recorder=Recorder.PHONE, external_id="phone", tx=tx)

    await activities.decide(odd, programme=ada.programme, counted=False, at=LATER, tx=tx)

    assert (await told(ada, tx=tx))["phone"].state is State.COUNTED


async def unknown(ada, tx):
    return uuid4()


async def foreign(ada, tx):
    return await in_review(await a_member(tx), tx=tx)


async def unread(ada, tx):
    sent = await activities.receive(
        ada, content=b"<gpx/>", name="", id=ids.new(NOON), at=NOON, tx=tx
    )
    return sent.id


async def withdrawn(ada, tx):
    odd = await in_review(ada, tx=tx)
    await withdraw(ada, odd, tx=tx)
    return odd


async def decided(ada, tx):
    odd = await in_review(ada, tx=tx)
    await activities.decide(odd, programme=ada.programme, counted=True, at=LATER, tx=tx)
    return odd


async def counted(ada, tx):
    return await reported(ada, tx=tx)


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (unknown, "NO_SUCH_ACTIVITY"),
        (foreign, "NO_SUCH_ACTIVITY"),
        (unread, "NO_SUCH_ACTIVITY"),
        (withdrawn, "ACTIVITY_WITHDRAWN"),
        (decided, "REVIEW_CLOSED"),
        (counted, "REVIEW_CLOSED"),
    ],
)
async def test_given_one_that_waits_for_nobody_when_decided_then_typed(one, code, tx: Tx) -> None:
    ada = await a_member(tx)
    id = await one(ada, tx)
    events = emitted(tx)

    with pytest.raises(Refused) as refused:
        await activities.decide(id, programme=ada.programme, counted=False, at=LATER, tx=tx)

    assert refused.value.code == code
    assert emitted(tx) == events


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (unknown, "NO_SUCH_ACTIVITY"),
        (foreign, "NO_SUCH_ACTIVITY"),
        (unread, "NO_SUCH_ACTIVITY"),
        (withdrawn, "ACTIVITY_WITHDRAWN"),
    ],
)
async def test_given_what_cannot_change_when_amended_then_typed(one, code, tx: Tx) -> None:
    ada = await a_member(tx)
    id = await one(ada, tx)

    with pytest.raises(Refused) as refused:
        await activities.amend(id, programme=ada.programme, quantity=1, at=LATER, tx=tx)

    assert refused.value.code == code


async def test_given_what_does_not_exist_when_withdrawn_then_it_is_left_out(tx: Tx) -> None:
    ada = await a_member(tx)

    gone = await withdraw(ada, uuid4(), await foreign(ada, tx), await unread(ada, tx), tx=tx)

    assert gone == []


async def test_given_two_operators_and_a_deletion_when_at_once_then_one_decision_stands(
    apart,
) -> None:
    for _ in range(6):
        async with db.transaction() as tx:
            ada = await a_member(tx)
            odd = await in_review(ada, tx=tx)

        async def decide(counted: bool, ada=ada, odd=odd) -> str:
            try:
                async with db.transaction() as tx:
                    await activities.decide(
                        odd, programme=ada.programme, counted=counted, at=LATER, tx=tx
                    )
            except Refused as refused:
                return refused.code
            return "decided"

        async def delete(ada=ada, odd=odd) -> str:
            async with db.transaction() as tx:
                await withdraw(ada, odd, tx=tx)
            return "deleted"

        answers = await asyncio.gather(decide(True), decide(False), delete())

        async with db.reading() as tx:
            (kept,) = (await told(ada, tx=tx)).values()
        assert kept.state is State.WITHDRAWN
        assert answers.count("decided") <= 1
        assert set(answers) <= {"decided", "deleted", "REVIEW_CLOSED", "ACTIVITY_WITHDRAWN"}
        assert kept.revision == 2 + answers.count("decided")


async def test_given_many_withdrawals_at_once_when_all_commit_then_each_is_told_once(
    apart,
) -> None:
    async with db.transaction() as tx:
        ada = await a_member(tx)
        ids = [
            await reported(ada, start=NOON - n * HOUR, length=90 * MINUTE, tx=tx)
            for n in range(2, 12)
        ]

    async def one(part) -> None:
        async with db.transaction() as tx:
            await withdraw(ada, *part, tx=tx)

    await asyncio.gather(one(ids), one(ids[::-1]), one(ids[3:7]), *(one([id]) for id in ids))

    async with db.reading() as tx:
        kept = await told(ada, tx=tx)
        times = await tx.rows(WITHDRAWALS, ada.id)
    assert {one.state for one in kept.values()} == {State.WITHDRAWN}
    assert sorted(row["times"] for row in times) == [1] * len(ids)


WITHDRAWALS = """
SELECT object, count(*) AS times FROM event
WHERE subject = $1 AND action = 'activities.Judged' AND evidence->>'outcome' = 'WITHDRAWN'
GROUP BY object
"""


async def uploaded(member, content: bytes, *, tx: Tx) -> None:
    await activities.receive(member, content=content, name="", id=ids.new(NOON), at=NOON, tx=tx)
    for claimed in await activities.claim(limit=9, at=NOON, tx=tx):
        await activities.settle(claimed, reading.read(claimed.content), at=NOON, tx=tx)


async def test_given_names_of_a_source_when_deleted_there_then_told_or_not_they_are_gone(
    tx: Tx,
) -> None:
    ada = await a_member(tx)
    await reported(ada, external_id="told", tx=tx)

    async def retract(*names):
        found = await activities.retract(
            names, source="partner:mill", programme=ada.programme, at=LATER, tx=tx
        )
        return [one.status.value for one in found]

    first = await retract("told", "to-come", "told")
    again = await retract("told", "to-come")
    (late,) = await tell(a_report(ada, external_id="to-come"), programme=ada.programme, tx=tx)
    (other,) = await tell(
        a_report(ada, source="strava", external_id="to-come"), programme=ada.programme, tx=tx
    )

    assert (first, again) == (["ACCEPTED", "ACCEPTED", "KNOWN"], ["KNOWN", "KNOWN"])
    assert (late.code, late.path) == ("DELETED_AT_SOURCE", ("external_id",))
    assert other.state is State.COUNTED
    assert (await told(ada, tx=tx))["told"].state is State.WITHDRAWN


async def test_given_a_report_and_its_deletion_when_at_once_then_it_never_counts(apart) -> None:
    async with db.transaction() as tx:
        ada = await a_member(tx)

    async def tell_it(number: int) -> None:
        async with db.transaction() as tx:
            start = NOON - (number + 2) * HOUR
            walk = a_report(ada, external_id=f"race-{number}", start=start)
            await tell(walk, programme=ada.programme, tx=tx)

    async def delete_it(number: int) -> None:
        async with db.transaction() as tx:
            await activities.retract(
                [f"race-{number}"],
                source="partner:mill",
                programme=ada.programme,
                at=LATER,
                tx=tx,
            )

    for number in range(12):
        await asyncio.gather(tell_it(number), delete_it(number))

    async with db.reading() as tx:
        kept = await told(ada, tx=tx)
    assert {one.state for one in kept.values()} <= {State.WITHDRAWN}
