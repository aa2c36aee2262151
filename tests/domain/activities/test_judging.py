"""Reading and judging by workers: once each, whatever the order, whoever dies."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from domain import activities
from domain.activities import Fault, State, reading
from infra import db, ids, sandbox
from infra.db import Tx
from tests.domain.activities.test_sample_files import FOLDER
from tests.support import databases, given
from tests.support.apart import owner
from tests.support.given import NOON
from tests.support.loops import longest_pause

RIDE = ("fit/same-ride.fit", "gpx/same-ride-garmin.gpx", "gpx/same-ride-strava.gpx")
RIDE = (*RIDE, "tcx/same-ride-garmin.tcx")
# A database that takes no verdict on one activity but that it cannot be read.
UNJUDGEABLE = """
ALTER TABLE activity ADD CHECK (id <> '{id}' OR state IN ('PROCESSING', 'REJECTED'))
"""
EVENTS = "SELECT action, subject, evidence::text FROM event WHERE object = $1"


@pytest.fixture(scope="module")
async def apart(postgres) -> AsyncIterator[str]:
    async with databases.own(postgres) as url:
        yield url


@pytest.fixture(scope="module")
def ride() -> dict[bytes, activities.Reading]:
    contents = [(FOLDER / name).read_bytes() for name in RIDE]
    return {content: reading.read(content) for content in contents}


async def send(member, content: bytes, *, at=NOON, tx: Tx):
    return await activities.receive(member, content=content, name="", id=ids.new(at), at=at, tx=tx)


async def judge_all(found, *, at=NOON, tx: Tx) -> list[activities.Activity]:
    """Claim what waits and settle it by `found`, the reading of each content."""
    claimed = await activities.claim(limit=99, at=at, tx=tx)
    return [await activities.settle(c, found(c.content), at=at, tx=tx) for c in claimed]


async def test_given_a_run_when_read_and_judged_then_it_counts_and_its_file_is_gone(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    # 23:30 UTC is the next day in Auckland.
    ada = await given.a_member(programme, zone="Pacific/Auckland", tx=tx)
    start = (NOON - timedelta(days=1)).replace(hour=23, minute=30)
    sent = await send(ada, activities.run_gpx(start, distance_m=1_500), tx=tx)

    (judged,) = await judge_all(reading.read, tx=tx)

    assert (judged.id, judged.state, judged.type) == (sent.id, State.COUNTED, "RUN")
    assert (judged.reasons, judged.score) == (("BEFORE_JOINING",), 95)
    assert (judged.started_at, judged.day) == (start, date.fromordinal(NOON.toordinal()))
    assert judged.distance_m == pytest.approx(1_500, rel=0.02)
    assert judged == await activities.get(sent.id, member=ada, tx=tx)
    assert await activities.claim(limit=9, at=NOON + timedelta(days=1), tx=tx) == []
    assert await tx.value("SELECT count(*) FROM activity_file") == 0


async def test_given_a_fault_when_settled_then_rejected_and_told_with_the_day_it_was_sent(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await send(ada, b"<gpx", tx=tx)

    (judged,) = await judge_all(lambda _: Fault.CORRUPT, tx=tx)

    assert (judged.state, judged.reasons, judged.score) == (State.REJECTED, ("CORRUPT",), 0)
    assert (judged.started_at, judged.day) == (None, None)
    (event,) = [e for e in tx.staged if e.object == judged.id]
    assert (event.subject, event.outcome, event.started_at) == (ada.id, "REJECTED", NOON)


async def test_given_a_settled_activity_when_settled_again_then_the_first_verdict_stays(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await send(ada, activities.run_gpx(NOON - timedelta(hours=3)), tx=tx)
    (claimed,) = await activities.claim(limit=1, at=NOON, tx=tx)
    first = await activities.settle(claimed, reading.read(claimed.content), at=NOON, tx=tx)
    staged = list(tx.staged)

    again = await activities.settle(claimed, Fault.TOO_SLOW, at=NOON, tx=tx)

    assert again == first
    assert tx.staged == staged


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=lambda o: "".join(map(str, o)))
async def test_given_one_ride_in_four_formats_when_sent_in_any_order_then_the_first_counts(
    order, ride, tx: Tx
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    contents = list(ride)
    sent = []
    for n in order:
        at = NOON + timedelta(seconds=len(sent))
        sent.append(await send(ada, contents[n], at=at, tx=tx))

    judged = await judge_all(ride.__getitem__, at=NOON + timedelta(minutes=1), tx=tx)

    assert [a.state for a in judged] == [State.COUNTED, *[State.REJECTED] * 3]
    assert [a.reasons for a in judged[1:]] == [("DUPLICATE",)] * 3
    assert {a.duplicate_of for a in judged[1:]} == {sent[0].id}


async def test_given_one_ride_in_four_formats_when_uploaded_and_read_at_once_then_one_counts(
    apart, ride
) -> None:
    async with db.transaction() as tx:
        programme = await given.a_programme(tx=tx)
        members = [await given.a_member(programme, tx=tx) for _ in range(3)]

    async def upload(member, content) -> None:
        async with db.transaction() as tx:
            await send(member, content, tx=tx)

    await asyncio.gather(*(upload(member, content) for content in ride for member in members))
    async with sandbox.pool(2) as pool:
        while any(
            await asyncio.gather(
                *(activities.read_waiting(pool, at=NOON, limit=4) for _ in range(3))
            )
        ):
            pass

    async with db.reading() as tx:
        states = [await states_of(member, tx) for member in members]
    # The track of another member is for an operator, so only one of the three counts at all.
    assert sorted(map(sorted, (c.items() for c in states))) == [
        [("COUNTED", 1), ("REJECTED", 3)],
        [("REJECTED", 3), ("REVIEW", 1)],
        [("REJECTED", 3), ("REVIEW", 1)],
    ]


async def test_given_copies_that_are_settled_at_once_when_all_commit_then_exactly_one_counts(
    apart, ride
) -> None:
    for _ in range(8):
        async with db.transaction() as tx:
            ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
            for content in ride:
                await send(ada, content, tx=tx)
        async with db.transaction() as tx:
            claimed = await activities.claim(limit=4, at=NOON, tx=tx)

        async def settle(one) -> None:
            async with db.transaction() as tx:
                await activities.settle(one, ride[one.content], at=NOON, tx=tx)

        await asyncio.gather(*(settle(one) for one in claimed))

        async with db.reading() as tx:
            assert await states_of(ada, tx) == {"COUNTED": 1, "REJECTED": 3}


async def test_given_a_file_of_another_member_when_sent_then_it_is_for_an_operator(
    tx: Tx,
) -> None:
    programme, elsewhere = await given.a_programme(tx=tx), await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    eve = await given.a_member(elsewhere, tx=tx)
    mine = activities.run_gpx(NOON - timedelta(days=3), seed=5)
    shifted = activities.run_gpx(NOON - timedelta(days=1), seed=5)
    await send(ada, mine, tx=tx)
    await judge_all(reading.read, tx=tx)
    await send(bob, shifted, tx=tx)
    await send(eve, shifted, tx=tx)

    judged = await judge_all(reading.read, tx=tx)

    states = {a.member: (a.state, "SAME_TRACK" in a.reasons) for a in judged}
    assert states == {bob.id: (State.REVIEW, True), eve.id: (State.COUNTED, False)}


async def test_given_ones_own_track_when_sent_again_for_another_day_then_it_is_for_an_operator(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await send(ada, activities.run_gpx(NOON - timedelta(days=3), seed=5), tx=tx)
    await judge_all(reading.read, tx=tx)
    shifted = await send(ada, activities.run_gpx(NOON - timedelta(days=1), seed=5), tx=tx)
    another = await send(ada, activities.run_gpx(NOON - timedelta(days=2), seed=6), tx=tx)

    judged = {a.id: a for a in await judge_all(reading.read, tx=tx)}

    assert judged[shifted.id].state is State.REVIEW
    assert "SAME_TRACK" in judged[shifted.id].reasons
    assert judged[another.id].state is State.COUNTED


async def test_given_a_device_that_disguises_its_name_when_judged_then_it_has_none(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await send(ada, activities.run_gpx(NOON - timedelta(days=1)), tx=tx)

    (judged,) = await judge_all(
        lambda content: replace(reading.read(content), device="Watch\u202e5"), tx=tx
    )

    assert judged.device is None


async def test_given_two_workers_when_they_claim_at_once_then_no_file_goes_to_both(apart) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
        sent = {(await send(ada, b"<gpx>%d" % n, tx=tx)).id for n in range(60)}

    async def work() -> list:
        taken = []
        while True:
            async with db.transaction() as tx:
                claimed = await activities.claim(limit=3, at=NOON, tx=tx)
                await asyncio.sleep(0.001)
            if not claimed:
                return taken
            taken += [c.id for c in claimed]

    taken = [id for ids_ in await asyncio.gather(*(work() for _ in range(4))) for id in ids_]
    await drop_all()

    assert len(taken) == 60
    assert set(taken) == sent


async def test_given_a_worker_that_died_when_its_lease_ends_then_another_gets_the_file_thrice(
    tx: Tx,
) -> None:
    ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
    await send(ada, b"<gpx/>", tx=tx)
    moments = [NOON + n * timedelta(seconds=90) for n in range(4)]

    claims = [await activities.claim(limit=1, at=at, tx=tx) for at in moments]
    early = await activities.claim(limit=1, at=moments[3] + timedelta(seconds=89), tx=tx)

    assert [[c.attempts for c in taken] for taken in claims] == [[1], [2], [3], [4]]
    assert [taken[0].content for taken in claims] == [b"<gpx/>"] * 3 + [b""]
    assert early == []


async def test_given_a_member_with_many_files_when_another_sends_one_then_it_is_read_next(
    tx: Tx,
) -> None:
    programme = await given.a_programme(tx=tx)
    ada, bob = [await given.a_member(programme, tx=tx) for _ in range(2)]
    many = sorted([(await send(ada, b"<gpx/>%d" % n, tx=tx)).id for n in range(3)])
    one = await send(bob, b"<gpx/>", at=NOON + timedelta(seconds=1), tx=tx)

    claims = [await activities.claim(limit=1, at=NOON, tx=tx) for _ in range(5)]

    assert [[c.id for c in taken] for taken in claims] == [
        *([many[0]], [one.id], [many[1]], [many[2]]),
        [],
    ]


@pytest.mark.parametrize(
    ("task", "limits", "fault"),
    [
        ("spin_for_ever", sandbox.Limits(wall_seconds=1), "TOO_SLOW"),
        ("allocate_for_ever", sandbox.Limits(memory_bytes=512 << 20), "TOO_BIG"),
        ("die", sandbox.Limits(), "UNREADABLE"),
    ],
)
async def test_given_a_reader_that_runs_away_when_files_wait_then_typed_and_the_loop_runs_on(
    task, limits, fault, apart
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
        sent = await send(ada, b"<gpx/>", tx=tx)
    runaway = f"tests.support.sandboxed:{task}"

    async with sandbox.pool(1, limits) as pool, longest_pause() as pause:
        for n in range(4):
            at = NOON + n * timedelta(seconds=91)
            await activities.read_waiting(pool, at=at, limit=9, task=runaway)

    async with db.reading() as tx:
        judged = await activities.get(sent.id, member=ada, tx=tx)
    assert (judged.state, judged.reasons) == (State.REJECTED, (fault,))
    assert pause.busy_seconds < 0.02


async def test_given_a_file_that_cannot_be_judged_when_read_then_the_others_are_and_it_ends_too(
    apart,
) -> None:
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
        poison = await send(ada, activities.run_gpx(NOON - timedelta(days=2)), tx=tx)
        sound = await send(ada, activities.run_gpx(NOON - timedelta(days=1), seed=1), tx=tx)

    async with owner(apart) as connection:
        await connection.execute(UNJUDGEABLE.format(id=poison.id))
    taken = []
    async with sandbox.pool(2) as pool:
        for n in range(5):
            at = NOON + n * timedelta(seconds=91)
            taken.append(await activities.read_waiting(pool, at=at, limit=9))

    async with db.reading() as tx:
        judged = await activities.several([poison.id, sound.id], member=ada, tx=tx)
    assert taken == [2, 1, 1, 1, 0]
    assert judged[sound.id].state is State.COUNTED
    assert judged[poison.id].reasons == ("UNREADABLE",)


async def test_given_a_megabyte_of_fit_when_read_then_the_loop_is_not_blocked(apart) -> None:
    content = (FOLDER / "fit" / "activity-large-fenxi2-multisport.fit").read_bytes()
    async with db.transaction() as tx:
        ada = await given.a_member(await given.a_programme(tx=tx), tx=tx)
        sent = await send(ada, content, tx=tx)

    async with sandbox.pool(1) as pool, longest_pause() as pause:
        taken = await activities.read_waiting(pool, at=NOON, limit=9)

    async with db.reading() as tx:
        judged = await activities.get(sent.id, member=ada, tx=tx)
        events = await tx.rows(EVENTS, sent.id)
    assert (taken, judged.reasons) == (1, ("MULTISPORT",))
    assert [(e["action"], e["subject"]) for e in events] == [("activities.Judged", ada.id)]
    assert pause.busy_seconds < 0.02


async def states_of(member, tx: Tx) -> Counter[str]:
    listed = await activities.listed(member, before=None, limit=99, tx=tx)
    return Counter(activity.state.value for activity in listed)


async def drop_all() -> None:
    async with db.transaction() as tx:
        await tx.run("DELETE FROM activity_file")
